"""Version 4: other implementations of a canonical class become it where that is certain."""
