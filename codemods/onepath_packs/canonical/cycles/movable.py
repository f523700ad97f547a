"""Which imports of a cycle could move, and where to."""

import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from typing import NamedTuple

from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.config.globs import Globs
from onepath.facts.prefilter.words import Needles
from onepath.importing.loaded.acting import Acting
from onepath.model import Edit, Refusal
from onepath.model.refused import Refused
from onepath.symbols.find_references.references import Reference, references
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.graph.cuts import CutEdge
from onepath.symbols.graph.imports import alias_targets, is_deferred
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.spelling.composed import ANY_MODULE
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.annotations import READERS, annotations, is_made_plainly
from onepath_packs.canonical.cycles.deferral import (
    BOTH,
    FUNCTIONS,
    TYPES,
    DeferredName,
    ImportUses,
    move_imports,
)
from onepath_packs.canonical.cycles.expected import expected_failures
from onepath_packs.canonical.cycles.table import Cycles

_PLAIN_BASES = frozenset((
    "abc.ABC", "enum.Enum", "logging.Handler", "threading.Thread", "typing.Generic",
    "typing.Protocol", "typing_extensions.Protocol", "unittest.IsolatedAsyncioTestCase",
    "unittest.TestCase",
))  # fmt: skip
"""Classes from outside that do not read the annotations of those below them."""
_COSTS = {TYPES: 1_000, FUNCTIONS: 1_001, BOTH: 1_002}
"""Few moves come before safe ones."""
_LEFT_OUT = "this file is left as it is"


class ImportedName(NamedTuple):
    """A name of an import statement that makes one file import another."""

    path: str
    statement: int
    place: int


class _Verdict(NamedTuple):
    """What can be done about one of them."""

    how: str
    """`TYPES`, `FUNCTIONS` or `BOTH`; empty if it has to stay."""
    reason: str
    """Why it has to stay."""


class Movable:
    """Which imports of the cycles can move.

    Args:
        world: The code.
        table: Whose imports may move, and whether into functions.
        left_out: Files and imports that must not change.
        cycles: The cycles.
    """

    def __init__(
        self,
        world: World,
        table: Cycles,
        left_out: LeftOut,
        cycles: Iterable[frozenset[str]],
    ) -> None:
        self._world = world
        self._table = table
        self._left_out = left_out
        self._allowed = Globs(table.paths)
        self.places: dict[CutEdge, list[ImportedName]] = {}
        """Edge -> the names that make it."""
        self._targets: dict[ImportedName, list[str]] = {}
        self._uses: dict[str, ImportUses] = {}
        self._plain: dict[str, dict[str, bool]] = {}
        self._acting = Acting(world)
        for cycle in cycles:
            for path in sorted(cycle):
                self._find_places(path, cycle)
        world.read(sorted({name.path for name in self._targets}))
        self._verdicts = {name: self._verdict(name) for name in sorted(self._targets)}
        self._check_references([name for name, known in self._verdicts.items() if known.how])
        self._check_expectations([name for name, known in self._verdicts.items() if known.how])

    def _find_places(self, path: str, cycle: Collection[str]) -> None:
        for index, statement in enumerate(self._world.facts(path).imports):
            if is_deferred(statement):
                continue
            for place in range(len(statement.names)):
                name = ImportedName(path, index, place)
                for target in sorted(alias_targets(path, statement, place, self._world.modules)):
                    if target in cycle:
                        self.places.setdefault((path, target), []).append(name)
                        self._targets.setdefault(name, []).append(target)

    def may_touch(self, path: str) -> bool:
        """Whether the configuration names a file."""
        return self._allowed.match(path)

    def costs(self) -> dict[ImportedName, int]:
        """What it costs to move each import that can, in the order of the files."""
        return {name: _COSTS[known.how] for name, known in self._verdicts.items() if known.how}

    # ------------------------------------------------------- one import

    def _verdict(self, imported_name: ImportedName) -> _Verdict:
        path, facts = imported_name.path, self._world.facts(imported_name.path)
        statement = facts.imports[imported_name.statement]
        alias = statement.names[imported_name.place]
        if path in self._left_out or not self._allowed.match(path):
            return _Verdict("", _LEFT_OUT)
        if (why := self._left_out.why(path, statement.start)) is not None:
            return _Verdict("", why.reason)
        if is_package(path) or path.endswith(".pyi"):
            return _Verdict("", "a package's names are for others")
        if facts.exports is not None:
            if alias.bound in {name for name, _, _ in facts.exports.names}:
                return _Verdict("", f"'{alias.bound}' is in __all__")
            if not facts.exports.complete:
                return _Verdict("", "'__all__' of this file can't be read")
        try:
            how = self._file(path).how(statement, alias, defer=self._table.defer)
        except Refused as error:
            return _Verdict("", str(error))
        for target in self._targets[imported_name]:
            acting = self._acting.only_by(path, target, self._imported_besides(imported_name))
            if acting is not None and target != path:
                where, effect = acting
                reason = f"{where}:{effect.line} would act late or never: '{effect.text}'"
                return _Verdict("", reason)
        return _Verdict(how, "")

    def _imported_besides(self, name: ImportedName) -> Iterator[str]:
        """What the file of an import imports by its other imports while it is imported itself."""
        modules = self._world.modules
        for index, statement in enumerate(self._world.facts(name.path).imports):
            if is_deferred(statement):
                continue
            for place in range(len(statement.names)):
                if (index, place) != (name.statement, name.place):
                    yield from alias_targets(name.path, statement, place, modules)

    def _file(self, path: str) -> ImportUses:
        if path not in self._uses:
            data = self._world.read([path])[path]
            annotated = annotations(data, partial(self._is_plain, path))
            self._uses[path] = ImportUses(data, self._world.facts(path), annotated)
        return self._uses[path]

    def _is_plain(self, path: str, base: str) -> bool:
        """Whether a base class is known not to read the annotations of those below it."""
        known = self._plain.setdefault(path, {})
        if base not in known:
            known[base] = False  # a class that inherits from itself is nothing that is known
            known[base] = self._looks_plain(path, base)
        return known[base]

    def _looks_plain(self, path: str, base: str) -> bool:
        head, *rest = base.split(".")
        resolution = self._world.resolver.name(path, head)
        if resolution.kind == "module" and rest:
            resolution = self._world.resolver.attributes(resolution.path, rest)
        elif resolution.kind == "external":
            return ".".join((resolution.path, *resolution.rest, *rest)) in _PLAIN_BASES
        elif resolution.reason == "no such name" and not rest:
            return isinstance(getattr(builtins, head, None), type)
        if resolution.kind != "definition" or resolution.rest:
            return False
        data = self._world.read([resolution.path]).get(resolution.path, b"")
        classes = [
            definition
            for definition in self._world.facts(resolution.path).definitions
            if definition.qualname == resolution.name
            and definition.kind == "class"
            and not definition.decorators
        ]
        bases = {text.partition("[")[0] for definition in classes for text in definition.bases}
        return (
            len(classes) == 1
            and all(self._is_plain(resolution.path, inner) for inner in bases)
            and is_made_plainly(data, resolution.name)
        )

    # -------------------------------------------------------- the others

    def _check_references(self, places: Sequence[ImportedName]) -> None:
        """Leave alone what other files look up here, and what is read through other files."""
        names = {self._bound(imported_name) for imported_name in places}
        if not names:
            return
        owners = {owner for imported_name in places for owner in self._owners(imported_name)}
        looking, reading = self._referred(
            {imported_name.path for imported_name in places}, names, owners
        )
        for imported_name in places:
            name = self._bound(imported_name)
            user = (
                looking.get((imported_name.path, name))
                or looking.get((imported_name.path, "*"))
                or looking.get((ANY_MODULE, name))
            )
            if user:
                self._verdicts[imported_name] = _Verdict("", f"'{user}' looks '{name}' up here")
                if is_test(user):
                    self._keep_counterparts(imported_name, user)
                continue
            for owner in self._owners(imported_name):
                reader = reading.get((imported_name.path, owner))
                if reader:
                    reason = f"'{reader}' may read the annotations of '{owner}'"
                    self._verdicts[imported_name] = _Verdict("", reason)

    def _keep_counterparts(self, name: ImportedName, user: str) -> None:
        """Leave the imports back alone, too, where a test counts on an import of a cycle.

        Opening the cycle from the other side would change which of its modules can be imported
        first, below a test that was written for the order there is.
        """
        for target in self._targets[name]:
            for back in self.places.get((target, name.path), ()):
                reason = f"'{user}' counts on the import that leads back here"
                self._verdicts[back] = _Verdict("", reason)

    def _check_expectations(self, places: Sequence[ImportedName]) -> None:
        """Leave alone what a test expects to fail: opening the cycle would let it succeed."""
        modules = {path for name in places for path in (name.path, *self._targets[name])}
        expected = expected_failures(self._world, modules) if places else {}
        for name in places:
            test = next(
                (expected[path] for path in (name.path, *self._targets[name]) if path in expected),
                "",
            )
            if test:
                reason = f"'{test}' expects that an import of this cycle fails"
                self._verdicts[name] = _Verdict("", reason)

    def _referred(
        self, modules: Set[str], names: Collection[str], owners: Collection[str]
    ) -> tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], str]]:
        """(module, name) -> a file that names it, and one that may read its annotations."""
        looking: dict[tuple[str, str], str] = {}
        reading: dict[tuple[str, str], str] = {}
        wanted = {*names, *owners}
        readers = Needles.of(READERS)
        for user in users_of_names(self._world, modules, wanted):
            facts = self._world.facts(user)
            found = references(user, facts, self._world.resolver, wanted)
            looked_up = {
                (reference.module, reference.name)
                for reference in found
                if reference.module == ANY_MODULE
                or (reference.module in modules and _is_looked_up(reference, user))
            }
            for named in looked_up:
                looking.setdefault(named, user)
            owned = [named for named in looked_up if named[1] in owners]
            if owned and readers.hit(self._world.read([user]).get(user, b"")):
                for named in owned:
                    reading.setdefault(named, user)
        return looking, reading

    def _owners(self, name: ImportedName) -> list[str]:
        """The definitions in whose annotations an import is needed."""
        if self._verdicts[name].how == FUNCTIONS:
            return []
        file = self._file(name.path)
        found = (file.annotation(use) for use in file.of(self._bound(name)))
        return sorted({inside.owner for inside in found if inside is not None and inside.owner})

    def _bound(self, name: ImportedName) -> str:
        return self._world.facts(name.path).imports[name.statement].names[name.place].bound

    # ------------------------------------------------------------ results

    def moves(self, gone: Iterable[ImportedName]) -> dict[str, list[DeferredName]]:
        """What moves, by file."""
        found: dict[str, list[DeferredName]] = {}
        for name in sorted(gone):
            how = self._verdicts[name].how
            found.setdefault(name.path, []).append(DeferredName(name.statement, name.place, how))
        return found

    def edits(self, path: str, moves: Sequence[DeferredName]) -> tuple[Edit, ...]:
        """The edits of one file; none, and a verdict for each, if there is no place for them."""
        data = self._world.read([path])[path]
        try:
            return move_imports(path, data, self._world.resolver, moves, self._plain.get(path, {}))
        except Refused as error:
            for name in moves:
                self._verdicts[ImportedName(path, name.statement, name.place)] = _Verdict(
                    "", str(error)
                )
            return ()

    def changed(self, moves: Mapping[str, Sequence[DeferredName]]) -> dict[str, list[Location]]:
        """The import statements that moves touch, by file."""
        statements = {
            path: [self._world.facts(path).imports[name.statement] for name in names]
            for path, names in moves.items()
        }
        return {
            path: [Location(fact.start, fact.line) for fact in facts]
            for path, facts in statements.items()
        }

    def freed(self, gone: Iterable[ImportedName]) -> Iterator[tuple[str, str]]:
        """The names that modules do not have any more."""
        for name in gone:
            if self._verdicts[name].how == FUNCTIONS:
                yield name.path, self._bound(name)

    def left(
        self, name: ImportedName, together: Collection[ImportedName], cycle: Collection[str]
    ) -> Refusal:
        """Why an import is kept that would help to open a cycle.

        Args:
            name: The import.
            together: Imports that would open the cycle if all of them moved; this is one of them.
            cycle: The cycle.
        """
        statement = self._world.facts(name.path).imports[name.statement]
        targets = (to for to in self._targets[name] if to in cycle)
        module = max(map(self._world.modules.name, targets), key=len)
        more = len(together) - 1
        others = f" and {more} other import{'s' if more > 1 else ''}" if more else ""
        why = self._verdicts[name].reason
        if not why:
            stuck = sum(1 for one in together if self._verdicts[one].reason)
            which = "the other one" if more == 1 else f"{stuck} of the others"
            why = f"it could move, but {which} can't, and without that the cycle stays closed here"
        reason = (
            f"'{self._bound(name)}' imports '{module}'; moving this{others} would open the cycle; "
            f"it stays: {why}"
        )
        return Refusal(name.path, statement.line, "cycle-left", reason)


def _is_looked_up(reference: Reference, user: str) -> bool:
    """Whether a file looks a name up in its module; by a string it may do so in its own."""
    return reference.module != user or reference.kind == "string"
