"""Import statements: what becomes of each name that they bind."""
