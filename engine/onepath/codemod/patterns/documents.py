"""Python inside other files: examples in docstrings, fenced code, notebooks.

Each piece is looked at as a file of its own. What it reads and does not bind comes from the module
in whose docstring it stands, or from the imports of earlier pieces of the document; a line in front
says so while the piece is looked at. What would have to change in that line leaves the piece alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.codemod.patterns.file import PatternRewrite, PatternSearch, replace_in_file
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.facts.documents.piece import DocumentError, Piece, applied
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.facts.prefilter import words
from onepath.facts.spelling.document import shared_names
from onepath.model import Alias, Edit, Facts, ImportFact, Refusal
from onepath.proof.changes import newly_undefined
from onepath.symbols.tree.names import NotReadableError
from onepath.symbols.world import World

CODE = "document"
_PYTHON = (".py", ".pyi")
_PIECE = "onepath_piece_of_a_document.py"


class _Read(NamedTuple):
    """A piece as a file of its own."""

    piece: Piece
    front: bytes
    """The line in front."""
    keeps: frozenset[str]
    """Names that it binds for others."""


def rewrite_pieces(
    world: World,
    path: str,
    data: bytes,
    search: PatternSearch,
    needles: words.Search,
    left_out: LeftOut,
) -> PatternRewrite:
    """Follow the rules in the pieces of Python inside a file.

    Args:
        world: The code that it is part of.
        path: Where it is.
        data: Its bytes.
        search: The rules.
        needles: Hits wherever a rule may match.
        left_out: What must stay as it is.
    """
    done = PatternRewrite(path)
    try:
        every = pieces(path, data)
    except DocumentError as error:
        if needles.hit(data):
            done.refusals.append(Refusal(path, error.line, CODE, error.reason))
        return done
    in_front = _OfModule(world, path, search) if path.endswith(_PYTHON) else _OfDocument()
    shared: Mapping[int, frozenset[str]] | None = None
    edits: list[Edit] = []
    for index, piece in enumerate(every):
        facts = extract(piece.source)
        if facts.failure is not None:
            continue
        front = in_front.line(facts)
        if needles.hit(front + piece.source):
            if shared is None:
                bound = {name for one in every for name in extract(one.source).scopes[0].bound}
                shared = shared_names(path, data, every, bound)
            read = _Read(piece, front, shared.get(index, frozenset()))
            own, carried, refusals = _rewritten(world, read, search)
            done.refusals += [refusal._replace(path=path) for refusal in refusals]
            if carried and not left_out.holds(path, carried[0].start):
                edits += carried
                first, *others = carried
                also = tuple(edit.start for edit in others)
                done.places.append(Location(first.start, first.line, also=also))
                facts = extract(applied(piece.source, own))
        in_front.add(facts)
    done.edits = tuple(sorted(edits))
    return done


def _rewritten(
    world: World, read: _Read, search: PatternSearch
) -> tuple[list[Edit], tuple[Edit, ...], list[Refusal]]:
    """The edits of one piece, the same in its document, and what is left alone in it."""
    source = read.front + read.piece.source
    lines = read.piece.line - 1 - read.front.count(b"\n")
    there = world.after({_PIECE: source})
    try:
        rewrite = replace_in_file(there, _PIECE, source, search, LeftOut(), read.keeps)
    except NotReadableError:
        return [], (), []
    refusals = [refusal._replace(line=max(refusal.line + lines, 1)) for refusal in rewrite.refusals]
    try:
        own = [*_own(rewrite.edits, len(read.front))]
        after = extract(read.front + applied(read.piece.source, own))
        if after.failure is not None:
            raise ValueError(after.failure.reason)
        if problem := newly_undefined([there.facts(_PIECE)], after):
            raise ValueError(problem)
        return own, read.piece.to_document(own), refusals
    except ValueError as error:
        refusals += [
            Refusal("", location.line + lines, CODE, str(error)) for location in rewrite.places
        ]
        return [], (), refusals


def _own(edits: Sequence[Edit], front: int) -> Iterator[Edit]:
    """The edits of a piece without those of the line in front of it.

    Raises:
        ValueError: That line would have to change, or a statement would come into it.
    """
    for edit in edits:
        if edit.start >= front:
            yield edit._replace(start=edit.start - front, end=edit.end - front)
        elif edit.new.strip():
            raise ValueError("it would need an import that is elsewhere in the document")


# ------------------------------------------------------------- what is in front


class _OfModule:
    """What the examples in the docstrings of a module have from it.

    Args:
        world: The code.
        path: The module.
        search: The rules, whose results may have more from it.
    """

    def __init__(self, world: World, path: str, search: PatternSearch) -> None:
        facts, module = world.facts(path), world.modules.name(path)
        bound = facts.scopes[0].bound if facts.failure is None else ()
        self._ways: dict[str, list[str]] = {}
        """Name -> the statements by which a piece has it."""
        for fact in facts.imports:
            source = world.modules.absolute(path, fact.level, fact.module) or fact.module
            for alias in fact.names if fact.scope == 0 else ():
                if alias.name != "*":
                    text = _statement(fact._replace(level=0, module=source), alias)
                    self._ways.setdefault(alias.bound, []).append(text)
        for name in bound:
            self._ways.setdefault(name, [f"from {module} import {name}"])
        self._wanted = {
            to.name
            for to in search.paths.values()
            if not to.is_builtin and to.module == module and to.name in bound
        }
        """Names of the module that a rule puts in."""

    def line(self, facts: Facts) -> bytes:
        """The imports of what a piece reads and does not bind; empty if there is nothing."""
        free = {name for scope in facts.scopes for name in scope.free}
        names = sorted((free | self._wanted) - {*facts.scopes[0].bound})
        found = [text for name in names for text in self._ways.get(name, ())]
        return "; ".join(found).encode() + b"\n" if found else b""

    def add(self, facts: Facts) -> None:
        """Take note of a piece that comes before others: docstrings share nothing."""


class _OfDocument:
    """What the pieces of a document have from the imports of those before them."""

    def __init__(self) -> None:
        self._imported: dict[str, str] = {}
        """Statement -> the name that it binds."""

    def line(self, facts: Facts) -> bytes:
        """The imports of earlier pieces, if a piece reads what one of them binds; else empty."""
        hidden = {*facts.scopes[0].bound}
        free = {name for scope in facts.scopes for name in scope.free}
        if not (free - hidden) & {*self._imported.values()}:
            return b""
        found = [text for text, name in self._imported.items() if name not in hidden]
        return "; ".join(found).encode() + b"\n" if found else b""

    def add(self, facts: Facts) -> None:
        """Take note of a piece that comes before others."""
        for fact in facts.imports:
            for alias in fact.names if fact.scope == 0 else ():
                if alias.name != "*":
                    self._imported[_statement(fact, alias)] = alias.bound


def _statement(statement: ImportFact, alias: Alias) -> str:
    name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    module = "." * statement.level + statement.module
    return f"from {module} import {name}" if statement.is_from else f"import {name}"
