"""One-off refactors: what a user asks for on the command line, without a configuration."""
