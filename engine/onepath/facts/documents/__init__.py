"""Python and dotted paths in files that are not Python: documents, notebooks, configuration."""
