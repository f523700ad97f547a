"""The user's configuration: one reader, checked whole, every problem with its line."""
