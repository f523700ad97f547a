"""Parameters of functions and methods that get another name."""
