"""Syntax that is newer than the running Python: read by libcst, turned into CPython's tree."""
