"""Which factory is the canonical way to an instance, if one is."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from onepath.analysis.classes import in_tests
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.demands import PERMISSION, demands, lost_demands
from onepath.analysis.factories.factory import Factory
from onepath.analysis.factories.forwarding import VariantForwarding
from onepath.analysis.factories.variants import METHOD, Variant, find_goal
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import CallMention, call_sites
from onepath.analysis.top_classes import Class, Place
from onepath.errors import InputError

_MANY, _NEARLY_ALL = 10, 0.75
"""How many calls, and which part of all, make a factory the canonical way."""


class KnownFactory(NamedTuple):
    """A factory with what decides whether it is to go."""

    factory: Factory
    dotted: str
    variant: Variant | None
    forwarding: VariantForwarding | None
    callers: int
    """Calls outside of tests."""


class CanonicalFactory(NamedTuple):
    """The factory that is the canonical way to an instance, and why."""

    found: KnownFactory
    why: str


def check_declared(
    index: Index, roles: Iterable[tuple[Canonical, Class]], declared: Iterable[str]
) -> None:
    """Check that declared factories give instances of canonical classes, one for each at most.

    Raises:
        InputError: One gives none, or two give instances of one class.
    """
    ways = {
        canonical.symbol.path: {way.place for way in factories(index, canonical)}
        for canonical, _ in roles
    }
    taken: dict[str, str] = {}
    for dotted in declared:
        goal = find_goal(index, dotted)
        by = [path for path, found in ways.items() if goal and goal.callee.place in found]
        if not by:
            raise InputError(
                f"'{dotted}' is no function or class method that gives an instance of "
                f"{' or '.join(ways) or 'a canonical class'}",
                hint="`migrate audit --rule factory-variant` lists those that do",
            )
        if by[0] in taken:
            raise InputError(f"'{taken[by[0]]}' and '{dotted}' both make a {by[0]}: name one")
        taken[by[0]] = dotted


# ------------------------------------------------------- the canonical way


def declared_places(index: Index, declared: Iterable[str]) -> frozenset[Place]:
    """Where the factories are that the user calls canonical."""
    goals = (find_goal(index, one) for one in declared)
    return frozenset(goal.callee.place for goal in goals if goal is not None)


def canonical_factory(
    index: Index,
    canonical: Canonical,
    known_factories: Sequence[KnownFactory],
    named: Collection[Place],
) -> CanonicalFactory | None:
    """The factory by which instances are to be made; None where the class is to be called.

    Args:
        index: The whole repository.
        canonical: The canonical class.
        known_factories: Its factories.
        named: Those that the user calls canonical.
    """
    path = canonical.symbol.path
    for factory in known_factories:
        if factory.factory.place in named:
            return CanonicalFactory(
                factory, f"{factory.dotted} is named as the canonical way to an instance."
            )
    supplier = _supplier(index, known_factories, path)
    if supplier is not None and not _is_passed_by(index, canonical, supplier):
        return CanonicalFactory(supplier, _told(index, supplier, path))
    return _most_called(index, canonical, known_factories)


def _most_called(
    index: Index, canonical: Canonical, known_factories: Sequence[KnownFactory]
) -> CanonicalFactory | None:
    """The function of the canonical module by which nearly all calls outside of tests go."""
    home = index.resolver.modules.find(canonical.symbol.path.rpartition(".")[0])
    near = [
        factory
        for factory in known_factories
        if factory.factory.path in (home, canonical.resolution.path)
        and factory.variant is not None
        and factory.variant.callee.kind != METHOD
    ]
    most = max(near, key=lambda factory: (factory.callers, -factory.factory.line), default=None)
    if most is None or most.callers < _MANY:
        return None
    others = [
        factory
        for factory in known_factories
        if factory is not most and not in_tests(factory.factory.path)
    ]
    total = most.callers + sum(factory.callers for factory in others)
    total += len(direct_calls(index, canonical, {canonical.resolution.path, most.factory.path}))
    if most.callers < _NEARLY_ALL * total:
        return None
    text = f"{most.callers} of {total} calls that give an instance outside of tests call"
    return CanonicalFactory(most, f"{text} {most.dotted}: that is proposed as the canonical way.")


# ------------------------------------------------------ what a class demands


def _supplier(
    index: Index, known_factories: Sequence[KnownFactory], path: str
) -> KnownFactory | None:
    """The factory that supplies what the constructor refuses to work without."""
    goal = find_goal(index, path)
    if goal is None:
        return None
    demanded = demands(index, goal.callee)
    home = goal.callee.place[0]
    supplying = [
        factory
        for factory in known_factories
        if factory.variant is not None
        and factory.forwarding is not None
        and factory.variant.callee.kind != METHOD
        # What only its own module can do counts there alone.
        and (
            demanded
            & factory.forwarding.supplied
            - (frozenset() if factory.factory.path == home else {PERMISSION})
        )
    ]
    if not supplying:
        return None
    direct = [
        factory for factory in supplying if _is_direct(factory, goal.callee.place)
    ] or supplying
    return max(
        direct,
        key=lambda factory: (
            factory.factory.path == home,
            factory.factory.calls,
            -factory.factory.line,
        ),
    )


def _is_passed_by(index: Index, canonical: Canonical, supplier: KnownFactory) -> bool:
    """Whether many call the class itself, and more than call the factory."""
    home = {supplier.factory.path, canonical.resolution.path}
    calls = len(direct_calls(index, canonical, home))
    return calls >= _MANY and calls > supplier.factory.calls


def _is_direct(factory: KnownFactory, place: Place) -> bool:
    return factory.factory.forwards_to == (place[1],)


def _told(index: Index, supplier: KnownFactory, path: str) -> str:
    goal, handed_on = find_goal(index, path), supplier.forwarding
    lost = lost_demands(index, goal.callee, handed_on) if goal and handed_on else ""
    return (
        f"{path} refuses to be made without {lost}, which {supplier.dotted} supplies: that is the "
        "canonical way to an instance."
    )


def direct_calls(index: Index, canonical: Canonical, home: Collection[str]) -> list[CallMention]:
    """The calls of a class outside of tests and of the modules where it may be called."""
    cls = canonical.cls
    sites = call_sites(index, frozenset((cls.place,))) if cls is not None else {}
    return [
        mention
        for mentions in sites.values()
        for mention in mentions
        if mention.path not in home and not in_tests(mention.path)
    ]
