"""Classes, functions and calls of a repository, for rules and codemods."""
