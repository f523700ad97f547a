"""Attributes that only instances have: those that methods set on `self`."""

import ast
from collections.abc import Iterator

from onepath.analysis.top_classes import Class
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.file import module_tree
from onepath.symbols.world import World


class InstanceAttributes:
    """What the methods of classes set on their instances.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._files: dict[str, dict[str, frozenset[str]]] = {}
        """Path -> class -> what its methods set."""

    def has(self, cls: Class, name: str) -> bool:
        """Whether a method of a class itself sets an attribute of an instance, or `__slots__` has
        a place for it."""
        return name in self.names(cls)

    def names(self, cls: Class) -> frozenset[str]:
        """The attributes that instances of a class have by its own methods and `__slots__`."""
        if cls.path not in self._files:
            self._files[cls.path] = self._of_file(cls.path)
        return self._files[cls.path].get(cls.name, frozenset())

    def _of_file(self, path: str) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for node in ast.walk(module_tree(self._world.read([path]).get(path, b""))):
            if isinstance(node, ast.ClassDef):
                functions = (one for one in node.body if isinstance(one, FunctionNode))
                names = {name for function in functions for name in _set_by(function)}
                # The outermost class of a name comes first.
                found.setdefault(node.name, frozenset((*names, *_slots(node))))
        return found


def _set_by(function: FunctionNode) -> Iterator[str]:
    """The attributes that a method sets on its first parameter."""
    first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
    is_static = any(
        ast.unparse(expression) == "staticmethod" for expression in function.decorator_list
    )
    if first is None or is_static:
        return
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=first.arg), attr=name, ctx=ast.Store()):
                yield name


def _slots(cls: ast.ClassDef) -> Iterator[str]:
    for statement in cls.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=value):
                for node in ast.walk(value):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value
