"""Copies: one class or function that is defined in several modules.

What it finds
    Public classes of one name, and public functions of one name and one signature (names, kinds
    and defaults of the parameters), that several modules of this repository define at their top
    level, where they are alike and some file imports, directly or through others, two of them.
    Each place is a finding that names the others.

    Functions are alike if at least 60 % of what they do is the same: calls, returns, number of
    statements. Classes are alike if they share three members, by name and signature, and at least
    half of all; or if they have equal bases and equal members, however few. What a class has
    because an ancestor of this repository has it does not count: that is how plug-ins look.

    Left out are names that are the same by convention or on purpose: what no import joins
    (examples, scripts, migrations, plug-ins); what a test file defines, or a test double
    (`MockManager`, `FakeClient`, `StubX`, `DummyX`); entry points and hooks (`main`, `setup`,
    `upgrade`, ...); classes that a framework finds by name (`Migration`, `Command`, `Meta`, ...);
    a stand-in in an `except` clause; several definitions of one module (versions of a platform);
    `.pyi` stubs; and a class that inherits from another of that name.

Why it matters
    A fix reaches only one of the copies. And two classes of one name are taken for one: an
    `isinstance` check, an `except` clause or a patch that meets the wrong one fails without a word.

Example
    # app/auth/models.py        # app/billing/models.py
    class UserContext: ...      class UserContext: ...

How it is fixed
    By hand: keep one definition and import it where the others were (`migrate move` follows all
    uses), or rename those that mean something else. A canonical symbol of migrate.toml says
    which one stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from onepath.analysis.index import Index
from onepath.analysis.likeness import ancestry, clusters, content_of
from onepath.audit.changes import FilesChange, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import Definition, Guard
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.graph.meeting import meeting
from onepath.symbols.modules import is_vendored

_ENTRY_POINTS = frozenset((
    "app", "application", "cli", "configure", "create_app", "create_parser", "downgrade",
    "entry_point", "get_parser", "handler", "includeme", "init", "initialize", "install",
    "lambda_handler", "lifespan", "load", "main", "parse_args", "parse_arguments", "ready",
    "register", "run",
    "run_main", "setup", "setup_module", "start", "teardown", "teardown_module", "upgrade",
))  # fmt: skip
_CONVENTIONAL = frozenset(("Command", "Config", "Meta", "Migration", "Params", "Settings"))
_DOUBLES = ("Mock", "Fake", "Stub", "Dummy", "Test", "mock_", "fake_", "stub_", "dummy_", "test_",
            "pytest_")  # fmt: skip
_SHOWN = 5

_Kind = tuple[object, ...]
_Place = tuple[str, Definition]


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """Group definitions by name and, for functions, by signature; then look for copies."""
    canonical = {
        (one.resolution.path, one.resolution.name): one.symbol.path for one in index.canonical
    }
    copies = _copies(index, _grouped(index, index.paths))
    if not copies:
        return
    graph = {path: [edge.target for edge in edges] for path, edges in index.edges.items()}
    joined = meeting(graph, [[path for path, _ in places] for places in copies])
    for places, paths in zip(copies, joined, strict=True):
        yield from _violations(index, [one for one in places if one[0] in paths], canonical)


def _copies(index: Index, grouped: Mapping[_Kind, Sequence[_Place]]) -> Sequence[Sequence[_Place]]:
    """The definitions that are alike, of all that have one name."""
    found = []
    for namesakes in grouped.values():
        places = _unrelated(index, namesakes) if len(namesakes) > 1 else ()
        contents = [content_of(index, *place) for place in places]
        found += [[places[at] for at in one] for one in clusters(contents) if len(one) > 1]
    return found


def _grouped(index: Index, paths: Iterable[str]) -> Mapping[_Kind, Sequence[_Place]]:
    grouped: dict[_Kind, list[_Place]] = {}
    for path in paths:
        if path.endswith(".py") and not index.is_test(path) and not is_vendored(path):
            for definition in _public(index.definitions(path)):
                grouped.setdefault(_kind(definition), []).append((path, definition))
    return grouped


def _public(definitions: Mapping[str, Definition]) -> Iterator[Definition]:
    for name, definition in definitions.items():
        if definition.kind == "class":
            known = name in _CONVENTIONAL
        elif definition.kind in ("def", "async def"):
            known = name in _ENTRY_POINTS
        else:
            continue
        if known or "." in name or name.startswith(("_", *_DOUBLES)):
            continue
        if not definition.guard & (Guard.HANDLER | Guard.FUNCTION):
            yield definition


def _kind(definition: Definition) -> _Kind:
    """What two definitions must share to be the same."""
    if definition.kind == "class":
        return ("class", definition.qualname)
    parameters = tuple((one.name, one.kind, one.default) for one in definition.params)
    return (definition.kind, definition.qualname, parameters)


def _unrelated(index: Index, places: Sequence[_Place]) -> list[_Place]:
    """The places without the classes that extend another one of the same name."""
    found = []
    for path, definition in places:
        cls = index.classes.get((path, definition.qualname))
        bases = [] if cls is None else cls.bases
        extends = any(base.rpartition(".")[2] == definition.qualname for base in bases)
        if not extends or not any(
            one.name == definition.qualname and one.path != path
            for one in index.ancestors(index.classes[path, definition.qualname])
        ):
            found.append((path, definition))
    return found


def _violations(
    index: Index, places: Sequence[_Place], canonical: Mapping[tuple[str, str], str]
) -> Iterator[Violation]:
    if len(places) < 2:
        return
    name, kind = places[0][1].qualname, places[0][1].kind
    what = "class" if kind == "class" else "function"
    wanted = [canonical[path, name] for path, _ in places if (path, name) in canonical]
    for path, definition in places:
        if (path, name) in canonical:
            continue
        others = [f"'{index.module(other)}'" for other, _ in places if other != path]
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield Violation(
            path,
            definition.line,
            f"{what} '{name}' is defined {len(places)} times, "
            f"also in {', '.join(others[:_SHOWN])}{more}",
            f"{index.module(path)}.{name}",
            wanted[0] if len(wanted) == 1 else "",
        )


def _remember(index: Index) -> Memory:
    """How many definitions there are of each kind, whether some are alike, and whose ancestors
    have a say in that."""
    grouped = _grouped(index, index.paths)
    namesakes = [place for places in grouped.values() if len(places) > 1 for place in places]
    above = {path for place in namesakes for path in ancestry(index, *place)}
    counts = {kind: len(places) for kind, places in grouped.items()}
    return counts, bool(_copies(index, grouped)), above


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """A definition that changes matters where there is, or was, another one of its kind; an import
    where there are copies that it may join."""
    counts, has_copies, above = memory
    before, after = (_grouped(one, change.paths) for one in (change.before, change.after))
    for kind in before.keys() | after.keys():
        one, two = (
            [(path, content_of(index, path, definition)) for path, definition in places]
            for index, places in (
                (change.before, before.get(kind, ())),
                (change.after, after.get(kind, ())),
            )
        )
        count = counts.get(kind, 0)
        if one != two and max(count, count - len(one) + len(two)) > 1:
            return None
    for path in change.paths:
        if path in above and _members(change.before, path) != _members(change.after, path):
            return None
        if has_copies and _targets(change.before, path) != _targets(change.after, path):
            return None
    found = []
    for violation in known:
        name = name_in(change.after, violation)
        definition = change.after.definitions(violation.path).get(name)
        if definition is None:
            return None
        found.append(violation._replace(line=definition.line))
    return found


def _members(index: Index, path: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    return [(one.qualname, one.bases) for one in index.facts(path).definitions]


def _targets(index: Index, path: str) -> set[str]:
    return {one.target for one in import_edges(path, index.facts(path), index.world.modules)}


RULE = Rule(
    name="duplicate-definition",
    summary="the same class or function defined in several modules",
    check=check,
    rests=Rests(_remember, _follow),
)
