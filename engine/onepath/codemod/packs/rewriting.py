"""The version of what the engine does for codemods, which is a part of every version's digest."""

REWRITING_VERSION = 15
"""Raised when the engine makes something else of code that it has rewritten before.

`tests/codemods/test_rewriting.py` keeps the result of every example, and fails when one of them
changes and this number does not.
"""
