"""How instances of a class are made, and what a function that makes them forwards."""
