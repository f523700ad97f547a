"""Places that keep the deprecated path: on purpose, or because it is not known what they mean."""
