"""Packs: where they come from, their versions, and the code that decides what each of them does."""
