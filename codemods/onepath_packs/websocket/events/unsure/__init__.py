"""Events that no display shows to be one: they keep their form, and are listed."""
