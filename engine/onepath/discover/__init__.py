"""What `migrate init` finds in the code, and the configuration that it writes of it."""
