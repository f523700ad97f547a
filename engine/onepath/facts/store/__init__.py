"""The facts of a snapshot: read in parallel, kept in the git folder, returned by path."""
