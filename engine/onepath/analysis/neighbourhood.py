"""The part of a repository that can have to do with some definitions."""

from collections.abc import Iterable

from onepath.analysis.classes import descendants
from onepath.analysis.index import Index
from onepath.config.settings import Settings
from onepath.facts.prefilter.words import Needles
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import names_of
from onepath.symbols.world import World


def index_around(
    world: World, dotted: Iterable[str], besides: Iterable[str] = ()
) -> tuple[Index, tuple[str, ...]]:
    """An index of the files that may refer to some definitions, and their words.

    Names that modules give them, classes that inherit from them and their own bases are followed.

    Args:
        world: The code.
        dotted: The dotted paths of the definitions, or of members of them.
        besides: More definitions that have to be in the index, whoever refers to them.
    """
    dotted = tuple(dotted)
    found = [one for one in map(world.resolver.dotted, dotted) if one.kind == "definition"]
    others = [one for one in map(world.resolver.dotted, besides) if one.kind == "definition"]
    words = {one.rpartition(".")[2] for one in dotted}
    words |= {part for one in found for part in (one.name, *one.rest)}
    words |= {name for one in found for _, name in one.route}
    while True:
        paths = world.fact_store.mentioning(Needles.of(words))
        index = _with_bases(world, paths, [*found, *others])
        more = {
            name
            for one in found
            for _, name in names_of((one.path, one.name), paths, world.resolver, words)
        }
        for one in found:
            cls = index.classes.get((one.path, one.name))
            if cls is not None:
                more |= {name for _, name in descendants(index, cls)}
        if more <= words:
            return index, tuple(sorted(words))
        words |= more


def _with_bases(world: World, paths: Iterable[str], found: Iterable[Resolution]) -> Index:
    """An index that has the bases of these classes and of those that inherit from them, too."""
    mentioning, places = frozenset(paths), {(one.path, one.name) for one in found}
    looked_at = {*mentioning, *(path for path, _ in places)}
    world.fact_store.load(looked_at - mentioning)
    while True:
        index = Index(world, Settings(), looked_at)
        missing = {
            base.path
            for cls in index.classes.values()
            if cls.place in places or cls.path not in mentioning
            for base in index.bases(cls)
            if base.kind == "definition" and base.path not in looked_at
        }
        if not missing:
            return index
        world.fact_store.load(missing)
        looked_at |= missing
