"""Which names of a module other files read by their spelling."""
