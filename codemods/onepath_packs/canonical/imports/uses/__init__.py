"""Uses of names that lead to a deprecated path through a module."""
