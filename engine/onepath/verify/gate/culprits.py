"""Which of many changes break a gate, found in few runs. No I/O."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def culprits(
    items: Sequence[Item], failing: Callable[[Collection[Item]], Sequence[str]]
) -> dict[Item, str] | None:
    """Find items without which nothing fails, as few as one for each thing that breaks.

    The shortest beginning of the items that fails ends with one of them. That is left out, and the
    rest is looked at again: each costs as many runs as halving the items takes. Where two items
    break something only together, the later one is left out and the earlier one may stay.

    Args:
        items: What may be left out, in the order in which it is tried.
        failing: What fails if these items are left out and all others are not.

    Returns:
        By item, one of the things that fail with it; None if something fails without all items.
    """
    if failing(items):
        return None
    found: dict[Item, str] = {}
    while said := failing(found):
        rest = [item for item in items if item not in found]
        if not rest:
            return None
        low, high = 0, len(rest)  # with rest[:low] nothing fails, with rest[:high] something does
        while high - low > 1:
            middle = (low + high) // 2
            now = failing([*found, *rest[middle:]])
            if now:
                high, said = middle, now
            else:
                low = middle
        found[rest[high - 1]] = said[0]
    return found
