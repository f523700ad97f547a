"""Modules that code names as keys of `sys.modules`: to read, to replace or to drop them.

Who imports a module while another one is in its place there gets that one.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from onepath.facts.computed.nodes import FIELDS, FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError

KeyKind = Literal["read", "asked", "replaced", "dropped"]
WORD = "modules"
"""What every file with such a key holds."""
_SIGN = re.compile(rb"\bmodules\s*[\[.,)]|[\"']sys\.modules[\"']|\bin\s+(?:sys\s*\.\s*)?modules\b")
_READING = ("get", "__getitem__")
_METHODS: Mapping[str, KeyKind] = {
    **dict.fromkeys(_READING, "read"),
    **dict.fromkeys(("setdefault", "__setitem__", "setitem"), "replaced"),
    **dict.fromkeys(("pop", "__delitem__", "delitem"), "dropped"),
}
_CONTEXTS: Mapping[type[ast.expr_context], KeyKind] = {
    ast.Load: "read", ast.Store: "replaced", ast.Del: "dropped",
}  # fmt: skip
_FUNCTIONS = FunctionNode | ast.Lambda


class ModuleKey(NamedTuple):
    """A string that is a key of `sys.modules`."""

    start: int
    """Where the literal begins in the file."""
    end: int
    value: str
    line: int
    kind: KeyKind
    """`asked` for `"a.b" in sys.modules`, `dropped` where the next import makes it anew."""
    is_late: bool
    """Whether it is in a function."""
    put: str = ""
    """The path of what is put there, as the file spells it; empty where it is no name."""


def module_keys(data: bytes) -> tuple[ModuleKey, ...]:
    """The keys of `sys.modules` in a file, in its order; none if it can't be parsed.

    Where a file puts modules there by names that are no literals, each string that is in a
    list or is a key may be such a name, and counts as replaced.

    Args:
        data: The file's bytes.
    """
    if not _SIGN.search(data):
        return ()
    try:
        source = SourceText(data)
        tree = parse(source.utf8)
    except (SyntaxError, UndecodableError, RecursionError):
        return ()
    visitor = _Keys()
    visitor.visit(tree)
    keys = [
        _placed(source, node, kind, is_late=node in visitor.late)._replace(
            put=visitor.put.get(node, "")
        )
        for node, kind in visitor.keys.items()
    ]
    if visitor.opened:
        keys += [
            _placed(source, node, "replaced", is_late=all(visitor.opened))
            for node in visitor.loose
            if node not in visitor.keys
        ]
    return tuple(sorted(keys))


def _placed(source: SourceText, node: ast.Constant, kind: KeyKind, *, is_late: bool) -> ModuleKey:
    start = source.to_file(source.offset(node.lineno, node.col_offset))
    end = source.to_file(source.end(node))
    return ModuleKey(start, end, str(node.value), node.lineno, kind, is_late)


class _Keys:
    """Collects them, and the strings that may be keys where others are no literals."""

    def __init__(self) -> None:
        self.keys: dict[ast.Constant, KeyKind] = {}
        self.loose: list[ast.Constant] = []
        self.late: set[ast.Constant] = set()
        self.put: dict[ast.expr, str] = {}
        self.opened: list[bool] = []
        """By each place that puts modules there by no literal: whether it is in a function."""
        self._depth = 0
        self._parts: set[ast.expr] = set()
        """What is joined: its strings are no names."""

    def visit(self, node: ast.AST) -> None:
        visit = _VISITS.get(node.__class__)
        if visit is None:
            self._inside(node)
        else:
            visit(self, node)

    def _inside(self, node: ast.AST) -> None:
        is_function = isinstance(node, _FUNCTIONS)
        self._depth += is_function
        for name in FIELDS[node.__class__]:
            value = getattr(node, name, None)
            for inner in value if isinstance(value, list) else (value,):
                if isinstance(inner, ast.AST):
                    self.visit(inner)
        self._depth -= is_function

    def _constant(self, node: ast.Constant) -> None:
        if self._depth and isinstance(node.value, str):
            self.late.add(node)

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript) and _is_table(target.value):
                self.put[target.slice] = _path_of(node.value)
        self._inside(node)

    def _subscript(self, node: ast.Subscript) -> None:
        if _is_table(node.value):
            self._add(node.slice, _CONTEXTS[type(node.ctx)])
        self._inside(node)

    def _compare(self, node: ast.Compare) -> None:
        if any(map(_is_table, node.comparators)):
            self._add(node.left, "asked")
        self._inside(node)

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> None:
        if node not in self._parts or len(node.elts) == 1:
            self.loose += _strings(node.elts)
        self._inside(node)

    def _dict(self, node: ast.Dict) -> None:
        self.loose += _strings(node.keys)
        self._inside(node)

    def _call(self, node: ast.Call) -> None:
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method == "join":
            self._parts.update(values)
        if isinstance(node.func, ast.Attribute) and _is_table(node.func.value):
            for expression in values[:1] if method in _METHODS else ():
                self._add(expression, _METHODS[method])
            if method in ("setdefault", "__setitem__") and len(values) > 1:
                self.put[values[0]] = _path_of(values[1])
            if method == "update":
                self._changed(values)
        elif any(_is_table(expression) or _is_its_name(expression) for expression in values):
            if method in ("setitem", "delitem"):
                for expression in values[1:2]:
                    self._add(expression, _METHODS[method])
            elif dotted(node.func).rpartition(".")[2] == "dict":
                self._changed(
                    [
                        expression
                        for expression in values
                        if not (_is_table(expression) or _is_its_name(expression))
                    ]
                )
        self._inside(node)

    def _changed(self, values: list[ast.expr]) -> None:
        """What `patch.dict` or `update` is given."""
        for node in values:
            if isinstance(node, ast.Dict):
                for key in node.keys:
                    self._add(key, "replaced")
            elif not isinstance(node, ast.Constant):
                self.opened.append(self._depth > 0)

    def _add(self, node: ast.expr | None, kind: KeyKind) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.keys[node] = kind
        elif kind == "replaced":
            self.opened.append(self._depth > 0)


_VISITS: Mapping[type[ast.AST], Callable[[_Keys, Any], None]] = {
    ast.Constant: _Keys._constant,
    ast.Assign: _Keys._assign,
    ast.Subscript: _Keys._subscript,
    ast.Compare: _Keys._compare,
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set), _Keys._list),
    ast.Dict: _Keys._dict,
    ast.Call: _Keys._call,
}
"""Found by class: `ast.NodeVisitor` finds them by their names, which takes longer."""


def _is_table(node: ast.expr) -> bool:
    return dotted(node).rpartition(".")[2] == WORD


def _path_of(node: ast.expr) -> str:
    """How a file spells a module: `new`, `pkg.new`, `sys.modules["pkg.new"]`."""
    if isinstance(node, ast.Subscript) and _is_table(node.value):
        key = node.slice
        return str(key.value) if isinstance(key, ast.Constant) else ""
    return dotted(node)


def _is_its_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "sys.modules"


def _strings(nodes: Iterable[ast.expr | None]) -> Iterator[ast.Constant]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
