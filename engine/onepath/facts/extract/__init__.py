"""How a file's bytes become its facts: one walk over its tree."""
