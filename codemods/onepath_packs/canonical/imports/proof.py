"""What must hold in the world that a changeset makes, before it may be shown as ready.

The points are those of the contract: every changed file parses and means what it meant; no
public name is lost; no import cycle, unresolved import or double binding is new; planning again
finds nothing to do. The checks read the new files afresh and know nothing of how they were made.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.model import Edit, Facts, FileChange, Use
from onepath.proof.meaning import FileMeanings, Key, Meaning, Reader
from onepath.proof.structure import ImportGraph, bound_twice, lost_name, newly_unresolved
from onepath.symbols.find_references.references import references
from onepath.symbols.renames import Match, Renames
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World
from onepath_packs.canonical.imports.builtin_uses import without_builtins
from onepath_packs.canonical.imports.file import Demand, rewrite_file

_QUOTED = re.compile(r"'([^']+)'")


class Failure(NamedTuple):
    """A file that fails its proof, and which of its bindings are at fault."""

    path: str
    line: int
    code: str
    problem: str
    keys: frozenset[Key] = frozenset()
    """The bindings (scope, name), in the file as it is; empty if that is not known."""
    names: frozenset[str] = frozenset()
    """Names or dotted paths that edits put in, where only these are known."""


class Problem(NamedTuple):
    """What is wrong with a file, in words, and which bindings are at fault."""

    text: str
    keys: frozenset[Key] = frozenset()
    names: frozenset[str] = frozenset()


NOTHING = Problem("")


class Proof:
    """Checks a changeset of renames.

    Args:
        before: The code as it is.
        changes: What is to change.
        renames: Why.
        paths: All files that may refer to what changes.
        demands: What was asked of each file when it was planned.
    """

    def __init__(
        self, before: World, changes: Sequence[FileChange], renames: Renames,
        paths: Iterable[str], demands: Mapping[str, Demand],
    ) -> None:  # fmt: skip
        self._before = before
        self.after = before.after({change.path: change.new for change in changes})
        """The code as it would be."""
        self._changes = changes
        self._renames = renames
        self._renames_after = renames.over(self.after.resolver)
        self._demands = demands
        self.after.book.load([c.path for c in changes if c.new is not None])
        self._was = Reader(before.resolver, renames, self._canonical)
        self._is = Reader(self.after.resolver)
        # What a place that is left alone means, which is what it meant.
        self._kept = Reader(before.resolver)
        written = {change.path for change in changes}
        paths = tuple(paths)
        changed = [path for path in paths if path in written]
        now = self._references([path for path in paths if path not in written], before)
        now |= self._references(changed, self.after)
        self._referred = {step for _, step in now}
        # What a changed file used to refer to counts once it is left out after all.
        self._mentions = now | self._references(changed, before)
        self._concerned = frozenset(
            part for old, to in renames.olds.items() for part in (old.rpartition(".")[2], to.leaf)
        )
        self._graph = ImportGraph(before, self.after)

    def failures(self, suspects: Container[str] | None = None) -> Iterator[Failure]:
        """The files that fail, each with the first thing that is wrong.

        Args:
            suspects: The files to check; None for all.
        """
        for change in self._changes:
            if suspects is None or change.path in suspects:
                failure = self._check(change)
                if failure is not None:
                    yield failure

    def _check(self, change: FileChange) -> Failure | None:
        if change.new is None or not change.path.endswith((".py", ".pyi")):
            return None
        path, line = change.path, change.edits[0].line
        was, now = self._before.book.facts(path), self.after.book.facts(path)
        if now.failure is not None:
            return Failure(path, now.failure.line, "does-not-parse", now.failure.reason)
        for code, (text, keys, names) in self._problems(path, was, now):
            if text:
                return Failure(path, line, code, text, keys, names)
        demand = self._demands.get(path, Demand())
        again = rewrite_file(path, change.new, now, self._renames_after, demand)
        if again.edits:
            text = "a second run would change it again"
            keys = self._edited(now, again.edits)
            return Failure(path, again.edits[0].line, "not-idempotent", text, keys)
        return None

    def _edited(self, facts: Facts, edits: Sequence[Edit]) -> frozenset[Key]:
        """The bindings whose imports or uses some edits touch."""
        found = {
            (statement.scope, alias.bound)
            for statement in facts.imports
            for alias in statement.names
            if any(one.start <= statement.end and statement.start <= one.end for one in edits)
        }
        found |= {
            (use.bound_in, use.name)
            for use in facts.uses
            if any(one.start <= use.end and use.start <= one.end for one in edits)
        }
        return frozenset(found)

    def _problems(self, path: str, was: Facts, now: Facts) -> Iterator[tuple[str, Problem]]:
        """Each check of a file that parses: its code, and what is wrong or nothing."""
        before, after = self._was.open(path, was), self._is.open(path, now)
        kept = self._kept.open(path, was)
        yield "meaning-changed", self._meanings(was, now, before, after, kept)
        lost = lost_name(path, was, now, lambda n: (path, n) in self._referred)
        yield "name-lost", _named(lost, keys=True)
        yield "unresolved-import", _named(newly_unresolved(before, after))
        yield "bound-twice", _named(bound_twice(was, now))
        yield "import-cycle", _named(self._graph.creates_a_cycle(path))

    def concerned_by(self, touched: Collection[str]) -> set[str]:
        """The files whose proof may rest on one of those that are planned anew or left out."""
        return {
            one
            for user, step in self._mentions
            for one, other in ((user, step[0]), (step[0], user))
            if other in touched
        }

    # ----------------------------------------------------------- checks

    def _canonical(self, match: Match) -> Resolution:
        return self.after.resolver.dotted(match.to.dotted)

    def _meanings(
        self, was: Facts, now: Facts, before: FileMeanings, after: FileMeanings, kept: FileMeanings
    ) -> Problem:
        if [scope.kind for scope in was.scopes] != [scope.kind for scope in now.scopes]:
            return Problem("its scopes are not the same")
        expanded = _stars(was) > _stars(now)
        known = set(was.scopes[0].bound) if expanded else None
        uses = [u for u in now.uses if known is None or u.name in known or u.bound_in != 0]
        olds = without_builtins(was, now, before, self._renames)
        if len(olds) != len(uses):
            text = f"{len(olds)} uses of names would become {len(uses)}"
            return Problem(text, _keys_of_uses(olds) ^ _keys_of_uses(uses))
        for old, new in zip(olds, uses, strict=True):
            key = frozenset({(old.bound_in, old.name)})
            if old.scope != new.scope:
                return Problem(f"'{new.dotted}' would be read in another scope", key)
            if not (self._is_untouched(old, new, before, after)) and (
                _differs(before.meaning(old), after.meaning(new))
                and _differs(kept.meaning(old), after.meaning(new))
            ):
                return Problem(_otherwise(old, new), key)
        for name in sorted(before.written.keys() & after.written.keys()):
            if before.written[name] == after.written[name]:
                continue
            meant, means = before.bound(name), after.bound(name)
            if not (_is_module(meant) or ("unresolved",) in means) and _differs(meant, means):
                text = f"'{name[1]}' would be bound to something else"
                return Problem(text, frozenset({name}))
        return NOTHING

    def _is_untouched(self, old: Use, new: Use, before: FileMeanings, after: FileMeanings) -> bool:
        """Whether two uses are written alike and name nothing that this run is about.

        What they lead to is then the same, because no file loses or rebinds another name: that is
        checked for each of them.
        """
        if (old.name, old.bound_in) != (new.name, new.bound_in):
            return False
        if [name for name, _ in old.chain] != [name for name, _ in new.chain]:
            return False
        key = (old.bound_in, old.name)
        written = before.written.get(key)
        if written != after.written.get(key):
            return False
        names = {name for name, _ in old.chain}
        for _, module, name, _ in written or ():
            names |= {*module.split("."), *name.split(".")}
        return names.isdisjoint(self._concerned)

    def _references(self, paths: Iterable[str], state: World) -> set[tuple[str, Step]]:
        """Who refers to which name of another file."""
        words = frozenset(self._renames.words)
        return {
            (path, (found.module, found.name))
            for path in paths
            for found in references(path, state.book.facts(path), state.resolver, words)
            if found.module != path
        }


def _differs(before: frozenset[Meaning], after: frozenset[Meaning]) -> bool:
    """Whether a use means something else; what led nowhere before may lead anywhere."""
    return before != after and not any(one[0] == "unresolved" for one in before)


def _otherwise(old: Use, new: Use) -> str:
    """That a use means something else afterwards, in words."""
    if old.dotted == new.dotted:
        return f"'{old.dotted}' would mean something else"
    return f"'{old.dotted}' would become '{new.dotted}', which means something else"


def _keys_of_uses(uses: Iterable[Use]) -> frozenset[Key]:
    return frozenset((use.bound_in, use.name) for use in uses)


def _named(text: str, *, keys: bool = False) -> Problem:
    """A problem whose words begin with what it is about, in quotes."""
    names = frozenset(_QUOTED.findall(text))
    return Problem(text, frozenset((0, name) for name in names) if keys else frozenset(), names)


def _is_module(meanings: frozenset[Meaning]) -> bool:
    """Whether a name stands for a module: what is reached through it is compared use by use."""
    return any(one[0] in ("module", "external") for one in meanings)


def _stars(facts: Facts) -> int:
    return sum(alias.name == "*" for statement in facts.imports for alias in statement.names)
