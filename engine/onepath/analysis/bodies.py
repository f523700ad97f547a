"""What one function returns and calls, read from its text.

The facts say which functions mention a name; only those few are read as syntax trees.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from onepath.analysis.growing import Growing
from onepath.analysis.index import Index
from onepath.analysis.places import class_name, defining, instance_of, member, statement_of
from onepath.analysis.top_classes import Place
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.model import FUNCTION_KINDS, Definition, Guard
from onepath.symbols.resolve import Resolution

_DEEP = 40
"""How many expressions inside one another are followed from one value."""
_MADE, _NAMED = "made", "named"
_STATEMENTS: Mapping[str, tuple[type[ast.AST], ...]] = {
    "branches": (ast.If, ast.IfExp, ast.Match),
    "loops": (ast.For, ast.AsyncFor, ast.While),
    "catches": (ast.Try, ast.TryStar),
    "raises": (ast.Raise,),
}
_HANDING_ON = {"cast": 1, "wait_for": 0, "run_until_complete": 0}
"""Calls that give what one of their arguments gives, and which."""
_LOOKUPS = ("get", "pop", "setdefault")


class RepositoryCall(NamedTuple):
    """A call in a function, of something in the repository."""

    callee: Place
    offset: int
    """Where it begins in the file."""


class Body:
    """One function of a module or of a class, or one statement of a module.

    Args:
        index: The repository.
        path: The file.
        definition: The function or the assignment in it.
        node: Its tree, with what can't run left out; None for all of it.

    Raises:
        InputError: Its text can't be had or read.
    """

    def __init__(
        self, index: Index, path: str, definition: Definition, node: ast.stmt | None = None
    ) -> None:
        self._index = index
        self.path = path
        self.definition = definition
        owner, dot, _ = definition.qualname.rpartition(".")
        self.owner: Place | None = (path, owner) if dot else None
        self.node = node or statement_of(index, path, definition)
        self.dynamic = False
        """Whether a class that is computed makes what is given back; known after `origins`."""
        self._values: Growing[tuple[str, str], Place] = Growing(self._value)

    @cached_property
    def origins(self) -> frozenset[Place]:
        """The classes, functions and variables that make what the function returns."""
        return frozenset(place for value in self.results for place in self.made(value))

    @cached_property
    def results(self) -> tuple[ast.expr, ...]:
        """The expressions it returns or yields; the value of an assignment."""
        nodes = []
        for node in self._own:
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                nodes.append(node.value)
        if isinstance(self.node, ast.Assign | ast.AnnAssign) and self.node.value is not None:
            value = self.node.value
            nodes.append(value.body if isinstance(value, ast.Lambda) else value)
        return tuple(nodes)

    @cached_property
    def assigned(self) -> Mapping[str, list[ast.expr]]:
        """The values that are assigned to each name; `x.a` to an attribute, `x[]` to an item."""
        found: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.node):
            targets: list[ast.expr] = []
            value: ast.expr | None = None
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
                targets, value = [node.target], node.value
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                targets, value = [node.optional_vars], node.context_expr
            for target in targets:
                if value is not None and (key := _key(target)):
                    found.setdefault(key, []).append(value)
        return found

    @cached_property
    def stored(self) -> tuple[tuple[str, ast.expr], ...]:
        """What it assigns to something that outlives it, with the values."""
        return tuple(
            (key, value)
            for key, values in self.assigned.items()
            if key in self._globals or "." in key or (key.endswith("[]") and not self._local(key))
            for value in values
        )

    def others(self, places: frozenset[Place]) -> tuple[str, ...]:
        """What it calls besides these places, as written, in order; each name once."""
        called = sorted(
            (node for node in self._own if isinstance(node, ast.Call)),
            key=lambda call: (call.lineno, call.col_offset),
        )
        computing = {id(call.func) for call in called}
        names = [
            dotted(call.func)
            for call in called
            if id(call) not in computing and not self.callees(call.func) & places
        ]
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def unreadable(self) -> bool:
        """Whether it returns what a call outside the repository gives."""
        values = list(self.results)
        values += [v for node in self.results for v in self.assigned.get(_key(node), ())]
        calls = [v.value if isinstance(v, ast.Await) else v for v in values]
        return any(
            isinstance(call, ast.Call)
            and dotted(call.func).rpartition(".")[2] not in _LOOKUPS
            and not self.made(call)
            for call in calls
        )

    @property
    def statements(self) -> tuple[str, ...]:
        """Which kinds of statement it has that do more than give something back."""
        return tuple(word for word, kinds in _STATEMENTS.items() if self._has(kinds))

    @property
    def may_give_none(self) -> bool:
        """Whether it returns `None` in some cases and something else in others."""
        returned = [node.value for node in self._own if isinstance(node, ast.Return)]
        nothing = [
            expression is None
            or (isinstance(expression, ast.Constant) and expression.value is None)
            for expression in returned
        ]
        return any(nothing) and not all(nothing)

    @property
    def is_lambda(self) -> bool:
        """Whether it is an assignment of a `lambda`."""
        value = getattr(self.node, "value", None)
        return isinstance(value, ast.Lambda)

    def _has(self, kinds: tuple[type[ast.AST], ...]) -> bool:
        return any(isinstance(node, kinds) for node in self._own)

    @cached_property
    def calls(self) -> tuple[RepositoryCall, ...]:
        """Every call of something in the repository, in inner functions too."""
        return tuple(
            RepositoryCall(place, self._offset(node))
            for node in ast.walk(self.node)
            if isinstance(node, ast.Call)
            for place in self.callees(node.func)
        )

    # ------------------------------------------------------------ meaning

    def made(self, value: ast.expr) -> frozenset[Place]:
        """What makes the value of an expression: classes, functions, module variables."""
        return self._values.settled(lambda: self._made(value, 0))

    def callees(self, function: ast.expr) -> frozenset[Place]:
        """The classes and functions that an expression which is called stands for."""
        return self._values.settled(lambda: self._callees(function, 0))

    def _value(self, key: tuple[str, str]) -> frozenset[Place]:
        """What a name stands for as far as the names that it is bound to are known."""
        kind, name = key
        if kind == _NAMED:
            return frozenset(self._named(name))
        return frozenset().union(*(self._made(node, 0) for node in self.assigned[name]))

    def _made(self, value: ast.expr, depth: int) -> frozenset[Place]:
        nothing: frozenset[Place] = frozenset()
        if depth > _DEEP:
            return nothing
        if isinstance(value, ast.Await | ast.NamedExpr):
            return self._made(value.value, depth + 1)
        if isinstance(value, ast.IfExp):
            return self._made(value.body, depth + 1) | self._made(value.orelse, depth + 1)
        if isinstance(value, ast.BoolOp):
            return nothing.union(*(self._made(node, depth + 1) for node in value.values))
        if isinstance(value, ast.Call):
            return self._called(value, depth)
        key = _key(value)
        if key in self.assigned:
            return self._values.get((_MADE, key))
        found = frozenset(self._meant(key)) if key and not key.endswith("[]") else nothing
        # A class or a function that is handed on has made nothing yet.
        return frozenset(place for place in found if self._is_variable(place))

    def _called(self, call: ast.Call, depth: int) -> frozenset[Place]:
        function = call.func
        handed_on = _HANDING_ON.get(dotted(function).rpartition(".")[2])
        if handed_on is not None and handed_on < len(call.args):
            return self._made(call.args[handed_on], depth + 1)
        if isinstance(function, ast.Attribute) and function.attr in _LOOKUPS:
            items = f"{dotted(function.value)}[]"
            if items in self.assigned or function.attr == "setdefault":
                stored = self._values.get((_MADE, items)) if items in self.assigned else ()
                given = (self._made(node, depth + 1) for node in call.args[1:])
                return frozenset(stored).union(*given)
        return self._callees(function, depth)

    def _callees(self, function: ast.expr, depth: int) -> frozenset[Place]:
        name = dotted(function)
        if name:
            return self._values.get((_NAMED, name))
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Call | ast.Await):
                receivers = self._made(function.value, depth + 1)
                return frozenset(self._attributes(receivers, (function.attr,)))
            return frozenset()
        return frozenset(self._computed(function, depth))

    def _named(self, name: str) -> Iterator[Place]:
        head, *rest = name.split(".")
        if self.owner is not None and head in ("self", "cls") and head == self._first:
            if rest == ["__class__"] or (head == "cls" and not rest):
                self.dynamic = self.dynamic or bool(rest)
                yield self.owner
                return
            if len(rest) == 1 and name not in self.assigned:
                yield from self._attributes((self.owner,), tuple(rest))
                return
        owner, _, attribute = name.rpartition(".")
        if name in self.assigned:
            for alias in dict.fromkeys(map(dotted, self.assigned[name])):
                if alias and alias != name:
                    yield from self._values.get((_NAMED, alias))
            return
        if owner in self.assigned:
            yield from self._attributes(self._values.get((_MADE, owner)), (attribute,))
            return
        if head in self._annotations:
            declared = self._annotated(self._annotations[head])
            yield from self._attributes(declared, tuple(rest)) if rest else ()
            return
        yield from self._meant(name)

    def _computed(self, function: ast.expr, depth: int) -> Iterator[Place]:
        """`type(self)(...)`, `getattr(module, "Name")(...)`, `type("X", (Base,), {})(...)`."""
        if not isinstance(function, ast.Call):
            return
        name, arguments = dotted(function.func), function.args
        places: list[Place] = []
        if name == "type" and len(arguments) == 1:
            if dotted(arguments[0]) == "self" and self.owner is not None:
                places = [self.owner]
            else:
                places = [
                    p for p in self._made(arguments[0], depth + 1) if p in self._index.classes
                ]
        elif name == "type" and len(arguments) == 3 and isinstance(arguments[1], ast.Tuple):
            for base in arguments[1].elts:
                places += self._meant(dotted(base))
        elif name == "getattr" and len(arguments) >= 2:
            attribute = arguments[1]
            if isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
                places += self._meant(f"{dotted(arguments[0])}.{attribute.value}")
        elif name.rpartition(".")[2] == "partial" and arguments:
            yield from self._callees(arguments[0], depth + 1)
            return
        self.dynamic = self.dynamic or bool(places)
        yield from places

    def _attributes(
        self, receivers: "frozenset[Place] | tuple[Place, ...]", names: tuple[str, ...]
    ) -> Iterator[Place]:
        """An attribute of what these classes or functions give."""
        for receiver in receivers:
            cls = self._index.classes.get(instance_of(self._index, receiver) or receiver)
            if cls is not None and len(names) == 1:
                holder = defining(self._index, cls, names[0])
                if holder is not None:
                    yield holder.path, f"{holder.name}.{names[0]}"

    def _meant(self, name: str) -> Iterator[Place]:
        """What a name means that the function does not bind, or imports itself."""
        if not name or self._local(name):
            return
        head, *rest = name.split(".")
        resolution = self._imports.get(head)
        if resolution is None:
            resolution = self._index.named(self.path, name)
        elif resolution.kind == "module" and rest:
            resolution = self._index.resolver.attributes(resolution.path, rest)
        else:
            resolution = resolution._replace(rest=(*resolution.rest, *rest))
        if resolution.kind == "definition":
            yield member(self._index, resolution)

    def _is_variable(self, place: Place) -> bool:
        definition = self._index.definitions(place[0]).get(place[1])
        return definition is not None and definition.kind == "assign"

    def _annotated(self, annotation: str) -> tuple[Place, ...]:
        name = class_name(annotation)
        return tuple(self._meant(name)) if name else ()

    # ------------------------------------------------------------- its own

    @cached_property
    def _own(self) -> tuple[ast.AST, ...]:
        """Its nodes without those of inner functions and of its decorators and defaults."""
        if not isinstance(self.node, FunctionNode):
            return tuple(ast.walk(self.node))
        nodes: list[ast.AST] = []
        waiting: list[ast.AST] = list(self.node.body)
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            if not isinstance(node, FunctionNode | ast.Lambda):
                waiting += ast.iter_child_nodes(node)
        return tuple(nodes)

    def _offset(self, node: ast.expr) -> int:
        if node.lineno == self.node.lineno:
            return self.definition.start + node.col_offset - self.node.col_offset
        return self._line_starts[node.lineno - self.node.lineno] + node.col_offset

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        """Where each line of its statement begins in the file."""
        data = self._index.world.read([self.path])[self.path]
        lines = data[self.definition.start : self.definition.end].split(b"\n")
        return [*accumulate((len(line) + 1 for line in lines), initial=self.definition.start)]

    @property
    def _first(self) -> str:
        params = self.definition.params
        return params[0].name if params else ""

    @cached_property
    def _annotations(self) -> Mapping[str, str]:
        return {p.name: p.annotation for p in self.definition.params if p.annotation}

    @cached_property
    def _globals(self) -> frozenset[str]:
        return frozenset(
            name for node in self._own if isinstance(node, ast.Global) for name in node.names
        )

    def _local(self, name: str) -> bool:
        """Whether a name begins with a parameter or a variable of the function."""
        head = name.partition(".")[0].removesuffix("[]")
        if head in self._globals or self.definition.kind not in FUNCTION_KINDS:
            return False
        return head in self.assigned or any(head == p.name for p in self.definition.params)

    @cached_property
    def _imports(self) -> Mapping[str, Resolution]:
        """What the function imports itself."""
        start, end = self.definition.start, self.definition.end
        return {
            alias.bound: self._index.resolver.imported(self.path, statement, alias)
            for statement in self._index.facts(self.path).imports
            if statement.guard & Guard.FUNCTION and start <= statement.start < end
            for alias in statement.names
        }


def _key(target: ast.AST) -> str:
    if isinstance(target, ast.Subscript):
        base = dotted(target.value)
        return f"{base}[]" if base else ""
    return dotted(target)
