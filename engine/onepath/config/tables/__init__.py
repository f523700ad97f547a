"""The engine's own tables of the configuration, and what a table is."""
