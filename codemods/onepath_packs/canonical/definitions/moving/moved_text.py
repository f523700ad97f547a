"""The text of a definition that moves, as it has to be in its new module."""

import ast
import re
from collections.abc import Iterator

from onepath.codemod import Edit, World
from onepath.edit.edits import apply_edits
from onepath.edit.naming import why_not
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.modules import is_package
from onepath_packs.canonical.definitions.moving.taken import Need, TakenDefinition
from onepath_packs.canonical.definitions.moving.target import DestinationModule
from onepath_packs.canonical.definitions.refused import CannotMoveError


class MovedText:
    """What moves, with the names that mean something else in another module.

    Args:
        world: The code.
        taken: What moves.
        target: The module that it goes to.
    """

    def __init__(self, world: World, taken: TakenDefinition, target: DestinationModule) -> None:
        self._world = world
        self._taken = taken
        self._target = target
        self._own = {*self._own_names()}

    def text(self) -> str:
        """All of it, with `\\n` line ends and its relative imports as they are here."""
        taken = self._taken
        codec = taken.facts.encoding.removesuffix("-sig")
        edits = [*self._relative_imports(), *self._module_names(), *self._own]
        pieces = []
        for index, (start, end) in enumerate(taken.spans):
            inner = [
                edit._replace(start=edit.start - start, end=edit.end - start)
                for edit in edits
                if start <= edit.start < end
            ]
            text = apply_edits(taken.data[start:end], sorted(inner)).decode(codec)
            text = text.replace("\r\n", "\n").rstrip("\n") + "\n"
            if index:
                last = taken.spans[index - 1][1]
                between = taken.data[last:start]
                pieces.append("\n" * (2 if between.strip() else min(between.count(b"\n"), 2)))
            pieces.append(text)
        return "".join(pieces)

    def _relative_imports(self) -> list[Edit]:
        """The imports in functions that move, by absolute paths where they would lead elsewhere."""
        world, taken = self._world, self._taken
        name = world.modules.name(taken.path)
        was = name if is_package(taken.path) else name.rpartition(".")[0]
        now = self._target.package
        edits = []
        for statement in taken.facts.imports if was != now else ():
            inside = any(start <= statement.start < end for start, end in taken.spans)
            if not inside or not statement.level:
                continue
            module = world.modules.absolute(taken.path, statement.level, statement.module) or ""
            spelled = re.escape(b"." * statement.level + statement.module.encode())
            written = re.compile(rb"from[ \t]+(%b)[ \t]+import\b" % spelled)
            match = written.match(taken.data, statement.start)
            if match is None:
                raise CannotMoveError(taken.path, statement.line, "this import is written in parts")
            edits.append(Edit(*match.span(1), module.encode(), "import", statement.line))
        return edits

    def _module_names(self) -> Iterator[Edit]:
        """`__name__` written out, which is another one in another module: loggers go by it."""
        taken = self._taken
        text = f'"{self._world.modules.name(taken.path)}"'.encode()
        for node in (child for statement in taken.statements for child in ast.walk(statement)):
            if not (isinstance(node, ast.Name) and node.id == "__name__"):
                continue
            key = taken.tree.binding(node)
            if key is not None and key[0] != 0:
                continue
            if taken.tree.string_around(node) is not None:
                reason = "'__name__' is another one in another module"
                raise CannotMoveError(taken.path, node.lineno, reason)
            yield Edit(*taken.tree.place(node), text, "name", node.lineno)

    def _own_names(self) -> Iterator[Edit]:
        """What functions that move read by way of the module that they move to: by its name."""
        taken, resolver = self._taken, self._world.resolver
        for use in taken.uses():
            is_late = taken.facts.scopes[use.scope].kind == "function"
            for owner in (
                modules_bound(taken.path, taken.facts, resolver, use.bound_in, use.name)
                if use.exact and is_late
                else ()
            ):
                for count, (name, end) in enumerate(use.chain, 1):
                    resolution = resolver.attributes(owner, [one for one, _ in use.chain[:count]])
                    if resolution.kind == "module":
                        continue
                    is_own = (resolution.path, resolution.name, resolution.rest) == (
                        self._target.path,
                        name,
                        (),
                    )
                    if is_own and not why_not(taken.facts, 0, name, [use.scope], already=True):
                        line = taken.data.count(b"\n", 0, use.start) + 1
                        yield Edit(use.start, end, name.encode(), "name", line)
                    break

    def is_all_own(self, need: Need) -> bool:
        """Whether all that reads an import reads names of the file itself by it."""
        shortened = {edit.start for edit in self._own}
        uses = [one for one in self._taken.uses() if (one.bound_in, one.name) == (0, need.name)]
        return bool(uses) and all(use.start in shortened for use in uses)
