"""Names that a file comes to import at its top, in the style of the imports that are there."""

import sys
from collections.abc import Iterator

from onepath.codemod import Edit, World
from onepath.edit.draft import Draft
from onepath.edit.emit import emit
from onepath.edit.export_list import without_exports
from onepath.edit.imports.for_types import emptied, taken_out
from onepath.edit.imports.joining import join
from onepath.edit.imports.prologue import after_prologue
from onepath.edit.imports.statements import Name, new_from
from onepath.edit.removal import united
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.model import Facts, Guard
from onepath.symbols.destinations import Destination
from onepath.symbols.modules import is_package
from onepath.symbols.renames import Renames
from onepath_packs.canonical.definitions.refused import CannotMoveError

_TYPING = "TYPE_CHECKING"


class ImportBlock:
    """The imports at the top of one file, and what is added to them or taken out.

    Args:
        world: The code; only its modules count, so that the file may be of a later state.
        path: The file.
        data: Its bytes.
        facts: Their facts.
        like: The facts of a file in the same package whose style a new file follows.
    """

    def __init__(
        self, world: World, path: str, data: bytes, facts: Facts, like: Facts | None = None
    ) -> None:
        self._like = like or facts
        self.draft = Draft(path, data, facts, Renames.build(world.resolver, {}, ()))
        self._world = world
        self._facts = facts
        self._new: dict[bool, list[tuple[str, Name]]] = {False: [], True: []}
        """By whether only type checkers need them: modules, each with the name to take from it, or
        with itself."""
        self._emptying: list[tuple[int, int]] = []
        """Names that go, each the last one that its block `if TYPE_CHECKING:` holds."""

    def add(self, to: Destination, asname: str | None = None, *, for_types: bool = False) -> None:
        """Import a name of a module, or a module where the name is empty.

        Args:
            to: What.
            asname: What it is called here; None for its own name.
            for_types: Whether only type checkers need it.
        """
        name = Name(to.name or to.module, asname)
        anchor = self._anchor(to.module, for_types=for_types)
        if anchor is not None:
            module = self._spelled(to.module)
            join(self.draft, anchor, to._replace(module=to.module), name)
            self._respell(anchor, to.module, module)
            return
        module = self._spelled(to.module) if to.name else ""
        if (module, name) not in self._new[for_types]:
            self._new[for_types].append((module, name))

    def drop(self, index: int, place: int) -> bool:
        """Take a name out, and a block that is for type checkers alone with its last one.

        Args:
            index: The statement.
            place: Which of its names.

        Returns:
            Whether it can go.
        """
        if self.draft.take_out(index, place):
            return True
        is_for_types = self._facts.imports[index].guard == Guard.TYPE_CHECKING
        if is_for_types:
            self._emptying.append((index, place))
        return is_for_types

    def _empty_blocks(self) -> Iterator[Edit]:
        """What takes out the blocks for type checkers in which nothing is left or has come."""
        for index, place in self._emptying:
            if self.draft.take_out(index, place):
                continue
            out = self.draft.statement(index)
            if out.following:
                module, names = out.following.pop(0)
                out.replacement = new_from(module, names)
                continue
            del self.draft.statements[index]
            spans = emptied(self.draft, {index: {place}})
            for start, end in spans:
                yield taken_out(self.draft, start, end)
                self._without_guard(start, end)
            if not spans:
                self.draft.statement(index).replacement = "pass"

    def _without_guard(self, start: int, end: int) -> None:
        """Take out the import of `TYPE_CHECKING` where a block that goes was all that read it."""
        readers = [use.start for use in self._facts.uses if use.name == _TYPING]
        if not self._new[True] and all(start <= reader < end for reader in readers):
            for index, place, _ in self._facts.binders.get((0, _TYPING), ()):
                self.draft.take_out(index, place)

    @property
    def is_changed(self) -> bool:
        """Whether anything is added."""
        return bool(any(self._new.values()) or self.draft.statements)

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the file's imports."""
        guard = self._guard()  # it may bring in an import itself
        edits = [*self._empty_blocks()]
        edits = (
            [*united([*edits, *emit(self.draft)], self.draft.data)]
            if edits
            else [*emit(self.draft)]
        )
        lines = [*self._lines(for_types=False)]
        inner = [f"    {line}" if line else "" for line in self._lines(for_types=True)]
        if inner:
            block = [f"if {guard}:", *inner]
            after = self._end_of_first_run()
            if after is None:
                lines += [*([""] if lines else []), *block]
            else:
                types = self._types_after(after, block)
                # At the end of a file without a line end, both would be at one place.
                there = [edit for edit in edits if edit.start == types.start]
                edits = [edit for edit in edits if edit not in there]
                new = b"".join(edit.new for edit in (*there, types))
                edits.append(types._replace(new=new))
        if lines:
            place = after_prologue(self.draft.data)
            text = place.before + "".join(f"{line}\n" for line in lines) + place.after
            edits.append(
                Edit(
                    place.offset,
                    place.offset,
                    self.draft.encoded(text, place.offset),
                    "import",
                    self.draft.line_of(place.offset),
                )
            )
        return tuple(sorted(edits))

    def _end_of_first_run(self) -> int | None:
        """The end of the line on which the first imports of the file end; None if it has none."""
        ends = [
            fact.end
            for index, fact in enumerate(self._facts.imports)
            if fact.scope == 0 and fact.block == 0 and not fact.guard
            if self._is_of_the_first_run(index)
        ]
        if not ends:
            return None
        at = self.draft.data.find(b"\n", max(ends))
        return len(self.draft.data) if at < 0 else at + 1

    def _types_after(self, offset: int, block: list[str]) -> Edit:
        """What only type checkers import, after the imports that bring `TYPE_CHECKING`."""
        data = self.draft.data
        text = ("" if data[:offset].endswith(b"\n") else "\n") + "\n"
        text += "".join(f"{line}\n" for line in block)
        encoded = self.draft.encoded(text, offset)
        return Edit(offset, offset, encoded, "import", self.draft.line_of(offset))

    def replace(self, index: int, place: int, to: Destination, bound: str) -> None:
        """Let a name of a statement come from another module, and mean that.

        Args:
            index: The statement.
            place: Which of its names.
            to: What the name shall be.
            bound: What it is called here.
        """
        name = Name(to.name, bound if bound != to.name else None)
        out, module = self.draft.statement(index), self._spelled(to.module)
        if self.draft.names_left(index) == 1 and not out.added:
            out.replacement = new_from(module, (name,))
        else:
            out.following.append((module, (name,)))
            self.draft.take_out(index, place)

    def without(self, name: str) -> tuple[Edit, ...]:
        """The edits after which the file does not import a name at its top any more."""
        for index, place, _ in self._facts.binders.get((0, name), ()):
            if not self.draft.take_out(index, place):
                # All that the module holds: it may be empty, as no other block may.
                self.draft.delete(index)
        return emit(self.draft)

    def with_export(self, name: str) -> list[Edit]:
        """The edit that puts a name into `__all__`, if there is one, in the layout that it has.

        Raises:
            CannotMoveError: It can't be extended.
        """
        exports, data = self._facts.exports, self.draft.data
        if exports is None:
            return []
        names = [one for one, _, _ in exports.names]
        if name in names:
            return []
        if not names:
            raise CannotMoveError(self.draft.path, 1, "its '__all__' can't be extended")
        at = next((i for i, one in enumerate(names) if one > name), None)
        if names != sorted(names):
            at = None
        _, start, end = exports.names[-1 if at is None else at]
        quote = data[start : start + 1] if data[start : start + 1] in (b"'", b'"') else b'"'
        entry = quote + name.encode() + quote
        before = data[data.rfind(b"\n", 0, start) + 1 : start]
        parting = b", " if before.strip() else b"," + self.draft.newline(start).encode() + before
        line = self.draft.line_of(start)
        if at is None:
            return [Edit(end, end, parting + entry, "exports", line)]
        return [Edit(start, start, entry + parting, "exports", line)]

    def without_export(self, name: str) -> tuple[Edit, ...]:
        """The edits after which `__all__` does not list a name.

        Raises:
            Refused: It lists it in a way that can't be changed.
        """
        exports = self._facts.exports
        if exports is None or all(name != one for one, _, _ in exports.names):
            return ()
        source = SourceText(self.draft.data)
        found = without_exports(source, parse(source.utf8), {name})
        return tuple(
            Edit(start, end, new.encode(), "exports", self.draft.line_of(start))
            for start, end, new in found
        )

    def _lines(self, *, for_types: bool) -> Iterator[str]:
        """New statements in groups: of the standard library, of installed packages, and own."""
        modules: dict[tuple[int, bool, str], list[Name]] = {}
        for module, name in self._new[for_types]:
            kind = 4 if module.startswith(".") else self._kind(module or name.name)
            modules.setdefault((kind, bool(module), module or str(name)), []).append(name)
        last = None
        for (kind, is_from, module), names in sorted(modules.items(), key=lambda item: item[0]):
            if last not in (None, kind):
                yield ""
            last = kind
            ordered = tuple(sorted(names))
            yield new_from(module, ordered) if is_from else f"import {module}"

    def _guard(self) -> str:
        """How `TYPE_CHECKING` is read here, where something is imported for types alone."""
        if not self._new[True]:
            return ""
        typing = {
            name.asname or name.name for module, name in self._new[False] if name.name == "typing"
        } | {
            alias.asname or alias.name
            for fact in self._facts.imports
            if not fact.is_from and fact.scope == 0
            for alias in fact.names
            if alias.name == "typing"
        }
        if typing:
            return f"{min(typing)}.{_TYPING}"
        if all(alias.bound != _TYPING for fact in self._facts.imports for alias in fact.names):
            self.add(Destination("typing", _TYPING))
        return _TYPING

    def _anchor(self, module: str, *, for_types: bool) -> int | None:
        """The statement in whose block, and after which, an import belongs; None if none is."""
        wanted = Guard.TYPE_CHECKING if for_types else 0
        top = [
            (index, fact)
            for index, fact in enumerate(self._facts.imports)
            if fact.scope == 0
            and fact.guard == wanted
            and fact.names[0].name != "*"
            and (for_types or fact.block == 0)
        ]
        if not for_types:
            top = [(index, fact) for index, fact in top if self._is_of_the_first_run(index)]
        kind = self._kind(module)
        at_most = [
            index for index, fact in top if self._kind_of(index) <= kind and self._kind_of(index)
        ]
        if at_most:
            same = [at for at in at_most if self._kind_of(at) == kind]
            return (same or at_most)[-1]
        return top[0][0] if for_types and top else None

    def _is_of_the_first_run(self, index: int) -> bool:
        """Whether nothing but imports is between a statement and the first import."""
        positions = self.draft.import_positions(0)
        first = min(
            fact.position for fact in self._facts.imports if fact.block == 0 and fact.scope == 0
        )
        here = self._facts.imports[index].position
        return all(at in positions for at in range(first, here))

    def _kind_of(self, index: int) -> int:
        statement = self._facts.imports[index]
        modules = self._world.modules
        dotted = modules.absolute(self.draft.path, statement.level, statement.module)
        return self._kind(dotted or "" if statement.is_from else statement.names[0].name)

    def _kind(self, module: str) -> int:
        """Where the imports of a module stand: 0 `__future__`, 1 standard, 2 installed, 3 own."""
        head = module.partition(".")[0]
        if head == "__future__":
            return 0
        if head in sys.stdlib_module_names:
            return 1
        return 3 if self._world.modules.is_ours(module) else 2

    def _spelled(self, module: str) -> str:
        """A module as this file writes modules of its own package: relative if it does so."""
        if not self._is_relative():
            return module
        own = self._world.modules.name(self.draft.path).split(".")
        package = own if is_package(self.draft.path) else own[:-1]
        parts = module.split(".")
        shared = 0
        while shared < min(len(package), len(parts)) and package[shared] == parts[shared]:
            shared += 1
        if not shared:
            return module
        return "." * (len(package) - shared + 1) + ".".join(parts[shared:])

    def _is_relative(self) -> bool:
        """Whether the file imports from its own package by relative paths, as a rule."""
        own = self._world.modules.name(self.draft.path).partition(".")[0]
        levels = [
            bool(fact.level)
            for fact in self._like.imports
            if fact.is_from
            and fact.scope == 0
            and (fact.level or fact.module.partition(".")[0] == own)
        ]
        return sum(levels) * 2 > len(levels)

    def _respell(self, anchor: int, module: str, spelled: str) -> None:
        """Write a new statement beside another one in this file's way."""
        out = self.draft.statement(anchor)
        written = self.draft.spelled(self._facts.imports[anchor], module)
        out.following = [
            (spelled if known == written else known, names) for known, names in out.following
        ]
