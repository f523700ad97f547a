"""What an audit rests on, so that the next one need not begin anew where little has changed.

An audit of the whole repository leaves behind, for each rule, a memory: the little of the other
files by which the rule judges a file. When some files have changed, a rule is asked whether what
it found elsewhere stands for certain, and what it finds in the changed files. Whatever is not
certain is an audit of the whole.

What names mean is no matter of the rules: that no name which any file asked for has changed its
meaning is made sure of before (`meanings_stand`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from onepath.analysis.imports import binds_unseen
from onepath.analysis.index import Index
from onepath.audit.finding import Violation
from onepath.symbols.find_references.offers import offers

Memory = Any
"""What `marshal` takes: tuples, dicts, sets, texts and numbers."""


class FilesChange(NamedTuple):
    """Some files, before and after; every other file is the same.

    A file that comes was empty before, and one that goes is empty after: nobody finds either.
    """

    before: Index
    """Looks at the changed files alone, as they were."""
    after: Index
    paths: Sequence[str]
    """The changed files, in order; each is there before and after."""
    passing: Set[str] = frozenset()
    """Those of them that come or go."""
    gone: Set[str] = frozenset()
    """Those that go."""


@dataclass(frozen=True)
class Rests:
    """How a rule follows changes.

    Args:
        remember: The memory of an audit of the whole repository.
        follow: What the rule finds in the changed files, given the memory and what it found there
            before; None if that, or whether the findings elsewhere stand, is not certain. What it
            finds anew in another file takes the place of what it had found of that symbol there.
    """

    remember: Callable[[Index], Memory]
    follow: Callable[[Memory, FilesChange, Sequence[Violation]], Iterable[Violation] | None]


def meanings_stand(
    change: FilesChange, asked: Mapping[str, Collection[str]], starred: Collection[str]
) -> bool:
    """Whether every name that some file asked for means what it meant.

    Args:
        change: What has changed.
        asked: The names that were asked for, by file.
        starred: The files of which all names were asked for.
    """
    for path in change.paths:
        if path in change.passing:  # nobody has asked for it
            continue
        one, two = (
            offers(index.resolver, path, asked.get(path, ()), starred=path in starred)
            for index in (change.before, change.after)
        )
        if (
            one != two
            or one[3] is not None
            or _nature(change.before, path) != _nature(change.after, path)
        ):
            return False
        before, after = (_bases(index, path) for index in (change.before, change.after))
        if any(before[name] != after[name] for name in before.keys() & after.keys()):
            return False
    return True


def moved(change: FilesChange, known: Sequence[Violation]) -> list[Violation] | None:
    """The same violations where their definitions are now; None if one's place is not certain."""
    lines = {path: _definition_lines(change, path) for path in change.paths}
    violations = []
    for violation in known:
        line = lines[violation.path].get(violation.line)
        if line is None:
            return None
        violations.append(violation._replace(line=line))
    return violations


def name_in(index: Index, violation: Violation) -> str:
    """The name, in its file, of the definition that a violation has as its symbol."""
    return violation.symbol[len(index.module(violation.path)) + 1 :]


def _nature(index: Index, path: str) -> tuple[bool, bool]:
    facts = index.facts(path)
    return binds_unseen(facts), not facts.imports and not facts.definitions


def _bases(index: Index, path: str) -> Mapping[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for definition in index.facts(path).definitions:
        if definition.kind == "class":
            found.setdefault(definition.qualname, []).append(definition.bases)
    return found


def _definition_lines(change: FilesChange, path: str) -> Mapping[int, int]:
    """Line before -> line after, of the definitions of which there are as many as before."""
    before, after = (_lines_by_definition(index, path) for index in (change.before, change.after))
    found: dict[int, set[int]] = {}
    for key, lines in before.items():
        now = after.get(key, ())
        for at, line in enumerate(lines):
            found.setdefault(line, set()).add(now[at] if len(now) == len(lines) else -1)
    return {line: next(iter(to)) for line, to in found.items() if len(to) == 1 and -1 not in to}


def _lines_by_definition(index: Index, path: str) -> Mapping[tuple[str, str], Sequence[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for definition in index.facts(path).definitions:
        found.setdefault((definition.qualname, definition.kind), []).append(definition.line)
    return found
