"""Definitions of one name that are alike because their modules play one role, or are a choice."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import combinations
from posixpath import basename, dirname
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.analysis.likeness import Content
from onepath.audit.definitions import public_names
from onepath.audit.rules._choices import CONDITIONAL
from onepath.model import Definition, ImportFact
from onepath.symbols.modules import is_package

_ENOUGH = 5
"""Of how many parts equal definitions must be for a copy, whatever else their modules share."""
_MANY = 5
"""In more modules than this a small function, or an empty class, of one name is a convention."""
_IN_COMMON = 3
"""So many names of modules, besides one's own, make two folders parallel."""
_APART = re.compile(r"(?<=/)(v\d+[a-z0-9_]*|_?(a?sync|a?synchronous|aio|asyncio|blocking))(?=/|\.)")
"""Folders and files that are kept side by side: `v2` and `v3beta1`, `_sync` and `_async`."""


class Copy(NamedTuple):
    """A definition that is like another one."""

    path: str
    definition: Definition
    content: Content


class Parallel:
    """What joins the modules that have definitions which are alike.

    Args:
        index: The repository.
        groups: The definitions that are alike, of each name.
        counts: How many modules define each name.
    """

    def __init__(
        self, index: Index, groups: Sequence[Sequence[Copy]], counts: Mapping[str, int]
    ) -> None:
        self._names = {
            copy.path: public_names(index, copy.path) for group in groups for copy in group
        }
        self._alike = Counter(
            pair for group in groups for pair in combinations(sorted({o.path for o in group}), 2)
        )
        self._counts = counts
        self._chosen = _chosen(
            index, {copy.definition.qualname for group in groups for copy in group}
        )

    def explains(self, copy: Copy, group: Iterable[Copy]) -> bool:
        """Whether a definition is no copy of any other one of its group."""
        return all(self._explains(copy, other) for other in group if other.path != copy.path)

    def _explains(self, copy: Copy, other: Copy) -> bool:
        if self._is_convention(copy):
            return True
        name, paths = copy.definition.qualname, {copy.path, other.path}
        if any(chosen == name and paths <= homes for chosen, homes in self._chosen):
            return True
        if _kept_apart(copy.path) == _kept_apart(other.path):
            return True
        if copy.content == other.content and _is_much(copy):
            return False
        shared = len(self._names[copy.path] & self._names[other.path])
        first, second = sorted(paths)
        few = 2 if copy.definition.kind == "class" else 1
        return shared > few and 2 * self._alike[first, second] <= shared

    def _is_convention(self, copy: Copy) -> bool:
        """Whether what does little is what many modules have to have."""
        return _is_small(copy) and is_convention(self._counts[copy.definition.qualname])


def is_convention(count: int) -> bool:
    """Whether so many modules define a small function, or an empty class, of one name by custom."""
    return count > _MANY


def are_parallel(index: Index, paths: Sequence[str]) -> bool:
    """Whether files of one name are in folders that have more names of modules in common."""
    if len({basename(path) for path in paths}) > 1:
        return False
    names = index.passing("modules by folder", lambda: _by_folder(index))
    return (
        len(frozenset.intersection(*(names.get(dirname(path), frozenset()) for path in paths)))
        > _IN_COMMON
    )


def _by_folder(index: Index) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for path in index.paths:
        if path.endswith(".py") and not is_package(path):
            found.setdefault(dirname(path), set()).add(basename(path))
    return {folder: frozenset(names) for folder, names in found.items()}


def _is_small(copy: Copy) -> bool:
    return len(copy.content.parts) < (1 if copy.definition.kind == "class" else 2 * _ENOUGH)


def _is_much(copy: Copy) -> bool:
    return len(copy.content.parts) >= _ENOUGH


def _kept_apart(path: str) -> str:
    """A path without what tells versions, and sync code from async code, apart."""
    return _APART.sub("", path)


def conditional_imports(index: Index, path: str) -> Set[tuple[int, str, str]]:
    """What a file imports of other modules by name where a condition decides."""
    return {
        (statement.level, statement.module, alias.name)
        for statement in index.facts(path).imports
        if statement.is_from and _is_conditional(statement)
        for alias in statement.names
    }


def _chosen(index: Index, names: Set[str]) -> Set[tuple[str, frozenset[str]]]:
    """Names with the files that define them between which some file chooses."""
    return {
        (name, paths)
        for choices in index.of_files(choices_of).values()
        for name, paths in choices.items()
        if name in names
    }


def choices_of(index: Index, path: str) -> Mapping[str, frozenset[str]]:
    """The names that a file imports under a condition -> itself and the files that it takes each
    from."""
    imports = index.imports_of(path)
    chosen = {
        one.alias.name
        for one in imports
        if one.statement.is_from and _is_conditional(one.statement)
    }
    return {
        name: frozenset((path, *(one.resolution.path for one in imports if one.alias.name == name)))
        for name in chosen
    }


def _is_conditional(statement: ImportFact) -> bool:
    return bool(statement.guard & CONDITIONAL)
