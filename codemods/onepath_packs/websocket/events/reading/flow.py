"""Where an event goes from the place where it is written: whether all that see it are known.

What is handed to a function, returned, stored or put into something else leaves the name that is
followed (`escapes`): then whoever reads such keys anywhere may read them of it. What is refused
here is a use in sight that would mean something else: a comparison, keys that become parameters,
a schema, a function of the repository that reads a key which goes away.
"""

import ast
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from onepath.facts.extract.definitions import dotted
from onepath.model.refused import Refused
from onepath.symbols.tree.scoped import ScopedName, ScopedTree
from onepath_packs.websocket.events.canonical_form import names_in_words

CalleeReadsOf = Callable[[ast.Call, int | str], Collection[str]]
"""The string keys that the function of a call reads of an argument (by place or keyword)."""

_CARRIES = frozenset({
    "dumps", "encode", "decode", "deepcopy", "copy", "cast", "list", "tuple", "set", "frozenset",
    "sorted", "reversed", "iter", "enumerate", "zip", "chain", "next", "filter", "str", "repr",
    "bytes", "dict", "MappingProxyType",
})  # fmt: skip
"""Calls whose result holds what they are given."""
_COUNT_KEYS = frozenset({
    "list", "tuple", "set", "frozenset", "sorted", "len", "iter", "enumerate", "zip", "chain",
    "any", "all", "sum", "min", "max", "map", "filter", "next",
})  # fmt: skip
"""Calls to which a dict is its keys."""
_ADDS = frozenset({"append", "extend", "insert", "add", "appendleft", "put", "put_nowait"})
_SCHEMAS = ("validate", "parse_obj", "model_validate", "from_dict", "is_valid", "verify", "check")
_OPEN_TYPES = frozenset({
    "dict", "Dict", "Mapping", "MutableMapping", "Any", "object", "str", "int", "float", "bool",
    "list", "List", "Sequence", "Iterable", "Iterator", "Generator", "AsyncIterator",
    "AsyncGenerator", "Optional", "Union", "tuple", "Tuple", "None", "typing", "Final", "ClassVar",
    "set", "Set", "Collection", "Awaitable", "Coroutine", "t", "abc", "collections", "JSON",
    "bytes", "AsyncIterable",
})  # fmt: skip


class NamedDisplay(NamedTuple):
    """Where a display ends up under a name."""

    name: ScopedName | None = None
    """The one name that is the event itself."""
    attribute: str = ""
    """The chain that is the event itself, `self.event`."""
    returned: str = ""
    """The function that gives it back."""


class Flow:
    """Follows one event through its file.

    Args:
        tree: The file.
        keys: The keys that go away.
        callee_reads: What functions of the repository read.

    Raises:
        Refused: A use in sight would mean something else.
    """

    def __init__(
        self, tree: ScopedTree, keys: Collection[str], callee_reads: CalleeReadsOf
    ) -> None:
        self._tree = tree
        self._keys = keys
        self._callee_reads = callee_reads
        self._seen: set[tuple[int, str]] = set()
        self.escapes = False
        """Whether it gets to places that are not followed."""

    def of(self, node: ast.expr, *, whole: bool = True) -> NamedDisplay:
        """Where a value goes.

        Args:
            node: The display, or a name that holds it.
            whole: Whether it is the event itself; else something that holds it.
        """
        parent, field = self._tree.parent(node), self._tree.field(node)
        handler = getattr(self, f"_{type(parent).__name__.lower()}", None)
        if handler is not None:
            found = handler(parent, node, field, whole)
            return found if isinstance(found, NamedDisplay) else NamedDisplay()
        if isinstance(parent, ast.stmt | ast.UnaryOp | ast.FormattedValue):
            return NamedDisplay()
        raise _unknown(node)

    # ------------------------------------------------------- expressions

    def _ifexp(self, parent: ast.IfExp, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        return NamedDisplay() if field == "test" else self.of(parent, whole=whole)

    def _boolop(self, parent: ast.BoolOp, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        return self.of(parent, whole=whole)

    def _list(self, parent: ast.expr, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        self.escapes = True
        return self.of(parent, whole=False)

    _tuple = _set = _list
    _listcomp = _setcomp = _generatorexp = _list

    def _dict(self, parent: ast.Dict, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        at = next((at for at, value in enumerate(parent.values) if value is node), -1)
        if at < 0 or parent.keys[at] is None:
            raise _unknown(node)
        self.escapes = True
        return self.of(parent, whole=False)

    def _dictcomp(
        self, parent: ast.DictComp, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        if field == "key":
            raise _unknown(node)
        self.escapes = True
        return self.of(parent, whole=False)

    def _starred(
        self, parent: ast.Starred, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        if whole:
            raise _unknown(node)
        return self.of(parent, whole=False)

    def _comprehension(
        self, parent: ast.comprehension, node: ast.expr, field: str, whole: bool
    ) -> None:
        if field == "iter" and whole:
            raise _unknown(node)

    def _await(self, parent: ast.Await, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        return self.of(parent, whole=whole)

    def _subscript(
        self, parent: ast.Subscript, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        if field == "value" and not whole:
            return self.of(parent, whole=False)
        raise _unknown(node)

    def _attribute(
        self, parent: ast.Attribute, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        call = self._tree.parent(parent)
        if whole or not isinstance(call, ast.Call) or call.func is not parent:
            raise _unknown(node)
        return self.of(call, whole=False) if parent.attr in _CARRIES else NamedDisplay()

    def _binop(self, parent: ast.BinOp, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        if whole or not isinstance(parent.op, ast.Add | ast.Mult):
            raise _unknown(node)
        return self.of(parent, whole=False)

    def _compare(self, parent: ast.Compare, node: ast.expr, field: str, whole: bool) -> None:
        if all(isinstance(op, ast.Is | ast.IsNot) for op in parent.ops):
            return
        reason = "it is compared with something that may have been made in another form"
        raise Refused("compared", reason)

    def _lambda(self, parent: ast.Lambda, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        self.escapes = True
        return NamedDisplay()

    # -------------------------------------------------------------- calls

    def _keyword(
        self, parent: ast.keyword, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        call = self._tree.parent(parent)
        assert isinstance(call, ast.Call)
        if parent.arg is None:
            reason = "its keys become the names of arguments"
            raise Refused("keyword-arguments", reason)
        return self._given(call, parent.arg, whole)

    def _call(self, parent: ast.Call, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        if field == "func":
            raise _unknown(node)
        return self._given(parent, parent.args.index(node), whole)

    def _given(self, call: ast.Call, argument: int | str, whole: bool) -> NamedDisplay:
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else dotted(function)
        bare = name.lstrip("_")
        if bare.startswith("assert") or name == "call":
            reason = f"'{name}' compares it with something that may have been made in another form"
            raise Refused("compared", reason)
        if bare.startswith(_SCHEMAS):
            raise Refused("given-to-schema", f"'{name}' may require the keys that it has")
        if whole and name in _COUNT_KEYS:
            raise Refused("use-not-followed", f"'{name}' sees which keys it has")
        read = sorted(set(self._callee_reads(call, argument)) & set(self._keys))
        if read:
            reason = f"'{dotted(function)}' is given it and reads {names_in_words(read)}"
            raise Refused("read-by-callee", reason)
        self.escapes = True
        if name in _CARRIES:
            return self.of(call, whole=False)
        if name in _ADDS and isinstance(function, ast.Attribute):
            self._holder(function.value)
        return NamedDisplay()

    def _holder(self, node: ast.expr) -> None:
        """Look at the other uses of something to which the event is added."""
        if isinstance(node, ast.Name):
            key = self._tree.binding(node)
            if key is not None:
                self.uses(key, whole=False)

    # --------------------------------------------------------- statements

    def _assign(self, parent: ast.Assign, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        if len(parent.targets) != 1:
            raise _unknown(node)
        return self._target(parent.targets[0], node, whole)

    def _annassign(
        self, parent: ast.AnnAssign, node: ast.expr, field: str, whole: bool
    ) -> NamedDisplay:
        _check_type(parent.annotation)
        return self._target(parent.target, node, whole)

    def _augassign(self, parent: ast.AugAssign, node: ast.expr, field: str, whole: bool) -> None:
        if whole:
            raise _unknown(node)
        self._holder(parent.target)

    def _target(self, target: ast.expr, node: ast.expr, whole: bool) -> NamedDisplay:
        if isinstance(target, ast.Name):
            key = self._tree.binding(target)
            if key is None:
                raise _unknown(node)
            if self._tree.facts.scopes[key[0]].kind in ("module", "class"):
                self.escapes = True
            if whole and isinstance(node, ast.Dict):
                return NamedDisplay(name=key)
            self.uses(key, whole=whole)
            return NamedDisplay()
        self.escapes = True
        if isinstance(target, ast.Attribute):
            return NamedDisplay(attribute=dotted(target)) if whole else NamedDisplay()
        if isinstance(target, ast.Subscript):
            return NamedDisplay()
        raise _unknown(node)

    def _return(self, parent: ast.Return, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        self.escapes = True
        function = self._tree.function(parent)
        if function is None:
            return NamedDisplay()
        if function.returns is not None:
            _check_type(function.returns)
        return NamedDisplay(returned=function.name)

    def _yield(self, parent: ast.Yield, node: ast.expr, field: str, whole: bool) -> NamedDisplay:
        self.escapes = True
        function = self._tree.function(parent)
        return NamedDisplay(returned=function.name if function else "")

    def _for(self, parent: ast.For, node: ast.expr, field: str, whole: bool) -> None:
        if whole:
            raise _unknown(node)

    _asyncfor = _yieldfrom = _for

    # -------------------------------------------------------------- names

    def uses(self, key: ScopedName, *, whole: bool, known: Collection[ast.AST] = ()) -> None:
        """Follow every use of a name that holds the event.

        Args:
            key: The name.
            whole: Whether it is the event itself.
            known: Uses that are reads of a key.
        """
        if key in self._seen:
            return
        self._seen.add(key)
        for name in self._tree.named(key):
            if name in known or not isinstance(name.ctx, ast.Load):
                continue
            if not whole and self._is_harmless(name):
                continue
            self.of(name, whole=whole)

    def _is_harmless(self, name: ast.Name) -> bool:
        """Whether something that holds the event is only added to or counted."""
        parent = self._tree.parent(name)
        return isinstance(parent, ast.Attribute) and parent.attr not in ("copy", "index", "count")


def _unknown(node: ast.expr) -> Refused:
    word = f"'{node.id}'" if isinstance(node, ast.Name) else "it"
    reason = f"{word} is used on line {node.lineno} in a way that can't be followed"
    return Refused("use-not-followed", reason)


def _check_type(annotation: ast.expr) -> None:
    """Refuse an annotation that may say which keys there are."""
    for word in _words(annotation):
        if word not in _OPEN_TYPES:
            reason = f"it is annotated as '{ast.unparse(annotation)}', which may name its keys"
            raise Refused("given-to-schema", reason)


def _words(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            yield child.id
        elif isinstance(child, ast.Attribute):
            yield child.attr
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            try:
                yield from _words(ast.parse(child.value, mode="eval"))
            except SyntaxError:
                yield child.value
