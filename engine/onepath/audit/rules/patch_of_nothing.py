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
from onepath.audit.rules._late_readers import LateReaders, imported_in, late_readers
from onepath.config.settings import Settings
from onepath.model import DottedString, Facts, Guard
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.composed import known_strings

_BUILTINS = frozenset(dir(builtins))
_ALLOWS_MISSING = re.compile(rb"\bcreate\s*=\s*True\b|\braising\s*=\s*False\b")
_COMPUTED = re.compile(rb"\bsetattr\(\s*([A-Za-z_][A-Za-z0-9_.]*)\s*,\s*(?![\"'])")
_PARENTHESIS = re.compile(rb"[()]")
Given = Mapping[str, Set[str]]
"""File -> the modules to which it gives names that it computes."""


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

    @property
    def first(self) -> str:
        """The first name that is looked up in the module; empty if that is patched itself."""
        return self.name or self.string.value[len(self.dotted) + 1 :].partition(".")[0]


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Look at the target of every patch."""
    del settings
    patches = _patches(index)
    yield from _failing(index, patches, _given_names(index) if patches else {})
    for string in patches:
        if _only_passed_on(index, string) and not _late(index).see(_step(string), string.path):
            yield _useless(string)


def _failing(index: Index, patches: Sequence[PatchString], given: Given) -> Iterator[Violation]:
    filled = {module for modules in given.values() for module in modules}
    missing = [
        string for string in patches if string.module not in filled and _missing(index, string)
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
    if string.module is None:
        return ""
    is_last = bool(string.name)
    return _lacks(index, string.module, string.dotted, string.first, is_last=is_last)


def _lacks(index: Index, path: str, dotted: str, name: str, *, is_last: bool) -> str:
    """How a module lacks a name; empty if it has that, or may have it."""
    if path.endswith(("/", ".pyi")) or path in index.unread:
        return ""
    facts = index.facts(path)
    resolution = index.resolver.name(path, name)
    if resolution.kind == "unresolved":
        if resolution.reason != "no such name" or len(resolution.route) != 1 or binds_unseen(facts):
            return ""
        if (name in _BUILTINS and is_last) or _reads(facts, name):
            return ""
        return f"'{dotted}' has no '{name}'"
    binders = index.resolver.table(path).names.get(name, ())
    is_typed = bool(binders) and all(binder.guard & Guard.TYPE_CHECKING for binder in binders)
    if is_typed and not binds_unseen(facts):
        return f"'{dotted}' has '{name}' for type checkers only"
    return ""


def _reads(facts: Facts, name: str) -> bool:
    """Whether a module reads a name that it does not bind: somebody else gives it."""
    return any(name in scope.free for scope in facts.scopes)


def _given_names(index: Index) -> Given:
    """The modules that get names from others, which nothing tells."""

    def given() -> Given:
        paths = list(index.of_files(_sets))
        index.world.read(paths)
        found = {path: _given_by(index, path) for path in paths}
        return {path: modules for path, modules in found.items() if modules}

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
    """Whether a module other than the patching one imports the name and only passes it on."""
    path = string.module
    return path is not None and path != string.path and _passes_on(index, path, string.name)


def _passes_on(index: Index, path: str, name: str) -> bool:
    """Whether a module imports a name, never reads it and does nothing else with it."""
    if path.endswith(("/", ".pyi")) or path in index.unread:
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
    return not any(use[0] == name for use in facts.plain_uses)


def _late(index: Index) -> LateReaders:
    """Who may see patches of what modules only pass on."""

    def late() -> LateReaders:
        passed_on = (one for one in _patches(index) if _only_passed_on(index, one))
        return late_readers(index, frozenset(map(_step, passed_on)))

    return index.passing("late readers of what is passed on", late)


def _step(string: PatchString) -> Step:
    return string.module or "", string.name


# ------------------------------------------------------ after a change


def _remember(index: Index) -> Memory:
    """What is patched in each module; which modules get names from others; who may see patches."""
    patched: dict[str, set[tuple[str, str, bool]]] = {}
    for string in _patches(index):
        if string.module is not None:
            target = string.dotted, string.first, bool(string.name)
            patched.setdefault(string.module, set()).add(target)
    late = _late(index)
    given = {path: set(modules) for path, modules in _given_names(index).items()} if patched else {}
    return patched, given, late.readers, late.importers


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """Patches in changed files are looked at anew; others have to be seen, or not, as before.

    Nobody imports a file that comes or goes: it can't be what a patch in another file waits for.
    """
    patched, given, readers, importers = memory
    patches = _patches(change.after)
    if not patched:
        return None if patches else []
    if _targets(change.before, patched) != _targets(change.after, patched):
        return None
    if {path: given[path] for path in change.paths if path in given} != _given_names(change.after):
        return None
    late = late_readers(change.after, frozenset(readers)).beside(readers, importers, change.paths)
    for step in readers:
        if bool(readers[step]) != bool(late.readers[step]):
            return None
        new = importers[step] ^ late.importers[step]
        if not readers[step] and not new <= change.passing:
            return None
    violations = list(_failing(change.after, patches, given))
    for string in patches:
        if _only_passed_on(change.after, string):
            if _step(string) not in readers:
                return None
            if not late.see(_step(string), string.path):
                violations.append(_useless(string))
    return violations


def _targets(
    index: Index, patched: Mapping[str, Set[tuple[str, str, bool]]]
) -> Sequence[tuple[str, bool]]:
    """What the files that are looked at say of the names that are patched in them."""
    return [
        (_lacks(index, path, dotted, name, is_last=is_last), _passes_on(index, path, name))
        for path in index.looked_at
        for dotted, name, is_last in sorted(patched.get(path, ()))
    ]


RULE = Rule(
    name="patch-of-nothing",
    summary="a patch of a name that nobody looks up",
    check=check,
    by_uses=True,
    of_files=(_patches_in, _sets, imported_in),
    rests=Rests(_remember, _follow),
)
