"""Parts of a phase that can be reviewed and merged alone."""
