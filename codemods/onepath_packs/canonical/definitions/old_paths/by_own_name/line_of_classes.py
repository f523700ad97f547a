"""Variables that go through the classes above an object: `for cls in type(self).__mro__`.

What they hold is of the hierarchy of the class around, and nothing that the file is given.
"""

import ast
from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import FunctionNode
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.told_classes import is_below


def variables_of_lines(tree: ast.AST) -> Iterator[tuple[str, ast.ClassDef]]:
    """The variables that hold the classes above that of a method's object, each with that class.

    Args:
        tree: A file.
    """
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef):
            for name in _variables(cls):
                yield name, cls


def _variables(cls: ast.ClassDef) -> Iterator[str]:
    for method in cls.body:
        for node in ast.walk(method) if isinstance(method, FunctionNode) else ():
            match node:
                case (
                    ast.For(target=ast.Name(id=name), iter=line)
                    | ast.comprehension(target=ast.Name(id=name), iter=line)
                ) if _is_line(line):
                    yield name


def _is_line(node: ast.expr) -> bool:
    """Whether an expression is the classes of the first parameter of a method, in their order."""
    match node:
        case ast.Call(func=ast.Name(id="reversed" | "list" | "tuple"), args=[inner]):
            return _is_line(inner)
        case ast.Subscript(value=inner, slice=ast.Slice()):
            return _is_line(inner)
        case ast.Call(func=ast.Attribute(value=owner, attr="mro"), args=[]):
            return _is_own(owner)
        case ast.Attribute(value=owner, attr="__mro__"):
            return _is_own(owner)
        case ast.Call(func=ast.Attribute(attr="getmro") | ast.Name(id="getmro"), args=[owner]):
            return _is_own(owner)
    return False


def _is_own(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr="__class__") | ast.Name(id="cls"):
            return True
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name(id="self")]):
            return True
    return False


def is_of_line(world: World, home: Step, around: Step) -> bool:
    """Whether a class may be one of those above an object of another class, or of one below it.

    Args:
        world: The code.
        home: The class.
        around: The other one.
    """
    if is_below(world, home, around) or is_below(world, around, home):
        return True
    return any(
        is_below(world, (user, definition.qualname), around)
        for user in world.fact_store.mentioning(Needles.of([home[1]]))
        for definition in world.facts(user).definitions
        if definition.bases and is_below(world, (user, definition.qualname), home)
    )
