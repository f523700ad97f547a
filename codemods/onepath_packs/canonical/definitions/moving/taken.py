"""What goes with a definition that moves: its text, its private helpers, and the names it reads."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from onepath.codemod import Needles, World
from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.lines import Lines
from onepath.edit.removal import Removal
from onepath.facts.extract.quoted import quoted_names
from onepath.facts.source import UndecodableError
from onepath.model import Alias, Guard, ImportFact, Use, UseKind
from onepath.model.refused import Refused
from onepath.symbols.find_references.late import runs_late
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.canonical.definitions.refused import CannotMoveError

_OF_MODULE = frozenset(("__file__", "__path__", "__package__", "__spec__", "__loader__"))


class Need(NamedTuple):
    """A name of its old module that a moving definition reads."""

    name: str
    line: int
    """Where it is read first."""
    is_early: bool
    """Whether it is read while the module is imported."""
    is_late: bool
    """Whether it is read when functions run."""
    imports: tuple[tuple[ImportFact, Alias], ...] = ()
    """How the old module imports it; nothing where it has to be taken from that module."""
    is_for_types: bool = False
    """Whether the old module imports it for type checkers alone."""


class TakenDefinition:
    """A definition on its way out of its module.

    Args:
        world: The code.
        path: The module's file.
        name: The definition.

    Raises:
        CannotMoveError: It can't be taken out as it is.
    """

    def __init__(self, world: World, path: str, name: str) -> None:
        self.path = path
        self.data = world.read([path])[path]
        self.facts = world.facts(path)
        self.lines = Lines(self.data)
        self._world = world
        if self.facts.failure is not None:
            raise CannotMoveError(path, self.facts.failure.line, self.facts.failure.reason)
        try:
            self.tree = ScopedTree(self.data, self.facts)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            raise CannotMoveError(path, line, f"this Python can't parse it: {error}") from error
        self._check_global(name)
        self._removal = self.removal(frozenset())
        self.names = [name]
        """What moves: the definition, and the private helpers that only it uses."""
        self._spans = {name: self._places(name)}
        self._add_helpers()
        self.needs = tuple(self._needs())

    def removal(self, keep: frozenset[str]) -> Removal:
        """What takes definitions out of the file, as it is.

        Args:
            keep: Names of its imports that others take from it.
        """
        renames = Renames.build(self._world.resolver, {}, ())
        draft = Draft(self.path, self.data, self.facts, renames, keep)
        return Removal(draft, BringIn(draft))

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The lines that move, as offsets, in order."""
        return sorted(span for spans in self._spans.values() for span in spans)

    @property
    def statements(self) -> list[ast.stmt]:
        """The statements that move."""
        return [statement for statement in self.tree.root.body if self._is_inside(statement)]

    def uses(self) -> list[Use]:
        """The uses of names of the file in what moves."""
        spans = self.spans
        return [
            use for use in self.facts.uses if any(start <= use.start < end for start, end in spans)
        ]

    def line_of(self, name: str) -> int:
        """The line of a definition of the file."""
        return next(
            (
                definition.line
                for definition in self.facts.definitions
                if definition.qualname == name
            ),
            1,
        )

    def imported_outside(self) -> frozenset[str]:
        """The names that the file imports for what moves, and that others take from it."""
        bound = [need.name for need in self.needs if need.imports]
        found = holders(self._world, [Target(self.path, name) for name in bound])
        return frozenset(
            holder.target.name for holder in found if holder.breaks and holder.path != self.path
        )

    def reads_that_stay(self, name: str) -> list[ast.Name]:
        """The mentions of a module-level name outside of what moves."""
        inside = {node for statement in self.statements for node in ast.walk(statement)}
        return [node for node in self.tree.named((0, name)) if node not in inside]

    # -------------------------------------------------------------- what moves

    def _check_global(self, name: str) -> None:
        for node in self.tree.nodes:
            if isinstance(node, ast.Global) and name in node.names:
                reason = f"'{name}' is set here, so that no other module can have it by import"
                raise CannotMoveError(self.path, node.lineno, reason)

    def _places(self, name: str) -> list[tuple[int, int]]:
        try:
            return self._removal.places(name)
        except Refused as error:
            raise CannotMoveError(self.path, self.line_of(name), str(error)) from None

    def _is_inside(self, statement: ast.stmt) -> bool:
        start, end = self.tree.place(statement)
        return any(first <= start and end <= last for first, last in self.spans)

    def _add_helpers(self) -> None:
        """Let private helpers come along that nothing else uses, and those that these use."""
        tried: set[str] = set()
        while True:
            candidates = sorted(
                {
                    definition.qualname
                    for definition in self.facts.definitions
                    if self._is_helper(definition.qualname)
                }
                - {*self.names, *tried}
            )
            read = {name for name, *_ in self._reads()}
            new = next((name for name in candidates if name in read), None)
            if new is None:
                return
            tried.add(new)
            if self._is_only_theirs(new):
                self.names.append(new)

    @staticmethod
    def _is_helper(name: str) -> bool:
        return name.startswith("_") and not name.endswith("__") and "." not in name

    def _is_only_theirs(self, name: str) -> bool:
        """Whether only what moves reads a definition; its lines are noted if so."""
        exports = self.facts.exports
        if exports is not None and any(name == one for one, _, _ in exports.names):
            return False
        try:
            self._spans[name] = self._removal.places(name)
        except Refused:
            return False
        is_global = any(name in scope.redirected for scope in self.facts.scopes)
        staying = is_global or self.reads_that_stay(name)
        if staying or any(
            holder.breaks and holder.path != self.path
            for holder in holders(self._world, [Target(self.path, name)])
        ):
            del self._spans[name]
            return False
        return True

    # ------------------------------------------------------------ what it reads

    def _reads(self) -> Iterator[tuple[str, int, int]]:
        """The module-level names that the moving text reads: name, line, scope."""
        for statement in self.statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name):
                    key = self.tree.binding(node)
                    scope = self.tree.scope(node)
                    if key is None or key[0] == 0:
                        yield node.id, node.lineno, scope or 0
                elif isinstance(node, ast.Global):
                    for name in node.names:
                        yield name, node.lineno, self.tree.scope(node) or 0
        spans = self.spans
        for use in self.facts.uses:
            is_quoted = use.kind & UseKind.STRING and use.bound_in == 0
            if is_quoted and any(start <= use.start < end for start, end in spans):
                yield use.name, self.lines.number(use.start), use.scope
        for constant in self._quoted():
            start, end = self.tree.place(constant)
            for name, _, _ in quoted_names(str(constant.value), self.data[start:end], start):
                if name in self.facts.scopes[0].bound:
                    yield name, constant.lineno, self.tree.scope(constant) or 0

    def _quoted(self) -> Iterator[ast.Constant]:
        for statement in self.statements:
            for node in ast.walk(statement):
                for field in ("annotation", "returns"):
                    types = getattr(node, field, None)
                    for child in ast.walk(types) if isinstance(types, ast.AST) else ():
                        if isinstance(child, ast.Constant) and isinstance(child.value, str):
                            yield child

    def _needs(self) -> Iterator[Need]:
        found: dict[str, list[tuple[int, bool]]] = {}
        for name, line, scope in self._reads():
            if name not in self.names:
                found.setdefault(name, []).append((line, runs_late(self.facts, scope)))
        self._check_own_names(found)
        for name, reads in found.items():
            if name not in self.facts.scopes[0].bound:
                continue  # a builtin, or what a star import brings
            line = min(line for line, _ in reads)
            need = Need(
                name, line, not all(late for _, late in reads), any(late for _, late in reads)
            )
            yield self._with_imports(need)

    def starred(self) -> list[tuple[str, int]]:
        """The names that the moving text may take from star imports, with their lines."""
        found = {name: line for name, line, _ in self._reads()}
        bound = self.facts.scopes[0].bound
        return [(name, line) for name, line in found.items() if name not in bound]

    def _with_imports(self, need: Need) -> Need:
        """A need with the imports that can be written again elsewhere."""
        binders = self.facts.binders.get((0, need.name), ())
        statements = [(self.facts.imports[at], alias) for at, _, alias in binders]
        if not statements or need.name in self.facts.scopes[0].multiple:
            return need
        guards = {fact.guard for fact, _ in statements}
        plain = [fact for fact, alias in statements if not fact.is_from and not alias.asname]
        is_simple = len(statements) == 1 or len(plain) == len(statements)
        if guards <= {0} and is_simple:
            return need._replace(imports=tuple(statements))
        if guards == {Guard.TYPE_CHECKING} and is_simple:
            return need._replace(imports=tuple(statements), is_for_types=True)
        return need

    def _check_own_names(self, found: dict[str, list[tuple[int, bool]]]) -> None:
        """Refuse what means something else in another module.

        Raises:
            CannotMoveError: The text reads names of its module itself, or sets one that is kept.
        """
        for name in sorted(_OF_MODULE & found.keys()):
            line = found[name][0][0]
            raise CannotMoveError(self.path, line, f"'{name}' is another one in another module")
        for statement in self.statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    if node.func.id == "globals" and "globals" in found:
                        reason = "'globals()' gives the names of another module there"
                        raise CannotMoveError(self.path, node.lineno, reason)
                elif isinstance(node, ast.Global):
                    for name in node.names:
                        if name not in self.names:
                            reason = f"it sets the global '{name}', which stays in this module"
                            raise CannotMoveError(self.path, node.lineno, reason)


def check_rebinding(world: World, taken: TakenDefinition, module: str) -> None:
    """Refuse to take a value out of its module that somebody sets there.

    Args:
        world: The code.
        taken: What moves.
        module: Its old module, dotted.

    Raises:
        CannotMoveError: Names the place that sets it.
    """
    imported = {need.name for need in taken.needs if not need.imports}
    for node in taken.tree.nodes:
        if isinstance(node, ast.Global):
            for name in imported.intersection(node.names):
                reason = f"'{name}' is set here, so that no other module can have it by import"
                raise CannotMoveError(taken.path, node.lineno, reason)
    steps = {(taken.path, name) for name in (*taken.names, *imported)}
    for path, line, name in _stores(world, steps):
        reason = f"'{module}.{name}' is set here, which its readers elsewhere would not see"
        raise CannotMoveError(path, line, reason)


def _stores(world: World, steps: set[Step]) -> Iterator[tuple[str, int, str]]:
    """The assignments to some names from other files: `module.NAME = ...`."""
    names = {name for _, name in steps}
    for path in world.fact_store.mentioning(Needles.of(names)):
        facts = world.facts(path)
        for use in () if facts.failure else facts.uses:
            if not use.kind & (UseKind.STORE | UseKind.DELETE) or not use.chain:
                continue
            *before, (last, _) = use.chain
            for owner in modules_bound(path, facts, world.resolver, use.bound_in, use.name):
                resolution = world.resolver.attributes(owner, [name for name, _ in before])
                if resolution.kind == "module" and (resolution.path, last) in steps:
                    data = world.read([path])[path]
                    yield path, data.count(b"\n", 0, use.start) + 1, last
