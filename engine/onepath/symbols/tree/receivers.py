"""What class the receiver of a method call is of, where that is certain."""

import ast
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.names import FunctionNode, Tree, WrittenBindings

_DEEP = 5
"""How many assignments are followed from one receiver."""
CLASS: Final = "class"
INSTANCE: Final = "instance"
OTHER: Final = "other"
UNKNOWN: Final = "unknown"


class Receiver(NamedTuple):
    """What stands before the dot."""

    kind: Literal["class", "instance", "other", "unknown"]
    """`class`: the class itself; `instance`: one of it; `other`: certainly nothing of a class of
    this repository; `unknown`"""
    place: tuple[str, str] = ("", "")
    """(path, name) of the class; of what a call outside of the repository gives, (the dotted name
    of what is called, "")."""
    exact: bool = False
    """Whether it can be no subclass of it."""
    made: ast.Call | None = None
    """The call in the receiver that makes the instance: `Factory()` in `Factory().make()`."""


_UNKNOWN, _OTHER = Receiver(UNKNOWN), Receiver(OTHER)
_LITERALS = (
    ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp,
    ast.SetComp, ast.GeneratorExp, ast.Lambda, ast.Compare,
)  # fmt: skip


def receiver_of(tree: Tree, node: ast.expr, depth: int = 0) -> Receiver:
    """What an expression is of which an attribute is taken.

    Args:
        tree: The file.
        node: The expression.
        depth: How many assignments were followed already.
    """
    if isinstance(node, _LITERALS):
        return _OTHER
    if depth > _DEEP:
        return _UNKNOWN
    meant = tree.meaning(node)
    if meant is not None:
        return _of_meaning(tree, meant)
    if isinstance(node, ast.Call):
        return _made_by(tree, node)
    if isinstance(node, ast.Name):
        return _of_local(tree, node, depth)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _of_attribute(tree, node, node.value, depth)
    return _UNKNOWN


def class_of(tree: Tree, found: Resolution) -> tuple[str, str] | None:
    """The class that a name means, if it is one at the top of a module of this repository."""
    if found.kind != "definition" or found.rest:
        return None
    definitions = tree.resolver.facts(found.path).definitions
    kinds = {one.kind for one in definitions if one.qualname == found.name}
    return (found.path, found.name) if kinds == {"class"} else None


def _of_meaning(tree: Tree, meant: Resolution) -> Receiver:
    place = class_of(tree, meant)
    if place is not None:
        return Receiver(CLASS, place, exact=True)
    if meant.kind in ("external", "module"):
        return _OTHER
    if meant.kind == "definition" and not meant.rest:
        kinds = {
            one.kind
            for one in tree.resolver.facts(meant.path).definitions
            if one.qualname == meant.name
        }
        if kinds and kinds <= {"def", "async def"}:
            return _OTHER
    return _UNKNOWN


def _made_by(tree: Tree, call: ast.Call) -> Receiver:
    """What a call gives, where a class itself is called."""
    meant = tree.meaning(call.func)
    place = class_of(tree, meant) if meant is not None else None
    if place is not None:
        return Receiver(INSTANCE, place, exact=True, made=call)
    if meant is None or meant.kind != "external":
        return _UNKNOWN
    return Receiver(OTHER, (".".join((meant.path, *meant.rest)), ""))


# ------------------------------------------------------------------- locals


def _of_local(tree: Tree, node: ast.Name, depth: int) -> Receiver:
    """A variable or a parameter of a function around the place."""
    for function in _functions_around(tree, node):
        if isinstance(function, ast.ClassDef):
            continue
        bound = list(binders(function, node.id))
        if not bound:
            continue
        if len(bound) != 1 or any(
            isinstance(one, ast.Nonlocal) and node.id in one.names for one in ast.walk(function)
        ):
            return _UNKNOWN
        binder = bound[0]
        if isinstance(binder, ast.arg):
            return _of_parameter(tree, function, binder)
        if isinstance(binder, ast.AnnAssign):
            return _annotated(tree, binder.annotation)
        if isinstance(binder, ast.Assign) and binder.targets == [_same(binder, node.id)]:
            return receiver_of(tree, binder.value, depth + 1)._replace(made=None)
        return _UNKNOWN
    return _UNKNOWN


def _functions_around(tree: Tree, node: ast.AST) -> Iterator[ast.AST]:
    at = tree.function(node)
    while at is not None:
        yield at
        at = tree.function(at)


def _same(binder: ast.Assign, name: str) -> ast.expr | None:
    target = binder.targets[0]
    return target if isinstance(target, ast.Name) and target.id == name else None


def binders(function: ast.AST, name: str) -> Iterator[ast.AST]:
    """Whatever binds a name in a function, inner functions left out."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.arguments) or not isinstance(
            node, FunctionNode | ast.ClassDef | ast.Lambda
        ):
            inner = list(ast.iter_child_nodes(node))
            assigned = _assigned(node, name)
            if assigned is not None:
                yield assigned
                inner = [one for one in inner if not isinstance(one, ast.Name)]
            waiting += inner
        elif getattr(node, "name", "") == name:
            yield node


def _assigned(node: ast.AST, name: str) -> ast.AST | None:
    """The node itself, if it binds the name."""
    if isinstance(node, ast.Assign):
        plain = any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
        return node if plain else None
    if isinstance(node, ast.AnnAssign):
        return node if isinstance(node.target, ast.Name) and node.target.id == name else None
    if isinstance(node, ast.arg):
        return node if node.arg == name else None
    if isinstance(node, ast.Name):
        return node if node.id == name and not isinstance(node.ctx, ast.Load) else None
    if isinstance(node, ast.Global | ast.Nonlocal):
        return node if name in node.names else None
    if isinstance(node, ast.alias):
        return node if (node.asname or node.name.partition(".")[0]) == name else None
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return node if node.name == name else None
    if isinstance(node, ast.MatchMapping):
        return node if node.rest == name else None
    return None


def _of_parameter(tree: Tree, function: ast.AST, binder: ast.arg) -> Receiver:
    owner = tree.function(function)
    arguments = getattr(function, "args", None)
    if isinstance(owner, ast.ClassDef) and isinstance(arguments, ast.arguments):
        first = [*arguments.posonlyargs, *arguments.args][:1]
        decorators = [ast.unparse(one) for one in getattr(function, "decorator_list", [])]
        place = (tree.path, owner.name)
        if first == [binder] and binder.annotation is None and tree.function(owner) is None:
            if "classmethod" in decorators:
                return Receiver(CLASS, place)
            return _UNKNOWN if "staticmethod" in decorators else Receiver(INSTANCE, place)
    if binder.annotation is None or _is_variadic(arguments, binder):
        return _UNKNOWN
    return _annotated(tree, binder.annotation)


def _is_variadic(arguments: ast.arguments | None, binder: ast.arg) -> bool:
    return arguments is not None and binder in (arguments.vararg, arguments.kwarg)


# -------------------------------------------------------------- annotations


def _annotated(tree: Tree, annotation: ast.expr) -> Receiver:
    """An instance of the one class that an annotation speaks of."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            parsed = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return _UNKNOWN
        return _annotated_as(tree, parsed, quoted=True)
    return _annotated_as(tree, annotation, quoted=False)


def _annotated_as(tree: Tree, annotation: ast.expr, *, quoted: bool) -> Receiver:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotation.left, annotation.right]
        rest = [one for one in sides if not (isinstance(one, ast.Constant) and one.value is None)]
        return _annotated_as(tree, rest[0], quoted=quoted) if len(rest) == 1 else _UNKNOWN
    if isinstance(annotation, ast.Subscript):
        if ast.unparse(annotation.value).rpartition(".")[2] == "Optional":
            return _annotated(tree, annotation.slice)
        return _UNKNOWN
    meant = _quoted(tree, annotation) if quoted else tree.meaning(annotation)
    if meant is None:
        return _UNKNOWN
    place = class_of(tree, meant)
    if place is not None:
        return Receiver(INSTANCE, place)
    return _OTHER if meant.kind == "external" and not _says_nothing(meant.path) else _UNKNOWN


def _says_nothing(dotted: str) -> bool:
    return dotted.rpartition(".")[2] in ("Any", "Self", "object")


def _quoted(tree: Tree, annotation: ast.expr) -> Resolution | None:
    """What a name in a quoted annotation means at the top of the module."""
    parts = ast.unparse(annotation).split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    found = tree.resolver.name(tree.path, parts[0])
    return tree.extended(found, parts[1:]) if found.kind != "unresolved" else None


# ---------------------------------------------------------------- attributes


def _of_attribute(tree: Tree, node: ast.Attribute, owner: ast.Name, depth: int) -> Receiver:
    """`self.factory`, where `__init__` assigns it and nothing else in the class does."""
    around = _of_local(tree, owner, depth)
    if around.kind != INSTANCE or owner.id != "self":
        return _UNKNOWN
    cls = next(
        (
            one
            for one in tree.root.body
            if isinstance(one, ast.ClassDef) and (tree.path, one.name) == around.place
        ),
        None,
    )
    if cls is None:
        return _UNKNOWN
    written = tree.written.get(cls)
    if written is None:
        written = tree.written[cls] = _written(cls)
    stored = written.attributes.get(node.attr, ())
    if len(stored) != 1 or node.attr in written.names:
        return _UNKNOWN
    function = tree.function(stored[0])
    statement = tree.parent(stored[0])
    if getattr(function, "name", "") != "__init__" or tree.function(function or cls) is not cls:
        return _UNKNOWN
    if isinstance(statement, ast.AnnAssign) and statement.target is stored[0]:
        return _annotated(tree, statement.annotation)
    if isinstance(statement, ast.Assign) and statement.targets == [stored[0]]:
        return receiver_of(tree, statement.value, depth + 1)._replace(made=None)
    return _UNKNOWN


def _written(cls: ast.ClassDef) -> WrittenBindings:
    attributes: dict[str, list[ast.Attribute]] = {}
    for one in ast.walk(cls):
        if isinstance(one, ast.Attribute) and not isinstance(one.ctx, ast.Load):
            attributes.setdefault(one.attr, []).append(one)
    names = frozenset(
        one.id
        for statement in cls.body
        if not isinstance(statement, FunctionNode)
        for one in ast.walk(statement)
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    )
    return WrittenBindings(attributes, names)
