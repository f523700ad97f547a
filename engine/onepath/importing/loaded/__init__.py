"""What an import loads, what that does to others, and which packages it needs."""
