"""Pickles: files that keep the path of what they hold, and need it to be read again."""

from collections.abc import Container, Iterator
from posixpath import splitext

from onepath.facts.prefilter.words import Needles
from onepath.symbols.find_references.targets import Holder, SoughtTargets
from onepath.symbols.world import World

_SUFFIXES = (".dump", ".joblib", ".p", ".pck", ".pcl", ".pickle", ".pkl")


def pickle_holders(world: World, sought: SoughtTargets, skip: Container[str]) -> Iterator[Holder]:
    """The pickles that name some targets: a module, and a name of it apart.

    Args:
        world: The code.
        sought: The targets.
        skip: Files that are not looked at.
    """
    paths = [
        path
        for path, entry in world.snapshot.entries.items()
        if splitext(path)[1] in _SUFFIXES and entry.is_regular and path not in skip
    ]
    if not paths:
        return
    modules = {dotted: dotted.removesuffix(f".{to.name}") for dotted, to in sought.dotted.items()}
    # The first protocols put a letter right before the path of the module.
    spelled = {
        dotted: Needles.of([to.name] if to.name else [dotted, f"c{dotted}"])
        for dotted, to in sought.dotted.items()
    }
    every = Needles.of(word.decode() for needles in spelled.values() for word in needles.words)
    for path, data in world.read([*world.fact_store.others_mentioning(paths, every)]).items():
        for dotted, to in sought.dotted.items():
            if modules[dotted].encode() in data and spelled[dotted].hit(data):
                yield Holder(path, 1, "text", dotted, to)
