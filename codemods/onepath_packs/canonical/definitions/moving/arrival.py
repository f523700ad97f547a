"""How a definition arrives in a module: what has to be imported there, and where it is."""

import ast
import builtins
from collections.abc import Sequence
from functools import cached_property

from onepath.codemod import Edit, Facts, World
from onepath.edit.edits import apply_edits
from onepath.edit.imports.prologue import first_line
from onepath.edit.naming import why_not
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import extract, parse
from onepath.facts.source import SourceText
from onepath.importing.alone import conditional_names
from onepath.model import Guard
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.import_block import ImportBlock
from onepath_packs.canonical.definitions.moving.import_time import (
    all_needed_early,
    bound_by,
    readers,
    reads_early,
)
from onepath_packs.canonical.definitions.moving.moved_text import MovedText
from onepath_packs.canonical.definitions.moving.taken import Need, TakenDefinition
from onepath_packs.canonical.definitions.moving.target import DestinationModule
from onepath_packs.canonical.definitions.places import leads_to
from onepath_packs.canonical.definitions.refused import CannotMoveError


class Arrival:
    """A file that takes in a definition.

    Args:
        world: The code.
        taken: What arrives.
        target: The module.
    """

    def __init__(self, world: World, taken: TakenDefinition, target: DestinationModule) -> None:
        self._world = world
        self._taken = taken
        self._target = target
        self._data = b"" if target.is_new else world.read([target.path]).get(target.path, b"")
        self._facts: Facts = extract(self._data)
        if self._facts.failure is not None:
            failure = self._facts.failure
            raise CannotMoveError(target.path, failure.line, failure.reason)
        self._imports = ImportBlock(
            world, target.path, self._data, self._facts, taken.facts if target.is_new else None
        )
        self._source = SourceText(self._data)
        self._body = parse(self._source.utf8).body
        self._lines = self._source.utf8.splitlines(keepends=True)
        self._edits: list[Edit] = []
        self._text = MovedText(world, taken, target)
        self._dropped = False
        self.from_source: list[Need] = []
        """What it has to import from the old module."""

    def content(self, exported: bool) -> bytes:
        """The file with the definition.

        Args:
            exported: Whether the definition goes into its `__all__`, if it has one.

        Raises:
            CannotMoveError: A name is taken, or there is no place where all that is read is bound.
        """
        self._drop_old_imports()
        for name in self._taken.names:
            self._check_free(name)
        self._bring_futures()
        for need in self._taken.needs:
            if not self._text.is_all_own(need):
                self._bring(need)
        for name, line in self._taken.starred():
            self._bring_starred(name, line)
        edits = [*self._imports.edits(), *self._edits]
        if exported:
            edits += self._imports.with_export(self._taken.names[0])
        edits.append(_beside_removals(self._data, self._insertion(), edits))
        return _joined(self._data, edits)

    # ------------------------------------------------------------------ names

    def _drop_old_imports(self) -> None:
        """Let the file, which imported the definition from its old module, read its own."""
        home = self._taken.path, self._taken.names[0]
        name = home[1]
        for index, statement in enumerate(self._facts.imports):
            for place, alias in enumerate(statement.names):
                if alias.name != name or not statement.is_from or not self._is(home, index, place):
                    continue
                guard = statement.guard & ~(Guard.FUNCTION | Guard.TYPE_CHECKING)
                if alias.bound != name or guard or not self._imports.drop(index, place):
                    reason = f"this import of '{name}' can't be taken out"
                    raise CannotMoveError(self._target.path, statement.line, reason)
                self._dropped = True
        for use in self._facts.uses:
            owners = modules_bound(
                self._target.path, self._facts, self._world.resolver, use.bound_in, use.name
            )
            for owner in owners if any(name == one for one, _ in use.chain) else ():
                self._shorten(owner, use.start, use.chain, home, exact=use.exact)

    def _is(self, home: Step, index: int, place: int) -> bool:
        statement = self._facts.imports[index]
        resolution = self._world.resolver.imported(
            self._target.path, statement, statement.names[place]
        )
        return leads_to(resolution, home)

    def _shorten(
        self, owner: str, start: int, chain: Sequence[tuple[str, int]], home: Step, *, exact: bool
    ) -> None:
        """`module.Name` is `Name` in the module itself."""
        for count, (name, end) in enumerate(chain, 1):
            resolution = self._world.resolver.attributes(owner, [one for one, _ in chain[:count]])
            if name == home[1]:
                if leads_to(resolution, home):
                    line = self._imports.draft.line_of(start)
                    if not exact:
                        reason = f"'{name}' is read in an f-string by way of its old module"
                        raise CannotMoveError(self._target.path, line, reason)
                    edit = Edit(start, end, name.encode(), "name", line)
                    if edit not in self._edits:  # several imports may bind the module
                        self._edits.append(edit)
                return

    def _check_free(self, name: str) -> None:
        if self._dropped and name == self._taken.names[0]:
            return
        reason = why_not(self._facts, 0, name, [0])
        if reason is not None:
            raise CannotMoveError(self._target.path, self._line_of(name), reason)

    def _line_of(self, name: str) -> int:
        lines = [
            definition.line for definition in self._facts.definitions if definition.qualname == name
        ]
        lines += [self._facts.imports[at].line for at, *_ in self._facts.binders.get((0, name), ())]
        return min(lines, default=1)

    # ---------------------------------------------------------------- imports

    def _bring_futures(self) -> None:
        source, here = _futures(self._taken.facts), _futures(self._facts)
        for name in sorted(source - here):
            if self._target.is_new or not self._body:
                self._imports.add(Destination("__future__", name))
            elif name == "annotations" and any(map(_has_types, self._taken.statements)):
                if any(_has_types(statement) for statement in self._body):
                    raise CannotMoveError(
                        self._target.path,
                        1,
                        "its annotations are evaluated, and those of the definition are not",
                        hint="add `from __future__ import annotations` there first",
                    )
                self._imports.add(Destination("__future__", name))

    @cached_property
    def _conditional(self) -> frozenset[str]:
        """What the old module may not have to give."""
        return conditional_names(self._world, self._taken.path)

    def _bring(self, need: Need) -> None:
        world, name = self._world, need.name
        source, path = self._taken.path, self._target.path
        if name in self._facts.scopes[0].bound:
            was = world.resolver.name(source, name)
            now = world.resolver.name(path, name)
            if was.target != now.target or was.kind == "unresolved":
                reason = f"'{name}' is another thing here than in '{world.modules.name(source)}'"
                raise CannotMoveError(path, self._line_of(name), reason)
            return
        if (taken := why_not(self._facts, 0, name, [])) is not None:
            raise CannotMoveError(path, 1, taken)
        if not need.imports:
            if name in self._conditional:
                reason = f"'{name}' is bound under a condition, so that no other module can have it"
                raise CannotMoveError(source, need.line, f"{reason} by import")
            self.from_source.append(need)
            self._imports.add(Destination(world.modules.name(source), name))
            return
        for statement, alias in need.imports:
            to, asname = Destination(alias.name, ""), alias.asname
            if statement.is_from:
                module = world.modules.absolute(source, statement.level, statement.module) or ""
                if world.modules.find(module, source) == path:
                    continue  # it is defined here
                to = Destination(self._known_here(module, statement.line) or module, alias.name)
            elif known := self._known_here(alias.name, statement.line):
                parent, _, leaf = known.rpartition(".")
                if "." in alias.name and asname is None:
                    reason = f"'{alias.name}' is another module, or none, for '{path}'"
                    raise CannotMoveError(source, statement.line, reason)
                asname = asname or (alias.name if alias.name != leaf else None)
                to = Destination(parent, leaf)
            self._imports.add(to, asname, for_types=need.is_for_types)

    def _known_here(self, module: str, line: int) -> str:
        """The name by which the file finds a module that its old one finds by another; empty if
        both find it by the same.

        Raises:
            CannotMoveError: It lies beside the old module, where scripts alone find it.
        """
        modules, path = self._world.modules, self._target.path
        found = modules.find(module, self._taken.path)
        if found is None or modules.find(module, path) == found:
            return ""
        name = modules.name(found)
        is_spelled = all(part.isidentifier() for part in name.split("."))
        if not is_spelled or modules.find(name, path) != found:
            reason = f"'{module}' is found beside this file, and not from '{path}'"
            raise CannotMoveError(self._taken.path, line, reason)
        return name

    def _bring_starred(self, name: str, line: int) -> None:
        """Import by its name what the old module has from a star import."""
        world, source = self._world, self._taken.path
        for statement in reversed(world.resolver.table(source).stars):
            module = world.modules.absolute(source, statement.level, statement.module) or ""
            found = world.modules.find(module, source)
            names, complete = world.resolver.star_names(found) if found else (frozenset(), False)
            if name in names:
                if name in self._facts.scopes[0].bound:
                    raise CannotMoveError(
                        self._target.path, self._line_of(name), f"'{name}' is another thing here"
                    )
                self._imports.add(Destination(module, name))
                return
            if not complete and not hasattr(builtins, name):
                reason = f"'{name}' may come from the star import of '{module}'"
                raise CannotMoveError(source, line, reason)
        if name in self._facts.scopes[0].bound:
            reason = f"'{name}' is bound here, and is a builtin where the definition was"
            raise CannotMoveError(self._target.path, self._line_of(name), reason)

    # ------------------------------------------------------------------ place

    def _insertion(self) -> Edit:
        text = self._text.text()
        is_block = any(
            isinstance(statement, DefinitionNode) for statement in self._taken.statements
        )
        at = self._position(is_block)
        newline = "\r\n" if b"\r\n" in self._data else "\n"
        gap = 2 if is_block or not at else 1
        offset, head, tail = self._gaps(at, gap)
        text = head + text.rstrip("\n") + "\n" + tail
        data = text.replace("\n", newline).encode(self._facts.encoding.removesuffix("-sig"))
        line = self._data.count(b"\n", 0, offset) + 1
        return Edit(offset, offset, data, "definition", line)

    def _gaps(self, at: int, gap: int) -> tuple[int, str, str]:
        """Where a text goes that follows the first `at` statements, and the blank lines around."""
        if not self._body:
            gap *= self._imports.is_changed
            return len(self._data), "\n" * max(gap, bool(self._data.strip())), ""
        if at == 0:
            start = first_line(self._body[0], self._lines)
            return self._source.to_file(self._source.line_starts[start]), "", "\n" * gap
        end = self._end_line(at - 1)
        offset = self._source.to_file(self._source.line_starts[end])
        ends = self._lines[end - 1].endswith((b"\n", b"\r"))
        following = 0
        while end + following < len(self._lines) and not self._lines[end + following].strip():
            following += 1
        is_last = end + following == len(self._lines)
        if is_last:
            offset = len(self._data.rstrip(b"\r\n\t ")) if following else offset
            return offset, "\n" * (1 + gap if following or not ends else gap), ""
        return offset, "\n" * gap, "\n" * max(0, gap - following) if following < gap else ""

    def _end_line(self, index: int) -> int:
        statement = self._body[index]
        return statement.end_lineno or statement.lineno

    def _position(self, is_block: bool) -> int:
        """How many statements of the file come before the definition."""
        first, last = int(_has_docstring(self._body)), len(self._body)
        while last and _is_main(self._body[last - 1]):
            last -= 1
        early = {need.name for need in self._taken.needs if need.is_early}
        early = all_needed_early(early, self._taken.statements, self._body)
        limit = last
        # As it is when `module.Name` has become `Name`.
        after = parse(SourceText(_joined(self._data, self._edits)).utf8).body
        reading = readers(after, self._taken.names)
        for index, statement in enumerate(self._body[:last]):
            if bound_by(statement) & early or isinstance(statement, ast.Import | ast.ImportFrom):
                first = max(first, index + 1)
            if limit == last and reads_early(after[index]) & reading:
                limit = index
        if first > limit:
            line = self._body[limit].lineno
            reason = (
                f"'{self._taken.names[0]}' is read here, before all is bound that it reads itself"
            )
            raise CannotMoveError(self._target.path, line, reason)
        if is_block:
            return limit
        while first < limit and isinstance(self._body[first], ast.Assign | ast.AnnAssign):
            first += 1
        return first


def _beside_removals(data: bytes, insertion: Edit, edits: Sequence[Edit]) -> Edit:
    """An insertion after the text that goes, where it would be inside of that.

    An import that goes takes the blank lines below it along, so these are written again.
    """
    at = insertion.start
    end = next((edit.end for edit in edits if edit.start < at < edit.end), at)
    if end == at:
        return insertion
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    text = insertion.new.strip(b"\r\n") + newline
    start = next(edit.start for edit in edits if edit.end == end)
    before, after = data[:start], data[end:]
    ends = before[len(before.rstrip(b"\r\n")) :].count(b"\n")
    begins = after[: len(after) - len(after.lstrip(b"\r\n"))].count(b"\n")
    head = newline * max(0, 3 - ends) if before.strip() else b""
    tail = newline * max(0, 2 - begins) if after.strip() else b""
    return insertion._replace(start=end, end=end, new=head + text + tail)


def _joined(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The edits made; insertions at one place in the order imports, exports, definition."""
    order = {"import": 0, "exports": 1, "name": 1, "definition": 2}
    return apply_edits(
        data, sorted(edits, key=lambda edit: (edit.start, edit.end, order.get(edit.kind, 1)))
    )


def _futures(facts: Facts) -> frozenset[str]:
    return frozenset(
        alias.name for fact in facts.imports if fact.module == "__future__" for alias in fact.names
    )


def _has_types(statement: ast.stmt) -> bool:
    return any(
        getattr(node, field, None) is not None
        for node in ast.walk(statement)
        for field in ("annotation", "returns")
    )


def _has_docstring(body: Sequence[ast.stmt]) -> bool:
    first = body[0] if body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
