"""What one file is about to become, while its codemod is still deciding."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from onepath.edit.imports.alignment import realigned
from onepath.edit.imports.statements import (
    AliasChange,
    Name,
    add_names,
    change_from,
    change_import,
    new_from,
)
from onepath.edit.lines import Lines
from onepath.edit.naming import Claims, why_not
from onepath.facts.spelling.file import Spelling
from onepath.model import Edit, Facts, ImportFact, Refusal, Use
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames, module_id

PRAGMAS = ("# noqa", "# type:", "# isort", "# pylint", "# pyright", "# mypy", "# pragma", "# nosec")


@dataclass
class StatementDraft:
    """One import statement and what happens to it."""

    changes: dict[int, AliasChange] = field(default_factory=dict)
    module: str | None = None
    added: list[Name] = field(default_factory=list)
    following: list[tuple[str, tuple[Name, ...]]] = field(default_factory=list)
    """`from` imports to put after it: module, names."""
    imports: list[str] = field(default_factory=list)
    """Modules, `a.b` or `a.b as x`, to import by statements after it."""
    loads: list[str] = field(default_factory=list)
    """Statements to put after it that load modules for others."""
    replacement: str | None = None
    """Text of its own, where the changes above do not say it (star imports)."""


@dataclass
class Draft:
    """One file on its way.

    Args:
        path: Where it is; decides what relative imports mean.
        data: Its bytes.
        facts: Their facts.
        renames: What is deprecated.
        keep: Module-level names that someone outside needs.
        is_document: Whether this is a piece of Python in a document, which has no module.
    """

    path: str
    data: bytes
    facts: Facts
    renames: Renames
    keep: Container[str] = ()
    is_document: bool = False
    late: Container[str] = ()
    """Modules that the file must not import at its top, and that are loaded when functions run."""
    loads: Mapping[str, str] = field(default_factory=dict)
    """Modules that the file must go on loading, each with the one that it imports and that loads
    it."""
    edits: list[Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    statements: dict[int, StatementDraft] = field(default_factory=dict)
    renamed: dict[tuple[int, str], str] = field(default_factory=dict)
    """(scope, old bound name) -> new bound name."""
    moved: set[tuple[int, int]] = field(default_factory=set)
    """(statement, place in it) of every name that goes to another module."""
    brought: dict[tuple[int, str], list[tuple[int, Destination]]] = field(default_factory=dict)
    """(scope, name) -> by which statements this run binds it, and to what."""
    freed: set[tuple[int, str]] = field(default_factory=set)
    """(scope, name) that nothing binds any more, so that it is what is built in."""
    relied_on: set[tuple[int, str]] = field(default_factory=set)
    """(scope, name) of bindings that this run reads anew, so that they must stay."""
    replaced: set[int] = field(default_factory=set)
    """Uses that are written anew with the path that follows them."""
    replaced_olds: Container[str] = ()
    """Deprecated paths that tests replace: they are read each time, never bound at the import."""
    expecting: tuple[bool, ...] | None = None
    """For each line, whether it is in what expects a failure, once somebody has asked."""
    fstrings: dict[tuple[int, int], Counter[tuple[str, str]]] = field(default_factory=dict)
    """Span of an f-string -> (old, new) and how often, where inner places are not known."""

    # ------------------------------------------------------------ words

    def text(self, start: int, end: int) -> str:
        """Source text, with `\\n` line ends."""
        return self.data[start:end].decode(self._codec).replace("\r\n", "\n")

    def encoded(self, text: str, offset: int) -> bytes:
        """Source text as this file stores it around an offset."""
        if "\n" in text:
            text = text.replace("\n", self.newline(offset))
        return text.encode(self._codec)

    @cached_property
    def _codec(self) -> str:
        return self.facts.encoding.removesuffix("-sig")

    def newline(self, offset: int) -> str:
        """The line end of the line in which an offset lies; of the last line, that before it."""
        at = self.data.find(b"\n", offset)
        if at < 0:
            at = self.data.rfind(b"\n")
        return "\r\n" if at > 0 and self.data[at - 1 : at] == b"\r" else "\n"

    def refuse(self, line: int, code: str, reason: str) -> None:
        """Leave a place alone, and say why."""
        refusal = Refusal(self.path, line, code, reason)
        if refusal not in self._refused:
            self._refused.add(refusal)
            self.refusals.append(refusal)

    @cached_property
    def _refused(self) -> set[Refusal]:
        return set(self.refusals)

    def edit(self, start: int, end: int, new: str, kind: str) -> None:
        """Put `new` in the place of a span of the file."""
        self.edits.append(Edit(start, end, self.encoded(new, start), kind, self.line_of(start)))

    def line_of(self, offset: int) -> int:
        """The line, from 1, in which an offset lies."""
        return self._lines.number(offset)

    def in_fstring(self, start: int, end: int, old: str, new: str) -> None:
        """Note one more name to change inside an f-string."""
        self.fstrings.setdefault((start, end), Counter())[old, new] += 1

    def statement(self, index: int) -> StatementDraft:
        return self.statements.setdefault(index, StatementDraft())

    @cached_property
    def claims(self) -> Claims:
        """The names that this run is going to bind."""
        return Claims(self.facts)

    def why_not(
        self,
        scope: int,
        name: str,
        to: Destination,
        readers: Iterable[int],
        *,
        already: bool = False,
    ) -> str | None:
        """Why a name can't be bound to a destination in a scope; None if it can."""
        readers = set(readers)
        reason = why_not(self.facts, scope, name, readers, already=already)
        return reason or self.claims.why_not(scope, name, to, readers)

    def runs_late(self, scope: int) -> bool:
        """Whether what is in a scope runs only when a function is called."""
        while scope != -1:
            if self.facts.scopes[scope].kind in ("function", "lambda"):
                return True
            scope = self.facts.scopes[scope].parent
        return False

    @cached_property
    def spelling(self) -> Spelling:
        """What in this file reads names by their spelling."""
        return Spelling(self.data, self.facts)

    # -------------------------------------------------------- deletions

    def can_delete(self, index: int) -> bool:
        """Whether a statement can go without leaving its block empty."""
        block = self.facts.imports[index].block
        loads = index in self.statements and self.statements[index].loads
        return self.facts.blocks[block].size - self._gone[block] > 1 and not loads

    def delete(self, index: int) -> None:
        """Take a statement out."""
        if self.is_deleted(index):
            return
        self.statement(index).replacement = ""
        self._gone[self.facts.imports[index].block] += 1

    @cached_property
    def _gone(self) -> Counter[int]:
        """Block -> how many of its statements are taken out."""
        return Counter()

    def names_left(self, index: int) -> int:
        """How many of its names a statement keeps, as far as decided."""
        changes = self.statement(index).changes.values()
        return len(self.facts.imports[index].names) - sum(change.to is None for change in changes)

    def take_out(self, index: int, place: int) -> bool:
        """Take a name out, and the statement with its last one; False if it must stay."""
        out = self.statement(index)
        if self.names_left(index) > 1:
            out.changes[place] = AliasChange(place, None)
        elif out.added:
            out.changes[place] = AliasChange(place, out.added.pop(0))
        elif self.can_delete(index) and not (out.following or out.imports):
            self.delete(index)
        else:
            return False
        return True

    def import_beside(self, index: int, place: int, name: Name) -> None:
        """Import a module by its path in the place of one name of a statement."""
        out = self.statement(index)
        if self.names_left(index) == 1 and not out.added and out.replacement is None:
            out.replacement = f"import {name}"
            return
        if out.replacement is None:
            out.changes[place] = AliasChange(place, None)
        out.imports.append(str(name))

    def bring(self, index: int, to: Destination, name: str) -> None:
        """Note that a statement, or one that follows it, comes to bind a name."""
        key = (self.facts.imports[index].scope, name)
        self.brought.setdefault(key, []).append((index, to))

    def is_deleted(self, index: int) -> bool:
        return index in self.statements and self.statements[index].replacement == ""

    # ------------------------------------------------------------ lines

    def line_start(self, offset: int) -> int:
        return self._lines.start(offset)

    def line_end(self, offset: int) -> int:
        """The end of the line's text, before its line break."""
        return self._lines.end(offset)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.data)

    def after_line(self, end: int) -> int:
        """Where the next line starts, from the end of a line's text."""
        wide = self.data.startswith(b"\r\n", end)
        return min(end + 1 + wide, len(self.data))

    def indent(self, statement: ImportFact) -> str:
        before = self.data[self.line_start(statement.start) : statement.start]
        text = before.decode("ascii", "replace")
        return text if not text.strip(" \t\f") else ""

    def alone(self, statement: ImportFact) -> bool:
        """Whether nothing but a comment shares the statement's lines."""
        before = self.data[self.line_start(statement.start) : statement.start]
        return not before.strip(b" \t\f") and self.tail(statement)[:1] in ("", "#")

    def line_above(self, statement: ImportFact) -> str:
        """The text of the line above the statement, without blanks."""
        end = max(self.line_start(statement.start) - 1, 0)
        end -= self.data.endswith(b"\r\n", 0, end + 1)
        raw = self.data[self.line_start(end) : end]
        return raw.decode(self._codec, "replace").strip(" \t\f\r")

    def tail(self, statement: ImportFact) -> str:
        """What follows the statement on its last line, without blanks."""
        raw = self.data[statement.end : self.line_end(statement.end)]
        return raw.decode(self._codec, "replace").strip(" \t\f")

    def is_kept_by_comment(self, index: int) -> bool:
        """Whether somebody says on a line of an import, to linters, that it is there on purpose."""
        statement = self.facts.imports[index]
        return b"noqa" in self.data[statement.start : self.line_end(statement.end)]

    # ---------------------------------------------------------- imports

    def is_lazy(self, statement: ImportFact) -> bool:
        """Whether it is a `lazy` import (PEP 810)."""
        return self.data.startswith(b"lazy", statement.start)

    def import_positions(self, block: int) -> frozenset[int]:
        """Which statements of a block are imports."""
        return self._positions.get(block, frozenset())

    @cached_property
    def _positions(self) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for statement in self.facts.imports:
            found.setdefault(statement.block, set()).add(statement.position)
        return {block: frozenset(positions) for block, positions in found.items()}

    def spelled(self, statement: ImportFact, module: str) -> str:
        """A module as this statement would write it: relative stays relative where it can."""
        if statement.is_from and statement.level:
            base = self.renames.resolver.modules.absolute(self.path, statement.level, "")
            if base and (module == base or module.startswith(base + ".")):
                return "." * statement.level + module[len(base) + 1 :]
        return module

    def readers_of(self, to: Destination) -> Sequence[int]:
        """The `from` imports that read the destination's module."""
        return self._by_module.get(module_id(self.renames.resolver, to.module, self.path), ())

    @cached_property
    def _by_module(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        resolver = self.renames.resolver
        for index, statement in enumerate(self.facts.imports):
            dotted = resolver.modules.absolute(self.path, statement.level, statement.module)
            if statement.is_from and dotted:
                found.setdefault(module_id(resolver, dotted, self.path), []).append(index)
        return found

    def imports_from(self, statement: ImportFact, to: Destination) -> bool:
        """Whether a `from` import reads the destination's module."""
        resolver = self.renames.resolver
        dotted = resolver.modules.absolute(self.path, statement.level, statement.module)
        return (
            bool(dotted)
            and statement.is_from
            and (
                module_id(resolver, dotted or "", self.path)
                == module_id(resolver, to.module, self.path)
            )
        )

    def uses_of(self, scope: int, name: str) -> list[tuple[int, Use]]:
        """All uses of a binding, with their index."""
        return self._uses.get((scope, name), [])

    @cached_property
    def _uses(self) -> Mapping[tuple[int, str], list[tuple[int, Use]]]:
        found: dict[tuple[int, str], list[tuple[int, Use]]] = {}
        for index, use in enumerate(self.facts.uses):
            found.setdefault((use.bound_in, use.name), []).append((index, use))
        return found

    def statement_text(self, index: int) -> str:
        """The statement as its draft has it, without what follows it."""
        statement, draft = self.facts.imports[index], self.statements[index]
        if draft.replacement is not None:
            return draft.replacement
        text = self.text(statement.start, statement.end)
        changes = tuple(draft.changes[key] for key in sorted(draft.changes))
        if changes or draft.module is not None:
            if statement.is_from:
                text = change_from(text, changes, draft.module)
            else:
                text = change_import(text, changes)
            column = statement.start - self.line_start(statement.start)
            text = realigned(self.text(statement.start, statement.end), text, column)
        if not draft.added:
            return text
        bare = self.alone(statement) and not self.tail(statement)
        return add_names(text, tuple(draft.added), self.indent(statement) if bare else None)

    def following_texts(self, index: int) -> list[str]:
        """The statements that its draft puts after it."""
        draft, statement = self.statements[index], self.facts.imports[index]
        indent, prefix = self.indent(statement), "lazy " if self.is_lazy(statement) else ""
        texts = [f"import {module}" for module in draft.imports]
        texts += [new_from(module, names, indent) for module, names in draft.following]
        return [*(prefix + text for text in texts), *draft.loads]
