"""Functions of whose calls patterns speak: passed on, patched, or run by the replacement."""
