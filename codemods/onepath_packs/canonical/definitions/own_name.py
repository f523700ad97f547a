"""Gives a module-level name another spelling in one file: where it is bound, read and exported."""

import ast
import re
from collections.abc import Iterator, Mapping

from onepath.codemod import Edit, Facts
from onepath.edit.fstrings import replace_in_fstring
from onepath.edit.lines import Lines
from onepath.edit.naming import why_not
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.facts.extract.quoted import quoted_names, quoted_types
from onepath.facts.source import UndecodableError
from onepath.model import BLOCK_KINDS, UseKind
from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.canonical.definitions.refused import CannotMoveError

_CAPTURES = ast.ExceptHandler | ast.MatchAs | ast.MatchStar
NAMED_BY_THEMSELVES = frozenset((
    "TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "namedtuple", "NamedTuple", "TypedDict",
    "TypeAliasType", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag",
))  # fmt: skip
"""Calls whose first argument is the name to which the result is assigned."""


class OwnName:
    """A module-level name of one file, and every place in the file that means it.

    Args:
        path: The file.
        data: Its bytes.
        facts: Their facts.
        name: The name as it is.
        is_starred: Whether a star import binds it, so that no statement spells it.

    Raises:
        CannotMoveError: The file can't be read as a tree.
    """

    def __init__(
        self, path: str, data: bytes, facts: Facts, name: str, *, is_starred: bool = False
    ) -> None:
        self._path = path
        self._data = data
        self._facts = facts
        self._name = name
        self._is_starred = is_starred
        self._lines = Lines(data)
        if facts.failure is not None:
            raise CannotMoveError(path, facts.failure.line, facts.failure.reason)
        try:
            self._tree = ScopedTree(data, facts)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            reason = f"this Python can't parse the file: {error}"
            raise CannotMoveError(path, line, reason) from error
        self._globals = self._declared_global()

    def renamed(self, new: str, imported: Mapping[str, str]) -> tuple[Edit, ...]:
        """The edits that give it another spelling.

        Args:
            new: The new name.
            imported: Old name -> new name of what `from` imports of the file take from modules
                that rename it as well: those of the statements that bind the name itself.

        Raises:
            CannotMoveError: It can't have that name here.
        """
        mentions = [node for node in self._tree.words.get(self._name, ()) if self._is_ours(node)]
        self._check_new(new, mentions)
        edits = [*self._of_names(mentions, new), *self._of_binders(new, imported)]
        edits += [*self._of_quoted(new), *self._of_strings(new), *self._of_examples(new)]
        return tuple(sorted(set(edits)))

    def last_line(self) -> int:
        """The offset of the end of the top-level statement that binds the name last."""
        starts = [
            definition.start
            for definition in self._facts.definitions
            if definition.qualname == self._name
        ]
        starts += [
            self._facts.imports[at].start for at, *_ in self._facts.binders.get((0, self._name), ())
        ]
        last, end = max(starts, default=0), 0
        for statement in self._tree.root.body:
            first, end = self._tree.place(statement)
            decorators = getattr(statement, "decorator_list", [])
            first = min([first, *(self._tree.place(decorator)[0] for decorator in decorators)])
            if first <= last < end:
                break
        return self._lines.end(end)

    @property
    def is_block(self) -> bool:
        """Whether the name is that of a function or class."""
        kinds = {
            definition.kind
            for definition in self._facts.definitions
            if definition.qualname == self._name
        }
        return bool(kinds & BLOCK_KINDS)

    # ------------------------------------------------------------- meaning

    def _declared_global(self) -> frozenset[int]:
        """The scopes that declare the name `global`."""
        found = (
            self._tree.scope(node)
            for node in self._tree.nodes
            if isinstance(node, ast.Global) and self._name in node.names
        )
        return frozenset(scope for scope in found if scope is not None)

    def _is_ours(self, node: ast.Name) -> bool:
        scope = self._tree.scope(node)
        if scope is None:
            line = node.lineno
            raise CannotMoveError(
                self._path, line, f"it is not certain what '{self._name}' means here"
            )
        return self._means_module(scope, node)

    def _means_module(self, scope: int, node: ast.expr | None = None) -> bool:
        """Whether the name, read in a scope, is that of the module."""
        scopes, at = self._facts.scopes, scope
        while at > 0:
            one = scopes[at]
            if at in self._globals:
                return True
            if self._name in one.bound and (at == scope or one.kind != "class"):
                return one.kind == "class" and node is not None and self._is_read_first(at, node)
            at = one.parent
        return self._is_starred or self._name in scopes[0].bound

    def _is_read_first(self, scope: int, node: ast.expr) -> bool:
        """Whether a class body reads the name before it binds it: then it is the module's."""
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            return False
        first = min(
            (
                statement.end_lineno or statement.lineno
                for statement in self._tree.nodes
                if isinstance(statement, ast.Assign | ast.AnnAssign)
                and any(
                    isinstance(child, ast.Name)
                    and child.id == self._name
                    and not isinstance(child.ctx, ast.Load)
                    and self._tree.scope(child) == scope
                    for child in ast.walk(statement)
                )
            ),
            default=0,
        )
        return node.lineno <= first

    def _check_new(self, new: str, mentions: list[ast.Name]) -> None:
        scopes = {scope for node in mentions if (scope := self._tree.scope(node)) is not None}
        reason = why_not(self._facts, 0, new, scopes)
        if reason is not None:
            line = next(
                (
                    definition.line
                    for definition in self._facts.definitions
                    if definition.qualname == new
                ),
                0,
            )
            line = line or next((node.lineno for node in self._tree.words.get(new, ())), 1)
            raise CannotMoveError(self._path, line, reason)
        for scope in self._globals:
            if new in self._facts.scopes[scope].bound:
                line = self._lines.number(self._facts.scopes[scope].start)
                raise CannotMoveError(
                    self._path, line, f"'{new}' is bound where '{self._name}' is set"
                )

    # --------------------------------------------------------------- edits

    def _edit(self, start: int, end: int, new: str, kind: str = "name") -> Edit:
        return Edit(start, end, new.encode(self._codec), kind, self._lines.number(start))

    @property
    def _codec(self) -> str:
        return self._facts.encoding.removesuffix("-sig")

    def _of_names(self, mentions: list[ast.Name], new: str) -> Iterator[Edit]:
        in_strings: dict[ast.expr, int] = {}
        for node in mentions:
            string = self._tree.string_around(node)
            if string is None:
                yield self._edit(*self._tree.place(node), new)
            else:
                in_strings[string] = in_strings.get(string, 0) + 1
        for string, count in in_strings.items():
            start, end = self._tree.place(string)
            text = self._data[start:end].decode(self._codec)
            changed = replace_in_fstring(text, self._name, new, count)
            if changed is None:
                reason = f"'{self._name}' means two things in this f-string"
                raise CannotMoveError(self._path, string.lineno, reason)
            yield self._edit(start, end, changed)

    def _of_binders(self, new: str, imported: Mapping[str, str]) -> Iterator[Edit]:
        for node in self._tree.nodes:
            if isinstance(node, DefinitionNode) and node.name == self._name:
                if self._means_module(self._scope_around(node)):
                    yield self._after_word(node, rb"(?:def|class)[ \t\f\\\r\n]+", new, "definition")
            elif isinstance(node, ast.Global) and self._name in node.names:
                yield from self._in_statement(node, new)
            elif isinstance(node, _CAPTURES) and node.name == self._name:
                self._check_capture(node)
        for index, _, alias in self._facts.binders.get((0, self._name), ()):
            statement = self._facts.imports[index]
            if not statement.is_from and alias.asname is None:
                reason = f"'{self._name}' is bound by importing a module of that name"
                raise CannotMoveError(self._path, statement.line, reason)
            leaf = imported.get(alias.name, alias.name) if statement.is_from else alias.name
            keeps_as = alias.asname == alias.name and leaf == new
            text = leaf if leaf == new and not keeps_as else f"{leaf} as {new}"
            yield self._edit(alias.start, alias.end, text, "import")

    def _check_capture(self, node: _CAPTURES) -> None:
        if self._means_module(self._scope_around(node)):
            reason = f"'{self._name}' is bound by '{type(node).__name__}' here"
            raise CannotMoveError(self._path, node.lineno, reason)

    def _scope_around(self, node: ast.AST) -> int:
        scope = self._tree.scope(node)
        return -1 if scope is None else scope

    def _after_word(self, node: ast.stmt, word: bytes, new: str, kind: str) -> Edit:
        start, end = self._tree.place(node)
        match = re.compile(word + re.escape(self._name.encode(self._codec)) + rb"(?!\w)").search(
            self._data, start, end
        )
        assert match is not None  # it is what the statement begins with
        at = match.end() - len(self._name.encode(self._codec))
        return self._edit(at, match.end(), new, kind)

    def _in_statement(self, node: ast.stmt, new: str) -> Iterator[Edit]:
        start, end = self._tree.place(node)
        word = re.compile(rb"(?<!\w)%b(?!\w)" % re.escape(self._name.encode(self._codec)))
        for match in word.finditer(self._data, start, end):
            yield self._edit(*match.span(), new)

    def _of_quoted(self, new: str) -> Iterator[Edit]:
        """Names in quoted types."""
        for use in self._facts.uses:
            if use.name == self._name and use.bound_in == 0 and use.kind & UseKind.STRING:
                yield self._edit(use.start, use.end, new)
        for constant in self._annotated():
            scope = self._tree.scope(constant)
            start, end = self._tree.place(constant)
            if self._tree.string_around(constant) is not None or scope is None:
                continue
            for name, span, _ in quoted_names(str(constant.value), self._data[start:end], start):
                if name == self._name and self._means_module(scope):
                    yield self._edit(*span, new)

    def _annotated(self) -> Iterator[ast.Constant]:
        """The strings in annotations that are types."""
        for node in self._tree.nodes:
            for field in ("annotation", "returns"):
                annotation = getattr(node, field, None)
                if isinstance(annotation, ast.expr):
                    yield from quoted_types(annotation)

    def _of_strings(self, new: str) -> Iterator[Edit]:
        """Entries of `__all__`, and what a value says of its own name: `T = TypeVar("T")`."""
        exports = self._facts.exports
        for name, start, end in exports.names if exports else ():
            if name == self._name:
                yield self._in_literal(start, end, new, "exports")
        for statement in self._tree.root.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                yield from self._own_literal(statement, new)

    def _own_literal(self, statement: ast.Assign | ast.AnnAssign, new: str) -> Iterator[Edit]:
        call = statement.value
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if [node.id for node in targets if isinstance(node, ast.Name)] != [self._name]:
            return
        if isinstance(call, ast.Call) and call.args:
            first = call.args[0]
            is_own = isinstance(first, ast.Constant) and first.value == self._name
            if is_own and ast.unparse(call.func).rpartition(".")[2] in NAMED_BY_THEMSELVES:
                yield self._in_literal(*self._tree.place(first), new, "string")

    def _in_literal(self, start: int, end: int, new: str, kind: str) -> Edit:
        at = self._data.find(self._name.encode(self._codec), start, end)
        if at < 0:
            line = self._lines.number(start)
            raise CannotMoveError(self._path, line, f"'{self._name}' is written in parts here")
        return self._edit(at, at + len(self._name.encode(self._codec)), new, kind)

    def _of_examples(self, new: str) -> Iterator[Edit]:
        """Examples in docstrings, which see the names of the module."""
        for piece in pieces(self._path, self._data):
            facts = extract(piece.source)
            if facts.failure is None and self._name not in facts.scopes[0].bound:
                name = OwnName("", piece.source, facts, self._name, is_starred=True)
                names = [one for one in name._tree.words.get(self._name, ()) if name._is_ours(one)]
                yield from piece.to_document(tuple(sorted(name._of_names(names, new))))
