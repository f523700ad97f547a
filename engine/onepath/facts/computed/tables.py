"""The tables by which a lazy module knows where its attributes are."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeGuard

from onepath.facts.computed.nodes import Nodes
from onepath.facts.extract.definitions import dotted

_TABLES = (
    ast.Dict, ast.Call, ast.Assign, ast.List, ast.Tuple, ast.Set, ast.DictComp, ast.keyword,
)  # fmt: skip
_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*)?")
_ATTACHING = frozenset(("submodules", "submod_attrs", "submodule_attrs", "import_structure"))
"""Keywords of the calls that make a module lazy, whoever wrote the function."""
_LAZY_CLASSES = frozenset(("attach", "_LazyModule", "LazyModule", "lazy_import"))
_GROWING = frozenset(("append", "extend", "add", "update"))


class TableEntry(NamedTuple):
    """One entry: a module, and which of its attributes are meant."""

    module: ast.Constant
    form: str
    """See `model.NamedModule`; empty where no attribute is named."""
    attributes: tuple[tuple[str, ast.expr | None], ...] = ()

    @property
    def text(self) -> str:
        """The module's name as written."""
        return str(self.module.value)


def is_lazy(tree: ast.Module, nodes: Nodes) -> bool:
    """Whether a module makes its attributes when they are asked for."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name="__getattr__"):
                return True
            case ast.ImportFrom(names=aliases) if any(
                "__getattr__" in (alias.name, alias.asname) for alias in aliases
            ):
                return True
    return any(_makes_lazy(node) for node, _ in nodes.of(ast.Assign, ast.Call))


def _makes_lazy(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(
                _replaces_itself(expression) or _binds_getattr(expression) for expression in targets
            )
        case ast.Call(func=function, args=args, keywords=keywords):
            is_own = any(
                isinstance(expression, ast.Name) and expression.id == "__name__"
                for expression in args[:1]
            )
            named = {keyword.arg for keyword in keywords}
            called = dotted(function).rpartition(".")[2]
            is_known = called in _LAZY_CLASSES or not _ATTACHING.isdisjoint(named)
            return (is_own and is_known) or _fills_namespace(node)
    return False


def _fills_namespace(call: ast.Call) -> bool:
    """Whether a call gets the module's namespace and a table: `lazy(globals(), {"X": ".x"})`."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg)]
    return any(
        isinstance(node, ast.Call) and dotted(node.func) == "globals" for node in given
    ) and any(isinstance(node, ast.Dict) for node in given)


def _binds_getattr(target: ast.expr) -> bool:
    inner = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return any(isinstance(node, ast.Name) and node.id == "__getattr__" for node in inner)


def _replaces_itself(target: ast.expr) -> bool:
    """`sys.modules[__name__]`"""
    match target:
        case ast.Subscript(value=value, slice=ast.Name(id="__name__")):
            return dotted(value).rpartition(".")[2] == "modules"
    return False


def entries(nodes: Nodes) -> Iterator[TableEntry]:
    """Every entry that may name a module, of every display of a file.

    One display may be read in two ways; which of them names a module that is there, others know.

    Args:
        nodes: The file's nodes.
    """
    for node, _ in nodes.of(*_TABLES):
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is not None:
                        yield from _entry(key, value)
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                for keyword in keywords:
                    if keyword.arg and _is_module(keyword.value):
                        yield TableEntry(keyword.value, "key", ((keyword.arg, None),))
            case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
                yield from _entry(key, value, "assigned")
            case ast.Call(func=ast.Attribute(value=ast.Subscript(slice=key), attr=attr), args=args):
                if attr in _GROWING and len(args) == 1:
                    listed = args[0] if attr == "extend" else ast.List([args[0]], ast.Load())
                    yield from _keyed(key, listed, "grown")
            case ast.List(elts=rows) | ast.Tuple(elts=rows) | ast.Set(elts=rows):
                for row in rows:
                    yield from _row(row)
            case ast.DictComp(value=value) if _is_module(value):
                yield TableEntry(value, "")
            case ast.keyword(arg="submodules", value=value):
                yield from _names(value)
            case ast.Call(func=function, args=[ast.Name(id="__name__"), submodules, *_]):
                if dotted(function).rpartition(".")[2] == "attach":
                    yield from _names(submodules)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name != "__all__":
                yield from _names(value)


def _entry(key: ast.expr, value: ast.expr, keyed: str = "keyed") -> Iterator[TableEntry]:
    """An entry of a display: attribute and module, attribute and (module, attribute), or module
    and attributes."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        if _is_module(value):
            yield TableEntry(value, "key", ((key.value, key),))
        match value:
            case ast.Tuple(elts=[module, *rest]) | ast.List(elts=[module, *rest]):
                if _is_module(module) and len(rest) <= 1 and all(map(_is_word, rest)):
                    attribute = ((_text(rest[0]), rest[0]),) if rest else ((key.value, key),)
                    form = "pair" if rest else "key"
                    yield TableEntry(module, form, attribute)
        yield from _keyed(key, value, keyed)
        if _is_module(key) and _is_word(value):
            yield TableEntry(key, "")


def _row(row: ast.expr) -> Iterator[TableEntry]:
    """A row of a list: attribute and module, module and attribute, or a name for the two."""
    match row:
        case ast.Tuple(elts=[*_, module, attribute]) if _is_module(module) and _is_word(attribute):
            if len(row.elts) <= 3:
                yield TableEntry(module, "pair", ((_text(attribute), attribute),))
    match row:
        case ast.Tuple(elts=[attribute, module]) if _is_module(module) and _is_word(attribute):
            yield TableEntry(module, "key", ((_text(attribute), attribute),))


def _keyed(key: ast.expr, value: ast.expr, form: str) -> Iterator[TableEntry]:
    if not _is_module(key):
        return
    match value:
        case ast.List(elts=inside) | ast.Tuple(elts=inside) | ast.Set(elts=inside):
            names = [(_text(node), node) for node in inside if _is_word(node)]
            is_whole = len(names) == len(inside)
            yield TableEntry(key, form if is_whole else "", tuple(names) if is_whole else ())


def _names(value: ast.expr) -> Iterator[TableEntry]:
    """The elements of a list of modules."""
    match value:
        case ast.List(elts=inside) | ast.Tuple(elts=inside) | ast.Set(elts=inside):
            if all(map(_is_module, inside)):
                yield from (TableEntry(node, "") for node in inside if _is_module(node))


def _is_module(node: ast.expr) -> TypeGuard[ast.Constant]:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _MODULE.fullmatch(node.value) is not None
    )


def _is_word(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    )


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
