"""What a scope of a file is called."""

from onepath.model import Facts


def scope_name(facts: Facts, scope: int) -> str:
    """The dotted name of a scope: `Class.method`; empty for the module."""
    parts = []
    while facts.scopes[scope].kind != "module":
        parts.append(facts.scopes[scope].name)
        scope = facts.scopes[scope].parent
    return ".".join(reversed(parts))
