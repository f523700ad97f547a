"""Version 3: shims that nothing refers to are deleted."""
