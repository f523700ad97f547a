"""Imports of modules and names of this repository that do not exist.

What it finds
    An import statement that names a module of this repository that is not there, or a name that
    its module does not have, wherever the statement stands: in a function, under TYPE_CHECKING,
    or in a `try` whose `except` hides that it always fails, which the message then says.

    A package of this repository is one that has an `__init__.py`; what may come from an installed
    package is never found. Nor is what can't be known to be missing: what packages have that
    change their `__path__`; names of a module that has `__getattr__`, writes to `globals()`, calls
    something with the name as a keyword (`public(now=clock.now)`), has names that another module of
    its package sets (`setattr(objects, name, cls)`), takes
    names from such a module by a star, can't be read, or is known by its `.pyi` alone; modules that
    are built (`.pyx`, `.so`, `.proto`, `_version`), or that the project's `setup.py` or another
    file for building it names; imports that a test expects to fail, or for which it has put a
    stand-in into `sys.modules`; what is imported from a module in a folder of tests by somebody
    outside that folder, for whom the name may be that of an installed package.

Why it matters
    The statement raises ImportError as soon as it runs. Where a handler catches that, the code
    silently goes on with the fallback, and a test skips what it was written for.

Example
    from app.hub.manager import Manager      # app/hub/manager.py was deleted

How it is fixed
    A path with a canonical one in `[imports]` of migrate.toml is rewritten by the phase
    `canonical-imports`, also if its module is gone. Any other import is corrected or removed by
    hand; where exactly one module defines a name of this spelling, the message says which.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from posixpath import dirname

from onepath.analysis.imports import (
    NameImport,
    binds_unseen,
    has_stand_ins,
    is_expected_to_fail,
    is_guarded,
)
from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.definitions import all_definers, defined, definers, say_definers
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import Guard
from onepath.snapshot.asked import plain_entries
from onepath.symbols.graph.imports import reachable
from onepath.symbols.modules import is_package, is_test

_IMPLICIT = frozenset((
    "__annotations__", "__builtins__", "__cached__", "__dict__", "__doc__", "__file__",
    "__loader__", "__name__", "__package__", "__path__", "__spec__",
))  # fmt: skip
_BUILT = (".pyx", ".pyd", ".so", ".proto", ".c", ".cpp", ".rs")
_GENERATED = frozenset(("_version",))
_BUILDING = frozenset(("setup.py", "setup.cfg", "pyproject.toml", "Cargo.toml", "meson.build"))
"""Files that say, at the top of a repository, which modules come from elsewhere than `.py`."""
_NAMESPACES = "pkg_resources"
"""Whose `declare_namespace` changes the `__path__` of a package."""
_PROTOBUF = ("_pb2", "_pb2_grpc")


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Look at every import that leads nowhere."""
    built = _built(index)
    for name_import in _unresolved(index):
        reason = _reason(index, name_import, built)
        facts = index.facts(name_import.path)
        if not reason or is_expected_to_fail(facts, name_import.statement):
            continue
        parts = [f"'{name_import.dotted}' does not exist: {reason}"]
        if name_import.statement.guard & Guard.TYPE_CHECKING:
            parts.append("only type checkers see it")
        elif is_guarded(facts, name_import.statement):
            parts.append("what catches the error hides it")
        canonical = settings.imports.get(name_import.dotted, "")
        if canonical:
            parts.append(f"the canonical path is '{canonical}'")
        elif (
            name_import.statement.is_from
            and len(places := definers(index, name_import.alias.name)) == 1
        ):
            parts.append(f"'{index.module(places[0])}' defines a '{name_import.alias.name}'")
        message = "; ".join(parts)
        yield Violation(
            name_import.path, name_import.statement.line, message, name_import.dotted, canonical
        )


def _unresolved(index: Index) -> Iterator[NameImport]:
    return chain.from_iterable(index.of_files(_unresolved_in).values())


def _unresolved_in(index: Index, path: str) -> Sequence[NameImport]:
    """The imports of a file that lead nowhere."""
    return [one for one in index.imports_of(path) if one.resolution.kind == "unresolved"]


def _reason(index: Index, name_import: NameImport, built: frozenset[str]) -> str:
    """Why the import fails for certain; empty if that can't be known."""
    resolution = name_import.resolution
    if _is_of_other_tests(index, name_import):
        return ""
    if resolution.reason == "beyond the top package":
        return "the dots lead out of the top package"
    if resolution.reason == "no such module" and not resolution.route:
        if has_stand_ins(index.facts(name_import.path), name_import.statement) or _may_be_built(
            name_import.module, built
        ):
            return ""
        if any(f"{quote}{name_import.module}{quote}" in _building(index) for quote in "'\""):
            return ""
        return _missing_module(index, name_import)
    if _lacks_name(name_import):
        return _missing_name(index, name_import, resolution.path)
    return ""


def _missing_module(index: Index, name_import: NameImport) -> str:
    *parents, last = name_import.module.split(".")
    while parents:
        above = ".".join(parents)
        path = index.resolver.modules.find(above, name_import.path)
        if path is not None:
            if (
                path in index.unread
                or binds_unseen(index.facts(path))
                or _may_be_a_path(index, path)
            ):
                return ""
            kind = "package" if path.endswith(("/__init__.py", "/")) else "module"
            return f"{kind} '{above}' has no module '{last}'"
        last = parents.pop()
    return f"there is no module '{name_import.module}'"


def _missing_name(index: Index, name_import: NameImport, path: str) -> str:
    name = name_import.alias.name
    if path.endswith("/"):
        if not index.resolver.modules.is_ours(name_import.module, name_import.path):
            return ""  # an installed package may have a part of the same namespace
        return f"folder '{name_import.module}' has no module '{name}'"
    if name in _IMPLICIT or path.endswith(".pyi") or path in index.unread:
        return ""
    if _may_have_more(index, path) or _may_be_set(index, path, name):
        return ""
    if has_stand_ins(index.facts(name_import.path), name_import.statement):
        return ""
    if path.endswith("/__init__.py") and _may_be_a_path(index, path):
        return ""
    if path.endswith("/__init__.py") and _may_be_built(
        f"{name_import.module}.{name}", _built(index)
    ):
        return ""
    return f"{path} has no name '{name}'"


def _may_be_a_path(index: Index, path: str) -> bool:
    """Whether a module may have others below it that are not here: it makes names when it is asked,
    and so perhaps a `__path__`, or is a package that changes the one it has, or has it changed."""
    if not is_package(path):
        return "__getattr__" in index.definitions(path)
    facts = index.facts(path)
    top = facts.scopes[0]
    shares = any(fact.module == _NAMESPACES for fact in facts.imports) or "__import__" in top.free
    return shares or "__path__" in top.free or "__path__" in top.bound


def _is_of_other_tests(index: Index, name_import: NameImport) -> bool:
    """Whether the module that is named is in a folder of tests, and the importer is not."""
    first = name_import.module.partition(".")[0]
    home = index.resolver.modules.find(first, name_import.path) if first else None
    if home is None or not is_test(home):
        return False
    root = dirname(dirname(home)) if is_package(home) else dirname(home.rstrip("/"))
    return not f"{name_import.path}/".startswith(f"{root}/" if root else "")


def _may_have_more(index: Index, path: str) -> bool:
    """Whether a module may have names that its text, and what it takes by stars, don't show."""
    load = index.world.fact_store.load
    sources = reachable([path], lambda one: _starred_by(index, one), load)
    return any(
        binds_unseen(index.facts(one)) or "__getattr__" in index.definitions(one)
        for one in {path, *sources}
    )


def _starred_by(index: Index, path: str) -> list[str]:
    """The modules whose names a module takes by stars."""
    stars = index.resolver.table(path).stars
    named = (index.world.modules.absolute(path, fact.level, fact.module) for fact in stars)
    sources = (index.resolver.module(path, dotted) for dotted in named if dotted)
    return [
        resolution.path
        for resolution in sources
        if resolution.kind == "module" and not resolution.path.endswith("/")
    ]


def _may_be_set(index: Index, path: str, name: str) -> bool:
    """Whether a call at the top of a module is given the name as a keyword, as registers of public
    names are, or a module of the package sets names of it that are computed."""
    facts = index.facts(path)
    lines = index.world.read([path]).get(path, b"").split(b"\n") if facts.effects else []
    keyword = re.compile(rb"\b" + re.escape(name.encode()) + rb"\s*=(?!=)")
    if any(keyword.search(_call_at(lines, line)) for line in facts.effects):
        return True
    folder = f"{dirname(path)}/"
    if not is_package(path) or folder == "/":
        return False
    beside = [one for one in index.below(folder) if dirname(one) == dirname(path)]
    package = re.escape(folder[:-1].rpartition("/")[2].encode())
    setting = re.compile(rb"\bsetattr\(\s*(?:\w+\.)*" + package + rb"\s*,\s*(?![\"'])")
    return any(setting.search(text) for text in index.world.read(beside).values())


def _call_at(lines: Sequence[bytes], line: int) -> bytes:
    """The text of a statement that begins on a line, as far as its parentheses are open."""
    depth = 0
    for count, text in enumerate(lines[line - 1 :], 1):
        depth += text.count(b"(") - text.count(b")")
        if depth <= 0:
            return b"\n".join(lines[line - 1 : line - 1 + count])
    return b""


def _may_give(change: FilesChange, path: str, asked: Mapping[str, bytes]) -> bool:
    """Whether a changed file may give others names: modules below it, or by calls, to itself or to
    its package if they are asked for some; these are given with the calls at their top. What others
    gave before can't be read any more."""
    before, after = change.before.facts(path), change.after.facts(path)
    sets = f"{dirname(path)}/__init__.py" in asked and any(
        "setattr" in scope.free for facts in (before, after) for scope in facts.scopes
    )
    calls = path in asked and asked[path] != _calls_at_top(change.after, path)
    return (
        sets or calls or _may_be_a_path(change.before, path) != _may_be_a_path(change.after, path)
    )


def _calls_at_top(index: Index, path: str) -> bytes:
    """A digest over what a module does when it is imported, beside what it binds."""
    effects = index.facts(path).effects
    lines = index.world.read([path]).get(path, b"").split(b"\n") if effects else []
    digest = hashlib.sha256()
    for line in effects:
        digest.update(_call_at(lines, line) + b"\0")
    return digest.digest()


def _may_be_built(module: str, built: frozenset[str]) -> bool:
    """Whether a module without a source may be there once the project is built."""
    last = module.rpartition(".")[2]
    for ending in _PROTOBUF:
        last = last.removesuffix(ending)
    return last in _GENERATED or last in built


def _built(index: Index) -> frozenset[str]:
    """Stems of the files from which, or as which, modules are built."""

    def make() -> frozenset[str]:
        folders = {dirname(path) for path in index.paths}
        names = (
            path.rpartition("/")[2]
            for path in plain_entries(index.world.snapshot.entries)  # asked again by `_follow`
            if path.endswith(_BUILT) and dirname(path) in folders
        )
        stems = {name.partition(".")[0] for name in names}
        # An extension module `spam` is made from `spammodule.c`, by CPython's own custom.
        return frozenset(stems | {stem.removesuffix("module") for stem in stems})

    return index.once("built modules", make)


def _building(index: Index) -> str:
    """The text of the files by which the project is built."""

    def make() -> str:
        names = sorted(name for name in _BUILDING if name in index.world.snapshot.entries)
        return "\n".join(map(_decoded, index.world.read(names).values()))

    return index.once("files for building", make)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _remember(index: Index) -> Memory:
    unresolved = list(_unresolved(index))
    homes = all_definers(index)
    names = {name_import.alias.name for name_import in unresolved}
    sought = {name: tuple(homes.get(name, ())) for name in names}
    lacking = {one.resolution.path for one in unresolved if _lacks_name(one)}
    places = {path: _calls_at_top(index, path) for path in sorted(lacking)}
    known = {name: tuple(paths[:2]) for name, paths in homes.items()}
    return known, sought, places, _built(index), _building(index)


def _lacks_name(name_import: NameImport) -> bool:
    # A longer route means that the module named here has the name, but gets it from nowhere.
    return (
        name_import.resolution.reason == "no such name" and len(name_import.resolution.route) == 1
    )


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> Iterable[Violation] | None:
    """Who defines a name is told of imports anywhere; where else nothing rests on other files."""
    definitions, sought, places, built, building = memory
    touched: set[str] = set()
    for path in change.paths:
        touched |= defined(change.before, path) ^ defined(change.after, path)
    if building != _building(change.after) or built != _built(change.after):
        return None
    if any(_may_give(change, path, places) for path in change.paths):
        return None
    # Of what is sought by now all definers are known, unless nobody else sought it before.
    new = {name_import.alias.name for name_import in _unresolved(change.after)} - sought.keys()
    if not touched.isdisjoint(new):
        return None
    homes = dict[str, Sequence[str]]()
    for name in touched & sought.keys():
        before = {*sought[name]}
        now = before.difference(change.paths)
        now |= {path for path in change.paths if name in defined(change.after, path)}
        if before != now and 1 in (len(before), len(now)):
            return None
        homes[name] = sorted(now)
    say_definers(change.after, {**definitions, **homes} if homes else definitions)
    return check(change.after, change.after.settings)


RULE = Rule(
    name="dangling-import",
    summary="an import of a module or name of this repository that does not exist",
    check=check,
    phase="canonical-imports",
    local=True,
    of_files=(_unresolved_in, defined),
    rests=Rests(_remember, _follow),
)
