"""Rules over symbols: what is fragmented, where, and what it should be."""
