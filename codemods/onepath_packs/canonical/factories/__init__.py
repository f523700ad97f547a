"""Version 2: calls of factory variants become calls of the canonical way."""
