"""What decorators, bases and calls keep of what they are given while a module is imported."""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from onepath.facts.computed.nodes import DefinitionNode, FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.facts.prefilter.words import Needles
from onepath.importing.loaded.import_effects import REGISTERING, import_time_statements, root_of
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World

SUBCLASSES = Needles.of(["__subclasses__"])
"""Finds the files that ask for the subclasses of something."""
_HOOKS = frozenset(("__init_subclass__", "__set_name__", "__subclasses__"))
_MAKING = ("__init__", "__new__", "__post_init__")
_PLAIN_METACLASSES = frozenset(("ABCMeta", "EnumMeta", "EnumType", "type"))
_PLAIN_MAKERS = frozenset(("NamedTuple", "NewType", "TypedDict", "TypeVar", "namedtuple"))
_ALWAYS_THERE = frozenset(("super", "object", "warnings", "logger", "logging", "log"))
_KEEPING = REGISTERING | {"add", "append", "extend", "insert", "setdefault", "update"}
_ITSELF = frozenset(("cls", "__class__", "type(self)"))
"""How the code of a class spells the class."""
_Bound = FunctionNode | ast.ClassDef | ast.Assign


class Registering:
    """Answers what is told of something, by its code.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._bindings: dict[str, Mapping[str, _Bound]] = {}

    def is_ours(self, path: str, name: str) -> bool:
        """Whether a module imports a name from this repository."""
        resolution = self._world.resolver.name(path, name) if name else None
        return (
            resolution is not None
            and resolution.kind in ("definition", "module")
            and resolution.path != path
        )

    def is_module(self, path: str, name: str) -> bool:
        """Whether a dotted name is certainly a module of this repository in some file."""
        resolution = self._world.resolver.attributes(path, name.split(".")) if name else None
        return resolution is not None and resolution.kind == "module" and not resolution.rest

    def definition(self, path: str, node: ast.AST) -> Iterator[int]:
        """The lines by which a function or class tells others of itself; none of anything else.

        Args:
            path: The module in which it is.
            node: It.
        """
        if isinstance(node, DefinitionNode):
            yield from (
                expression.lineno
                for expression in node.decorator_list
                if self.decorator(path, expression)
            )
        if isinstance(node, ast.ClassDef) and self.base(path, node, ""):
            yield node.lineno

    def decorator(self, path: str, decorator: ast.expr) -> bool:
        """Whether a decorator keeps what it decorates: that of an object does, `@app.route`.

        Args:
            path: The module in which it is.
            decorator: As it is there, called or not.
        """
        resolution = self._meaning(path, decorator)
        if resolution is None:
            return False
        if resolution.kind == "external":
            return _last(decorator) in REGISTERING
        return bool(resolution.rest) or self._changes(resolution)

    def base(self, path: str, cls: ast.ClassDef, home: str) -> bool:
        """Whether a base of a class, or a metaclass, is told of the class, or asks for it.

        Args:
            path: The module in which the class is.
            cls: It.
            home: The module whose own bases don't count: what it tells itself, it tells no others.
        """
        return any(self._is_told(path, node, home, set()) for node in _bases(cls))

    def call(self, path: str, call: ast.Call, home: str) -> bool:
        """Whether a call changes what others hold, or keeps what it is given.

        Args:
            path: The module in which it is.
            call: It.
            home: As for `base`.
        """
        resolution = self._meaning(path, call)
        return resolution is not None and resolution.path != home and self._changes(resolution)

    def _is_told(self, path: str, base: ast.expr, home: str, seen: set[Step]) -> bool:
        resolution = self._meaning(path, base)
        if resolution is None or resolution.kind != "definition" or resolution.rest:
            return False
        step = resolution.path, resolution.name
        if step in seen:
            return False
        seen.add(step)
        node = self._bound(resolution.path).get(resolution.name)
        if isinstance(node, ast.ClassDef):
            if resolution.path != home and (_is_hooked(node) or node.name in self._asked_for):
                return True
            return any(
                self._is_told(resolution.path, expression, home, seen)
                for expression in _bases(node)
            )
        return resolution.path != home and isinstance(node, ast.Assign)

    @cached_property
    def _asked_for(self) -> frozenset[str]:
        """The names of classes whose subclasses something asks for."""
        found: set[str] = set()
        for path in self._world.fact_store.mentioning(SUBCLASSES):
            found.update(_asked_for(self._tree(path), ""))
        return frozenset(found)

    def _changes(self, resolution: Resolution) -> bool:
        """Whether calling a function or class of the code changes what others hold."""
        if resolution.kind != "definition" or resolution.rest:
            return False
        node = self._bound(resolution.path).get(resolution.name)
        if isinstance(node, ast.ClassDef):
            inside = [
                statement for statement in node.body if getattr(statement, "name", "") in _MAKING
            ]
        else:
            inside = [node] if isinstance(node, FunctionNode) else []
        return any(
            _is_change(statement, part) for statement in inside for part in ast.walk(statement)
        )

    def _meaning(self, path: str, node: ast.expr) -> Resolution | None:
        """What a dotted expression at the top of a file means."""
        spelled = dotted(node.func if isinstance(node, ast.Call) else node)
        return self._world.resolver.attributes(path, spelled.split(".")) if spelled else None

    def _bound(self, path: str) -> Mapping[str, _Bound]:
        """The functions and classes of a module, and what it makes by calls that may give one."""
        if path not in self._bindings:
            self._bindings[path] = dict(_bindings(self._tree(path)))
        return self._bindings[path]

    def _tree(self, path: str) -> ast.Module:
        return module_tree(self._world.read([path]).get(path, b""))


def _asked_for(node: ast.AST, cls: str) -> Iterator[str]:
    """The names of classes of which a piece of code, in a class or in none, asks the subclasses."""
    if isinstance(node, ast.Attribute) and node.attr == "__subclasses__":
        asked = ast.unparse(node.value).rpartition(".")[2]
        yield cls if asked in _ITSELF else asked
    inside = node.name if isinstance(node, ast.ClassDef) else cls
    for child in ast.iter_child_nodes(node):
        yield from _asked_for(child, inside)


def _bindings(tree: ast.Module) -> Iterator[tuple[str, _Bound]]:
    for node in import_time_statements(tree.body):
        if isinstance(node, FunctionNode | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign) and _may_make_a_class(node.value):
            yield from (
                (expression.id, node)
                for expression in node.targets
                if isinstance(expression, ast.Name)
            )


def _may_make_a_class(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _last(value) not in _PLAIN_MAKERS


def _bases(cls: ast.ClassDef) -> list[ast.expr]:
    """The bases of a class, and its metaclass."""
    return [*cls.bases, *(keyword.value for keyword in cls.keywords if keyword.arg == "metaclass")]


def _is_hooked(cls: ast.ClassDef) -> bool:
    """Whether a class is told of its subclasses when they are made, or is a metaclass."""
    if _HOOKS & {statement.name for statement in cls.body if isinstance(statement, FunctionNode)}:
        return True
    if any(isinstance(base, ast.Name) and base.id == "type" for base in cls.bases):
        return True
    return any(
        keyword.arg == "metaclass" and _last(keyword.value) not in _PLAIN_METACLASSES
        for keyword in cls.keywords
    )


def _is_change(function: ast.stmt, node: ast.AST) -> bool:
    """Whether something in a function changes what is not its own."""
    if isinstance(node, ast.Global):
        # What is made where it is not there yet is made by the next who asks.
        return not all(_is_made_once(function, name) for name in node.names)
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        inner = [
            expression
            for expression in targets
            if isinstance(expression, ast.Attribute | ast.Subscript)
        ]
        return any(root_of(one) not in _own(function) for one in inner)
    if isinstance(node, ast.Expr):
        node = node.value  # What such a call gives is not asked for: it is made for what it does.
    elif isinstance(node, ast.Call) and _last(node) not in _KEEPING:
        return False
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return root_of(node.func) not in _own(function)


def _is_made_once(function: ast.stmt, name: str) -> bool:
    """Whether a function binds a global only where it has asked for its value, and returns it."""

    def named(node: ast.AST | None, kind: type[ast.expr_context]) -> list[ast.Name]:
        every = ast.walk(node) if node is not None else ()
        return [
            child
            for child in every
            if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, kind)
        ]

    asked = [
        child
        for child in ast.walk(function)
        if isinstance(child, ast.If) and named(child.test, ast.Load)
    ]
    bound = sum(len(named(statement, ast.Store)) for one in asked for statement in one.body)
    is_given = any(
        named(child.value, ast.Load)
        for child in ast.walk(function)
        if isinstance(child, ast.Return)
    )
    return is_given and bound == len(named(function, ast.Store)) > 0


def _own(function: ast.stmt) -> set[str]:
    """The parameters and variables of a function, and `super()`."""
    found = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    found |= {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    return found | _ALWAYS_THERE


def _last(node: ast.expr) -> str:
    return dotted(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]
