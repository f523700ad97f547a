"""Definitions and modules that get another name or place, with all that refers to them."""
