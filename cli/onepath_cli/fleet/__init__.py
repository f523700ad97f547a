"""`migrate fleet`: the single commands, for many repositories."""
