"""Reads what the user writes: an expression with `$NAME` and `$$$NAME` in it."""

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from onepath.errors import InputError

_ONE, _MANY = "onepath_one_", "onepath_many_"
_HOLE = re.compile(r"\$\$\$(?P<many>[A-Za-z_]\w*)?|\$(?P<one>[A-Za-z_]\w*)|(?P<lost>\$)")
_STRING = re.compile(
    r"(?P<comment>#[^\n]*)|(?:[rRbBuUfFtT]{0,2})(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'"
    r"|\"(?:\\.|[^\"\\\n])*\")",
    re.DOTALL,
)
_CONSTANTS = frozenset(("True", "False", "None"))
_NO_ROOTS = (ast.Tuple, ast.GeneratorExp, ast.Constant, ast.JoinedStr, ast.Starred)
_FORBIDDEN = (ast.Yield, ast.YieldFrom, ast.NamedExpr)
ANY = "_"
"""A hole of this name matches anything, and what it matches is not kept."""


def hole(node: object) -> str:
    """The name of the `$NAME` that a name stands for; empty if it is none."""
    if isinstance(node, cst.Name) and node.value.startswith(_ONE):
        return node.value.removeprefix(_ONE)
    return ""


def holes(node: object) -> str:
    """The name of the `$$$NAME` that an argument or element stands for; empty if it is none."""
    part = node.slice if isinstance(node, cst.SubscriptElement) else node
    starred = isinstance(node, cst.StarredElement) or (
        isinstance(node, cst.Arg | cst.SubscriptElement) and getattr(part, "star", "") == "*"
    )
    value = getattr(part, "value", None) if starred else None
    if isinstance(value, cst.Name) and value.value.startswith(_MANY):
        return value.value.removeprefix(_MANY)
    return ""


def hole_in(node: ast.AST) -> str:
    """The name of the hole, `$NAME` or `$$$NAME`, that a node of `ast` stands for."""
    if isinstance(node, ast.Name) and node.id.startswith((_ONE, _MANY)):
        return node.id.removeprefix(_ONE).removeprefix(_MANY)
    return ""


@dataclass(frozen=True)
class Template:
    """An expression with holes.

    Names at the root of it that it does not bind itself are dotted paths: `requests.get`.
    """

    text: str
    """As the user wrote it."""
    where: str
    """What messages call it: `PATTERN`, or a file and a line."""
    node: cst.BaseExpression
    tree: ast.expr

    @classmethod
    def read(cls, text: str, where: str) -> "Template":
        """Read an expression with holes.

        Args:
            text: What the user wrote.
            where: What messages call it.

        Raises:
            InputError: It is no expression, or one that can't be searched for or put in.
        """
        plain = _with_names(text, where)
        if not plain.strip():
            raise InputError(f"{where}: {text!r} is empty, and an expression is needed")
        source = f"({plain}\n)"
        try:
            tree = ast.parse(source, mode="eval").body
            node = cst.parse_expression(source)
        except (SyntaxError, cst.ParserSyntaxError, RecursionError, MemoryError) as error:
            raise _unreadable(error, text, plain, where) from None
        node = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
        made = cls(text, where, node, tree)
        made.check()
        return made

    def check(self) -> None:
        """Raise InputError if it can't be searched for or put in."""
        if isinstance(self.tree, _NO_ROOTS):
            kind = "a tuple, a generator or a literal"
            raise InputError(f"{self.where}: {self.text!r} is {kind}; write the code around it")
        for node in ast.walk(self.tree):
            if isinstance(node, _FORBIDDEN):
                raise InputError(
                    f"{self.where}: {self.text!r} binds a name or yields, which can't be moved"
                )
        for name in _lost(self.node):
            raise InputError(
                f"{self.where}: $$${name} stands for arguments or elements, and can't stand "
                f"where it does in {self.text!r}"
            )

    @cached_property
    def local(self) -> frozenset[str]:
        """Names that it binds itself: parameters of its lambdas, targets of its comprehensions."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
        return frozenset(found)

    @cached_property
    def ones(self) -> frozenset[str]:
        """The names after a single `$`."""
        return frozenset(self._named(_ONE))

    @cached_property
    def many(self) -> frozenset[str]:
        """The names after `$$$`."""
        return frozenset(self._named(_MANY))

    def _named(self, prefix: str) -> Iterator[str]:
        for node in ast.walk(self.tree):
            for word in (getattr(node, key, None) for key in ("id", "attr", "arg")):
                if isinstance(word, str) and word.startswith(prefix):
                    yield word.removeprefix(prefix)

    def symbol(self, node: object) -> str:
        """The dotted path that a chain of attributes is here; empty if it is none."""
        parts: list[str] = []
        while isinstance(node, cst.Attribute) and not hole(node.attr):
            parts.insert(0, node.attr.value)
            node = node.value
        if not isinstance(node, cst.Name) or node.value in _CONSTANTS | self.local:
            return ""
        return "" if node.value.startswith((_ONE, _MANY)) else ".".join((node.value, *parts))

    @cached_property
    def symbols(self) -> Sequence[str]:
        """The dotted paths in it, each once."""
        found: list[str] = []
        inside: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            if node in inside or not isinstance(node, ast.Attribute | ast.Name):
                continue
            parts: list[str] = []
            at: ast.expr = node
            while isinstance(at, ast.Attribute) and not at.attr.startswith(_ONE):
                parts.insert(0, at.attr)
                at = at.value
                inside.add(at)
            own = isinstance(at, ast.Name) and isinstance(at.ctx, ast.Load) and not hole_in(at)
            if own and isinstance(at, ast.Name) and at.id not in self.local:
                found.append(".".join((at.id, *parts)))
        return tuple(dict.fromkeys(found))

    @cached_property
    def words(self) -> frozenset[str]:
        """Identifiers, besides those of dotted paths, that all code like it spells."""
        found: set[str] = set()
        of_symbols = {part for symbol in self.symbols for part in symbol.split(".")}
        for node in ast.walk(self.tree):
            word = getattr(node, "attr", None) or getattr(node, "arg", None)
            if isinstance(word, str) and isinstance(node, ast.Attribute | ast.keyword):
                found.add(word)
        return frozenset(one for one in found - of_symbols if not one.startswith(_ONE))


def _lost(node: cst.CSTNode) -> Iterator[str]:
    """The names of `$$$NAME` where it is neither an argument nor an element."""
    if holes(node):
        return
    if isinstance(node, cst.Name) and node.value.startswith(_MANY):
        yield node.value.removeprefix(_MANY)
    for child in node.children:
        yield from _lost(child)


def needs_no_import(symbol: str) -> bool:
    """Whether a dotted path begins with a name that needs no import."""
    return hasattr(builtins, symbol.partition(".")[0])


def _with_names(text: str, where: str) -> str:
    """The text with an identifier for each hole; strings and comments are left as they are."""
    pieces, at = [], 0
    for literal in _STRING.finditer(text):
        pieces += [_named(text[at : literal.start()], text, at, where), literal[0]]
        at = literal.end()
    pieces.append(_named(text[at:], text, at, where))
    return "".join(pieces)


def _named(part: str, text: str, offset: int, where: str) -> str:
    def name(match: re.Match[str]) -> str:
        if match["lost"]:
            at = _place(text, offset + match.start())
            raise InputError(f"{where}:{at}: a name must follow '$': $URL, or $$$REST for several")
        if match["one"]:
            return _ONE + match["one"]
        return f"*{_MANY}{match['many'] or ANY}"

    return _HOLE.sub(name, part)


def _place(text: str, offset: int) -> str:
    before = text[:offset]
    return f"{before.count(chr(10)) + 1}:{offset - (before.rfind(chr(10)) + 1) + 1}"


def _unreadable(error: Exception, text: str, plain: str, where: str) -> InputError:
    """That a text is no expression, with the place in it."""
    try:
        ast.parse(plain)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        pass
    else:
        return InputError(f"{where}:1:1: {text!r} is a statement, and an expression is needed")
    bracket = 1
    if "\n" not in plain:  # without the bracket around it, the place of the error is exact
        try:
            ast.parse(plain.strip(), mode="eval")
        except SyntaxError as exact:
            error, bracket = exact, len(plain.lstrip()) - len(plain)
    if isinstance(error, SyntaxError):
        line = error.lineno or 1
        column = (error.offset or 1) - 1 - (bracket if line == 1 else 0)
        return InputError(f"{where}:{line}:{_column(text, line, column)}: {text!r}: {error.msg}")
    return InputError(f"{where}: {text!r} can't be read as an expression")


def _column(text: str, line: int, column: int) -> int:
    """The column, from 1, in what the user wrote, of one in the text with names for the holes."""
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    grown = 0
    for match in _HOLE.finditer(written):
        if match.start() + grown >= column:
            break
        size = len(_ONE) - 1 if match["one"] else len(_MANY) + 1 - 3 + (not match["many"])
        grown += min(size, column - match.start() - grown)
    return max(1, min(column - grown + 1, len(written) + 1))
