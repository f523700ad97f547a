"""What one file's bytes say: imports, definitions, uses, strings, and Python inside documents."""
