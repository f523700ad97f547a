"""Where an old name is kept, and whether star imports go on to bring it."""

from collections.abc import Mapping, Sequence

from onepath.codemod import World
from onepath_packs.canonical.definitions.old_paths.copied_names import Copies
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.places import NamingModule


def kept_at_home(
    places: Sequence[NamingModule], kept: Mapping[str, RemainingReader]
) -> dict[str, RemainingReader]:
    """The modules that keep the old name; those with a star import have it from the definition's.

    Args:
        places: The modules that have the name, that of the definition first.
        kept: Those of them of which it is needed.
    """
    bound = {place.path for place in places if place.is_bound}
    at_home = {path: reader for path, reader in kept.items() if path in bound}
    for path, reader in kept.items():
        if path not in bound:
            at_home.setdefault(places[0].path, reader)
    return at_home


def is_starred(
    world: World, places: Sequence[NamingModule], needing: Mapping[str, RemainingReader]
) -> bool:
    """Whether a star import, or a copy of what `__all__` lists, has to bring the old name to who
    needs it.

    Where none has to, `__all__` has the new name alone: who goes through it meets nothing twice.
    """
    bound = {place.path for place in places if place.is_bound}
    readers = {reader.path for reader in needing.values()} & {*world.fact_store.python}
    if not needing.keys() <= bound or any(
        b"__all__" in data and Copies().hit(data) for data in world.read([*readers]).values()
    ):
        return True
    return any(
        name.name == "*"
        for path in readers
        for statement in world.facts(path).imports
        for name in statement.names
    )
