"""Takes definitions out of a file: whole, with what is said and exported of them."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.edit.export_list import without_exports
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.imports.prologue import first_line
from onepath.facts.computed.nodes import DefinitionNode, FunctionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.model import Edit
from onepath.model.refused import Refused


class _Span(NamedTuple):
    """Whole lines, from 0, half open."""

    first: int
    end: int


class _Headed(NamedTuple):
    """A variable below comments, by the first line of these."""

    name: str
    line: int
    """The variable's own, from 0."""


class Removal:
    """The definitions that leave one file.

    Whether anything still refers to them is the caller's to know (`symbols.text_holders`).

    Args:
        draft: The file; it parses.
        bring: Takes out the imports that only they needed; its `edits` are those of all.
    """

    def __init__(self, draft: Draft, bring: BringIn) -> None:
        self._draft = draft
        self._bring = bring
        self._source = SourceText(draft.data)
        self._tree = parse(self._source.utf8)
        self._lines = self._source.utf8.splitlines(keepends=True)
        self._spans: list[_Span] = []
        self._exported: set[str] = set()
        self._going: set[ast.stmt] = set()
        self._headed: dict[int, _Headed] = {}

    def places(self, qualname: str) -> list[tuple[int, int]]:
        """The whole lines, as offsets in the file, that `take_out` takes out of a definition.

        Raises:
            Refused: As there.
        """
        _, nodes = self._found(qualname)
        spans = [self._span(node, qualname) for node in nodes]
        return [(self._at(span.first), self._at(span.end)) for span in spans]

    def take_out(self, qualname: str, *, from_exports: bool = True) -> None:
        """Take out a definition of the module (`Name`), or one of a class in it (`Class.name`).

        All of its overloads and accessors go, with their decorators and the comments above them.

        Args:
            qualname: What.
            from_exports: Whether the name goes from `__all__` as well.

        Raises:
            Refused: It is bound in another way too, or is all that its class holds.
        """
        body, nodes = self._found(qualname)
        spans = [self._span(node, qualname) for node in nodes]
        if body is not self._tree.body and not set(body) - self._going - set(nodes):
            raise Refused("not-removed", f"'{qualname}' is all that its class holds")
        if from_exports and body is self._tree.body and self._is_exported(qualname):
            self._exported.add(qualname)
            without_exports(self._source, self._tree, self._exported)  # may refuse
        self._going.update(nodes)
        self._spans += spans
        self._headed |= {
            span.first: _Headed(qualname, node.lineno - 1)
            for span, node in zip(spans, nodes, strict=True)
            if isinstance(node, ast.Assign | ast.AnnAssign) and span.first < node.lineno - 1
        }

    def take_out_of_exports(self, name: str) -> None:
        """Take a name out of `__all__`, if it is there; what binds it is the caller's to take out.

        Raises:
            Refused: `__all__` lists it in a way that can't be changed.
        """
        if self._is_exported(name):
            without_exports(self._source, self._tree, self._exported | {name})  # may refuse
            self._exported.add(name)

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the file, those of its imports among them."""
        for edit in without_exports(self._source, self._tree, self._exported):
            self._draft.edit(*edit, "exports")
        for joined in _joined(self._spans, self._lines):
            span = self._below_heading(joined)
            start, end = (self._at(line) for line in span)
            self._bring.free(
                index
                for index, use in enumerate(self._draft.facts.uses)
                if start <= use.start < end
            )
            first, last = self._with_gap(span)
            self._draft.edit(self._at(first), self._at(last), "", "definition")
        return united(self._bring.edits(), self._draft.data)

    def _at(self, line: int) -> int:
        return self._source.to_file(self._source.line_starts[line])

    def _is_exported(self, name: str) -> bool:
        exports = self._draft.facts.exports
        return exports is not None and any(name == one for one, _, _ in exports.names)

    # ------------------------------------------------------------- finding

    def _found(self, qualname: str) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """The suite that binds a name, and the statements that do."""
        owner, _, name = qualname.rpartition(".")
        body = self._tree.body
        if owner:
            classes = [
                statement
                for statement in body
                if isinstance(statement, ast.ClassDef) and statement.name == owner
            ]
            if len(classes) != 1:
                raise Refused(
                    "not-removed", f"'{owner}' is no class of the module, or there are several"
                )
            body = classes[0].body
        nodes = [node for node in body if _binds(node, name)]
        described = [statement for node in nodes for statement in _docstring_after(node, body)]
        lines = {node.lineno for node in nodes}
        bound = [
            definition
            for definition in self._draft.facts.definitions
            if definition.qualname == qualname
        ]
        if not nodes or any(definition.line not in lines for definition in bound):
            raise Refused(
                "not-removed", f"'{qualname}' is bound under a condition, or together with others"
            )
        if len(nodes) > 1 and not all(isinstance(node, FunctionNode) for node in nodes):
            raise Refused("not-removed", f"'{qualname}' is bound more than once")
        if not owner and self._is_rebound(name):
            raise Refused(
                "not-removed", f"'{qualname}' is imported as well, or bound from a function"
            )
        return body, [*nodes, *described]

    def _is_rebound(self, name: str) -> bool:
        facts = self._draft.facts
        imported = any(
            alias.bound == name
            for statement in facts.imports
            if statement.scope == 0
            for alias in statement.names
        )
        return imported or any(name in scope.redirected for scope in facts.scopes)

    def _span(self, node: ast.stmt, qualname: str) -> _Span:
        end = node.end_lineno or node.lineno
        span = _Span(first_line(node, self._lines), end)
        line = self._lines[node.lineno - 1]
        after = self._lines[end - 1][node.end_col_offset :].strip()
        if line[: node.col_offset].strip() or (after and not after.startswith(b"#")):
            raise Refused("not-removed", f"'{qualname}' shares its line with something else")
        return span

    # --------------------------------------------------------------- lines

    def _below_heading(self, span: _Span) -> _Span:
        """A span without the comments at its head, where these are of more variables than go.

        They are where they begin a paragraph, speak of none that goes, and another statement stands
        right below.
        """
        headed = self._headed.get(span.first)
        if headed is None or span.end == len(self._lines):
            return span
        above, below = self._lines[span.first - 1], self._lines[span.end]
        indent = self._lines[headed.line][: -len(self._lines[headed.line].lstrip())]
        said = b"".join(self._lines[span.first : headed.line]).decode("utf-8", "replace")
        is_heading = (
            not above.strip()
            and below.startswith(indent)
            and re.match(rb"[^\W\d]", below[len(indent) :]) is not None
            and not re.search(rf"\b{headed.name.rpartition('.')[2]}\b", said)
        )
        return _Span(headed.line, span.end) if is_heading else span

    def _with_gap(self, span: _Span) -> _Span:
        """A span with one of the gaps around it, so that the wider one is left."""
        lines = self._lines
        before, after = span.first, span.end
        while before and not lines[before - 1].strip():
            before -= 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        if after == len(lines):
            return _Span(before, after)
        follows_header = before == 0 or (
            lines[before - 1].rstrip().endswith(b":") and before == span.first
        )
        if follows_header or after - span.end <= span.first - before:
            return _Span(span.first, after)
        return _Span(before, span.end)


def _joined(spans: Sequence[_Span], lines: Sequence[bytes]) -> Iterator[_Span]:
    """The spans in order, those with nothing but blank lines between them as one."""
    open_span: _Span | None = None
    for span in sorted(spans):
        if open_span is not None and not b"".join(lines[open_span.end : span.first]).strip():
            open_span = _Span(open_span.first, span.end)
            continue
        if open_span is not None:
            yield open_span
        open_span = span
    if open_span is not None:
        yield open_span


def united(edits: Iterable[Edit], data: bytes) -> tuple[Edit, ...]:
    """The edits, those deletions that meet as one; no blank lines are left at the top."""
    found: list[Edit] = []
    for edit in sorted(edits):
        last = found[-1] if found else None
        if last is not None and not last.new and not edit.new and edit.start < last.end:
            found[-1] = last._replace(end=max(last.end, edit.end))
        else:
            found.append(edit)
    top = 0  # how many edits, one right after the other, take out all that is above
    while top < len(found) and not found[top].new and found[top].start == _end_of(found[:top]):
        top += 1
    if top:
        rest = data[found[top - 1].end : found[top].start if top < len(found) else len(data)]
        blank = len(rest) - len(rest.lstrip(b"\r\n"))
        found[top - 1] = found[top - 1]._replace(end=found[top - 1].end + blank)
    return tuple(found)


def _end_of(edits: Sequence[Edit]) -> int:
    return edits[-1].end if edits else 0


def _docstring_after(node: ast.stmt, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The string that says what a variable is, on the lines below it."""
    after = body.index(node) + 1
    following = body[after] if after < len(body) else None
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(following, ast.Expr):
        value = following.value
        is_next = following.lineno == (node.end_lineno or 0) + 1
        if is_next and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield following


def _binds(node: ast.stmt, name: str) -> bool:
    """Whether a statement binds one name and no other."""
    if isinstance(node, DefinitionNode):
        return node.name == name
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name
