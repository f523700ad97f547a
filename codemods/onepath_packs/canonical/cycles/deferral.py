"""Imports that are not needed while a module is imported: where they can go, and moving them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from onepath.edit.draft import PRAGMAS, Draft
from onepath.edit.edits import in_order
from onepath.edit.emit import emit
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.imports.statements import Name, new_from
from onepath.edit.pieces import Pieces
from onepath.facts.extract.file import extract
from onepath.model import Alias, Edit, Facts, Guard, ImportFact, Use, UseKind
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Resolver
from onepath_packs.canonical.cycles.annotations import (
    AnnotatedBody,
    Annotation,
    annotations,
    function_bodies,
    quoted_annotation,
)

TYPES, FUNCTIONS = "under TYPE_CHECKING", "into the functions that use it"
BOTH = f"{FUNCTIONS}, and {TYPES}"
_BY_TEXT = re.compile(rb"(?<![\w.])(?:(?:globals|eval|exec) ?\(|vars\(\))")
"""Calls that read names of a module as texts."""
_TYPE_CHECKING = Destination("typing", "TYPE_CHECKING")
_FUTURE = "annotations"


class DeferredName(NamedTuple):
    """A name of an import statement, and where it goes."""

    statement: int
    place: int
    how: str
    """`TYPES`, `FUNCTIONS` or `BOTH`"""


class _Moved(NamedTuple):
    """A name on its way."""

    bound: str
    module: str
    """After `from`, with its dots; empty for `import`."""
    name: Name
    pragma: str


class ImportUses:
    """What one file uses its imports for.

    Args:
        data: Its bytes.
        facts: Their facts.
        annotated: Its annotations, see `onepath_packs.canonical.cycles.annotations`.
    """

    def __init__(self, data: bytes, facts: Facts, annotated: Sequence[Annotation]) -> None:
        self._data = data
        self._facts = facts
        self._annotated = annotated
        self._bodies = function_bodies(data)
        self._annotation_starts = [annotation.start for annotation in annotated]
        self._body_starts = [body.start for body in self._bodies]

    def of(self, name: str) -> list[Use]:
        """All uses of a name of the module."""
        return [use for use in self._facts.uses if use.bound_in == 0 and use.name == name]

    def annotation(self, use: Use) -> Annotation | None:
        """The annotation in which a name is used."""
        at = bisect_right(self._annotation_starts, use.start) - 1
        found = self._annotated[at] if at >= 0 else None
        return found if found is not None and use.start < found.end else None

    def _body(self, use: Use) -> AnnotatedBody | None:
        """The outermost function in whose body a name is used, if an import can be put there."""
        at = bisect_right(self._body_starts, use.start) - 1
        return (
            self._bodies[at] if use.exact and at >= 0 and use.start < self._bodies[at].end else None
        )

    def how(self, statement: ImportFact, alias: Alias, *, defer: bool) -> str:
        """Where a name can go, as far as this file is concerned.

        Raises:
            Refused: It is needed while the module is imported, or nobody can tell.
        """
        name = alias.bound
        if alias.name == "*" or statement.scope or statement.guard:
            raise Refused("not-movable", "it is under a condition or brings every name")
        if alias.asname == alias.name:
            raise Refused("not-movable", f"'{name} as {name}' says that it is there for others")
        if by_text := _BY_TEXT.search(self._data):
            raise Refused(
                "not-movable", f"'{by_text[0].decode().rstrip('() ')}' may read names of this file"
            )
        count = sum(
            one.bound == name
            for other in self._facts.imports
            for one in other.names
            if other.scope == 0
        )
        if count > 1 or name in self._facts.scopes[0].multiple:
            raise Refused("not-movable", f"'{name}' is bound in other ways as well")
        if any(name in scope.redirected for scope in self._facts.scopes):
            raise Refused("not-movable", f"a function declares '{name}' as global")
        uses = self.of(name)
        if not uses:
            raise Refused(
                "not-movable", f"'{name}' is not used here; it is there for others or its effect"
            )
        if all(self._is_annotation(use) for use in uses):
            self._check_annotations(uses)
            return TYPES
        bodies = self.running_in(name)
        outside = [use for use in uses if self._body(use) not in bodies]
        for use in outside:
            if not self._is_annotation(use):
                raise Refused(
                    "not-movable", f"line {self.line(use)} uses '{name}' outside of functions"
                )
        self._check_annotations(outside)
        if not defer:
            running = next(use for use in uses if not self._is_annotation(use))
            raise Refused(
                "not-movable",
                f"only functions use '{name}', first on line {self.line(running)}; "
                "`defer = true` in [cycles] lets it move into them",
            )
        return BOTH if outside else FUNCTIONS

    def _is_annotation(self, use: Use) -> bool:
        return bool(use.kind & UseKind.ANNOTATION) and self.annotation(use) is not None

    def _check_annotations(self, uses: Iterable[Use]) -> None:
        """Make sure that nobody reads the annotations, and that they can be quoted if need be."""
        has_future = self.has_future
        for use in uses:
            annotation = self.annotation(use)
            if annotation is None:
                continue
            if annotation.reader:
                raise Refused("not-movable", f"line {self.line(use)}: {annotation.reader}")
            is_quoted = bool(use.kind & UseKind.STRING)
            if annotation.evaluated and not (has_future or is_quoted):
                text = self._data[annotation.start : annotation.end].decode("utf-8", "replace")
                if quoted_annotation(text) is None:
                    raise Refused(
                        "not-movable", f"line {self.line(use)}: the annotation can't be quoted"
                    )

    def running_in(self, name: str) -> set[AnnotatedBody]:
        """The outermost functions that use a name when they run, not in annotations alone."""
        running = (use for use in self.of(name) if not self._is_annotation(use))
        return {body for body in map(self._body, running) if body is not None}

    @property
    def has_future(self) -> bool:
        """Whether annotations are not evaluated in this file."""
        return any(
            fact.module == "__future__" and any(alias.name == _FUTURE for alias in fact.names)
            for fact in self._facts.imports
        )

    def line(self, use: Use) -> int:
        return self._data.count(b"\n", 0, use.start) + 1


def move_imports(
    path: str,
    data: bytes,
    resolver: Resolver,
    moves: Sequence[DeferredName],
    is_plain: Mapping[str, bool],
) -> tuple[Edit, ...]:
    """Move names out of the imports at the top of a file.

    Args:
        path: Where it is.
        data: Its bytes.
        resolver: Over the code.
        moves: What goes where; `Uses.how` allowed each of them.
        is_plain: Base class as written -> whether it reads no annotations.

    Raises:
        Refused: There is no place for what has to be written.
    """
    file = _File(path, data, resolver, is_plain)
    moved = [(name.how, file.moved(name)) for name in moves]
    file.into_functions([one for how, one in moved if how != TYPES])
    typed = [one for how, one in moved if how != FUNCTIONS]
    file.quote({one.bound for one in typed})
    file.take_out({one.bound for _, one in moved})
    if typed:
        file.under_type_checking(typed)
    return file.edits()


def _lines(moved: Iterable[_Moved], indent: str) -> list[str]:
    """Statements that import some names, those of one module together."""
    joined: dict[tuple[str, str], list[_Moved]] = {}
    for one in moved:
        apart = one.pragma if one.module else f"{one.name} {one.pragma}"
        joined.setdefault((one.module, apart), []).append(one)
    found = []
    for (module, _), group in joined.items():
        names = tuple(one.name for one in group)
        text = new_from(module, names, indent) if module else f"import {names[0]}"
        found.append(f"{text}{group[0].pragma}")
    return found


class _File:
    """A file that is rewritten step by step."""

    def __init__(
        self, path: str, data: bytes, resolver: Resolver, is_plain: Mapping[str, bool]
    ) -> None:
        self._path = path
        self._resolver = resolver
        self._is_plain = is_plain
        self._pieces = Pieces(data)
        self._facts = extract(data)

    @property
    def data(self) -> bytes:
        """The file as it is by now."""
        return self._pieces.data

    def edits(self) -> tuple[Edit, ...]:
        """What has become of the file."""
        return self._pieces.edits("import")

    def _apply(self, edits: Iterable[Edit]) -> None:
        self._pieces.apply(in_order(edits))
        self._facts = extract(self.data)

    def _draft(self) -> Draft:
        renames = Renames(self._resolver, {}, {})
        return Draft(self._path, self.data, self._facts, renames)

    def moved(self, deferred_name: DeferredName) -> _Moved:
        """The name that a move is about, and how a statement imports it alone."""
        statement = self._facts.imports[deferred_name.statement]
        alias = statement.names[deferred_name.place]
        tail = self._draft().tail(statement)
        alone = len(statement.names) == 1 and tail.startswith(PRAGMAS)
        module = "." * statement.level + statement.module if statement.is_from else ""
        name = Name(alias.name, alias.asname)
        return _Moved(alias.bound, module, name, f"  {tail}" if alone else "")

    def quote(self, names: set[str]) -> None:
        """Quote the annotations in which one of the names would be evaluated."""
        uses = self._uses()
        spans: set[tuple[int, int]] = set()
        for use in (use for name in names for use in uses.of(name)):
            annotation = uses.annotation(use)
            if (
                annotation
                and annotation.evaluated
                and not (uses.has_future or use.kind & UseKind.STRING)
            ):
                spans.add((annotation.start, annotation.end))
        draft = self._draft()
        for start, end in sorted(spans):
            text = quoted_annotation(draft.text(start, end))
            if text is None:
                raise Refused(
                    "not-movable", f"line {draft.line_of(start)}: the annotation can't be quoted"
                )
            draft.edit(start, end, text, "name")
        self._apply(draft.edits)

    def take_out(self, names: set[str]) -> None:
        """Take names out of the imports at the top."""
        draft = self._draft()
        for index, statement in enumerate(self._facts.imports):
            for place, alias in enumerate(statement.names):
                is_meant = alias.bound in names and not statement.guard and statement.scope == 0
                if is_meant and not draft.take_out(index, place):
                    raise Refused(
                        "not-movable", f"line {statement.line} would leave its block empty"
                    )
        begins_blank = self.data[:1] in (b"\r", b"\n")
        self._apply(emit(draft))
        blank = len(self.data) - len(self.data.lstrip(b"\r\n"))
        if blank and not begins_blank:
            self._apply([Edit(0, blank, b"", "import", 1)])

    def into_functions(self, moved: Sequence[_Moved]) -> None:
        """Put imports at the beginning of each outermost function that uses their names."""
        uses = self._uses()
        bodies = {one: uses.running_in(one.bound) for one in moved}
        draft = self._draft()
        for body in function_bodies(self.data):
            here = [one for one in moved if body in bodies[one]]
            lines = "".join(f"{body.indent}{text}\n" for text in _lines(here, body.indent))
            if lines and body.inline >= 0:
                draft.edit(body.start, body.inline, f"\n{lines}{body.indent}", "import")
            elif lines:
                draft.edit(body.start, body.start, lines, "import")
        self._apply(draft.edits)

    def _uses(self) -> ImportUses:
        annotated = annotations(self.data, lambda base: self._is_plain.get(base, False))
        return ImportUses(self.data, self._facts, annotated)

    def under_type_checking(self, moved: Sequence[_Moved]) -> None:
        """Put imports into the block for type checkers, which is made where there is none."""
        block = self._existing_block()
        if block is not None:
            draft = self._draft()
            indent = draft.indent(block)
            at = draft.line_end(block.end)
            lines = "".join(f"\n{indent}{text}" for text in _lines(moved, indent))
            draft.edit(at, at, lines, "import")
            self._apply(draft.edits)
            return
        wanted = BringIn(self._draft())
        try:
            test = wanted.need(0, len(self.data), _TYPE_CHECKING)
        except Refused as error:
            raise Refused("not-movable", str(error)) from None
        self._apply(wanted.edits())
        draft = self._draft()
        at = draft.after_line(draft.line_end(self._last_import(test.partition(".")[0])))
        gap = "" if self.data[at : at + 1] in (b"\n", b"\r", b"") else "\n"
        body = "".join(f"    {text}\n" for text in _lines(moved, "    "))
        draft.edit(at, at, f"\nif {test}:\n{body}{gap}", "import")
        self._apply(draft.edits)

    def _existing_block(self) -> ImportFact | None:
        """The last import under the first `if TYPE_CHECKING:` of the module."""
        fact = None
        for statement in self._facts.imports:
            block = self._facts.blocks[statement.block]
            is_block = block.kind == "if" and block.parent == 0 and not block.inline
            is_for_types = bool(statement.guard & Guard.TYPE_CHECKING) and statement.scope == 0
            if is_for_types and is_block and (fact is None or fact.block == statement.block):
                fact = statement
        return fact

    def _last_import(self, name: str) -> int:
        """Where the first run of imports at the top ends; not before a name is imported."""
        top = [fact for fact in self._facts.imports if fact.scope == 0 and fact.block == 0]
        last = top[0]
        for fact in top[1:]:
            if fact.position > last.position + 1:
                break
            last = fact
        binding = (fact for fact in top if any(alias.bound == name for alias in fact.names))
        return max([last.end, *(fact.end for fact in binding)])
