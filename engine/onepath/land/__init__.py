"""Branches, commits and work trees: where a plan leaves the engine and becomes git."""
