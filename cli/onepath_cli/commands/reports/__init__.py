"""What is wrong in a repository, and how that changes: for people and for programs."""
