"""Classes and functions of one name that several modules define, and which are alike."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from onepath.analysis.index import Index
from onepath.analysis.likeness import clusters, content_of
from onepath.audit.rules._choices import CONDITIONAL
from onepath.audit.rules._parallel import Copy
from onepath.model import FUNCTION_KINDS, Definition, Guard
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
Kind = str
"""What definitions must share to be the same, with a null between: `class`, the name; for a
function its parameters follow. One text takes a fifth of the memory of tuples in one another."""
Place = tuple[str, Definition]


def alike(index: Index) -> Sequence[tuple[Kind, Sequence[Copy]]]:
    """The definitions that are alike, of all that are of one kind."""
    return index.passing(
        "definitions that are alike", lambda: list(alike_among(index, all_grouped(index)))
    )


def alike_among(
    index: Index, grouped: Mapping[Kind, Sequence[str]]
) -> Iterator[tuple[Kind, Sequence[Copy]]]:
    """The same of some kinds, of each of which all files that have one are given."""
    for kind, places in _namesakes(index, grouped):
        contents = [content for _, _, content in places]
        for cluster in clusters(contents) if places else ():
            if len(cluster) > 1:
                yield kind, [places[at] for at in cluster]


def _namesakes(
    index: Index, every: Mapping[Kind, Sequence[str]]
) -> Iterator[tuple[Kind, Sequence[Copy]]]:
    """The definitions of each kind, where there are several."""
    grouped = {kind: paths for kind, paths in every.items() if len(paths) > 1}
    by_path: dict[str, list[Kind]] = {}
    for kind, paths in grouped.items():
        for path in paths:
            by_path.setdefault(path, []).append(kind)
    read: dict[tuple[Kind, str], Copy] = {}
    # File by file, and not name by name: what is read of a file is not kept.
    for path in sorted(by_path):
        for kind in by_path[path]:
            definition = index.definitions(path)[name_of(kind)]
            if _is_unrelated(index, path, definition):
                read[kind, path] = Copy(path, definition, content_of(index, path, definition))
    for kind, paths in grouped.items():
        yield kind, [read[kind, path] for path in paths if (kind, path) in read]


def all_grouped(index: Index) -> Mapping[Kind, Sequence[str]]:
    """The kinds of definitions -> the files that have one."""

    def grouped() -> Mapping[Kind, Sequence[str]]:
        found: dict[Kind, list[str]] = {}
        for path, kinds in index.of_files(kinds_in).items():
            for kind in kinds:
                found.setdefault(kind, []).append(path)
        return found

    return index.passing("definitions by kind", grouped)


def kinds_in(index: Index, path: str) -> Sequence[Kind]:
    """The kinds of the definitions of a file that count, in order."""
    if not path.endswith(".py") or index.is_test(path) or is_vendored(path) or _shows(path):
        return ()
    imported = {alias.bound for fact in index.facts(path).imports for alias in fact.names}
    return tuple(map(_kind, _public(index.definitions(path), imported)))


def grouped_in(index: Index, paths: Iterable[str]) -> Mapping[Kind, Sequence[Place]]:
    """The kinds of the definitions of some files -> where they are."""
    grouped: dict[Kind, list[Place]] = {}
    for path in paths:
        for kind in kinds_in(index, path):
            place = path, index.definitions(path)[name_of(kind)]
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


def _kind(definition: Definition) -> Kind:
    parts = [definition.kind, definition.qualname]
    for name, kind, default, _ in definition.signature if definition.kind != "class" else ():
        parts += name, kind, "=" if default is None else f"={default}"
    return "\0".join(parts)


def name_of(kind: Kind) -> str:
    """The name of the definitions of a kind."""
    return kind.split("\0", 2)[1]


def counted(grouped: Mapping[Kind, Iterable[str]]) -> Counter[str]:
    """How many files define each name, however; by kind, the files that have one are given."""
    homes = {(name_of(kind), path) for kind, paths in grouped.items() for path in paths}
    return Counter(name for name, _ in homes)


def _is_unrelated(index: Index, path: str, definition: Definition) -> bool:
    """Whether a definition is no class that extends another one of the same name."""
    cls = index.classes.get((path, definition.qualname))
    above = () if cls is None else index.ancestors(cls)
    return not any(one.name == definition.qualname and one.path != path for one in above)
