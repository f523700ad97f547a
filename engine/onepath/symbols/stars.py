"""What star imports of star imports bring."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class StarStep(NamedTuple):
    """What one module gives to a star import of it."""

    names: frozenset[str]
    """Its own names, or those that its `__all__` lists."""
    is_whole: bool
    """Whether it certainly gives no other ones, apart from what its sources do."""
    sources: Sequence[str]
    """The modules whose names it passes on."""
    has_all: bool
    """Whether its `__all__` says so; without one, it passes on no name with an underscore."""


def brought_by_stars(start: str, step: Callable[[str], StarStep]) -> tuple[frozenset[str], bool]:
    """What `from module import *` brings, and whether that is all that it may bring.

    Each module on the way is looked at twice at most, however many ways lead to it. What comes back
    to itself may bring anything.

    Args:
        start: The module's file; a folder, which ends with `/`, brings what can't be known.
        step: What one module gives.
    """
    names: set[str] = set()
    is_whole = True
    is_done: dict[_Way, bool] = {}
    under_way: list[tuple[_Way, Iterator[_Way]]] = []
    ways = iter((_Way(start, False),))
    while True:
        way = next(ways, None)
        if way is None:
            if not under_way:
                return frozenset(names), is_whole
            done, ways = under_way.pop()
            is_done[done] = True
        elif way.path.endswith("/") or is_done.get(way) is False:
            is_whole = False
        elif way not in is_done:
            is_done[way] = False
            module = step(way.path)
            names |= _public(module.names) if way.is_public_only else module.names
            is_whole = is_whole and module.is_whole
            under_way.append((way, ways))
            is_public_only = way.is_public_only or not module.has_all
            ways = iter([_Way(path, is_public_only) for path in module.sources])


class _Way(NamedTuple):
    path: str
    is_public_only: bool
    """Whether a module on the way passes on no name with an underscore."""


def _public(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if not name.startswith("_"))
