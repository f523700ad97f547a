"""Other forms of a file's imports, for where the plain one does not work.

A file that would import too early what can't be imported by then takes the name from a module on
the way to the definition, or keeps the import; one that would not load a module any more which
somebody needs goes on loading it by a statement of its own; one whose names others read keeps them.
"""

from collections.abc import Mapping
from itertools import chain

from onepath.model import Guard
from onepath.proof.failure import Failure
from onepath.symbols.graph.imports import reachable
from onepath.symbols.renames import Renames
from onepath.symbols.world import World
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.survey import Survey

_DEFERRED = Guard.FUNCTION | Guard.TYPE_CHECKING


class OtherForms:
    """Which files need which other form; it learns from what fails.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        survey: Where.
        spared: By file, the modules that it is known from the start not to import early.
    """

    def __init__(
        self,
        world: World,
        renames: Renames,
        survey: Survey,
        spared: Mapping[str, Mapping[str, KeepReason]],
    ) -> None:
        self._world = world
        self._renames = renames
        self._survey = survey
        self._known = spared
        self.spared: dict[str, dict[str, KeepReason]] = {}
        """By file, modules that it must not import while it is imported itself."""
        self.late: dict[str, set[str]] = {}
        """Those of them that are loaded all the same by the time the file's functions run."""
        self.loads: dict[str, dict[str, str]] = {}
        """By file, modules that it goes on loading, each with the one by which it did so."""
        self.kept: dict[str, set[str]] = {}
        """By file, names of it that others turn out to read."""

    def learn(self, failure: Failure) -> bool:
        """Take another form for what fails; False if there is none."""
        if failure.path not in self._survey.facts:
            return False
        if failure.refusal.code == "proof-import-order":
            return self._spare(failure)
        if failure.refusal.code == "proof-name-lost":
            kept = self.kept.setdefault(failure.path, set())
            lost = {name for scope, name in failure.keys if scope == 0} - kept
            kept.update(lost)
            return bool(lost)
        loads = self.loads.setdefault(failure.path, {})
        if not failure.missing or failure.missing in loads:
            return False
        loads[failure.missing] = failure.missing_by
        return True

    def _spare(self, failure: Failure) -> bool:
        """Keep a file from importing too early what can't be imported by then."""
        path, wanted = failure.path, self._early(failure.path)
        spared = self.spared.setdefault(path, {})
        modules = (wanted & failure.names or wanted) - spared.keys()
        modules -= self._known.get(path, {}).keys()
        spared.update(dict.fromkeys(modules, KeepReason("import-order", failure.refusal.reason)))
        late = {module for module in modules if self._is_loaded_anyway(path, module)}
        self.late.setdefault(path, set()).update(late)
        return bool(modules)

    def _early(self, path: str) -> set[str]:
        """The modules that a file comes to import while it is imported itself."""
        facts, sites = self._survey.facts[path], self._survey.sites.get(path)
        modules = set[str]()
        for direct in sites.directs if sites is not None else ():
            if not facts.imports[direct.statement].guard & _DEFERRED:
                ways = self._renames.on_the_way(direct.match.to)
                modules.update(
                    destination.module for destination in chain((direct.match.to,), ways)
                )
        for site in sites.chains if sites is not None else ():
            if facts.scopes[facts.uses[site.use].bound_in].kind in ("module", "class"):
                modules.add(site.match.to.module)
        return modules

    def _is_loaded_anyway(self, path: str, module: str) -> bool:
        """Whether importing a file as it is loads a module sooner or later."""
        target = self._world.modules.find(module, path)
        if target is None:
            return False
        reached = reachable([path], self._world.imports, self._world.fact_store.load, until=target)
        return target in reached
