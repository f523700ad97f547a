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
    resolutions = [
        resolution
        for resolution in map(world.resolver.dotted, dotted)
        if resolution.kind == "definition"
    ]
    others = [
        resolution
        for resolution in map(world.resolver.dotted, besides)
        if resolution.kind == "definition"
    ]
    words = {one.rpartition(".")[2] for one in dotted}
    words |= {part for resolution in resolutions for part in (resolution.name, *resolution.rest)}
    words |= {name for resolution in resolutions for _, name in resolution.route}
    while True:
        paths = world.fact_store.mentioning(Needles.of(words))
        index = _with_bases(world, paths, [*resolutions, *others])
        targets = {(resolution.path, resolution.name) for resolution in resolutions}
        more = {name for _, name in names_of(targets, paths, world.resolver, words)}
        for resolution in resolutions:
            cls = index.classes.get((resolution.path, resolution.name))
            if cls is not None:
                more |= {name for _, name in descendants(index, cls)}
        if more <= words:
            return index, tuple(sorted(words))
        words |= more


def _with_bases(world: World, paths: Iterable[str], resolutions: Iterable[Resolution]) -> Index:
    """An index that has the bases of these classes and of those that inherit from them, too."""
    mentioning, places = (
        frozenset(paths),
        {(resolution.path, resolution.name) for resolution in resolutions},
    )
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
