"""Modules and names that are not in the repository: read from an environment, never imported."""
