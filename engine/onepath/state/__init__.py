"""Where a migration stands: what has landed, what was merged, what people added; and what is next.

A phase is known three times: from the trailers of commits, from the ledger in the repository's
files, and from the code itself. `PhaseState` holds what they say together.
"""
