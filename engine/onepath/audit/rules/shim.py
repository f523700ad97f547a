"""Modules that only forward to others.

What it finds
    A module that binds names of other modules of this repository and defines nothing of its own:
    imports, aliases, `__all__`, and whatever it does when it is imported. The message says what
    it forwards, what importing it does besides (a warning, a call), how many files still use it,
    and whether nothing in it warns with DeprecationWarning. A module that mostly forwards and
    adds one or two small subclasses or wrappers of what it imports is named too, but as what it
    is: no shim, because deleting it loses something.

    A module is counted, and shown to those who name the rule, that does not warn or call itself old
    and is only nearly a shim, or brings together, in `__all__` or by stars, names of three modules
    or more; or that nothing uses while the package around it has a `__getattr__`, which may look
    for it, or while it is in no package and does something, as a script.

    A package's `__init__` is a shim only if its import warns with DeprecationWarning, or if it
    forwards to outside of the package and the package holds nothing else but shims. Then there is
    one finding for the package and what it holds. Not found are
    the modules through which a canonical path goes, modules that forward from installed packages
    alone (they adapt versions), public modules that offer what private ones of their package
    define, modules that choose between definitions of others, modules that are imported for their
    effects (they import modules whose names nobody looks up through them), modules that a package
    of the same name hides, scripts, tests and `conftest.py`.

Why it matters
    Each shim is one more path to the same thing. Its readers don't know that there is another,
    its import may have effects that the real module's has not, and it hides that a move was never
    finished.

Example
    # app/hub/manager.py
    from app.core.manager import Hub  # all there is

How it is fixed
    The phase `canonical-imports` takes its users to the canonical paths that are in migrate.toml.
    Once nothing uses it, the phase `shims` deletes it, if it is in `[shims]`; what its import does
    besides is moved before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from posixpath import dirname

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules._forwarding import (
    WARNINGS,
    ForwardingModule,
    find_forwarding,
    forwarded_names,
)
from onepath.audit.rules._shim_words import makes_names, nearly_violations, shim_violations
from onepath.config.settings import Settings
from onepath.model import Definition
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.routes import is_own

_OWN_AT_MOST = 2
"""How many subclasses and wrappers a module may add and still be nearly a shim."""


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Look at every module that forwards; what a shim package holds goes with it."""
    del settings
    return index.passing("shims told of", lambda: tuple(_told(index)))


def _told(index: Index) -> Iterator[Violation]:
    violations = list(shims(index))
    packages = tuple(
        f"{dirname(violation.path)}/" for violation in violations if is_package(violation.path)
    )
    for violation in violations:
        folder = dirname(violation.path)
        around = dirname(folder) if is_package(violation.path) else folder
        if not f"{around}/".startswith(packages):
            yield violation


def shims(index: Index) -> Iterable[Violation]:
    """Every module that forwards, those in shim packages as well."""
    whole: list[tuple[ForwardingModule, list[Definition]]] = []
    nearly: list[tuple[ForwardingModule, list[Definition]]] = []
    for path, module in _candidates(index).items():
        if module is not None:
            own = _own(index, path)
            (nearly if own else whole).append((module, own))
    wanted = {forwarding_module.path for forwarding_module, _ in whole}
    whole = [
        (forwarding_module, own)
        for forwarding_module, own in whole
        if _is_whole(index, forwarding_module, wanted)
    ]
    index.world.read(
        sorted(
            forwarding_module.path
            for forwarding_module, _ in whole
            if index.facts(forwarding_module.path).effects
        )
    )
    for forwarding_module, _ in whole:
        yield from shim_violations(index, forwarding_module)
    for forwarding_module, own in nearly:
        if not is_package(forwarding_module.path) and _is_mostly_passed(forwarding_module):
            yield from nearly_violations(index, forwarding_module, own)


def _is_mostly_passed(module: ForwardingModule) -> bool:
    return 2 * len(module.passed) >= len(module.names)


def _candidates(index: Index) -> Mapping[str, ForwardingModule | None]:
    """Files that may be shims -> what they pass on, if that is looked up through them."""

    def candidates() -> Mapping[str, ForwardingModule | None]:
        return {
            path: find_forwarding(index, path, index.looked_up.get(path, ()))
            for path in index.paths
            if _may_be_shim(index, path)
        }

    return index.passing("files that may be shims", candidates)


def _may_be_shim(index: Index, path: str) -> bool:
    """Whether a file is of the kind, and defines little enough itself."""
    canonical = index.once("canonical files", lambda: _canonical_files(index))
    return path not in canonical and path in index.of_files(_defines_little)


def _defines_little(index: Index, path: str) -> bool:
    """Whether a module that can be imported defines next to nothing itself."""
    return not (
        _is_no_library(path)
        or index.resolver.modules.is_hidden(path)
        or len(_own(index, path)) > _OWN_AT_MOST
    )


def _canonical_files(index: Index) -> Set[str]:
    return {
        path
        for _, resolution in index.canonical_names
        for path in (resolution.path, *(path for path, _ in resolution.route))
    }


def _is_no_library(path: str) -> bool:
    name = path.rpartition("/")[2]
    outside = is_test(path) and (
        name.startswith(("test_", "conftest")) or name.endswith("_test.py")
    )
    return outside or not path.endswith(".py") or name in ("__main__.py", "setup.py")


def _own(index: Index, path: str) -> list[Definition]:
    """What a module defines itself."""
    return [
        definition
        for definition in index.facts(path).definitions
        if "." not in definition.qualname and is_own(path, definition, index.resolver)
    ]


def _is_whole(index: Index, module: ForwardingModule, shims: Iterable[str]) -> bool:
    """For a package: whether it says so, or forwards to outside and holds nothing of its own."""
    if not is_package(module.path) or not WARNINGS.isdisjoint(
        index.facts(module.path).scopes[0].free
    ):
        return True
    folder = dirname(module.path) + "/"
    known = set(shims)
    return all(
        other in known or (not index.facts(other).imports and not index.definitions(other))
        for other in index.below(folder)
        if other != module.path
    )


def _remember(index: Index) -> Memory:
    """Who uses the shims and what is nearly one, by which names, and of which it is told; and the
    names that would make other modules shims."""
    candidates = _candidates(index)
    shims = {path for path, module in candidates.items() if module is not None}
    names = {path: set(forwarded_names(index, path)) for path in candidates.keys() - shims}
    return {
        "users": {path: tuple(index.users.get(path, ())) for path in shims},
        "looked up": _looked_up(index, shims),
        "told": {violation.path for violation in check(index, index.settings)},
        "others": {
            path: passed
            for path, passed in names.items()
            if passed and find_forwarding(index, path, passed) is not None
        },
    }


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """A file that is no shim has a say only in who uses which shim by which name."""
    users: Mapping[str, Sequence[str]] = memory["users"]
    if any(violation.path not in users for violation in known):
        return None
    for path in change.paths:
        if makes_names(change.before, path) != makes_names(change.after, path):
            return None
        if path in users or not _may_be_shim(change.after, path):
            continue
        # No other file looks up what it forwards: it would be one already, or the name, which
        # was asked for, would mean something else by now.
        looked_up = change.after.looked_up.get(path, ())
        if find_forwarding(change.after, path, looked_up) is not None or not (
            _may_be_shim(change.before, path) or not forwarded_names(change.after, path)
        ):
            return None
    for path, names in change.after.looked_up.items():
        new = names - change.before.looked_up.get(path, set())
        if not new.isdisjoint(memory["others"].get(path, ())):
            return None
    return _with_users(memory, change)


def _with_users(memory: Memory, change: FilesChange) -> list[Violation] | None:
    """What is told of the shims that have changed, or whose users have, or the names they go by."""
    now = _looked_up(change.after, memory["users"].keys())
    index = Index(change.after.world, change.after.settings, change.paths)
    index.users = {
        path: sorted({*users}.difference(change.paths).union(change.after.users.get(path, ())))
        for path, users in memory["users"].items()
    }
    violations: list[Violation] = []
    for path, before in memory["looked up"].items():
        files = {
            name: {*before.get(name, ())}.difference(change.paths).union(now[path].get(name, ()))
            for name in before.keys() | now[path].keys()
        }
        names = {name for name in files if files[name]}
        same_users = names == before.keys() and index.users[path] == [*memory["users"][path]]
        if same_users and path not in change.paths:
            continue
        module = find_forwarding(index, path, names)
        then = find_forwarding(change.before, path, before)
        if module is None or then is None or not _is_alike(change, module, then):
            return None
        told = list(_violations_of(index, module))
        if path in memory["told"]:
            violations += told
        elif told and _own(index, path):
            return None
    return violations


def _is_alike(change: FilesChange, module: ForwardingModule, then: ForwardingModule) -> bool:
    """Whether a module is as much of a shim as it was, so that all others are judged as before."""
    path = module.path
    own, before = (bool(_own(index, path)) for index in (change.after, change.before))
    return (
        own == before
        and module.names.keys() == then.names.keys()
        and (path not in change.paths or _may_be_shim(change.after, path))
        and not (path in change.paths and is_package(path))
        and not (own and _is_mostly_passed(module) != _is_mostly_passed(then))
    )


def _violations_of(index: Index, module: ForwardingModule) -> Iterator[Violation]:
    own = _own(index, module.path)
    if not own:
        yield from shim_violations(index, module)
    elif not is_package(module.path) and _is_mostly_passed(module):
        yield from nearly_violations(index, module, own)


def _looked_up(index: Index, shims: Set[str]) -> Mapping[str, Mapping[str, set[str]]]:
    """Shim -> the names in it that other files name -> these files."""
    found: dict[str, dict[str, set[str]]] = {path: {} for path in shims}
    for use in index.uses:
        for module, name in use.resolution.route[:1]:
            if module in found and module != use.file:
                found[module].setdefault(name, set()).add(use.file)
    return found


RULE = Rule(
    name="shim",
    summary="a module that only forwards to others",
    check=check,
    phase="shims",
    by_uses=True,
    of_files=(_defines_little,),
    rests=Rests(_remember, _follow),
)
