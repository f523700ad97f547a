"""What a person decides hunk by hunk, and a codemod that does just that."""
