"""Edits: how imports, statements, calls and definitions are changed. Here libcst is at work."""
