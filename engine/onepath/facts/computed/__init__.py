"""Strings that are put together, read for what of their text the source tells."""
