"""One module for each command: it parses, calls the engine and prints."""
