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


def brought_by_stars(start: str, step: Callable[[str], StarStep]) -> tuple[frozenset[str], bool]:
    """What `from module import *` brings, and whether that is all that it may bring.

    Each module on the way is looked at once, however many ways lead to it. What comes back to
    itself may bring anything.

    Args:
        start: The module's file; a folder, which ends with `/`, brings what can't be known.
        step: What one module gives.
    """
    names: set[str] = set()
    is_whole = True
    is_done: dict[str, bool] = {}
    under_way: list[tuple[str, Iterator[str]]] = []
    sources = iter((start,))
    while True:
        path = next(sources, None)
        if path is None:
            if not under_way:
                return frozenset(names), is_whole
            done, sources = under_way.pop()
            is_done[done] = True
        elif path.endswith("/") or is_done.get(path) is False:
            is_whole = False
        elif path not in is_done:
            is_done[path] = False
            one = step(path)
            names |= one.names
            is_whole = is_whole and one.is_whole
            under_way.append((path, sources))
            sources = iter(one.sources)
