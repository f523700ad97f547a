"""Others who know a definition by the name or the module that it has of its own."""
