"""Which names a file itself reads by their spelling."""
