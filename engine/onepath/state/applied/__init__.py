"""Which versions have been applied, as the ledger says and as somebody stamps it."""
