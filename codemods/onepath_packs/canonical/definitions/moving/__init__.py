"""A definition goes to another module."""
