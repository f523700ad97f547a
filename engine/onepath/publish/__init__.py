"""Pull requests: what has landed on branches, pushed and put before reviewers."""
