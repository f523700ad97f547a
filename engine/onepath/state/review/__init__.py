"""Reviews: the hunks of a plan one by one, what was decided, and where that is kept."""
