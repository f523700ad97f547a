"""Where a member may be read by its spelling: by a string, one that is put together, a format.

`getattr(self, name)` reads whatever has the name. Strings that are the name, or may become it, are
told; what is certain of them is rewritten by whoever asks.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from onepath.codemod import Needles, World
from onepath.facts.computed.names import Names
from onepath.facts.computed.patterns import Pattern, may_be_name, patterns
from onepath.symbols.tree.names import NotReadableError, Tree

_BY_NAME = (
    "getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller", "vars", "__dict__",
    "__getattr__", "__getattribute__", "getmembers", "getattr_static",
    "asdict", "_asdict", "fields", "__fields__",
)  # fmt: skip
"""Words of files that read attributes by their names."""
_COMPUTED = re.compile(
    rb"(?:get|set|has|del)attr(?:_static)?\s*\([^,]*,\s*[^\"'\s]|(?:attrgetter|methodcaller)\(\s*[^\"']"
    rb"|\b__dict__\b|\bvars\(|def __getattr|getmembers|asdict\(|\bfields\("
)
_PUT_TOGETHER = re.compile(
    rb"[\"'](\w*)(?:(?:\{[^{}\"'\n]*\}|%s)(\w*))+[\"']|[\"'](\w+)[\"']\s*\+|\+\s*[\"'](\w+)[\"']"
)
"""Strings of letters that are put together: what they begin with, and what they end with."""
_ASKED = re.compile(rb"(?:attr|getter|caller)\([^\n]*\Z")
_KEYED = frozenset(("get", "pop", "setdefault"))
_SHORT = 3
"""So much of a name a string has to tell, where nothing says that it is one of an attribute."""
_WORD = re.compile(r"\w*")
_FIELD = re.compile(r"%\w|\{\w*\}")
"""A place in a string that is filled in."""


class MemberSpelling(NamedTuple):
    """A place that may read the member by its name."""

    path: str
    line: int
    text: str


def asks_by_name(world: World) -> bool:
    """Whether anything in the code reads attributes by names that are not written there."""
    paths = world.fact_store.mentioning(Needles.of(_BY_NAME))
    return any(_COMPUTED.search(data) for data in world.read(list(paths)).values())


def is_the_name(tree: Tree, node: ast.Constant, *, keys: bool = False) -> bool:
    """Whether a string may be the name of an attribute, and is no text, key or exported name.

    Args:
        tree: The file.
        node: The string.
        keys: Whether keys count: `asdict(it)["name"]`.
    """
    around = tree.parent(node)
    if isinstance(around, ast.Expr):
        return False
    if isinstance(around, ast.Subscript) and around.slice is node:
        return keys or _is_namespace(around.value)
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute):
        is_key = around.func.attr in _KEYED and node in around.args[:1]
        return not is_key or keys or _is_namespace(around.func.value)
    exports = tree.facts.exports
    start, _ = tree.place(node)
    return exports is None or all(start != at for _, at, _ in exports.names)


def is_in_format(text: str, name: str) -> bool:
    """Whether a string reads an attribute where it is formatted: `{0.name}`."""
    return f".{name}" in text and re.search(rf"\{{[^{{}}]*\.{name}\b", text) is not None


def put_together(world: World, name: str) -> Iterator[MemberSpelling]:
    """The strings that are put together and may become a name, in files that read attributes by it.

    Args:
        world: The code.
        name: The name.
    """
    paths = world.fact_store.mentioning(Needles.of(_BY_NAME))
    for path, data in world.read(list(paths)).items():
        if not any(_begins_or_ends(match, name) for match in _PUT_TOGETHER.finditer(data)):
            continue
        try:
            tree = Tree(path, data, world.facts(path), world.resolver)
        except NotReadableError:
            continue
        names: Names | None = None
        for node in _composed(tree):
            if not may_be_name(node) or not _tells(node, name):
                continue
            names = names or Names(tree.root)
            is_asked = _is_asked(tree, node)
            found = patterns(node, names, _scope(tree, node))
            if any(_may_be(parts, name, is_asked=is_asked) for parts in found):
                yield MemberSpelling(path, tree.line(node), ast.unparse(node))


def _begins_or_ends(match: re.Match[bytes], name: str) -> bool:
    """Whether what is known of a string that is put together is known of a name as well."""
    first, last, alone, end = (group.decode() for group in match.groups(b""))
    if not name.startswith(first + alone) or not name.endswith(last + end):
        return False
    known = len(first + alone + last + end)
    start = match.start()
    return known >= _SHORT or (
        known > 0 and _ASKED.search(match.string, start - 200, start) is not None
    )


def _tells(node: ast.expr, name: str) -> bool:
    """Whether a literal in an expression is a part of a name."""
    return any(
        piece and piece in name
        for child in ast.walk(node)
        if isinstance(child, ast.Constant) and isinstance(child.value, str)
        for piece in _FIELD.split(child.value)
    )


def _scope(tree: Tree, node: ast.expr) -> ast.AST | None:
    """The function or class around an expression, as `Names` counts them: no lambda."""
    scope = tree.function(node)
    while isinstance(scope, ast.Lambda):
        scope = tree.function(scope)
    return scope


def _composed(tree: Tree) -> Iterator[ast.expr]:
    """The outermost expressions that put strings together."""
    for node in tree.nodes:
        if _puts_together(node) and not any(map(_puts_together, _within(tree, node))):
            assert isinstance(node, ast.expr)
            yield node


def _within(tree: Tree, node: ast.AST) -> Iterator[ast.AST]:
    """The expressions in which another one is a piece."""
    for child in tree.around(node):
        if not isinstance(child, ast.BinOp | ast.JoinedStr | ast.FormattedValue):
            return
        yield child


def _puts_together(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr(values=values):
            return any(isinstance(expression, ast.FormattedValue) for expression in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return any(map(_is_text, (left, right)))
        case ast.BinOp(left=left, op=ast.Mod()):
            return _is_text(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join")):
            return _is_text(value)
    return False


def _is_text(node: ast.expr) -> bool:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_text or isinstance(node, ast.JoinedStr) or (_puts_together(node))


def _is_asked(tree: Tree, node: ast.expr) -> bool:
    """Whether an expression is an argument of what reads attributes by their names."""
    call = tree.parent(node)
    if not isinstance(call, ast.Call) or call.func is node:
        return False
    return ast.unparse(call.func).rpartition(".")[2] in _BY_NAME


def _may_be(pattern: Pattern, name: str, *, is_asked: bool) -> bool:
    """Whether a string that is put together may be a name, of which it tells a part."""
    known = [part.value for part in pattern if part.kind == "text"]
    if len(known) == len(pattern) or not all(map(_WORD.fullmatch, known)):
        return False
    if sum(map(len, known)) < (1 if is_asked else _SHORT):
        return False
    text = "".join(re.escape(p.value) if p.kind == "text" else r"\w*" for p in pattern)
    return re.fullmatch(text, name) is not None


def _is_namespace(node: ast.expr) -> bool:
    """Whether an expression gives the attributes of something by their names."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("vars", "locals", "globals")
    return isinstance(node, ast.Attribute) and node.attr in ("__dict__", "__members__")
