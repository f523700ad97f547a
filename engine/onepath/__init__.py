"""The engine: how a codebase is read, resolved, planned, proven and landed.

It knows nothing of any particular package: what to migrate comes from a pack and from the
user's `migrate.toml`.
"""

__version__ = "0.1.0"
