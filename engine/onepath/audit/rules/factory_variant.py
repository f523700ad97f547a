"""An instance of a canonical class comes to be in another way.

What it finds
    Everything that gives an instance of the canonical class other than a call of the class, or of
    its `factory` where one is declared, each at its definition and with its kind:

    - `function_factory`: a function that returns or yields one;
    - `class_factory`, `class_method`, `static_factory`: a method that does;
    - `singleton_pattern`: a module variable that holds one and that other modules use or a function
      gives, a function that keeps the one it made in a global or a class attribute, or is cached;
    - `alias_pattern`: another name for a factory, or a name that reads like a function for the
      class;
    - `dynamic`: one made through `type(...)`, `__class__` or `getattr`;
    - `annotated`: a function that says it returns one and whose result cannot be read;
    - `direct_call`: calls of the class itself where a factory is declared.

    What gives the result of a factory is a factory. The message says what it calls, what it does
    beyond forwarding, and how often it is called, tests included. Fixtures and helpers in tests are
    no findings, nor are methods that hand out an instance which somebody else made.

Why it matters
    Each way has its own defaults, checks and lifetime. Whether two callers share an instance, and
    what it was made with, depends on which way they found.

Example
    class Hub:                        # canonical
        def __init__(self, user): ...

    def make_hub(user):               # finding: function_factory; besides, it calls log.info
        log.info("new hub")
        return Hub(user)

    hub = Hub("shared")               # finding: singleton_pattern, if others import it

How it is fixed
    The phase `factories` replaces a factory that only forwards at each call, if it is in
    `[factories]`. One that does more needs a decision first: the difference belongs into the class,
    into the canonical factory, or to the caller. Declare the way that stays as `factory` of the
    canonical symbol.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from onepath.analysis.classes import role_classes
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import DIRECT, Factory
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import files_using, tops_asked_for
from onepath.analysis.places import looked_at
from onepath.analysis.top_classes import Place
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.class_changes import looked_at_in, remember_roles, roles_stand
from onepath.audit.factory_changes import factories_after, remember_factories
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Find the ways to an instance of a canonical class."""
    for canonical, _ in role_classes(index):
        for factory in factories(index, canonical):
            yield _violation(index, canonical, factory)


def _violation(index: Index, canonical: Canonical, factory: Factory) -> Violation:
    return Violation(
        factory.path,
        factory.line,
        _message(factory, canonical),
        f"{index.module(factory.path)}.{factory.name}",
        canonical.symbol.factory or canonical.symbol.path,
    )


def _message(factory: Factory, canonical: Canonical) -> str:
    name = canonical.symbol.path.rpartition(".")[2]
    # Numbers are no part of a fingerprint, words are: they stay the same for every count.
    called = f"calls: {factory.calls}, files: {factory.files}"
    if factory.kind == DIRECT:
        return f"{factory.kind}: {name} is called and not {canonical.symbol.factory}; {called}"
    by = [target for target in factory.forwards_to if target != name]
    way = f" by way of {', '.join(by)}" if by else ""
    besides = "; ".join(factory.beyond)
    more = f"; beyond forwarding: {besides}" if besides else ""
    return f"{factory.kind}: {factory.name}{factory.signature} gives a {name}{way}{more}; {called}"


def _remember(index: Index) -> Memory:
    factories_known = remember_factories(index)
    tops = frozenset(tops_asked_for(index))
    return {
        "roles": remember_roles(index),
        "tops": tops,
        "files": frozenset(files_using(index, tops)),
        "places": frozenset(looked_at(index)),
        "factories": factories_known,
    }


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """Functions are read only in files that mention what is made; others may do what they like.

    In those, the search is made again. Nobody has looked at what is in a file that comes or goes.
    """
    for path in change.paths:
        before, after = (
            list(looked_at_in(index, memory["places"], path))
            for index in (change.before, change.after)
        )
        if before != after and path not in change.passing:
            return None
    if not roles_stand(memory["roles"], change):
        return None
    is_concerned = bool(known) or not memory["files"].isdisjoint(change.paths)
    if not is_concerned and memory["tops"].isdisjoint(_named(change.after, change.paths)):
        return []
    found = factories_after(memory["factories"], change)
    if found is None:
        return None
    return [_violation(change.after, canonical, factory) for canonical, factory in found]


def _named(index: Index, paths: Sequence[str]) -> Iterator[Place]:
    """What some files use, or give another name."""
    for use in index.uses:
        yield use.resolution.path, use.resolution.name
    for path, definition in chain.from_iterable(map(index.aliases_of, paths)):
        resolution = index.resolver.name(path, definition.qualname)
        yield resolution.path, resolution.name


RULE = Rule(
    "factory-variant",
    "An instance of a canonical class comes to be in another way",
    check,
    "factories",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
