"""What class the receiver of a method call is of, where that is certain."""

import ast
from collections.abc import Iterable, Iterator

from onepath.facts.computed.nodes import FunctionNode
from onepath.model import FUNCTION_KINDS
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.declared import (
    CLASS,
    INSTANCE,
    NOT_KNOWN,
    NOTHING_OF_OURS,
    OTHER,
    PROPERTY,
    UNKNOWN,
    Receiver,
    annotated,
    class_of,
    of_member,
    said,
)
from onepath.symbols.tree.names import Tree, WrittenBindings

DOUBLES = frozenset((
    "Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "create_autospec",
))  # fmt: skip
"""What makes doubles of a class that it is given."""
_COPYING = frozenset((
    "dataclasses.replace", "copy.copy", "copy.deepcopy", "copy.replace", "attr.evolve",
    "attrs.evolve",
))  # fmt: skip
"""What makes something of the class of what it is given."""
_DEEP = 5
"""How many assignments are followed from one receiver."""
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
        return NOTHING_OF_OURS
    if depth > _DEEP:
        return NOT_KNOWN
    meant = tree.meaning(node)
    if meant is not None:
        receiver = _of_meaning(tree, meant)
        if receiver.kind == UNKNOWN and isinstance(node, ast.Name):
            return _of_local(tree, node, depth)
        if receiver.kind != UNKNOWN or not isinstance(node, ast.Attribute):
            return receiver
    if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
        return _returned(tree, node.value, depth, "async def")
    if isinstance(node, ast.Call):
        return _made_by(tree, node, depth)
    if isinstance(node, ast.Name):
        return _of_local(tree, node, depth)
    if isinstance(node, ast.Attribute):
        return _of_attribute(tree, node, depth)
    return NOT_KNOWN


def _of_meaning(tree: Tree, meant: Resolution) -> Receiver:
    place = class_of(tree, meant)
    if place is not None:
        return Receiver(CLASS, place, exact=True)
    if meant.kind in ("external", "module"):
        return NOTHING_OF_OURS
    if meant.kind == "definition" and not meant.rest:
        kinds = {
            definition.kind
            for definition in tree.resolver.facts(meant.path).definitions
            if definition.qualname == meant.name
        }
        if kinds and kinds <= FUNCTION_KINDS:
            return NOTHING_OF_OURS
    return NOT_KNOWN


def _made_by(tree: Tree, call: ast.Call, depth: int) -> Receiver:
    """What a call returns, where a class itself is called, or what says what it returns."""
    meant = tree.meaning(call.func)
    place = class_of(tree, meant) if meant is not None else None
    if place is not None:
        return Receiver(INSTANCE, place, exact=True, made=call)
    if meant is not None and meant.kind == "external":
        called = ".".join((meant.path, *meant.rest))
        if called in _COPYING and call.args:
            copied = receiver_of(tree, call.args[0], depth + 1)
            if copied.kind in (CLASS, INSTANCE):
                return copied._replace(made=None)
        return Receiver(OTHER, (called, ""), double_of=_double_of(tree, call, called))
    made = receiver_of(tree, call.func, depth + 1)
    if made.double_of[1]:
        return made  # of a double of the class, one of an instance
    return _returned(tree, call, depth, "def")


def _double_of(tree: Tree, call: ast.Call, called: str) -> tuple[str, str]:
    """The class that a call makes a double of; empty names where it makes none."""
    if called.rpartition(".")[2] not in DOUBLES:
        return "", ""
    given = [keyword.value for keyword in call.keywords if keyword.arg in ("spec", "spec_set")]
    for node in (*given, *call.args[:1]):
        meant = tree.meaning(node.func if isinstance(node, ast.Call) else node)
        place = class_of(tree, meant) if meant is not None else None
        if place is not None:
            return place
    return "", ""


def _returned(tree: Tree, call: ast.Call, depth: int, kind: str) -> Receiver:
    """What a function or method of the code says that it returns."""
    meant = tree.meaning(call.func)
    if meant is not None and meant.kind == "definition" and not meant.rest:
        return said(tree, (meant.path, meant.name), kind) or NOT_KNOWN
    if isinstance(call.func, ast.Attribute):
        owner = receiver_of(tree, call.func.value, depth + 1)
        if owner.kind in (CLASS, INSTANCE):
            return of_member(tree, owner, call.func.attr, kind)
    return NOT_KNOWN


# ------------------------------------------------------------------- locals


def _of_local(tree: Tree, node: ast.Name, depth: int) -> Receiver:
    """A variable or a parameter of a function around the place."""
    for function in _functions_around(tree, node):
        own = tree.own_names(function)
        bound = own.binders.get(node.id, ())
        if isinstance(function, ast.ClassDef) and function is tree.function(node) and bound:
            return NOT_KNOWN
        if isinstance(function, ast.ClassDef) or not bound:
            continue
        if node.id in own.shared:
            return NOT_KNOWN
        if len(bound) == 1:
            return _of_binder(tree, function, bound[0], node.id, depth)
        bindings = [one for one in bound if not _is_nothing(one, node.id)]
        return _agreed(_of_binder(tree, function, one, node.id, depth) for one in bindings)
    return _of_global(tree, node.id, depth)


def _of_binder(tree: Tree, function: ast.AST, binder: ast.AST, name: str, depth: int) -> Receiver:
    """What one of the places that bind a name in a function binds it to."""
    if isinstance(binder, ast.arg):
        return _of_parameter(tree, function, binder)
    if isinstance(binder, ast.AnnAssign):
        return annotated(tree, binder.annotation)
    if isinstance(binder, ast.Assign) and binder.targets == [_same(binder, name)]:
        values = [one for one in _choices(binder.value) if not _is_name(one, name)]
        if values == [binder.value]:
            return receiver_of(tree, binder.value, depth + 1)._replace(made=None)
        return _agreed(receiver_of(tree, one, depth + 1)._replace(made=None) for one in values)
    return NOT_KNOWN


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """What a value may be that is one of several, if it is something: `given or Thing()`."""
    match node:
        case ast.BoolOp(op=ast.Or(), values=values):
            for one in values:
                yield from _choices(one)
        case ast.IfExp(body=first, orelse=second):
            yield from _choices(first)
            yield from _choices(second)
        case ast.Constant(value=None):
            return
        case _:
            yield node


def _agreed(receivers: Iterable[Receiver]) -> Receiver:
    """What several things are that are instances of one class, if they are anything."""
    found = {(one.kind, one.place) for one in receivers}
    if len(found) == 1 and (agreed := found.pop())[0] == INSTANCE:
        return Receiver(*agreed)
    return NOT_KNOWN


def _is_nothing(binder: ast.AST, name: str) -> bool:
    """Whether a binding gives a name None, or what it has already, and nothing else."""
    value = binder.value if isinstance(binder, ast.Assign) else None
    return value is not None and all(_is_name(one, name) for one in _choices(value))


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _of_global(tree: Tree, name: str, depth: int) -> Receiver:
    """A variable at the top of the file that is bound there once and nowhere else."""
    own = tree.own_names(tree.root)
    bound = own.binders.get(name, ())
    if len(bound) != 1 or name in own.shared:
        return NOT_KNOWN
    (binder,) = bound
    if isinstance(binder, ast.AnnAssign):
        return annotated(tree, binder.annotation)
    if isinstance(binder, ast.Assign) and binder.targets == [_same(binder, name)]:
        return receiver_of(tree, binder.value, depth + 1)._replace(made=None)
    return NOT_KNOWN


def _functions_around(tree: Tree, node: ast.AST) -> Iterator[ast.AST]:
    at = tree.function(node)
    while at is not None:
        yield at
        at = tree.function(at)


def _same(binder: ast.Assign, name: str) -> ast.expr | None:
    target = binder.targets[0]
    return target if isinstance(target, ast.Name) and target.id == name else None


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
            return NOT_KNOWN if "staticmethod" in decorators else Receiver(INSTANCE, place)
    if binder.annotation is None or _is_variadic(arguments, binder):
        return NOT_KNOWN
    return annotated(tree, binder.annotation)


def _is_variadic(arguments: ast.arguments | None, binder: ast.arg) -> bool:
    return arguments is not None and binder in (arguments.vararg, arguments.kwarg)


# ---------------------------------------------------------------- attributes


def _of_attribute(tree: Tree, node: ast.Attribute, depth: int) -> Receiver:
    """An attribute of an instance whose class says what it is."""
    owner = receiver_of(tree, node.value, depth + 1)
    if owner.double_of[1] and node.attr == "return_value":
        return owner
    if owner.kind != INSTANCE:
        return NOT_KNOWN
    cls = next(
        (
            statement
            for statement in tree.root.body
            if isinstance(statement, ast.ClassDef) and (tree.path, statement.name) == owner.place
        ),
        None,
    )
    if cls is not None and isinstance(node.value, ast.Name) and node.value.id == "self":
        receiver = _set_at_first(tree, node, cls, depth)
        if receiver.kind != UNKNOWN:
            return receiver
    return of_member(tree, owner, node.attr, PROPERTY)


def _set_at_first(tree: Tree, node: ast.Attribute, cls: ast.ClassDef, depth: int) -> Receiver:
    """`self.factory`, where `__init__` assigns it and nothing else in the class does."""
    written = tree.written.get(cls)
    if written is None:
        written = tree.written[cls] = _written(cls)
    stored = written.attributes.get(node.attr, ())
    if len(stored) != 1 or node.attr in written.names:
        return NOT_KNOWN
    function = tree.function(stored[0])
    statement = tree.parent(stored[0])
    if getattr(function, "name", "") != "__init__" or tree.function(function or cls) is not cls:
        return NOT_KNOWN
    if isinstance(statement, ast.AnnAssign) and statement.target is stored[0]:
        return annotated(tree, statement.annotation)
    if isinstance(statement, ast.Assign) and statement.targets == [stored[0]]:
        return receiver_of(tree, statement.value, depth + 1)._replace(made=None)
    return NOT_KNOWN


def _written(cls: ast.ClassDef) -> WrittenBindings:
    attributes: dict[str, list[ast.Attribute]] = {}
    for node in ast.walk(cls):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            attributes.setdefault(node.attr, []).append(node)
    names = frozenset(
        node.id
        for statement in cls.body
        if not isinstance(statement, FunctionNode)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    return WrittenBindings(attributes, names)
