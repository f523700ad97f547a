"""Edits: how imports, names, strings and whole modules are rewritten."""
