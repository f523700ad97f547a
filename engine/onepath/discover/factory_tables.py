"""The `[factories]` that `migrate init` proposes: active where nothing can be lost."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from onepath.analysis.classes import descendants, foreign_base, in_tests
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.demands import lost_arguments, lost_demands
from onepath.analysis.factories.deprecated import DeprecatedFactory
from onepath.analysis.factories.factory import ANNOTATED, DIRECT, SINGLETON, Factory
from onepath.analysis.factories.forwarding import forwardings
from onepath.analysis.factories.variants import find_variants
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import call_sites
from onepath.discover.canonical_factory import (
    KnownFactory,
    canonical_factory,
    declared_places,
    direct_calls,
)
from onepath.discover.published import PublicModules, is_demonstration
from onepath.discover.text import WrittenTables, comment, plain, toml_string
from onepath.model import FUNCTION_KINDS
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders

_MOST = 40
"""How many factories of one class are written out."""
_SHOWN = 5
_STARTERS = frozenset(("main", "run", "cli", "app", "create_app", "make_app", "application"))
"""Functions by whose names programs and servers are started."""
_KNOWN_DECORATORS = frozenset((
    "staticmethod", "classmethod", "deprecated", "lru_cache", "cache", "override", "final",
))  # fmt: skip
_TEXTS = ("config", "text", "file", "string")


def factory_tables(
    index: Index,
    canonical: Canonical,
    written: WrittenTables,
    published: PublicModules,
    declared: Collection[str] = (),
) -> Iterator[str]:
    """The tables of `[factories]` for one canonical class, as lines; and its own, where needed.

    A table is active only where the factory does nothing but forward, is called in this
    repository, and nobody else may call it: no program, framework, subclass or reader of a
    published package. All others are comments with the reason.

    Args:
        index: The whole repository.
        canonical: The canonical class.
        written: What is written so far.
        published: Which modules others may import.
        declared: Factories that the user calls canonical.
    """
    path = canonical.symbol.path
    named = declared_places(index, declared)
    ways = [
        factory
        for factory in factories(index, canonical)
        if _can_go(index, factory) or factory.place in named
    ]
    ways.sort(key=lambda factory: (-factory.calls, factory.path, factory.line))
    known_factories = _with_bodies(index, ways, path)
    way = canonical_factory(index, canonical, known_factories, named)
    supplier = None if way is None else way.found
    to = path if supplier is None else supplier.dotted
    if way is not None and supplier is not None:
        yield from ("", *comment(way.why))
        yield from (f"[canonical.{toml_string(path)}]", f"factory = {toml_string(to)}")
        known_factories = _with_bodies(
            index, [factory for factory in ways if factory != supplier.factory], to
        )
    elif path not in written.active("imports").values():
        yield from ("", "# No line above says that this class is the canonical one.")
        yield f"[canonical.{toml_string(path)}]"
    called = [factory for factory in known_factories if factory.factory.calls]
    if called:
        name = to.rpartition(".")[2]
        text = f"Other ways to a {name}. Each becomes a call of the path on the right."
        yield from ("", f"# {text}")
    reasons = {factory.dotted: [*_reasons(index, factory, to, published)] for factory in called}
    for name in reasons.keys() & set(written.active("imports").values()):
        reasons[name].append("names that are gone become this one")
    _note_texts(index, called, reasons)
    for factory in called[:_MOST]:
        yield from _table(factory, to, reasons[factory.dotted], written)
    if len(called) > _MOST:
        rest = len(called) - _MOST
        yield f"# And {rest} more: `migrate audit --rule factory-variant` lists them."
    if supplier is not None:
        yield from _direct(index, canonical, supplier)
    yield from _uncalled(
        [factory.dotted for factory in known_factories if not factory.factory.calls]
    )


def _can_go(index: Index, factory: Factory) -> bool:
    """Whether it is something that a call or a name can be replaced for."""
    definition = index.definitions(factory.path).get(factory.name)
    if definition is None or factory.kind in (DIRECT, ANNOTATED) or is_demonstration(factory.path):
        return False
    leaf = factory.name.rpartition(".")[2]
    is_hook = leaf.startswith("__") and leaf.endswith("__")
    return definition.kind in (*FUNCTION_KINDS, "alias") and not is_hook


def _with_bodies(index: Index, ways: Sequence[Factory], to: str) -> list[KnownFactory]:
    """What each factory hands on to the way that is kept."""
    dotted = {f"{index.module(factory.path)}.{factory.name}": factory for factory in ways}
    variants, _ = find_variants(index, [DeprecatedFactory(old, to) for old in dotted if old != to])
    by_name = {variant.name: variant for variant in variants}
    handed_on = forwardings(
        index, [variant for variant in variants if variant.blocked is None], variants
    )
    sites = call_sites(index, frozenset(factory.place for factory in ways))
    return [
        KnownFactory(
            factory,
            name,
            by_name.get(name),
            handed_on.get(name),
            sum(not in_tests(site.path) for site in sites[factory.place]),
        )
        for name, factory in dotted.items()
    ]


def _direct(index: Index, canonical: Canonical, supplier: KnownFactory) -> Iterator[str]:
    """The calls of the class itself where its factory is canonical."""
    direct = direct_calls(index, canonical, {supplier.factory.path, canonical.resolution.path})
    if direct:
        path = canonical.symbol.path
        text = f"{path} itself is called outside of its factory {_times(len(direct))}."
        yield from ("", *comment(f"{text} Remove the # to have these calls go through it."))
        yield from (f"# [factories.{toml_string(path)}]", f"# to = {toml_string(supplier.dotted)}")


# ------------------------------------------------------------------ reasons


def _reasons(
    index: Index, known_factory: KnownFactory, to: str, published: PublicModules
) -> Iterator[str]:
    """Why a table must not be active, each in words."""
    factory, variant = known_factory.factory, known_factory.variant
    definition = index.definitions(factory.path)[factory.name]
    leaf = factory.name.rpartition(".")[2]
    hooks = [
        deco
        for deco in definition.decorators
        if deco.partition("(")[0].rpartition(".")[2] not in _KNOWN_DECORATORS
    ]
    if hooks:
        yield f"its decorator '{hooks[0]}' may hand it to somebody who calls it"
    if variant is None or known_factory.forwarding is None:
        blocked = variant.blocked if variant is not None else None
        yield blocked[1] if blocked is not None else "it can't be followed"
        return
    more = known_factory.forwarding.more or factory.beyond
    if more:
        yield f"it does more than forward: {'; '.join(more)}"
    elif factory.kind == SINGLETON:
        yield "it does more than forward: keeps the one that it made"
    lost = lost_demands(index, variant.goal.callee, known_factory.forwarding)
    if lost:
        yield f"it supplies {lost}, which '{to}' refuses to work without"
    if not known_factory.callers:
        yield "only tests call it"
    if leaf in _STARTERS:
        yield "a program may be started by it"
    if "." in factory.name:
        yield from _overriding(index, factory)
    project = published.by(factory.path, factory.name)
    if project:
        yield f"it is public in a package that {project} publishes: others may call it"


def _overriding(index: Index, factory: Factory) -> Iterator[str]:
    """Other classes that have, or may call, a method."""
    owner, _, leaf = factory.name.rpartition(".")
    cls = index.classes.get((factory.path, owner))
    if cls is None:
        yield "its class is not at the top of the module"
        return
    for other in index.ancestors(cls):
        if leaf in other.members:
            yield f"it overrides {other.name}.{leaf}"
    for _, name in sorted(
        place for place in descendants(index, cls) if leaf in index.classes[place].members
    ):
        yield f"{name}.{leaf} overrides it"
    outside = foreign_base(index, cls)
    if outside:
        yield f"{outside}, a base of {cls.name} from outside, may call it"


def _note_texts(
    index: Index, called: Sequence[KnownFactory], reasons: Mapping[str, list[str]]
) -> None:
    """Add where configuration, scripts or strings name a factory that would be active."""
    targets = {
        Target(*factory.factory.place): factory.dotted
        for factory in called
        if not reasons[factory.dotted] and "." not in factory.factory.name
    }
    for held in holders(index.world, targets) if targets else ():
        known = reasons[targets[held.target]]
        if held.kind in _TEXTS and not known and not in_tests(held.path):
            known.append(f"{held.path}:{held.line} names it")


# -------------------------------------------------------------------- text


def _table(
    known_factory: KnownFactory, to: str, reasons: Sequence[str], written: WrittenTables
) -> Iterator[str]:
    factory = known_factory.factory
    called = _times(factory.calls)
    place = plain(f"{factory.kind} in {factory.path}:{factory.line}")
    yield ""
    yield f"# {place}; called {called}."
    active = not reasons and written.takes("factories", known_factory.dotted, to)
    if active:
        yield from (f"[factories.{toml_string(known_factory.dotted)}]", f"to = {toml_string(to)}")
        return
    yield from comment(f"Not active: {'; '.join(reasons) or 'it is written above'}.")
    yield from (f"# [factories.{toml_string(known_factory.dotted)}]", f"# to = {toml_string(to)}")
    more = known_factory.forwarding is not None and known_factory.forwarding.more
    if more or factory.kind == SINGLETON:
        yield "# accept = true  # gives up what it does besides"
    if known_factory.variant is not None and known_factory.forwarding is not None:
        for name in lost_arguments(known_factory.variant.goal.callee, known_factory.forwarding):
            yield f'# add = {{ {name} = "..." }}  # what each call gives: none does so far'


def _uncalled(names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        text = f"Not proposed, because nothing here calls them: {', '.join(names[:_SHOWN])}{more}."
        yield from ("", *comment(text))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
