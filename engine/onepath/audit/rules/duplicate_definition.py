"""Copies: one class or function that is defined in several modules.

What it finds
    Public classes of one name, and public functions of one name and one signature (names, kinds
    and defaults of the parameters), that several modules of this repository define at their top
    level, where they are alike and some file imports, directly or through others, two of them.
    Each place is a finding that names the others.

    Those are shown whose text is nearly the same: three quarters of the lines, without comments
    and docstrings, and of a function at least four. All lines have to be the same where the modules
    are of one name and their folders have three more names of modules in common: such folders are
    kept side by side. What is alike by its names alone (a class with the same members, a function
    that calls the same) mostly plays one role in two places on purpose; it is counted, and shown to
    those who name the rule.

    Functions are alike if at least 60 % of what they do is the same: calls, returns, number of
    statements. Classes are alike if they share three members, by name and signature, and at least
    half of all; or if they have equal bases and equal members, however few. What a class has
    because an ancestor of this repository has it does not count: that is how plug-ins look.

    Left out are names that are the same by convention or on purpose: what no import joins
    (scripts, migrations, plug-ins); what stands in a folder of documents or examples; what a test
    file defines, or a test double (`MockManager`, `FakeClient`, `StubX`, `DummyX`); entry points
    and hooks (`main`, `setup`, `upgrade`, ...); classes that a framework finds by name
    (`Migration`, `Command`, `Meta`, ...); a stand-in in an `except` clause, or beside an import;
    several definitions of one module (versions of a platform), and of modules between which another
    one chooses; `.pyi` stubs; a class that inherits from another of that name, and a function that
    is registered with one; small functions, and empty classes, whose name more than five modules
    define; what modules have whose paths differ in a version (`v2` and `v3`) or in `sync` and
    `async` only; what is generated, as the head of the file says; and what modules have in common
    that play one role (two stores, two dialects): of two or more public names that both define,
    three for a class, no more than half are alike, and these do little or differ.

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

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from posixpath import basename, dirname

from onepath.analysis.index import Index
from onepath.analysis.likeness import ancestry, clusters, content_of
from onepath.audit.changes import FilesChange, Memory, Rests, name_in
from onepath.audit.definitions import public_names
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules._choices import CONDITIONAL
from onepath.audit.rules._parallel import (
    Copy,
    Parallel,
    are_parallel,
    choices_of,
    conditional_imports,
)
from onepath.audit.rules._texts import generated_among, have_twins, lines_of, source_of
from onepath.config.settings import Settings
from onepath.model import FUNCTION_KINDS, Definition, Guard
from onepath.symbols.graph.imports import import_edges, reachable
from onepath.symbols.graph.meeting import meeting
from onepath.symbols.modules import is_vendored

_ENTRY_POINTS = frozenset((
    "app", "application", "cli", "configure", "create_app", "create_parser", "demo", "downgrade",
    "entry_point", "get_parser", "handler", "includeme", "init", "initialize", "install",
    "lambda_handler", "lifespan", "load", "main", "parse_args", "parse_arguments", "ready",
    "register", "run",
    "run_main", "setup", "setup_module", "start", "teardown", "teardown_module", "upgrade",
))  # fmt: skip
_CONVENTIONAL = frozenset(("Command", "Config", "Meta", "Migration", "Params", "Settings"))
_DOUBLES = ("Mock", "Fake", "Stub", "Dummy", "Test", "mock_", "fake_", "stub_", "dummy_", "test_",
            "pytest_")  # fmt: skip
_EXAMPLES = frozenset(
    ("doc", "docs", "documentation", "example", "examples", "samples", "tutorial", "tutorials")
)
_SHOWN = 5

_Kind = str
"""What definitions must share to be the same, with a null between: `class`, the name; for a
function its parameters follow. One text takes a fifth of the memory of tuples in one another."""
_Place = tuple[str, Definition]


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """Group definitions by name and, for functions, by signature; then look for copies."""
    canonical = {
        (one.resolution.path, one.resolution.name): one.symbol.path for one in index.canonical
    }
    copies = _copies(index)
    if not copies:
        return
    graph = {path: [edge.target for edge in edges] for path, edges in index.edges.items()}
    joined = meeting(graph, [[path for path, _ in places] for places in copies])
    for places, paths in zip(copies, joined, strict=True):
        yield from _violations(index, [place for place in places if place[0] in paths], canonical)


def _copies(index: Index) -> Sequence[Sequence[_Place]]:
    """The definitions that are copies of others, of all that have one name."""
    groups = _written(index, _alike(index))
    parallel = Parallel(index, groups, _counts(_all_grouped(index))) if groups else None
    found = [
        [(copy.path, copy.definition) for copy in copies if not parallel.explains(copy, copies)]
        for copies in groups
        if parallel is not None
    ]
    return [places for places in found if places]


def _alike(index: Index) -> Sequence[Sequence[Copy]]:
    """The definitions that are alike, of all that have one name."""

    def alike() -> Iterator[Sequence[Copy]]:
        for places in _namesakes(index):
            contents = [content for _, _, content in places]
            for cluster in clusters(contents) if places else ():
                if len(cluster) > 1:
                    yield [places[at] for at in cluster]

    return index.passing("definitions that are alike", lambda: list(alike()))


def _namesakes(index: Index) -> Iterator[Sequence[Copy]]:
    """The definitions of each kind, where there are several."""
    grouped = {kind: paths for kind, paths in _all_grouped(index).items() if len(paths) > 1}
    by_path: dict[str, list[_Kind]] = {}
    for kind, paths in grouped.items():
        for path in paths:
            by_path.setdefault(path, []).append(kind)
    read: dict[tuple[_Kind, str], Copy] = {}
    # File by file, and not name by name: what is read of a file is not kept.
    for path in sorted(by_path):
        for kind in by_path[path]:
            definition = index.definitions(path)[_name(kind)]
            if _is_unrelated(index, path, definition):
                read[kind, path] = Copy(path, definition, content_of(index, path, definition))
    for kind, paths in grouped.items():
        yield [read[kind, path] for path in paths if (kind, path) in read]


def _counts(grouped: Mapping[_Kind, Sequence[str]]) -> Mapping[str, int]:
    """How many modules define each name, however."""
    return Counter(
        name for name, _ in {(_name(kind), path) for kind in grouped for path in grouped[kind]}
    )


def _written(index: Index, groups: Sequence[Sequence[Copy]]) -> list[list[Copy]]:
    """The definitions that somebody has written, where there are several."""
    generated = generated_among(index, sorted({copy.path for group in groups for copy in group}))
    written = ([copy for copy in group if copy.path not in generated] for group in groups)
    return [group for group in written if len(group) > 1]


def _all_grouped(index: Index) -> Mapping[_Kind, Sequence[str]]:
    """The kinds of definitions -> the files that have one."""

    def grouped() -> Mapping[_Kind, Sequence[str]]:
        found: dict[_Kind, list[str]] = {}
        for path, kinds in index.of_files(_kinds_in).items():
            for kind in kinds:
                found.setdefault(kind, []).append(path)
        return found

    return index.passing("definitions by kind", grouped)


def _kinds_in(index: Index, path: str) -> Sequence[_Kind]:
    """The kinds of the definitions of a file that count, in order."""
    if not path.endswith(".py") or index.is_test(path) or is_vendored(path) or _shows(path):
        return ()
    imported = {alias.bound for fact in index.facts(path).imports for alias in fact.names}
    return tuple(map(_kind, _public(index.definitions(path), imported)))


def _grouped(index: Index, paths: Iterable[str]) -> Mapping[_Kind, Sequence[_Place]]:
    grouped: dict[_Kind, list[_Place]] = {}
    for path in paths:
        for kind in _kinds_in(index, path):
            place = path, index.definitions(path)[_name(kind)]
            grouped.setdefault(kind, []).append(place)
    return grouped


def _shows(path: str) -> bool:
    """Whether a file shows how something is done, by where it is."""
    return not _EXAMPLES.isdisjoint(path.split("/")[:-1])


def _public(
    definitions: Mapping[str, Definition], imported: Collection[str]
) -> Iterator[Definition]:
    """The definitions that count; `imported` are the names that the file imports as well."""
    for name, definition in definitions.items():
        if definition.kind == "class":
            known = name in _CONVENTIONAL
        elif definition.kind in FUNCTION_KINDS:
            known = name in _ENTRY_POINTS
        else:
            continue
        if known or "." in name or name.startswith(("_", *_DOUBLES)):
            continue
        if definition.guard & (Guard.HANDLER | Guard.FUNCTION):
            continue
        if definition.guard & CONDITIONAL and name in imported:
            continue
        if not any(
            name in decorator.replace("(", ".").split(".") for decorator in definition.decorators
        ):
            yield definition


def _kind(definition: Definition) -> _Kind:
    parts = [definition.kind, definition.qualname]
    for name, kind, default, _ in definition.signature if definition.kind != "class" else ():
        parts += name, kind, "=" if default is None else f"={default}"
    return "\0".join(parts)


def _name(kind: _Kind) -> str:
    return kind.split("\0", 2)[1]


def _is_unrelated(index: Index, path: str, definition: Definition) -> bool:
    """Whether a definition is no class that extends another one of the same name."""
    cls = index.classes.get((path, definition.qualname))
    above = () if cls is None else index.ancestors(cls)
    return not any(one.name == definition.qualname and one.path != path for one in above)


def _violations(
    index: Index, places: Sequence[_Place], canonical: Mapping[tuple[str, str], str]
) -> Iterator[Violation]:
    if len(places) < 2:
        return
    name, kind = places[0][1].qualname, places[0][1].kind
    what = "class" if kind == "class" else "function"
    wanted = [canonical[path, name] for path, _ in places if (path, name) in canonical]
    texts = index.world.read(sorted({path for path, _ in places}))
    lines = [lines_of(source_of(texts.get(path, b""), one)) for path, one in places]
    parallel = are_parallel(index, [path for path, _ in places])
    twins = have_twins(lines, functions=kind != "class", equal_only=parallel)
    for (path, definition), has_twin in zip(places, twins, strict=True):
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
            on_request=not (has_twin or wanted),
        )


def _remember(index: Index) -> Memory:
    """How many definitions there are of each kind, which files have some that are alike, of which
    names and with which texts, whose ancestors have a say in that, which files are generated, and
    which files lead to any that has some that are alike.
    """
    grouped = _all_grouped(index)
    every = [copy for group in _alike(index) for copy in group]
    alike = {copy.path for copy in every}
    names = {copy.definition.qualname for copy in every}
    namesakes = [
        (path, _name(kind)) for kind, paths in grouped.items() if len(paths) > 1 for path in paths
    ]
    above = {path for place in namesakes for path in ancestry(index, place)}
    counts = {kind: len(paths) for kind, paths in grouped.items()}
    texts = {path: _text(index, path, names) for path in sorted(alike)}
    generated = generated_among(index, sorted(alike))
    return counts, alike, names, texts, above, generated, _leading(index, alike)


def _leading(index: Index, paths: Set[str]) -> Set[str]:
    """The files that lead to one of some files, these included."""
    importers: dict[str, list[str]] = {}
    for path, edges in index.edges.items() if paths else ():
        for edge in edges:
            importers.setdefault(edge.target, []).append(path)
    return {*paths, *reachable(paths, lambda path: importers.get(path, ()), lambda _: None)}


def _text(index: Index, path: str, names: Set[str]) -> bytes:
    """A digest over what a file says of some names, in their order."""
    data = index.world.read([path]).get(path, b"")
    known = index.definitions(path)
    digest = hashlib.sha256()
    for name in sorted(known.keys() & names):
        digest.update(source_of(data, known[name]) + b"\0")
    return digest.digest()


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """A definition that changes matters where there is, or was, another one of its kind; an import
    where there are copies that it may join."""
    counts, alike, names, texts, above, generated, leading = memory
    leading = leading | change.passing
    before, after = (_grouped(one, change.paths) for one in (change.before, change.after))
    if any(_name(kind) in names for kind in before.keys() ^ after.keys()):
        return None
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
        if alike and not _join_the_same(change, path, leading, names):
            return None
        if path in change.passing and _makes_parallel(change.after, path, alike):
            return None
        if path in alike and public_names(change.before, path) != public_names(change.after, path):
            return None
        if path in alike and (path in generated) != bool(generated_among(change.after, [path])):
            return None
        if path in alike and texts[path] != _text(change.after, path, names):
            return None
    violations = []
    for violation in known:
        name = name_in(change.after, violation)
        definition = change.after.definitions(violation.path).get(name)
        if definition is None:
            return None
        violations.append(violation._replace(line=definition.line))
    return violations


def _members(index: Index, path: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    return [(definition.qualname, definition.bases) for definition in index.facts(path).definitions]


def _join_the_same(change: FilesChange, path: str, leading: Set[str], names: Set[str]) -> bool:
    """Whether a file joins the same definitions that are alike: it leads to them, or chooses."""
    before, after = (_joins(index, path, leading, names) for index in (change.before, change.after))
    if before == after:
        return True
    # What leads to one file alone joins nothing that this one does not; nobody imports it.
    most = max(len(before[0]), len(after[0]))
    return path in change.passing and before[1] == after[1] and most < 2


def _joins(
    index: Index, path: str, leading: Set[str], names: Set[str]
) -> tuple[Set[str], Set[tuple[int, str, str]]]:
    """What a file imports of what leads to copies, and between which of their names it chooses."""
    edges = import_edges(path, index.facts(path), index.world.modules)
    chosen = {one for one in conditional_imports(index, path) if one[2] in names}
    return {edge.target for edge in edges} & leading, chosen


def _makes_parallel(index: Index, path: str, alike: Set[str]) -> bool:
    """Whether folders of copies have one more name in common, or one less, by a file."""
    folders = {dirname(copy) for copy in alike}
    return dirname(path) in folders and any(
        basename(other) == basename(path) and dirname(other) in folders
        for other in index.world.fact_store.python
        if other != path
    )


RULE = Rule(
    name="duplicate-definition",
    summary="the same class or function defined in several modules",
    check=check,
    of_files=(_kinds_in, choices_of),
    rests=Rests(_remember, _follow),
)
