"""What a codemod leaves alone, and why: places that are kept, withheld or out of its reach."""
