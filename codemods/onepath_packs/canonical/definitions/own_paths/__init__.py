"""What depends on the path of a module: files that are found by it, what is called after it."""
