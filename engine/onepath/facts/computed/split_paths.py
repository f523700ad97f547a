"""Tables of paths that their module splits, imports and looks up.

PLUGINS = {"table": "pkg.plugins.table.table"}
module, name = PLUGINS[key].rsplit(".", 1)
plugin = getattr(import_module(module), name)
"""

import ast
from collections.abc import Iterator

from onepath.facts.computed.nodes import Nodes
from onepath.facts.extract.definitions import dotted

_SPLITTING = frozenset(("rsplit", "rpartition", "split", "partition"))
_IMPORTING = frozenset(("import_module", "__import__"))
_GETTING = frozenset(("get", "pop", "setdefault"))
_VIEWS = frozenset(("values", "items"))


def tables_of_paths(nodes: Nodes) -> frozenset[str]:
    """The names of the displays whose texts are split into a module, which is imported, and a name.

    Args:
        nodes: The nodes of a file.
    """
    imported, looked_up = set[str](), set[str]()
    for node, _ in nodes.of(ast.Call):
        if isinstance(node, ast.Call):
            callee = dotted(node.func).rpartition(".")[2]
            if callee in _IMPORTING:
                imported.update(_names(node.args[:1]))
            elif callee == "getattr":
                looked_up.update(_names(node.args[1:2]))
    if not imported or not looked_up:
        return frozenset()
    sources = dict(_sources(nodes))
    tables = set()
    for node, _ in nodes.of(ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=module), *_, ast.Name(id=name)])],
                value=ast.Call(func=ast.Attribute(value=whole, attr=method)),
            ) if method in _SPLITTING and module in imported and name in looked_up:
                table = _table(whole)
                if isinstance(whole, ast.Name):
                    table = sources.get(whole.id, "")
                tables.add(table)
    return frozenset(tables - {""})


def _names(arguments: list[ast.expr]) -> Iterator[str]:
    return (node.id for node in arguments if isinstance(node, ast.Name))


def _sources(nodes: Nodes) -> Iterator[tuple[str, str]]:
    """Each variable that is an entry of a table, with the table's name."""
    for node, _ in nodes.of(ast.Assign, ast.For, ast.comprehension):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if table := _table(value):
                    yield name, table
            case (
                ast.For(target=target, iter=iterated)
                | ast.comprehension(target=target, iter=iterated)
            ):
                last = target.elts[-1] if isinstance(target, ast.Tuple) else target
                if isinstance(last, ast.Name) and (table := _iterated(iterated)):
                    yield last.id, table


def _table(node: ast.expr) -> str:
    """The name of the table of which an expression is an entry; empty if it is none."""
    match node:
        case ast.Subscript(value=ast.Name(id=table)):
            return table
        case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr=method)):
            return table if method in _GETTING else ""
    return ""


def _iterated(node: ast.expr) -> str:
    """The name of the table whose values a loop goes through."""
    match node:
        case ast.Name(id=table):
            return table
        case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr=method)):
            return table if method in _VIEWS else ""
    return ""
