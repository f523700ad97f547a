"""Version 1: deprecated imports, and every use of them, become imports of the canonical path."""
