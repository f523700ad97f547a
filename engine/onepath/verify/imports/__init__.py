"""Every route to a symbol, imported in the user's own Python."""
