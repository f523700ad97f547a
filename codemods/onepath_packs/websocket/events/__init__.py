"""Version 6: events, and what reads them, take the canonical form."""
