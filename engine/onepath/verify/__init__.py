"""Verification of landed phases: the same again, tests as before, every route importable."""
