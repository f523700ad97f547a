"""Imports changed: statements rewritten, names brought in, guards resolved."""
