"""Documentation of a member: what docstrings link to, and documents with their examples."""

import ast
import re
from collections.abc import Iterator, Mapping

from onepath.codemod import Config, Edit, Needles, Refusal
from onepath.config.globs import Globs
from onepath.facts.documents.directives import is_marked_up, linked_names, short_names
from onepath.facts.documents.kinds import may_hold_paths
from onepath.facts.documents.piece import DocumentError, Piece
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.facts.spelling.texts import Texts, is_behind_prompt
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.described import MEMBERS, PARAMETERS, described_in
from onepath_packs.canonical.definitions.members.examples import made_of
from onepath_packs.canonical.definitions.members.work import UNKNOWN, Work

_MENTIONED = "mentioned"
_BY_ITSELF = (
    r"^[ \t]*\.\.[ \t]+(?:py:)?(?:auto)?(?:method|attribute|property)::[ \t]+(?P<described>{old})\b"
    r"|^[ \t]*:members:[^\n]*(?<![\w.])(?P<listed>{old})(?![\w.])"
    r"|(?::(?:py:)?(?:meth|attr|obj|any):|\{{(?:py:)?(?:meth|attr|obj|any)\}})"
    r"`[!~]?\.?(?P<linked>{old})(?:\(\))?`"
)
"""The member without its class: `.. automethod:: old`, `:members: old`, a role with the name."""


class Documented:
    """What documentation says of a member.

    Args:
        work: Takes the edits and the refusals.
        config: Which files are left out, and whether documents are rewritten or only listed.
    """

    def __init__(self, work: Work, config: Config) -> None:
        self._work = work
        self._old, self._new = work.member.old, work.member.new
        self._excluded = Globs(config.exclude)
        self._is_rewriting = config.documents == "rewrite"
        names = "|".join(sorted({re.escape(cls.name) for cls in work.family.classes.values()}))
        old = re.escape(self._old)
        self._spoken = re.compile(rf"(?<![\w.])(?:\w+\.)*(?:{names})\.{old}(?!\w|\.\w)")
        self._by_itself = re.compile(_BY_ITSELF.format(old=old), re.MULTILINE)
        self._class_names = re.compile(rf"(?<!\w)(?:{names})(?!\w)")

    # -------------------------------------------------------------- docstrings

    def docstrings(self, tree: Tree) -> None:
        """What docstrings of a module link to: :meth:`Class.old`, in the class :meth:`old`."""
        old, data = self._old, tree.data
        texts = Texts(data)
        # Each byte is one character here, so that the offsets are those of the bytes.
        for start, end, rest in sorted(linked_names(data.decode("latin-1"))):
            path = data[start:end].decode("latin-1") + rest
            if path.rpartition(".")[2] != old or not texts.is_docstring(start):
                continue
            if is_behind_prompt(data, start) or not self._is_meant(tree, start, path):
                continue
            line = data.count(b"\n", 0, start) + 1
            self._follow(tree.path, start + len(path), line, path)
        for cls in (node for node in tree.nodes if isinstance(node, ast.ClassDef)):
            if (tree.path, cls.name) in self._work.family:
                self._described(tree, cls)

    def _described(self, tree: Tree, cls: ast.ClassDef) -> None:
        """Where the docstring of a class lists its attributes, or the fields that it is made of."""
        encoding = tree.facts.encoding
        for what in (MEMBERS, PARAMETERS) if self._work.family.is_field else (MEMBERS,):
            for _, end in described_in(tree, cls, encoding, self._old, what):
                self._work.edit(tree, end, "document")

    def _is_meant(self, tree: Tree, at: int, path: str) -> bool:
        """Whether a path in a docstring leads to the member."""
        owner, _, _ = path.rpartition(".")
        if not owner:
            cls = _class_around(tree, at)
            return cls is not None and (tree.path, cls.name) in self._work.family
        resolver = self._work.world.resolver
        local = resolver.attributes(tree.path, owner.split("."))
        if (local.path, local.name) in self._work.family and not local.rest:
            return True
        return self._leads_here(path)

    def _leads_here(self, path: str) -> bool:
        """Whether a whole path leads to the member."""
        resolution = self._work.world.resolver.dotted(path)
        place = (resolution.path, resolution.name)
        return resolution.rest == (self._old,) and place in self._work.family

    # --------------------------------------------------------------- documents

    def documents(self) -> None:
        """What is no Python file."""
        world = self._work.world
        texts = [
            path
            for path, entry in world.snapshot.entries.items()
            if entry.is_regular and not path.endswith((".py", ".pyi")) and may_hold_paths(path)
        ]
        named = world.fact_store.others_mentioning(texts, Needles.of([self._old]))
        for path, data in world.read(list(named)).items():
            self._in_text(path, data.decode("latin-1"))
            self._examples(path, data)

    def _in_text(self, path: str, text: str) -> None:
        contexts = {short.start: short.module for short in short_names(text)}
        for match in self._spoken.finditer(text):
            start, end = match.span()
            line = text.count("\n", 0, start) + 1
            head = text[text.rfind("\n", 0, start) + 1 : start]
            tail = text[end : text.find("\n", end) if "\n" in text[end:] else len(text)]
            marked = is_marked_up(text, start, head, tail.rstrip("\r"))
            is_certain = (marked and self._leads_here(match[0])) or (
                start in contexts and self._leads_here(f"{contexts[start]}.{match[0]}")
            )
            if is_certain:
                self._follow(path, end, line, match[0])
            else:
                self._mention(path, line, match[0])
        if self._class_names.search(text):
            for match in self._by_itself.finditer(text):
                at = match.start(match.lastgroup or 0)
                self._mention(path, text.count("\n", 0, at) + 1, self._old)

    def _examples(self, path: str, data: bytes) -> None:
        """The code in a document, which sees what the code before it has imported."""
        try:
            every = pieces(path, data)
        except DocumentError:
            return
        imported: dict[str, str] = {}
        made: dict[str, ast.expr] = {}
        for piece in every:
            facts = extract(piece.source)
            if facts.failure is not None:
                continue
            example = SyntaxTree(piece.source)
            for node in example.nodes:
                imported.update(_imported(node))
                made.update(_made(node))
            if self._old.encode() in piece.source:
                for node in example.nodes:
                    if isinstance(node, ast.Attribute) and node.attr == self._old:
                        self._example(path, piece, example, node, (imported, made))

    def _example(
        self,
        path: str,
        piece: Piece,
        example: SyntaxTree,
        node: ast.Attribute,
        known: tuple[Mapping[str, str], Mapping[str, ast.expr]],
    ) -> None:
        imported, made = known
        value = made_of(example, node.value)
        if isinstance(value, ast.Name) and value.id not in imported:
            value = made.get(value.id, value)
        _, end = example.place(node)
        edit = Edit(end - len(self._old.encode()), end, self._new.encode(), "name", node.lineno)
        [carried] = piece.to_document((edit,))
        is_made = isinstance(value, ast.Call)
        origin = value.func if isinstance(value, ast.Call) else value
        head, *rest = ast.unparse(origin).split(".")
        if head in imported:
            dotted = ".".join((imported[head], *rest))
            resolution = self._work.world.resolver.dotted(dotted)
            place = (resolution.path, resolution.name)
            if place in self._work.family and not resolution.rest:
                self._follow(path, carried.end, carried.line, ast.unparse(node))
                return
            index = self._work.family.index
            is_other = place in index.classes and is_made
            if is_other or resolution.kind not in ("definition", "module") or not is_made:
                return
        elif is_made and not isinstance(origin, ast.Name | ast.Attribute):
            return
        text = ast.unparse(node)
        if piece.kind == "doctest":
            self._work.refuse(path, carried.line, text, is_read=True)
        else:
            reason = f"'{text}' in an example: it is not known of which class that is"
            self._work.mentioned.add(Refusal(path, carried.line, UNKNOWN, reason))

    # ------------------------------------------------------------------- edits

    def _follow(self, path: str, end: int, line: int, text: str) -> None:
        """Give the old name that ends at an offset the new spelling, or list it."""
        if not self._is_rewriting or self._excluded.match(path):
            self._mention(path, line, text)
            return
        start = end - len(self._old.encode())
        self._work.add(path, [Edit(start, end, self._new.encode(), "document", line)])

    def _mention(self, path: str, line: int, text: str) -> None:
        refusal = Refusal(path, line, _MENTIONED, f"'{text}' appears in the text")
        self._work.mentioned.add(refusal)


def _class_around(tree: Tree, at: int) -> ast.ClassDef | None:
    """The class at the top of its module around a place of a file."""
    for statement in ast.walk(tree.root):
        if isinstance(statement, ast.ClassDef):
            start, end = tree.place(statement)
            if start <= at < end and isinstance(tree.parent(statement), ast.Module):
                return statement
    return None


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an import statement binds, with its path."""
    if isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield alias.asname or top, alias.name if alias.asname else top


def _made(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What an assignment binds to what a call makes."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            yield name, call
