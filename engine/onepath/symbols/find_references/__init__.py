"""What refers to a module or a name: by import, by string, in data files and documents."""
