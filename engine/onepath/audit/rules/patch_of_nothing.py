"""Patches of a name that nobody looks up.

What it finds
    A string given to `mock.patch`, `mocker.patch` or `monkeypatch.setattr` (as their target; known
    by what they are imported from, fixtures by their names), also one that is put together from
    constants and names of modules, where it is certain that the patch
    fails or changes nothing:

    - the module is one of this repository and does not exist;
    - the module has no such name, or has it under TYPE_CHECKING only, and the call does not say
      `create=True` or `raising=False`, and nothing shows that others give the module names: it
      reads the name itself, or some module calls `setattr` on it with a name that is computed;
    - the name is there only because the module imports it, the module itself never reads it, and
      nobody looks it up there later: no import inside a function, no attribute access, no star
      import. Who imported it at the top of a file keeps what was there before the patch.

    Not found are patches that may count: of a name that the module defines itself or reads
    anywhere, of a builtin, of an attribute of an object (`pkg.mod.Class.method`), in a module with
    `__getattr__` or writes to its own namespace, and where the test imports a module that imports
    the name only then, inside the patch.

Why it matters
    The test goes on with the real thing and passes: it tests something else than it says, and
    often with real connections.

Example
    # app/service.py:  from app.hub import Manager     (looked up as app.service.Manager)
    with mock.patch("app.old_hub.Manager"): ...       # nobody looks there

How it is fixed
    By hand: patch the name in the module that reads it. Where the target is a deprecated path of
    migrate.toml, the phase `canonical-imports` rewrites it, unless its module looks the name up
    itself.
"""

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from onepath.analysis.imports import binds_unseen
from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import DottedString, Facts, Guard
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.composed import known_strings

_BUILTINS = frozenset(dir(builtins))
_ALLOWS_MISSING = re.compile(rb"\bcreate\s*=\s*True\b|\braising\s*=\s*False\b")
_COMPUTED = re.compile(rb"\bsetattr\(\s*([A-Za-z_][A-Za-z0-9_.]*)\s*,\s*(?![\"'])")
_PARENTHESIS = re.compile(rb"[()]")


class PatchString(NamedTuple):
    """A string that a call takes for the name to replace."""

    path: str
    string: DottedString
    module: str | None
    """The file that is named; None if there is none."""
    name: str
    """The name in it; empty if the path is that of a module or goes deeper."""
    dotted: str
    """The dotted name of the module."""


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Look at the target of every patch."""
    del settings
    patches = _patches(index)
    yield from _failing(index, patches, _given_names(index) if patches else frozenset())
    passed_on = [
        string for string in patches if string.module is not None and _only_passed_on(index, string)
    ]
    late = _Late(index, {(string.module or "", string.name) for string in passed_on})
    for string in passed_on:
        if not late.sees(string):
            yield _useless(string)


def _failing(index: Index, patches: Sequence[PatchString], given: Set[str]) -> Iterator[Violation]:
    missing = [
        string for string in patches if string.module not in given and _missing(index, string)
    ]
    index.world.read(sorted({string.path for string in missing}))
    for string in missing:
        if not _may_be_missing(index, string):
            yield _violation(string, f"the patch fails: {_missing(index, string)}")


def _useless(string: PatchString) -> Violation:
    return _violation(
        string,
        f"nothing is patched: '{string.dotted}' imports '{string.name}' and never reads it, "
        "and nobody looks it up there; patch it where it is used",
    )


def _violation(string: PatchString, message: str) -> Violation:
    return Violation(
        string.path, string.string.line, f"'{string.string.value}': {message}", string.string.value
    )


def _patches(index: Index) -> Sequence[PatchString]:
    return list(chain.from_iterable(index.of_files(_patches_in).values()))


def _patches_in(index: Index, path: str) -> Sequence[PatchString]:
    resolver = index.resolver
    facts = index.facts(path)
    found = []
    for string in (*facts.strings, *known_strings(path, facts, resolver)):
        parts = string.value.split(".")
        if parts[0] not in index.tops or not string.callee or ":" in string.value:
            continue
        if not resolver.modules.is_ours(parts[0], path):
            continue
        if purpose_of(path, facts, resolver, string) is not Purpose.PATCHES:
            continue
        count, module = _longest_module(index, parts[:-1], path)
        name = parts[-1] if count == len(parts) - 1 else ""
        found.append(PatchString(path, string, module, name, ".".join(parts[: max(count, 1)])))
    return found


def _longest_module(index: Index, parts: list[str], path: str) -> tuple[int, str | None]:
    """How many parts name a module, and its file, as mock finds it: by imports from the left."""
    found: str | None = None
    for count in range(1, len(parts) + 1):
        if found is not None and index.resolver.binds(found, parts[count - 1]):
            return count - 1, found
        inner = index.resolver.modules.find(".".join(parts[:count]), path)
        if inner is None:
            return count - 1, found
        found = inner
    return len(parts), found


# -------------------------------------------------------------- missing


def _missing(index: Index, string: PatchString) -> str:
    """What of the target does not exist; empty if it does, or may."""
    path = string.module
    if path is None or path.endswith(("/", ".pyi")) or path in index.unread:
        return ""
    facts = index.facts(path)
    name = string.name or string.string.value[len(string.dotted) + 1 :].partition(".")[0]
    resolution = index.resolver.name(path, name)
    if resolution.kind == "unresolved":
        if resolution.reason != "no such name" or len(resolution.route) != 1 or binds_unseen(facts):
            return ""
        if (name in _BUILTINS and string.name) or _reads(facts, name):
            return ""
        return f"'{string.dotted}' has no '{name}'"
    binders = index.resolver.table(path).names.get(name, ())
    is_typed = bool(binders) and all(binder.guard & Guard.TYPE_CHECKING for binder in binders)
    if is_typed and not binds_unseen(facts):
        return f"'{string.dotted}' has '{name}' for type checkers only"
    return ""


def _reads(facts: Facts, name: str) -> bool:
    """Whether a module reads a name that it does not bind: somebody else gives it."""
    return any(name in scope.free for scope in facts.scopes)


def _given_names(index: Index) -> Set[str]:
    """The modules that get names from others, which nothing tells."""

    def given() -> Set[str]:
        paths = list(index.of_files(_sets))
        index.world.read(paths)
        return {module for path in paths for module in _given_by(index, path)}

    return index.passing("modules that are given names", given)


def _sets(index: Index, path: str) -> bool:
    """Whether a file that serves no tests calls `setattr`."""
    if index.is_test(path):
        return False
    return any("setattr" in scope.free for scope in index.facts(path).scopes)


def _given_by(index: Index, path: str) -> Set[str]:
    """The modules to which a file gives names that it computes."""
    data = index.world.read([path]).get(path, b"")
    resolutions = (index.named(path, match[1].decode()) for match in _COMPUTED.finditer(data))
    return {resolution.path for resolution in resolutions if resolution.kind == "module"}


def _may_be_missing(index: Index, string: PatchString) -> bool:
    """Whether the call, or the file, makes the name itself."""
    if "sys.modules" in index.facts(string.path).dynamic:
        return True
    data = index.world.read([string.path]).get(string.path, b"")
    return bool(_ALLOWS_MISSING.search(_rest_of_call(data, string.string.end)))


def _rest_of_call(data: bytes, start: int) -> bytes:
    """What follows an argument, up to the parenthesis that closes the call."""
    depth = 0
    for mark in _PARENTHESIS.finditer(data, start):
        depth += 1 if mark[0] == b"(" else -1
        if depth < 0:
            return data[start : mark.start()]
    return b""


# ------------------------------------------------------- only passed on


def _only_passed_on(index: Index, string: PatchString) -> bool:
    """Whether a module imports a name, never reads it and does nothing else with it."""
    path, name = string.module or "", string.name
    if path.endswith(("/", ".pyi")) or path == string.path or path in index.unread:
        return False
    binders = index.resolver.table(path).names.get(name, [])
    if not binders or any(
        binder.imported is None or binder.guard & Guard.TYPE_CHECKING for binder in binders
    ):
        return False
    if index.resolver.name(path, name).kind not in ("definition", "external"):
        return False
    facts = index.facts(path)
    if binds_unseen(facts):
        return False
    return not any(use[0] == name for use in facts.raw["uses"])


class _Imported(NamedTuple):
    """What a file imports, as far as it matters to patches."""

    at_top: Sequence[Step]
    """What it takes of modules by name while it is imported itself."""
    in_functions: Sequence[Step]
    """The same, later."""
    starred: Sequence[str]
    """The modules that it takes stars from."""
    modules: Sequence[str]
    """Those on the way to what it imports in functions."""


def _imported_in(index: Index, path: str) -> _Imported | None:
    at_top: dict[Step, None] = {}
    in_functions: dict[Step, None] = {}
    starred: dict[str, None] = {}
    modules: dict[str, None] = {}
    for name_import in index.imports_of(path):
        resolution, name = name_import.resolution, name_import.alias.name
        is_late = name_import.statement.guard & Guard.FUNCTION
        for step in resolution.route[:1]:
            if step[1] == name:
                (in_functions if is_late else at_top)[step] = None
        if name == "*" and resolution.kind == "module":
            starred[resolution.path] = None
        if is_late:
            modules |= dict.fromkeys(step[0] for step in resolution.route)
            if resolution.kind == "module":
                modules[resolution.path] = None
    found = _Imported(tuple(at_top), tuple(in_functions), tuple(starred), tuple(modules))
    return found if any(found) else None


class _Late:
    """Who looks up a name of another module after the imports at the top of files have run.

    Args:
        index: The repository.
        sought: The names in question.
    """

    def __init__(self, index: Index, sought: set[Step]) -> None:
        self._index = index
        self.steps: set[Step] = set()
        self.importers: dict[Step, set[str]] = {}
        self.starred: set[str] = set()
        self.in_functions: dict[str, Set[str]] = {}
        for path, imported in index.of_files(_imported_in).items():
            self.steps |= sought.intersection(imported.in_functions)
            for step in sought.intersection(imported.at_top):
                self.importers.setdefault(step, set()).add(path)
            self.starred.update(imported.starred)
            if imported.modules:
                self.in_functions[path] = frozenset(imported.modules)
        for use in index.uses:
            if not use.line:
                self.steps |= sought.intersection(use.resolution.route[:1])

    def sees(self, string: PatchString) -> bool:
        """Whether somebody may see the patch."""
        step = (string.module or "", string.name)
        if step in self.steps or step[0] in self.starred:
            return True
        # A module that the test imports inside the patch may import the name only then.
        imported = self.in_functions.get(string.path, frozenset())
        return not imported.isdisjoint(self.importers.get(step, ())) or self._has_chain(step)

    def _has_chain(self, step: Step) -> bool:
        """Whether a file that names the module reads an attribute of this name from something."""
        return any(
            name == step[1]
            for path in self._index.users.get(step[0], ())
            for _, _, _, _, _, _, chain, _ in self._index.facts(path).raw["uses"]
            for name, _ in chain
        )


# ------------------------------------------------------ after a change


def _remember(index: Index) -> Memory:
    """Every name that is patched, by its module, and the modules that get names from others."""
    found: dict[str, set[str]] = {}
    for string in _patches(index):
        if string.module is not None:
            found.setdefault(string.module, set()).add(string.name)
    return found, _given_names(index) if found else set()


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """Whether a patch is of use is decided anew only where it was decided before."""
    patched, given = memory
    if _seen(change.before, change.paths, patched) != _seen(change.after, change.paths, patched):
        return None
    if _given_names(change.before) != _given_names(change.after):
        return None
    decided = {(string.path, string.string.value) for string in _patches(change.before)}
    useless = {(one.path, one.message) for one in known}
    patches = _patches(change.after)
    violations = list(_failing(change.after, patches, given))
    for string in patches:
        if string.module is not None and _only_passed_on(change.after, string):
            if (string.path, string.string.value) not in decided:
                return None
            violation = _useless(string)
            if (string.path, violation.message) in useless:
                violations.append(violation)
    return violations


def _seen(index: Index, paths: Sequence[str], patched: Mapping[str, Set[str]]) -> list[object]:
    """What files do with the names that are patched: as their modules, and as their readers."""
    steps = {(module, name) for module, names in patched.items() for name in names}
    late = _Late(index, steps)
    patching = {string.path for string in _patches(index)}
    uses = {path: index.facts(path).raw["uses"] for path in paths}
    read = {path: {use[0] for use in uses[path]} for path in paths}
    attributes = {path: {name for use in uses[path] for name, _ in use[6]} for path in paths}
    return [
        [patched[path] & read[path] for path in paths if path in patched],
        late.steps,
        late.importers,
        late.starred & patched.keys(),
        {path: late.in_functions.get(path) for path in patching},
        {
            module: {name for path in files for name in patched[module] & attributes[path]}
            for module, files in index.users.items()
            if module in patched
        },
    ]


RULE = Rule(
    name="patch-of-nothing",
    summary="a patch of a name that nobody looks up",
    check=check,
    by_uses=True,
    of_files=(_patches_in, _sets, _imported_in),
    rests=Rests(_remember, _follow),
)
