"""The import graph: who imports whom, its cycles, and which imports open them."""
