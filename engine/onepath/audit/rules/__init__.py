"""One module for each rule; its docstring is what `migrate explain` prints."""
