"""Classes in functions and in other classes, and those of unknown bases: which are of a family.

The index has the classes at the top of modules. Others inherit as well, and override a member as
effectively.
"""

import ast
from collections.abc import Collection, Container, Iterator, Sequence
from functools import cached_property

from onepath.analysis.index import Index
from onepath.analysis.top_classes import Place
from onepath.facts.computed.nodes import FunctionNode
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.names import Tree


class InnerClasses:
    """The classes of one file.

    Args:
        tree: The file.
        index: What is known of the classes at the top of modules.
        family: Those of them that are of the family.
        asked_for: What protocols of the family ask for: a class that has all of one's is of it.
    """

    def __init__(
        self,
        tree: Tree,
        index: Index,
        family: Container[Place],
        asked_for: Collection[frozenset[str]] = (),
    ) -> None:
        self._asked_for = asked_for
        self._tree = tree
        self._index = index
        self._family = family
        self._known: dict[ast.ClassDef, bool | None] = {}

    def is_family(self, cls: ast.ClassDef) -> bool | None:
        """Whether a class is of the family; None where a base of it is not known."""
        is_top = self._tree.function(cls) is None
        if is_top and (self._tree.path, cls.name) in self._family:
            return True
        names = frozenset(() if is_top or not self._asked_for else _names(cls))
        if not is_top and any(asked <= names for asked in self._asked_for):
            return True
        if cls not in self._known:
            self._known[cls] = False  # of a class that inherits from itself nothing can be said
            self._known[cls] = _any(self._base(cls, node) for node in cls.bases)
        return self._known[cls]

    def is_base(self, cls: ast.ClassDef) -> bool:
        """Whether another class of the file may inherit from a class."""
        return any(
            isinstance(node, ast.ClassDef)
            and any(cls.name in ast.unparse(expression).split(".") for expression in node.bases)
            for node in self._tree.nodes
        )

    def runs_of(self, cls: ast.ClassDef, methods: Collection[str]) -> bool | None:
        """Whether an inner class has some methods of the family; None where that is not known."""
        if any(getattr(statement, "name", "") in methods for statement in cls.body):
            return False
        known = self.is_family(cls)
        is_direct = not any(self.named(node) is not None for node in cls.bases)
        return known if is_direct and len(cls.bases) < 2 else known and None

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose method, itself, a place is; None outside of methods."""
        owner = self._tree.function(self._tree.function(node) or node)
        return owner if isinstance(owner, ast.ClassDef) else None

    def named(self, node: ast.expr) -> ast.ClassDef | None:
        """The class in a function or in another class that a name means."""
        if not isinstance(node, ast.Name):
            return None
        bound = self._locals(node, node.id)
        (only,) = bound if len(bound) == 1 else (None,)
        return only if isinstance(only, ast.ClassDef) else None

    def of_self(self, node: ast.expr) -> ast.ClassDef | None:
        """The class that is, or whose instance is, the first parameter of a method around."""
        if not isinstance(node, ast.Name):
            return None
        function = self._tree.function(node)
        while function is not None:
            bound = self._tree.own_names(function).binders.get(node.id)
            if bound:
                owner = self._tree.function(function)
                is_first = isinstance(owner, ast.ClassDef) and bound == _first(function)
                return owner if is_first and isinstance(owner, ast.ClassDef) else None
            function = self._tree.function(function)
        return None

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(
            cls.name for cls in self._index.classes.values() if cls.place in self._family
        )

    def _base(self, cls: ast.ClassDef, base: ast.expr) -> bool | None:
        """Whether a base of a class is of the family."""
        while isinstance(base, ast.Subscript):
            base = base.value
        if isinstance(base, ast.Call):
            return self._made(cls, base)
        meant = self._tree.meaning(base)
        if isinstance(base, ast.Name):
            local = self._locals(cls, base.id)
            if local and not all(isinstance(node, ast.alias) for node in local):
                (only, *others) = local
                if isinstance(only, ast.ClassDef) and not others:
                    return self.is_family(only)
                return None
            if meant is None and not local:
                meant = self._tree.resolver.name(self._tree.path, base.id)
        return None if meant is None else self._meant(meant)

    def _meant(self, meant: Resolution) -> bool | None:
        """Whether what a name means at the top of a module is a class of the family."""
        if meant.kind != "definition":
            # Nothing binds the name of a builtin.
            return None if meant.kind == "unresolved" and meant.reason != "no such name" else False
        index, place = self._index, (meant.path, meant.name)
        if place in self._family and not meant.rest:
            return True
        own = index.definitions(meant.path).get(".".join((meant.name, *meant.rest)))
        if own is None or own.kind != "class":
            text = index.world.read([meant.path]).get(meant.path, b"")
            is_near = any(name.encode() in text for name in self._names)
            return None if is_near else False
        if not meant.rest:
            return place in self._family
        bases = [index.named(meant.path, base.partition("[")[0]) for base in own.bases]
        return _any(self._meant(resolution) for resolution in bases if resolution[1:] != meant[1:])

    def _made(self, cls: ast.ClassDef, call: ast.Call) -> bool | None:
        """Whether a call that gives a base gives one of the family: `namedtuple("P", "x y")`."""
        meant = self._tree.meaning(call.func)
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        known = [self._base(cls, node) for node in given if not isinstance(node, ast.Constant)]
        is_outside = meant is not None and meant.kind == "external"
        return False if is_outside and not any(one or one is None for one in known) else None

    def _locals(self, node: ast.AST, name: str) -> Sequence[ast.AST]:
        """What binds a name in the functions around a place, or in the class around it."""
        nearest = around = self._tree.function(node)
        while around is not None:
            is_seen = around is nearest or not isinstance(around, ast.ClassDef)
            if is_seen and (bound := self._tree.own_names(around).binders.get(name)):
                return bound
            around = self._tree.function(around)
        return []


def _names(cls: ast.ClassDef) -> Iterator[str]:
    """What a class defines in its body, and what its methods set."""
    for node in ast.walk(cls):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def _any(known: Iterator[bool | None]) -> bool | None:
    found = list(known)
    return True if True in found else None if None in found else False


def _first(function: ast.AST) -> list[ast.arg]:
    if not isinstance(function, FunctionNode):
        return []
    decorators = {ast.unparse(node) for node in function.decorator_list}
    arguments = [*function.args.posonlyargs, *function.args.args]
    return [] if "staticmethod" in decorators else arguments[:1]
