"""Imports that are not needed while a module is imported: where they can go, and moving them."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from onepath.facts.extract import extract
from onepath.model import Alias, Edit, Facts, Guard, ImportFact, Use, UseKind
from onepath.rewrite.annotations import Annotation, annotations, function_bodies, quoted
from onepath.rewrite.bring_in import BringIn, CannotBringIn
from onepath.rewrite.draft import PRAGMAS, Draft
from onepath.rewrite.edits import apply
from onepath.rewrite.emit import emit
from onepath.symbols.renames import Destination, Renames
from onepath.symbols.resolve import Resolver

TYPES, FUNCTIONS = "under TYPE_CHECKING", "into the functions that use it"
_TYPE_CHECKING = Destination("typing", "TYPE_CHECKING")
_FUTURE = "annotations"


class Move(NamedTuple):
    """A name of an import statement, and where it goes."""

    statement: int
    place: int
    how: str
    """`TYPES` or `FUNCTIONS`"""


class CannotMove(Exception):  # noqa: N818 - it is no error of the program
    """An import has to stay where it is; the text says why."""


class Uses:
    """What one file uses its imports for.

    Args:
        data: Its bytes.
        facts: Their facts.
        annotated: Its annotations, see `onepath.rewrite.annotations`.
    """

    def __init__(self, data: bytes, facts: Facts, annotated: Sequence[Annotation]) -> None:
        self._data = data
        self._facts = facts
        self._annotated = annotated
        self._bodies = list(function_bodies(data))

    def of(self, name: str) -> list[Use]:
        """All uses of a name of the module."""
        return [use for use in self._facts.uses if use.bound_in == 0 and use.name == name]

    def annotation(self, use: Use) -> Annotation | None:
        """The annotation in which a name is used."""
        return next((one for one in self._annotated if one.start <= use.start < one.end), None)

    def how(self, statement: ImportFact, alias: Alias, *, defer: bool) -> str:
        """Where a name can go, as far as this file is concerned.

        Raises:
            CannotMove: It is needed while the module is imported, or nobody can tell.
        """
        name = alias.bound
        if alias.name == "*" or statement.scope or statement.guard:
            raise CannotMove("it stands under a condition or brings every name")
        count = sum(
            one.bound == name for other in self._facts.imports for one in other.names
            if other.scope == 0
        )  # fmt: skip
        if count > 1 or name in self._facts.scopes[0].multiple:
            raise CannotMove(f"'{name}' is bound in other ways as well")
        uses = self.of(name)
        if not uses:
            raise CannotMove(f"'{name}' is not used here; it is there for others or its effect")
        try:
            self._only_annotations(uses)
        except CannotMove:
            if not defer:
                raise
            self._only_functions(uses)
            return FUNCTIONS
        return TYPES

    def _only_annotations(self, uses: Iterable[Use]) -> None:
        has_future = self.has_future
        for use in uses:
            found = self.annotation(use)
            if found is None or not use.kind & UseKind.ANNOTATION:
                raise CannotMove(f"line {self.line(use)} uses '{use.name}' when it runs")
            if found.reader:
                raise CannotMove(f"line {self.line(use)}: {found.reader}")
            is_quoted = bool(use.kind & UseKind.STRING)
            if found.evaluated and not (has_future or is_quoted):
                text = self._data[found.start : found.end].decode("utf-8", "replace")
                if quoted(text) is None:
                    raise CannotMove(f"line {self.line(use)}: the annotation can't be quoted")

    def _only_functions(self, uses: Iterable[Use]) -> None:
        for use in uses:
            if not self._is_inside(use):
                raise CannotMove(f"line {self.line(use)} uses '{use.name}' outside of functions")

    def _is_inside(self, use: Use) -> bool:
        """Whether a use is in the body of a function into which an import can be put."""
        return use.exact and any(start <= use.start < end for _, end, start, _ in self._bodies)

    @property
    def has_future(self) -> bool:
        """Whether annotations are not evaluated in this file."""
        return any(
            one.module == "__future__" and any(alias.name == _FUTURE for alias in one.names)
            for one in self._facts.imports
        )

    def line(self, use: Use) -> int:
        return self._data.count(b"\n", 0, use.start) + 1


def move(
    path: str, data: bytes, resolver: Resolver, moves: Sequence[Move], is_plain: Mapping[str, bool]
) -> tuple[Edit, ...]:  # fmt: skip
    """Move names out of the imports at the top of a file.

    Args:
        path: Where it is.
        data: Its bytes.
        resolver: Over the code.
        moves: What goes where; `Uses.how` allowed each of them.
        is_plain: Base class as written -> whether it reads no annotations.

    Raises:
        CannotMove: There is no place for what has to be written.
    """
    file = _File(path, data, resolver, is_plain)
    statements = [(one.how, *file.statement(one)) for one in moves]
    for how, name, text in reversed(statements):
        if how == FUNCTIONS:
            file.into_functions(name, text)
    file.quote({name for how, name, _ in statements if how == TYPES})
    file.take_out({name for _, name, _ in statements})
    typed = [text for how, _, text in statements if how == TYPES]
    if typed:
        file.under_type_checking(typed)
    return between(data, file.data)


class _File:
    """A file that is rewritten step by step."""

    def __init__(
        self, path: str, data: bytes, resolver: Resolver, is_plain: Mapping[str, bool]
    ) -> None:
        self._path = path
        self._resolver = resolver
        self._is_plain = is_plain
        self._set(data)

    def _set(self, data: bytes) -> None:
        self.data = data
        self._facts = extract(data)

    def _draft(self) -> Draft:
        renames = Renames(self._resolver, {}, {})
        return Draft(self._path, self.data, self._facts, renames)

    def statement(self, one: Move) -> tuple[str, str]:
        """The name that a move is about, and a statement that imports it alone."""
        statement = self._facts.imports[one.statement]
        alias = statement.names[one.place]
        text = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        tail = self._draft().tail(statement)
        pragma = f"  {tail}" if len(statement.names) == 1 and tail.startswith(PRAGMAS) else ""
        if statement.is_from:
            module = "." * statement.level + statement.module
            return alias.bound, f"from {module} import {text}{pragma}"
        return alias.bound, f"import {text}{pragma}"

    def quote(self, names: set[str]) -> None:
        """Quote the annotations in which one of the names would be evaluated."""
        annotated = annotations(self.data, lambda base: self._is_plain.get(base, False))
        uses = Uses(self.data, self._facts, annotated)
        spans: set[tuple[int, int]] = set()
        for use in (use for name in names for use in uses.of(name)):
            found = uses.annotation(use)
            if found and found.evaluated and not (uses.has_future or use.kind & UseKind.STRING):
                spans.add((found.start, found.end))
        draft = self._draft()
        for start, end in sorted(spans):
            text = quoted(draft.text(start, end))
            if text is None:
                raise CannotMove(f"line {draft.line_of(start)}: the annotation can't be quoted")
            draft.edit(start, end, text, "name")
        self._set(apply(self.data, tuple(sorted(draft.edits))))

    def take_out(self, names: set[str]) -> None:
        """Take names out of the imports at the top."""
        draft = self._draft()
        for index, statement in enumerate(self._facts.imports):
            for place, alias in enumerate(statement.names):
                is_meant = alias.bound in names and not statement.guard and statement.scope == 0
                if is_meant and not draft.take_out(index, place):
                    raise CannotMove(f"line {statement.line} would leave its block empty")
        self._set(apply(self.data, emit(draft)))

    def into_functions(self, name: str, text: str) -> None:
        """Put an import at the beginning of each outermost function that uses a name."""
        used = [use.start for use in Uses(self.data, self._facts, ()).of(name)]
        draft = self._draft()
        for _, end, start, indent in function_bodies(self.data):
            if any(start <= at < end for at in used):
                draft.edit(start, start, f"{indent}{text}\n", "import")
        self._set(apply(self.data, tuple(draft.edits)))

    def under_type_checking(self, statements: Sequence[str]) -> None:
        """Put imports into the block for type checkers, which is made where there is none."""
        block = self._existing_block()
        if block is not None:
            draft = self._draft()
            indent = draft.indent(block)
            at = draft.line_end(block.end)
            lines = "".join(f"\n{indent}{text}" for text in statements)
            draft.edit(at, at, lines, "import")
            self._set(apply(self.data, tuple(draft.edits)))
            return
        wanted = BringIn(self._draft())
        try:
            test = wanted.need(0, len(self.data), _TYPE_CHECKING)
        except CannotBringIn as error:
            raise CannotMove(str(error)) from None
        self._set(apply(self.data, wanted.edits()))
        draft = self._draft()
        at = draft.after_line(draft.line_end(self._last_import().end))
        gap = "" if self.data[at : at + 1] in (b"\n", b"\r", b"") else "\n"
        body = "".join(f"    {text}\n" for text in statements)
        draft.edit(at, at, f"\nif {test}:\n{body}{gap}", "import")
        self._set(apply(self.data, tuple(draft.edits)))

    def _existing_block(self) -> ImportFact | None:
        """The last import under the first `if TYPE_CHECKING:` of the module."""
        found = None
        for statement in self._facts.imports:
            block = self._facts.blocks[statement.block]
            is_block = block.kind == "if" and block.parent == 0 and not block.inline
            is_for_types = bool(statement.guard & Guard.TYPE_CHECKING) and statement.scope == 0
            if is_for_types and is_block and (found is None or found.block == statement.block):
                found = statement
        return found

    def _last_import(self) -> ImportFact:
        """The last import of the first run of imports at the top."""
        top = [one for one in self._facts.imports if one.scope == 0 and one.block == 0]
        last = top[0]
        for one in top[1:]:
            if one.position > last.position + 1:
                break
            last = one
        return last


def between(old: bytes, new: bytes, kind: str = "import") -> tuple[Edit, ...]:
    """Edits of whole lines that lead from one text to another."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Edit(starts[a], starts[b], b"".join(after[c:d]), kind, a + 1)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )
