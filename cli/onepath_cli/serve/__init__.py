"""What answers editors and agents: thin layers over the commands."""
