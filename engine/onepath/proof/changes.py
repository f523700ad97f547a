"""What must hold of any changeset, whatever made it: names keep their meaning outside the edits.

The checks know the edits' spans and what the codemod declares, and nothing of how it works. The
old and the new facts are compared place by place: what is outside the edits must mean what it
meant; what an edit puts in must lead to something that was there before, or is declared.
"""

import builtins
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from onepath.edit.edits import map_offset
from onepath.facts.prefilter.words import CodeNeedles
from onepath.importing.loaded.loading import Loading
from onepath.importing.loaded.newly_needed import newly_needed
from onepath.importing.order import AsItIs, ImportOrder
from onepath.model import Edit, Facts, FileChange, Use
from onepath.proof.declared import Declared
from onepath.proof.documents import newly_unreadable
from onepath.proof.failure import Failure, Problem, named
from onepath.proof.meaning import FileMeanings, Meaning, MeaningReader, differs
from onepath.proof.replaced import Replaced
from onepath.proof.structure import ImportGraph, bound_twice, lost_name, newly_unresolved
from onepath.symbols.find_references.holders import files_referring, holders_in, needs_text
from onepath.symbols.find_references.references import references
from onepath.symbols.find_references.targets import REFERENCES, SoughtTargets, Target
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.resolve import Step
from onepath.symbols.world import World, read_files

_PYTHON = (".py", ".pyi")
_BUILTINS = frozenset({*dir(builtins), "__file__", "__path__", "__name__", "__spec__", "__class__"})


class Proof:
    """One changeset, and the code that it makes.

    Args:
        before: The code as it is.
        changes: What is to change: files edited, deleted or made.
        declared: What may go, and what inserted text may mean.
        as_it_is: What the proofs of other changes of the same code have found out about it.
    """

    def __init__(
        self,
        before: World,
        changes: Sequence[FileChange],
        declared: Declared,
        as_it_is: AsItIs | None = None,
    ) -> None:
        self._before = before
        self._as_it_is = as_it_is
        self.after = before.after({change.path: change.new for change in changes})
        """The code as it would be."""
        self._changes = changes
        self._declared = declared
        python = [file_change.path for file_change in changes if file_change.path.endswith(_PYTHON)]
        self.after.fact_store.load(
            [file_change.path for file_change in changes if file_change.new is not None]
        )
        self._before.fact_store.load(python)
        self._was, self._is = MeaningReader(before.resolver), MeaningReader(self.after.resolver)
        self._graph = ImportGraph(before, self.after)
        renames = declared.replaced
        self._replaced = None if renames is None else Replaced(before, self.after, renames)
        self._loading = Loading(before, self.after, changes)
        self.after.fact_store.search_along(self._loading.foreseen)

    def failures(self, suspects: Container[str] | None = None) -> dict[str, Failure]:
        """The files that fail, each with the first thing that is wrong.

        Args:
            suspects: The files whose names are checked; None for all.
        """
        checked = (
            change for change in self._changes if suspects is None or change.path in suspects
        )
        failed = {change.path: failure for change in checked if (failure := self._check(change))}
        return failed or self._broken_imports()

    def concerned_by(self, touched: Collection[str]) -> Collection[str] | None:
        """The files whose names may mean something else where some files change; None for all.

        Args:
            touched: Files that change otherwise than they did, or do not change any more.
        """
        if self._declared.replaced is None:
            return None
        words = frozenset(self._declared.replaced.words)
        near = set(touched)
        for state in (self._before, self.after):
            for path in state.fact_store.mentioning(CodeNeedles.of(words)):
                for reference in references(path, state.facts(path), state.resolver, words):
                    if path in touched:
                        near.add(reference.module)
                    elif reference.module in touched:
                        near.add(path)
        return near

    def _check(self, change: FileChange) -> Failure | None:
        """How one file fails; None if it does not."""
        path, line = change.path, change.edits[0].line if change.edits else 1
        if change.new is not None and any(edit.kind == "document" for edit in change.edits):
            problem = newly_unreadable(change)
            if problem:
                return Failure.of(path, line, "does-not-parse", Problem(problem))
        if not path.endswith(_PYTHON):
            return None
        if change.new is None:
            problem = self._still_referred.get(path, "")
            return Failure.of(path, line, "still-imported", Problem(problem)) if problem else None
        now = self.after.fact_store.facts(path)
        if now.failure is not None:
            reason = Problem(now.failure.reason)
            return Failure.of(path, now.failure.line, "does-not-parse", reason)
        found = ((code, one) for code, one in self._problems(change, now) if one.text)
        return next((Failure.of(path, line, code, one) for code, one in found), None)

    def _broken_imports(self) -> dict[str, Failure]:
        """The files without whose change everything is still imported as it was."""
        order = ImportOrder(self._before, self.after, self._changes, self._as_it_is)
        broken: dict[str, Failure] = {}
        for cause in order.broken():
            problem = Problem(cause.reason, names=cause.modules, is_shared=not cause.modules)
            broken[cause.path] = Failure.of(cause.path, cause.line, "import-order", problem)
        python = [
            change.path
            for change in self._changes
            if change.path.endswith(".py") and change.new is not None and not change.is_new
        ]
        for needed in newly_needed(self._before, self.after, python):
            problem = Problem(needed.reason, names=needed.modules)
            failure = Failure.of(needed.path, 1, "import-order", problem)
            broken.setdefault(needed.path, failure)
        if broken:
            return broken
        failed: dict[str, Failure] = {}
        for one in self._loading.unloaded():
            if self._moves(one.module):
                continue
            missing = "" if one.must_come_first else one.module
            names = frozenset({one.module, one.by})
            problem = Problem(one.reason, names=names, missing=missing, missing_by=one.by)
            failed.setdefault(one.path, Failure.of(one.path, 1, "module-not-loaded", problem))
        return failed

    def _moves(self, module: str) -> bool:
        """Whether a module itself goes to its new place, so that nobody needs the old one."""
        renames = self._declared.replaced
        return renames is not None and bool(renames.homes) and renames.module(module) is not None

    def _problems(self, change: FileChange, now: Facts) -> Iterator[tuple[str, Problem]]:
        """Each check of a file that parses: its code, and what is wrong or nothing."""
        path = change.path
        was = self._before.fact_store.facts(path)
        before, after = self._was.open(path, was), self._is.open(path, now)
        if self._replaced is not None:
            yield "meaning-changed", self._replaced.problem(path, was, now, after)
        yield "name-lost", named(self._names(path, was, now), keys=True)
        yield "undefined-name", named(newly_undefined([was], now))
        if self._replaced is None:
            yield "meaning-changed", named(self._meanings(change, was, now, before, after))
        yield "unresolved-import", named(newly_unresolved(before, after))
        yield "bound-twice", named(bound_twice(was, now))
        yield "import-cycle", named(self._graph.creates_a_cycle(path))
        graph = self._graph
        unread = named(graph.not_loaded(path, now) or graph.newly_used(path, was, now))
        missing = next(iter(sorted(unread.names)), "")
        yield "module-not-loaded", unread._replace(missing=missing, missing_by=missing)

    # ----------------------------------------------------------- names

    def _names(self, path: str, was: Facts, now: Facts) -> str:
        gone = {name for module, name in self._declared.gone if module == path}

        def is_referred(name: str) -> bool:
            by_star = (path, "*") in self._referred and not name.startswith("_")
            return by_star or (path, name) in self._referred

        return lost_name(path, was, now, is_referred, gone)

    @cached_property
    def _referred(self) -> frozenset[Step]:
        """The lost names that a file of the new state still refers to."""
        lost: dict[str, set[str]] = {}
        for change in self._changes:
            if change.new is not None and change.path.endswith(_PYTHON):
                was, now = (
                    state.fact_store.facts(change.path) for state in (self._before, self.after)
                )
                names = set(was.scopes[0].bound) - set(now.scopes[0].bound)
                if names and now.failure is None:
                    lost[change.path] = names
        if not lost:
            return frozenset()
        words = {name for names in lost.values() for name in names}
        resolver = self._before.resolver
        return frozenset(
            (reference.module, reference.name)
            for path in users_of_names(self.after, lost, words)
            for reference in references(path, self.after.facts(path), resolver, words)
            if reference.module != path
        )

    @cached_property
    def _still_referred(self) -> Mapping[str, str]:
        """Deleted file -> which code refers to it, in words.

        What lies below a package does not refer to the package.
        """
        deleted = [change.path for change in self._changes if change.new is None]
        sought = SoughtTargets.of(self._before, map(Target, deleted))
        users = [user for user in files_referring(self.after, sought) if user not in deleted]
        asked = [user for user in users if needs_text(user, self.after.facts(user), sought)]
        data = read_files(self.after.snapshot, asked)
        # The modules are those that were there; who reads them is what there will be.
        return {
            holder.target.path: f"{user}:{holder.line} refers to it"
            for user in reversed(users)
            for holder in holders_in(
                self._before, user, self.after.facts(user), sought, data.get(user, b"")
            )
            if holder.kind in REFERENCES
        }

    # -------------------------------------------------------- meanings

    def _meanings(
        self, change: FileChange, was: Facts, now: Facts, before: FileMeanings, after: FileMeanings
    ) -> str:
        """What means something else, in words."""
        if change.is_new:
            return self._inserted(now.uses, after, set())
        inserted = dict(_keyed(now.uses))
        replaced = []
        for (start, dotted, nth), use in _keyed(was.uses):
            if _touches(change.edits, use):
                replaced.append(use)
                continue
            at = map_offset(change.edits, start)
            new = None if at is None else inserted.pop((at, dotted, nth), None)
            if new is None:
                return f"'{use.dotted}' would not be bound any more"
            if differs(before.meaning(use), after.meaning(new)):
                return f"'{use.dotted}' would mean something else"
        meant = {meaning for use in replaced for meaning in before.meaning(use)}
        problem = self._inserted(inserted.values(), after, meant)
        return problem or self._bindings(before, after)

    def _inserted(self, uses: Iterable[Use], after: FileMeanings, meant: set[Meaning]) -> str:
        """What the text of an edit means that it may not mean, in words."""
        known = {definition_meant(meaning) for meaning in meant} | self._declared.introduced
        for use in uses:
            for meaning in after.meaning(use):
                if meaning[0] == "unresolved" and meaning not in meant:
                    return f"'{use.dotted}' would lead nowhere"
                if meaning[0] not in ("local", "unresolved") and not _is_known(meaning, known):
                    return f"'{use.dotted}' would mean something that nobody asked for"
        return ""

    def _bindings(self, before: FileMeanings, after: FileMeanings) -> str:
        """An imported name that would be bound to something else, in words."""
        for key in before.written.keys() & after.written.keys():
            if before.written[key] != after.written[key]:
                meant, means = before.bound(key), after.bound(key)
                modules = any(meaning[0] in ("module", "external") for meaning in meant)
                declared = all(_is_known(meaning, self._declared.introduced) for meaning in means)
                if not modules and not declared and differs(meant, means):
                    return f"'{key[1]}' would be bound to something else"
        return ""


def _touches(edits: Sequence[Edit], use: Use) -> bool:
    """Whether an edit touches a use of the old file, its attributes included."""
    end = use.chain[-1][1] if use.chain else use.end
    return any(use.start < edit.end and edit.start < end for edit in edits)


def _keyed(uses: Iterable[Use]) -> Iterator[tuple[tuple[int, str, int], Use]]:
    """Uses by their place; those of one f-string whose inner places are unknown are counted."""
    seen: Counter[tuple[int, str]] = Counter()
    for use in uses:
        place = use.start, use.dotted
        yield (*place, seen[place]), use
        seen[place] += 1


def definition_meant(meaning: Meaning) -> Step:
    """The definition, module or external thing that is meant, attributes left out."""
    return (meaning[1], meaning[2]) if len(meaning) > 2 else (str(meaning[-1]), "")


def _is_known(meaning: Meaning, known: set[Step] | frozenset[Step]) -> bool:
    if meaning[0] != "external":
        return definition_meant(meaning) in known
    dotted = str(meaning[1])
    return any(
        not name and (dotted == module or dotted.startswith(f"{module}.")) for module, name in known
    )


def newly_undefined(was: Iterable[Facts], now: Facts) -> str:
    """A name that nothing binds and that was bound or not there, in words.

    Args:
        was: The files that the text of the new one comes from.
        now: The new one.
    """
    new = _unbound(now).difference(_BUILTINS, *map(_unbound, was))
    if not new or any(alias.name == "*" for fact in now.imports for alias in fact.names):
        return ""
    return f"'{min(new)}' would not be defined"


def _unbound(facts: Facts) -> set[str]:
    """Names that some scope reads and no scope around it binds."""
    found = set()
    for scope in facts.scopes:
        for name in scope.free:
            parent = scope.parent
            while parent >= 0:
                outer = facts.scopes[parent]
                if name in outer.bound and outer.kind != "class":
                    break
                parent = outer.parent
            else:
                found.add(name)
    return found
