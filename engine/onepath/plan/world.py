"""The world lives with the symbols."""

from onepath.symbols.world import Progress, World, quiet, read_files

__all__ = ["Progress", "World", "quiet", "read_files"]
