"""What must hold in the world that a changeset makes, before it may be shown as ready.

The points are those of the contract: every changed file parses and means what it meant; no
public name is lost; no import cycle, unresolved import or double binding is new; planning again
finds nothing to do. The checks read the new files afresh and know nothing of how they were made.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from onepath.model import Facts, FileChange, Refusal, Use
from onepath.proof.meaning import FileMeanings, Meaning, Reader
from onepath.proof.structure import ImportGraph, bound_twice, lost_name, newly_unresolved
from onepath.rewrite.file import Demand, rewrite_file
from onepath.symbols.references import references
from onepath.symbols.renames import Match, Renames
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World


def prove(
    before: World, changes: Sequence[FileChange], renames: Renames, paths: Iterable[str],
    demands: Mapping[str, Demand],
) -> dict[str, Refusal]:  # fmt: skip
    """Check a changeset of renames.

    Args:
        before: The code as it is.
        changes: What is to change.
        renames: Why.
        paths: All files that may refer to what changes.
        demands: What was asked of each file when it was planned.

    Returns:
        The files that must be left out, each with its refusal. Without them, the rest holds: the
        check is repeated until nothing more falls.
    """
    paths = tuple(paths)
    failed: dict[str, Refusal] = {}
    suspects = {change.path for change in changes}
    while suspects:
        left = [change for change in changes if change.path not in failed]
        proof = _Proof(before, left, renames, paths, demands)
        found = dict(
            refusal for change in left if change.path in suspects for refusal in proof.check(change)
        )
        failed.update(found)
        suspects = proof.concerned_by(found) - failed.keys()
    return failed


class _Proof:
    def __init__(
        self, before: World, changes: Sequence[FileChange], renames: Renames,
        paths: Sequence[str], demands: Mapping[str, Demand],
    ) -> None:  # fmt: skip
        self._before = before
        self._after = before.after({change.path: change.new for change in changes})
        self._renames = renames
        self._renames_after = renames.over(self._after.resolver)
        self._demands = demands
        self._after.book.load([c.path for c in changes if c.new is not None])
        self._was = Reader(before.resolver, renames, self._canonical)
        self._is = Reader(self._after.resolver)
        written = {change.path for change in changes}
        changed = [path for path in paths if path in written]
        now = self._references([path for path in paths if path not in written], before)
        now |= self._references(changed, self._after)
        self._referred = {step for _, step in now}
        # What a changed file used to refer to counts once it is left out after all.
        self._mentions = now | self._references(changed, before)
        self._concerned = frozenset(
            part for old, to in renames.olds.items() for part in (old.rpartition(".")[2], to.leaf)
        )
        self._graph = ImportGraph(before, self._after)

    def check(self, change: FileChange) -> list[tuple[str, Refusal]]:
        """The refusal of one file, if it fails."""
        if change.new is None or not change.path.endswith((".py", ".pyi")):
            return []
        was, now = self._before.book.facts(change.path), self._after.book.facts(change.path)
        if now.failure is not None:
            return [self._fail(change, now.failure.line, "does-not-parse", now.failure.reason)]
        for code, problem in self._problems(change.path, was, now):
            if problem:
                return [self._fail(change, change.edits[0].line, code, problem)]
        demand = self._demands.get(change.path, Demand())
        again = rewrite_file(change.path, change.new, now, self._renames_after, demand)
        if again.edits:
            line = again.edits[0].line
            return [
                self._fail(change, line, "not-idempotent", "a second run would change it again")
            ]
        return []

    def _problems(self, path: str, was: Facts, now: Facts) -> Iterator[tuple[str, str]]:
        """Each check of a file that parses: its code, and what is wrong or nothing."""
        before, after = self._was.open(path, was), self._is.open(path, now)
        yield "meaning-changed", self._meanings(was, now, before, after)
        yield "name-lost", lost_name(path, was, now, lambda n: (path, n) in self._referred)
        yield "unresolved-import", newly_unresolved(before, after)
        yield "bound-twice", bound_twice(was, now)
        yield "import-cycle", self._graph.closes_a_circle(path)
        yield "module-not-loaded", self._graph.not_loaded(path, now)

    def concerned_by(self, dropped: Collection[str]) -> set[str]:
        """The files whose proof may rest on one of those that are left out after all."""
        return {
            one
            for user, step in self._mentions
            for one, other in ((user, step[0]), (step[0], user))
            if other in dropped
        }

    def _fail(self, change: FileChange, line: int, code: str, problem: str) -> tuple[str, Refusal]:
        reason = f"the whole file is left as it is: {problem}"
        return change.path, Refusal(change.path, line, f"proof-{code}", reason)

    # ----------------------------------------------------------- checks

    def _canonical(self, match: Match) -> Resolution:
        return self._after.resolver.dotted(match.to.dotted)

    def _meanings(self, was: Facts, now: Facts, before: FileMeanings, after: FileMeanings) -> str:
        if [scope.kind for scope in was.scopes] != [scope.kind for scope in now.scopes]:
            return "its scopes are not the same"
        expanded = _stars(was) > _stars(now)
        known = set(was.scopes[0].bound) if expanded else None
        uses = [u for u in now.uses if known is None or u.name in known or u.bound_in != 0]
        if len(was.uses) != len(uses):
            return f"{len(was.uses)} uses of names have become {len(uses)}"
        for old, new in zip(was.uses, uses, strict=True):
            if old.scope != new.scope:
                return f"'{new.dotted}' is read in another scope"
            if not (self._is_untouched(old, new, before, after)) and _differs(
                before.meaning(old), after.meaning(new)
            ):
                return f"'{old.dotted}' has become '{new.dotted}', which means something else"
        for key in before.written.keys() & after.written.keys():
            if before.written[key] == after.written[key]:
                continue
            meant, means = before.bound(key), after.bound(key)
            if not (_is_module(meant) or ("unresolved",) in means) and _differs(meant, means):
                return f"'{key[1]}' would be bound to something else"
        return ""

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


def _is_module(meanings: frozenset[Meaning]) -> bool:
    """Whether a name stands for a module: what is reached through it is compared use by use."""
    return any(one[0] in ("module", "external") for one in meanings)


def _stars(facts: Facts) -> int:
    return sum(alias.name == "*" for statement in facts.imports for alias in statement.names)
