"""Many repositories: which ones, where they are kept, what became of each, who uses a name."""
