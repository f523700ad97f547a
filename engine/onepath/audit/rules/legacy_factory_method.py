"""A factory is called that shall not be used any more.

What it finds
    Calls of the functions and methods that `legacy_factories` of a canonical symbol names:

    - a glob with a dot is matched with the dotted path of the definition, and with the path that is
      written at the call: `"app.hub.HubFactory.*"`;
    - a glob without one is matched with the name of the function or method, for those that give an
      instance of the canonical class and those of the classes of its role: `"make_*"`.

    A call is found through imports and aliases. A method is found where the class of the receiver
    is known in the calling function: `HubFactory().make()`, a variable that was assigned one, a
    parameter annotated with it. A method of that name on an unknown receiver is no finding.

Why it matters
    A factory that is only said to be deprecated gains callers. The finding at each call is the list
    of what is left to do, and a gate against new ones.

Example
    # migrate.toml: legacy_factories = ["make_hub"]
    from app.hub import HubFactory

    def serve(user):
        factory = HubFactory()
        return factory.make_hub(user)     # finding

How it is fixed
    Call the class, or its declared `factory`, instead: the phase `factories` does, for what is in
    `[factories]`. What the legacy factory does besides is in the finding of `factory-variant` at
    its definition.
"""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from onepath.analysis.classes import IMPLEMENTATION, candidates, in_tests, role_classes
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import makers
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import call_sites, written_calls
from onepath.analysis.top_classes import Class, Place
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import FUNCTION_KINDS

_ROLES = (IMPLEMENTATION, "subclass", "protocol", "factory")


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Find the calls of legacy factories."""
    for canonical, cls in role_classes(index):
        globs = canonical.symbol.legacy_factories
        places = frozenset(_legacy(index, canonical, cls)) if globs else frozenset()
        found = {
            (site, f"{index.module(place[0])}.{place[1]}")
            for place, sites in call_sites(index, places).items()
            for site in sites
        }
        known = {site for site, _ in found}
        found |= {
            (site, dotted)
            for site, dotted in written_calls(index, [glob for glob in globs if "." in glob])
            if site not in known
        }
        instead = canonical.symbol.factory or canonical.symbol.path
        index.world.read(sorted({site.path for site, _ in found}))
        for site, dotted in sorted(found):
            line, column = index.place(*site)
            yield Violation(
                site.path,
                line,
                f"{dotted} is a legacy factory; call {instead}",
                dotted,
                instead,
                column,
            )


def _legacy(index: Index, canonical: Canonical, cls: Class) -> Iterator[Place]:
    globs = canonical.symbol.legacy_factories
    bare = [glob for glob in globs if "." not in glob]
    dotted = [glob for glob in globs if "." in glob]
    ways = factories(index, canonical)
    for factory in ways:
        if _matches(factory.name.rpartition(".")[2], bare):
            yield factory.place
    roles = {cls.place}
    roles |= {
        candidate.place
        for candidate in candidates(index, canonical, makers(ways))
        if candidate.verdict in _ROLES and candidate.place in index.classes
    }
    for path, name in roles:
        for inner in index.classes[path, name].methods:
            if _matches(inner, bare):
                yield path, f"{name}.{inner}"
    own = [path for path in index.paths if not in_tests(path)] if dotted else []
    for path in own:
        module = index.module(path)
        for name, definition in index.definitions(path).items():
            if definition.kind in FUNCTION_KINDS and _matches(f"{module}.{name}", dotted):
                yield path, name


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _remember(index: Index) -> Memory:
    """Whether there is anything to find: then any file may hold it."""
    return any(canonical.symbol.legacy_factories for canonical, _ in role_classes(index))


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    return None if memory else []


RULE = Rule(
    "legacy-factory-method",
    "A legacy factory is called",
    check,
    "factories",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
