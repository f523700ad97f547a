"""Renames, looked up by where they resolve."""

from onepath.rewrite.renames import Destination, Match, Renames, module_id

__all__ = ["Destination", "Match", "Renames", "module_id"]
