"""Routes to what should be one class construct it differently.

What it finds
    The classes and functions that are called as if they were the canonical class and take other
    arguments: what a deprecated path of `[imports]` leads to, where that is not the canonical class
    itself, and the subclasses and duplicate implementations of the role. Parameters are compared by
    name, kind, default and order. A constructor that cannot be read, because a base outside the
    repository makes it, is no finding.

Why it matters
    An import is changed by its path alone, and the call behind it stays. If the two paths construct
    differently, the call breaks, or worse, takes its argument for another one.

Example
    # migrate.toml: "app.old.Hub" = "app.hub.Hub"
    class Hub:                                     # app/hub.py
        def __init__(self, user, limit=10): ...

    class Hub:                                     # app/old.py, finding: without limit;
        def __init__(self, user, loop=None): ...   # with loop

How it is fixed
    By hand: give the canonical constructor what the others have, with defaults, then make the old
    name an alias. Routes that lead to one class have one constructor by themselves.
"""

from collections.abc import Iterable, Iterator

from onepath.analysis.classes import IMPLEMENTATION, candidates, role_classes
from onepath.analysis.index import Canonical, Index
from onepath.analysis.interfaces import constructor, parameter_words, parameters
from onepath.analysis.top_classes import Class, Place
from onepath.audit.class_changes import ROLES
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import FUNCTION_KINDS, Param

_COMPARED = (IMPLEMENTATION, "subclass")


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Find what is called like a canonical class and takes other arguments."""
    for canonical, cls in role_classes(index):
        expected = constructor(index, cls)
        for place, by in _routes(index, canonical, cls, settings) if expected is not None else ():
            present = _signature(index, place)
            words = "; ".join(parameter_words(expected or (), present or ()))
            if present is not None and words:
                definition = index.definitions(place[0])[place[1]]
                yield Violation(
                    place[0],
                    definition.line,
                    f"{by} is constructed differently from {canonical.symbol.path}: {words}",
                    by,
                    canonical.symbol.path,
                )


def _routes(
    index: Index, canonical: Canonical, cls: Class, settings: Settings
) -> Iterator[tuple[Place, str]]:
    """Each other class or function once, with the dotted path by which it is known."""
    seen = {cls.place}
    for old, new in settings.imports.items():
        resolution, target = index.resolver.dotted(old), index.resolver.dotted(new)
        place = (resolution.path, ".".join((resolution.name, *resolution.rest)))
        routed = (target.path, target.name) == cls.place and resolution.kind == "definition"
        if routed and place not in seen:
            seen.add(place)
            yield place, old
    for candidate in candidates(index, canonical):
        if candidate.verdict in _COMPARED and candidate.place not in seen:
            seen.add(candidate.place)
            yield candidate.place, f"{index.module(candidate.path)}.{candidate.name}"


def _signature(index: Index, place: Place) -> tuple[Param, ...] | None:
    if place in index.classes:
        return constructor(index, index.classes[place])
    definition = index.definitions(place[0]).get(place[1])
    if definition is None or definition.kind not in FUNCTION_KINDS:
        return None
    return parameters(definition)


RULE = Rule(
    "constructor-divergence", "Routes to one class construct it differently", check, rests=ROLES
)
