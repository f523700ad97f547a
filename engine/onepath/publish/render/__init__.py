"""What people and programs read of a publication: bodies, summaries, JSON."""
