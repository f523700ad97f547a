"""Texts that are compared with what shows a class or function: `str(x) == "Old.RED"`."""

import ast
from collections.abc import Collection

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import NAMES
from onepath_packs.canonical.definitions.old_paths.by_own_name.told_classes import class_of

_SHOWING = ("repr", "str", "format")
_TELLING = frozenset(("format_exception_only", "format_exception", "format_exc", "exconly"))


def compared_with(tree: SyntaxTree, node: ast.expr) -> ast.expr | None:
    """What a text is compared with by `==` or by a method of a test; None for anything else."""
    match tree.parent(node):
        case ast.Compare(left=left, comparators=[right]):
            return right if left is node else left
        case ast.Tuple() | ast.List() | ast.Set() as display:
            match tree.parent(display):
                case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[_]):
                    return left if left is not display else None
        case ast.Call(func=ast.Attribute(attr="assertEqual" | "assertIn"), args=[left, right]):
            return right if left is node else left
        case ast.Call(func=ast.Attribute(value=shown, attr="startswith"), args=[_]):
            return shown
    return None


def is_shown(tree: SyntaxTree, node: ast.expr, names: Collection[str]) -> bool:
    """Whether an expression is `repr(...)`, or so, of something that is made of the definition.

    Args:
        tree: The tree of the file.
        node: The expression.
        names: How the file spells the definition.
    """
    is_call = isinstance(node, ast.Call) and dotted(node.func) in _SHOWING
    return (is_call or isinstance(node, ast.JoinedStr)) and any(
        (isinstance(child, ast.Name) and child.id in names)
        or (isinstance(child, ast.Attribute) and child.attr in names)
        or _is_one_of(tree, child, names)
        for child in ast.walk(node)
    )


def _is_one_of(tree: SyntaxTree, node: ast.AST, names: Collection[str]) -> bool:
    """Whether a variable holds what the class makes: `made = Old()`."""
    told = class_of(tree, node) if isinstance(node, ast.Name) else None
    return told is not None and told.spelled.rpartition(".")[2] in names


def tells_of(tree: SyntaxTree, node: ast.expr, other: ast.expr, names: frozenset[str]) -> bool:
    """Whether a text is compared with what tells of an exception, in a function that names it.

    Args:
        tree: The tree of the file.
        node: The text.
        other: What it is compared with.
        names: How the file spells the exception.
    """
    is_telling = any(
        (isinstance(child, ast.Attribute) and child.attr in NAMES)
        or (isinstance(child, ast.Call) and dotted(child.func).rpartition(".")[2] in _TELLING)
        or (isinstance(child, ast.Attribute) and child.attr in _TELLING)
        for child in ast.walk(other)
    )
    function = next((one for one in tree.around(node) if isinstance(one, FunctionNode)), None)
    return (
        is_telling
        and function is not None
        and any(
            (isinstance(child, ast.Name) and child.id in names)
            or (isinstance(child, ast.Attribute) and child.attr in names)
            for child in ast.walk(function)
        )
    )
