"""The same name defined in several modules.

What it finds
    Public classes of one name, and public functions of one name and one signature (names, kinds
    and defaults of the parameters), that several modules of this repository define at their top
    level. Each place is a finding that names the others.

    Left out are names that are the same by convention or on purpose: what a test file defines, or
    a test double (`MockManager`, `FakeClient`, `StubX`, `DummyX`); entry points and hooks (`main`,
    `setup`, `upgrade`, ...); classes that a framework finds by name (`Migration`, `Command`,
    `Meta`, ...); a stand-in in an `except` clause; several definitions of one module (versions of
    a platform); `.pyi` stubs; and a class that inherits from another of that name.

Why it matters
    Two classes of one name are taken for one. An `isinstance` check, an `except` clause or a patch
    that meets the wrong one fails without a word, and a fix reaches only one of them.

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
from onepath.audit.changes import Change, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import Definition, Guard

_ENTRY_POINTS = frozenset((
    "app", "application", "cli", "configure", "create_app", "create_parser", "downgrade",
    "entry_point", "get_parser", "handler", "includeme", "init", "initialize", "lambda_handler",
    "lifespan", "load", "main", "parse_args", "parse_arguments", "ready", "register", "run",
    "run_main", "setup", "setup_module", "start", "teardown", "teardown_module", "upgrade",
))  # fmt: skip
_CONVENTIONAL = frozenset(("Command", "Config", "Meta", "Migration", "Params", "Settings"))
_DOUBLES = ("Mock", "Fake", "Stub", "Dummy", "Test", "mock_", "fake_", "stub_", "dummy_", "test_",
            "pytest_")  # fmt: skip
_SHOWN = 5

_Kind = tuple[object, ...]
_Place = tuple[str, Definition]


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Group definitions by name and, for functions, by signature."""
    canonical = {
        (one.resolution.path, one.resolution.name): one.symbol.path for one in index.canonical
    }
    for places in _grouped(index, index.paths).values():
        if len(places) > 1:
            yield from _violations(index, _unrelated(index, places), canonical)


def _grouped(index: Index, paths: Iterable[str]) -> Mapping[_Kind, Sequence[_Place]]:
    grouped: dict[_Kind, list[_Place]] = {}
    for path in paths:
        if path.endswith(".py") and not index.is_test(path):
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
            path, definition.line,
            f"{what} '{name}' is defined {len(places)} times, "
            f"also in {', '.join(others[:_SHOWN])}{more}",
            f"{index.module(path)}.{name}", wanted[0] if len(wanted) == 1 else "",
        )  # fmt: skip


def _remember(index: Index) -> Memory:
    """How many definitions there are of each kind."""
    return {kind: len(places) for kind, places in _grouped(index, index.paths).items()}


def _follow(memory: Memory, change: Change, known: Sequence[Violation]) -> list[Violation] | None:
    """A definition that comes or goes matters where there is, or was, another one of its kind."""
    before, after = (_grouped(one, change.paths) for one in (change.before, change.after))
    for kind in before.keys() | after.keys():
        paths = [[path for path, _ in one.get(kind, ())] for one in (before, after)]
        count = memory.get(kind, 0)
        if paths[0] != paths[1] and max(count, count - len(paths[0]) + len(paths[1])) > 1:
            return None
    found = []
    for one in known:
        definition = change.after.definitions(one.path).get(name_in(change.after, one))
        if definition is None:
            return None
        found.append(one._replace(line=definition.line))
    return found


RULE = Rule(
    name="duplicate-definition",
    summary="the same class or function defined in several modules",
    check=check,
    rests=Rests(_remember, _follow),
)
