"""Where a name is a value, which others may get and call; and what names are set to."""

import ast

from onepath.facts.computed.nodes import FunctionNode
from onepath.symbols.tree.syntax import SyntaxTree


def is_value(tree: SyntaxTree, node: ast.expr, harmless: frozenset[str]) -> bool:
    """Whether what a name means is a value there, which may be called elsewhere.

    Args:
        tree: The file.
        node: The name, or a chain of attributes.
        harmless: The last names of what may be given it.
    """
    around = tree.parent(node)
    if isinstance(around, ast.Call) and (around.func is node or leaf(around.func) in harmless):
        return False
    return not (isinstance(around, ast.Attribute) or is_type(tree, node))


def is_type(tree: SyntaxTree, node: ast.AST) -> bool:
    """Whether a name is where a class is no value: a base, a type, in `except`."""
    inner: ast.AST = node
    for child in tree.around(node):
        if isinstance(child, ast.arg | ast.ExceptHandler | ast.ImportFrom | ast.MatchClass):
            return True
        if isinstance(child, ast.ClassDef) and inner in [*child.bases, *child.keywords]:
            return True
        if isinstance(child, ast.AnnAssign) and inner is child.annotation:
            return True
        if isinstance(child, FunctionNode):
            return inner is child.returns
        if isinstance(child, ast.Subscript) and inner is child.slice:
            return True
        if isinstance(child, ast.stmt):
            return False
        inner = child
    return False


def leaf(node: ast.expr) -> str:
    """The last name of a chain of attributes, whatever that begins with; empty for no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def assigned(tree: SyntaxTree) -> dict[str, list[ast.expr]]:
    """The names that are assigned in a file, each with all that it is set to.

    Args:
        tree: The file.
    """
    found: dict[str, list[ast.expr]] = {}
    for node in tree.nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found
