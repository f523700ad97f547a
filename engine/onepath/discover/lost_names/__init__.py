"""What became of names that are asked for and are nowhere any more."""
