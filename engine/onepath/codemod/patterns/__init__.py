"""Structural patterns: expressions with holes, matched by what their names mean."""
