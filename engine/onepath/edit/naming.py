"""Whether a name can be bound in a scope without meaning something else somewhere."""

from collections.abc import Hashable, Iterable

from onepath.model import Facts


def why_not(
    facts: Facts, scope: int, name: str, readers: Iterable[int], *, already: bool = False
) -> str | None:
    """Why `name` can't be bound in a scope and read from others; None if it can.

    Args:
        facts: The file.
        scope: Where it would be bound.
        name: The name.
        readers: Scopes in which the new name would be read.
        already: Whether the scope binds the name to the very same thing already.
    """
    scopes = facts.scopes
    if name in scopes[scope].bound and not already:
        return f"'{name}' is already bound in {describe_scope(facts, scope)}"
    for reader in set(readers):
        between = _between(facts, reader, scope, name)
        if between is not None:
            return f"'{name}' is bound in {describe_scope(facts, between)}, where it would be read"
    if already:
        return None
    for index, other in enumerate(scopes):
        if (
            name in other.free
            and _sees(facts, index, scope)
            and _between(facts, index, scope, name) is None
        ):
            return f"'{name}' already means something else in {describe_scope(facts, index)}"
    return None


class Claims:
    """Names that a run is going to bind in a file, which its facts do not know of yet."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._held: dict[str, dict[int, tuple[Hashable, set[int]]]] = {}
        """Name -> scope -> what it will mean there, and from which scopes it will be read."""

    def add(self, scope: int, name: str, meaning: Hashable, readers: Iterable[int]) -> None:
        """Note that a name is going to be bound in a scope."""
        held = self._held.setdefault(name, {}).setdefault(scope, (meaning, set()))
        held[1].update(readers)

    def why_not(
        self, scope: int, name: str, meaning: Hashable, readers: Iterable[int]
    ) -> str | None:
        """Why one more name would get in the way of those that were claimed; None if not."""
        readers = set(readers)
        for other, (meant, read) in self._held.get(name, {}).items():
            if other == scope:
                clash = meant != meaning
            elif _sees(self._facts, scope, other):
                clash = any(_sees(self._facts, reader, scope) for reader in read)
            elif _sees(self._facts, other, scope):
                clash = any(_sees(self._facts, reader, other) for reader in readers)
            else:
                clash = False
            if clash:
                return f"'{name}' will mean something else in {describe_scope(self._facts, other)}"
        return None


def describe_scope(facts: Facts, scope: int) -> str:
    """A scope in words."""
    held = facts.scopes[scope]
    return "this module" if held.kind == "module" else f"{held.kind} {held.name}".strip()


def _between(facts: Facts, reader: int, scope: int, name: str) -> int | None:
    """The first scope from `reader` outwards, before `scope`, that binds the name."""
    scopes = facts.scopes
    at = reader
    while at not in (scope, -1):
        held = scopes[at]
        if name in held.bound and (held.kind != "class" or at == reader):
            return at
        if name in held.redirected:
            return at
        at = held.parent
    return None


def _sees(facts: Facts, reader: int, scope: int) -> bool:
    """Whether names bound in `scope` are seen from `reader`."""
    if reader == scope:
        return True
    if facts.scopes[scope].kind == "class":
        return False
    at = reader
    while at != -1:
        if at == scope:
            return True
        at = facts.scopes[at].parent
    return False
