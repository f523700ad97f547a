"""What one file is about to become, while its codemod is still deciding."""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from onepath.model import Edit, Facts, ImportFact, Refusal, Use
from onepath.rewrite.renames import Destination, Renames, module_id
from onepath.rewrite.statements import Change, Name, add_names, change_from, change_import, new_from

PRAGMAS = ("# noqa", "# type:", "# isort", "# pylint", "# pyright", "# mypy", "# pragma", "# nosec")


@dataclass
class StatementDraft:
    """One import statement and what happens to it."""

    changes: dict[int, Change] = field(default_factory=dict)
    module: str | None = None
    added: list[Name] = field(default_factory=list)
    following: list[tuple[str, tuple[Name, ...]]] = field(default_factory=list)
    """`from` imports to put after it: module, names."""
    imports: list[str] = field(default_factory=list)
    """`import module` statements to put after it."""
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
    edits: list[Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    statements: dict[int, StatementDraft] = field(default_factory=dict)
    renamed: dict[tuple[int, str], str] = field(default_factory=dict)
    """(scope, old bound name) -> new bound name."""
    fstrings: dict[tuple[int, int], Counter[tuple[str, str]]] = field(default_factory=dict)
    """Span of an f-string -> (old, new) and how often, where inner places are not known."""

    # ------------------------------------------------------------ words

    def text(self, start: int, end: int) -> str:
        """Source text, with `\\n` line ends."""
        return self.data[start:end].decode(self._codec).replace("\r\n", "\n")

    def encoded(self, text: str) -> bytes:
        """Source text as this file stores it."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return text.encode(self._codec)

    @cached_property
    def _codec(self) -> str:
        return self.facts.encoding.removesuffix("-sig")

    @cached_property
    def newline(self) -> str:
        """The file's own line end: that of its first line."""
        at = self.data.find(b"\n")
        return "\r\n" if at > 0 and self.data[at - 1 : at] == b"\r" else "\n"

    def refuse(self, line: int, code: str, reason: str) -> None:
        """Leave a place alone, and say why."""
        refusal = Refusal(self.path, line, code, reason)
        if refusal not in self.refusals:
            self.refusals.append(refusal)

    def edit(self, start: int, end: int, new: str, kind: str) -> None:
        """Put `new` in the place of a span of the file."""
        self.edits.append(Edit(start, end, self.encoded(new), kind, self.line_of(start)))

    def line_of(self, offset: int) -> int:
        """The line, from 1, in which an offset lies."""
        return self.data.count(b"\n", 0, offset) + 1

    def in_fstring(self, start: int, end: int, old: str, new: str) -> None:
        """Note one more name to change inside an f-string."""
        self.fstrings.setdefault((start, end), Counter())[old, new] += 1

    def statement(self, index: int) -> StatementDraft:
        return self.statements.setdefault(index, StatementDraft())

    # ------------------------------------------------------------ lines

    def line_start(self, offset: int) -> int:
        at = max(self.data.rfind(b"\n", 0, offset), self.data.rfind(b"\r", 0, offset))
        return at + 1

    def line_end(self, offset: int) -> int:
        """The end of the line's text, before its line break."""
        ends = [
            at for at in (self.data.find(b"\n", offset), self.data.find(b"\r", offset)) if at >= 0
        ]
        return min(ends, default=len(self.data))

    def indent(self, statement: ImportFact) -> str:
        before = self.data[self.line_start(statement.start) : statement.start]
        text = before.decode("ascii", "replace")
        return text if not text.strip(" \t\f") else ""

    def alone(self, statement: ImportFact) -> bool:
        """Whether nothing but a comment shares the statement's lines."""
        before = self.data[self.line_start(statement.start) : statement.start]
        return not before.strip(b" \t\f") and self.tail(statement)[:1] in ("", "#")

    def tail(self, statement: ImportFact) -> str:
        """What follows the statement on its last line, without blanks."""
        raw = self.data[statement.end : self.line_end(statement.end)]
        return raw.decode(self._codec, "replace").strip(" \t\f")

    # ---------------------------------------------------------- imports

    def spelled(self, statement: ImportFact, module: str) -> str:
        """A module as this statement would write it: relative stays relative where it can."""
        if statement.is_from and statement.level:
            base = self.renames.resolver.modules.absolute(self.path, statement.level, "")
            if base and (module == base or module.startswith(base + ".")):
                return "." * statement.level + module[len(base) + 1 :]
        return module

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
        return add_names(text, tuple(draft.added)) if draft.added else text

    def following_texts(self, index: int) -> list[str]:
        """The statements that its draft puts after it."""
        draft, indent = self.statements[index], self.indent(self.facts.imports[index])
        texts = [f"import {module}" for module in draft.imports]
        return texts + [new_from(module, names, indent) for module, names in draft.following]
