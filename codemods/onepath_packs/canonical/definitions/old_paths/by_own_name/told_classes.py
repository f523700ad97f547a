"""The class of which an expression tells where it reads a class's own name: `type(x).__name__`."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from onepath.codemod import World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree


class ToldClass(NamedTuple):
    """The class of an object, as far as the code around says it."""

    spelled: str
    """How the file spells the class."""
    is_exact: bool
    """Whether the object is of that very class, and of none below it."""


def told_class(tree: SyntaxTree, owner: ast.expr) -> ToldClass | None:
    """What `type(x)` or `x.__class__` is, where the code says of what class `x` is.

    Args:
        tree: The tree of the file.
        owner: The expression before `.__name__`.
    """
    match owner:
        case ast.Call(func=ast.Name(id="type"), args=[instance], keywords=[]):
            pass
        case ast.Attribute(value=instance, attr="__class__"):
            pass
        case _:
            return None
    return class_of(tree, instance)


def class_of(tree: SyntaxTree, instance: ast.AST) -> ToldClass | None:
    """The class of an object, where the code says of what class it is.

    Args:
        tree: The tree of the file.
        instance: The expression that gives the object.
    """
    match instance:
        case ast.Call(func=made):
            return _spelled(made, is_exact=True)
        case ast.Name():
            return _checked(tree, instance) or _of_binder(tree, instance)
    return None


def is_below(world: World, cls: Step, above: Step) -> bool:
    """Whether a class may be derived from another one of the code."""
    waiting, seen = [cls], {cls}
    while waiting:
        path, name = waiting.pop()
        if (path, name) == above:
            return True
        for definition in world.facts(path).definitions:
            for base in definition.bases if definition.qualname == name else ():
                parts = base.partition("[")[0].split(".")
                meaning = world.resolver.attributes(path, parts)
                if meaning is None or meaning.kind != "definition":
                    continue
                step = (meaning.path, meaning.name)
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
    return False


def _spelled(node: ast.expr | None, *, is_exact: bool) -> ToldClass | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return None
    spelled = "" if node is None else dotted(node)
    return ToldClass(spelled, is_exact) if spelled else None


def _checked(tree: SyntaxTree, name: ast.Name) -> ToldClass | None:
    """The class by which `isinstance` has sorted an object before: `isinstance(x, C) and ...`."""
    inner: ast.AST = name
    for node in tree.around(name):
        if isinstance(node, FunctionNode | ast.ClassDef):
            return None
        tests: list[ast.expr] = []
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            tests = node.values[: next(at for at, one in enumerate(node.values) if one is inner)]
        elif isinstance(node, ast.If) and any(one is inner for one in node.body):
            is_set = any(_is_set(statement, name.id) for statement in node.body)
            tests = [] if is_set else [*_all_of(node.test)]
        for test in tests:
            match test:
                case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=word), cls]):
                    if word == name.id:
                        return _spelled(cls, is_exact=False)
        inner = node
    return None


def _all_of(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        yield from test.values
    else:
        yield test


def _is_set(statement: ast.AST, word: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == word and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(statement)
    )


def _of_binder(tree: SyntaxTree, name: ast.Name) -> ToldClass | None:
    """What the only statement or parameter that binds a name in its function says."""
    function = next((one for one in tree.around(name) if isinstance(one, FunctionNode)), None)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    binders = [one for one in ast.walk(function) if _binds(one, name.id)]
    if len(binders) != 1:
        return None
    match binders[0]:
        case ast.arg(annotation=None) as parameter:
            return _own_class(tree, function, parameter)
        case ast.arg(annotation=annotation):
            return _spelled(annotation, is_exact=False)
        case ast.ExceptHandler(type=caught):
            return _spelled(caught, is_exact=False)
        case ast.Name() as target:
            match tree.parent(target):
                case ast.Assign(targets=[_], value=ast.Call(func=made)):
                    return _spelled(made, is_exact=True)
                case ast.AnnAssign(annotation=annotation):
                    return _spelled(annotation, is_exact=False)
    return None


def _binds(node: ast.AST, word: str) -> bool:
    match node:
        case ast.arg(arg=bound):
            return bound == word
        case ast.Name(id=bound, ctx=ast.Store() | ast.Del()):
            return bound == word
        case ast.ExceptHandler(name=bound) | ast.MatchAs(name=bound) | ast.MatchStar(name=bound):
            return bound == word
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return word in names
        case ast.alias(name=path, asname=bound):
            return word == (bound or path.partition(".")[0])
    return False


def _own_class(
    tree: SyntaxTree, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg
) -> ToldClass | None:
    """The class around a method whose first parameter is asked for its class."""
    places = [*function.args.posonlyargs, *function.args.args]
    cls = tree.parent(function)
    is_method = (
        isinstance(cls, ast.ClassDef)
        and isinstance(tree.parent(cls), ast.Module)
        and not function.decorator_list
        and function.name != "__new__"
        and places[:1] == [parameter]
    )
    return (
        ToldClass(cls.name, is_exact=False) if is_method and isinstance(cls, ast.ClassDef) else None
    )
