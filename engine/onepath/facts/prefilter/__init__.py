"""Byte searches that decide which files are parsed at all."""
