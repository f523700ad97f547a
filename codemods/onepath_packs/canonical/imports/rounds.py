"""Renames are planned, proven, and planned again without the places that failed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from onepath.codemod.outcome import file_changes
from onepath.importing.loading import Unloaded, unloaded
from onepath.importing.order import Broken, ImportOrder
from onepath.model import Facts, FileChange, Guard, Refusal
from onepath.symbols.find_references.references import Reference
from onepath.symbols.graph.imports import reachable
from onepath.symbols.renames import Destination, Renames
from onepath.symbols.resolve import Step
from onepath.symbols.sites import Sites
from onepath.symbols.world import World
from onepath_packs.canonical.imports.documents import failed_documents
from onepath_packs.canonical.imports.file import Demand, Rewritten, rewrite_file
from onepath_packs.canonical.imports.kept.withheld import Held, Key
from onepath_packs.canonical.imports.patched import Group, parted
from onepath_packs.canonical.imports.proof import Failure, Proof

_NO_SITES = Sites((), (), ())
_DEFERRED = Guard.FUNCTION | Guard.TYPE_CHECKING


class Rounds:
    """The files of a run, planned until everything that is left passes the proof.

    What fails is taken back place by place: the bindings that the proof finds at fault, or the
    modules that a file can't import as early as it would. Only a file of which nothing is known to
    be at fault, or that fails again without that, is left as it is whole.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        facts: The facts of all files that may refer to it.
        sites: Which places of them do.
        named: (module, name) -> who refers to that binding.
        demands: What the rest of the repository asks of each file that is planned.
        documents: What becomes of documents, and of the examples in code.
        groups: The deprecated names that tests replace, each with all that must move together.
    """

    def __init__(
        self, world: World, renames: Renames, facts: Mapping[str, Facts],
        sites: Mapping[str, Sites], named: Mapping[Step, Iterable[tuple[str, Reference]]],
        demands: dict[str, Demand], documents: Mapping[str, Rewritten],
        groups: Sequence[Group] = (),
    ) -> None:  # fmt: skip
        self._world = world
        self._renames = renames
        self._facts = facts
        self._sites = sites
        self._named = named
        self._demands = demands
        self._documents = documents
        self._groups = groups
        self._data = world.read(list(demands))
        self._done: dict[str, Rewritten] = {}
        self._failed: dict[str, Refusal] = {}
        self.changes: tuple[FileChange, ...] = ()
        """What passes the proof, once the rounds are over."""

    def settle(self) -> None:
        """Plan, prove, take back what fails, and plan again, until nothing fails."""
        self._rewrite(self._data)
        suspects: Collection[str] | None = None
        is_ordered = False
        while True:
            rewritten = self._rewritten()
            edits = {path: one.edits for path, one in rewritten.items() if path not in self._failed}
            self.changes = file_changes(self._world, edits)
            proof = Proof(self._world, self.changes, self._renames, self._facts, self._demands)
            again = {one.path for one in proof.failures(suspects) if self._take_back(one)}
            taken = again | (self._failed.keys() & edits.keys())
            if not taken and not is_ordered:
                order = ImportOrder(self._world, proof.after, self.changes)
                again = {one.path for one in order.broken() if self._spare(one)}
                if not again:
                    missed = self._unloaded(proof.after)
                    again = {one.path for one in missed if self._keep_loaded(one)}
                taken = again | (self._failed.keys() & edits.keys())
                is_ordered = not taken
            if not taken:
                taken = again = self._hold_together(proof.after)
            if not taken:
                late = failed_documents(self._world, self.changes, self._renames)
                if not late:
                    break
                self._failed |= late
                taken = {*late}
            is_ordered = is_ordered and not taken
            suspects = proof.concerned_by(taken) | again
            self._rewrite(again)

    def refusals(self) -> Iterator[Refusal]:
        """Every place that was left alone."""
        rewritten = self._rewritten()
        yield from (refusal for one in rewritten.values() for refusal in one.refusals)
        yield from self._failed.values()

    def _rewritten(self) -> dict[str, Rewritten]:
        found = dict(self._done)
        for path, more in self._documents.items():
            found[path] = found.get(path, Rewritten((), (), {})).joined(more)
        return found

    def _rewrite(self, paths: Iterable[str]) -> None:
        """Plan files, and those whose strings follow what they rename."""
        paths = [path for path in paths if path in self._demands]
        old = {(path, name) for path in paths if path in self._done
               for name in self._done[path].renamed}  # fmt: skip
        for path in paths:
            self._done[path] = self._rewrite_file(path)
        renamed = {
            (path, name): new
            for path, one in self._done.items() if path not in self._failed
            for name, new in one.renamed.items()
        }  # fmt: skip
        concerned = old | {(path, name) for path in paths for name in self._done[path].renamed}
        followers = {user for step in concerned for user, _ in self._named.get(step, ())}
        for path in sorted(followers & self._data.keys()):
            self._demands[path] = self._demands[path]._replace(renamed=renamed)
            self._done[path] = self._rewrite_file(path)

    def _rewrite_file(self, path: str) -> Rewritten:
        return rewrite_file(
            path, self._data[path], self._facts[path], self._renames, self._demands[path],
            self._sites.get(path, _NO_SITES),
        )  # fmt: skip

    # -------------------------------------------------------------- taking back

    def _take_back(self, failure: Failure) -> bool:
        """Leave what is at fault alone; False if the file is given up whole."""
        path, demand = failure.path, self._demands.get(failure.path)
        keys = set[Key]() if demand is None else self._at_fault(path, failure) - demand.held.keys()
        if not keys or demand is None:
            reason = f"the whole file is left as it is: {failure.problem}"
            self._failed[path] = Refusal(path, failure.line, f"proof-{failure.code}", reason)
            return False
        why = Held(f"proof-{failure.code}", failure.problem)
        self._demands[path] = demand._replace(held={**demand.held, **dict.fromkeys(keys, why)})
        return True

    def _at_fault(self, path: str, failure: Failure) -> set[Key]:
        """The bindings of the file as it is that bring what failed."""
        facts, sites = self._facts[path], self._sites.get(path, _NO_SITES)
        found = set[Key]()
        for direct in sites.directs:
            statement = facts.imports[direct.statement]
            key = statement.scope, statement.names[direct.alias].bound
            leaf = statement.scope, direct.match.to.leaf
            old = direct.match.old.rpartition(".")[0]
            named = _names(direct.match.to, failure) or old in failure.names
            if named or not {key, leaf}.isdisjoint(failure.keys):
                found.add(key)
        for site in sites.chains:
            use = facts.uses[site.use]
            key = use.bound_in, use.name
            leaf = use.bound_in, site.match.to.leaf
            top = use.bound_in, site.match.to.module.partition(".")[0]
            if not {key, leaf, top}.isdisjoint(failure.keys) or _names(site.match.to, failure):
                found.add(key)
        return found

    def _spare(self, broken: Broken) -> bool:
        """Keep a file from importing too early what can't be imported by then.

        Returns False if the file is given up whole.
        """
        path, demand = broken.path, self._demands.get(broken.path)
        why = Held("import-order", broken.reason)
        wanted = self._early(path)
        modules = {one for one in wanted if one in broken.modules} or wanted
        modules -= demand.spared.keys() if demand is not None else modules
        if not modules or demand is None:
            reason = f"the whole file is left as it is: {broken.reason}"
            self._failed[path] = Refusal(path, broken.line, why.code, reason)
            return False
        late = {one for one in modules if self._is_loaded_anyway(path, one)}
        self._demands[path] = demand._replace(
            spared={**demand.spared, **dict.fromkeys(modules, why)},
            late=demand.late | late,
        )
        return True

    def _hold_together(self, after: World) -> set[str]:
        """Let all members of a group stay of which one can't move; the files to plan again."""
        changed = {change.path for change in self.changes}
        stay = {path: demand.patched for path, demand in self._demands.items()}
        again = set()
        for path, olds in parted(after, self._groups, changed, stay).items():
            demand = self._demands.get(path)
            if demand is not None:
                self._demands[path] = demand._replace(patched={**demand.patched, **olds})
                again.add(path)
        return again

    def _unloaded(self, after: World) -> list[Unloaded]:
        """The modules that are not loaded any more, but for those that move themselves."""
        renames = self._renames
        return [
            one
            for one in unloaded(self._world, after, self.changes)
            if not (renames.homes and renames.module(one.module) is not None)
        ]

    def _keep_loaded(self, missed: Unloaded) -> bool:
        """Let a file load a module that acts, or that others read as an attribute.

        Returns False if the file is given up whole.
        """
        path, demand = missed.path, self._demands.get(missed.path)
        may_load = demand is not None and missed.module not in demand.loads
        if demand is not None and may_load and not missed.must_come_first:
            self._demands[path] = demand._replace(loads=demand.loads | {missed.module})
            return True
        names = frozenset((missed.module,))
        failure = Failure(path, 1, "module-not-loaded", missed.reason, names=names)
        return self._take_back(failure)

    def _early(self, path: str) -> set[str]:
        """The modules that a file comes to import while it is imported itself."""
        facts, sites = self._facts.get(path), self._sites.get(path, _NO_SITES)
        if facts is None:
            return set()
        found = set[str]()
        for direct in sites.directs:
            if not facts.imports[direct.statement].guard & _DEFERRED:
                ways = self._renames.on_the_way(direct.match.to)
                found.update(one.module for one in chain((direct.match.to,), ways))
        for site in sites.chains:
            if facts.scopes[facts.uses[site.use].bound_in].kind in ("module", "class"):
                found.add(site.match.to.module)
        return found

    def _is_loaded_anyway(self, path: str, module: str) -> bool:
        """Whether importing a file as it is loads a module sooner or later."""
        target = self._world.modules.find(module, path)
        if target is None:
            return False
        reached = reachable([path], self._world.imports, self._world.book.load, until=target)
        return target in reached


def _names(to: Destination, failure: Failure) -> bool:
    """Whether the words about a failure name a destination."""
    return not {to.dotted, to.module, to.leaf}.isdisjoint(failure.names)
