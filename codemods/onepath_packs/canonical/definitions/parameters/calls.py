"""The calls of a function or method, and the keywords that they give."""

import ast

from onepath.analysis.classes import descendants
from onepath.analysis.constructors import CONSTRUCTORS
from onepath.analysis.top_classes import Place
from onepath.codemod import Edit, Needles
from onepath.model import FUNCTION_KINDS
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.declared import CLASS, INSTANCE, OTHER, UNKNOWN, Receiver
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.tree.values import is_value, leaf
from onepath_packs.canonical.definitions.members.inner_classes import InnerClasses
from onepath_packs.canonical.definitions.parameters.forwarding import asked_key
from onepath_packs.canonical.definitions.parameters.target import ParameterOwners
from onepath_packs.canonical.definitions.refused import CannotMoveError

_HARMLESS = frozenset((
    "map", "filter", "sorted", "min", "max", "callable", "isinstance", "issubclass", "repr", "str",
    "print", "id", "type", "len", "list", "tuple", "set", "getattr", "hasattr", "super",
    "partial",
))  # fmt: skip
"""What calls nothing by keyword, or is looked at as a call."""


class ParameterCalls:
    """Goes through files for calls.

    Args:
        owners: Whose calls.
        at: How many places come before the parameter, without `self`; None for one that is given
            by keyword alone.
    """

    def __init__(self, owners: ParameterOwners, at: int | None) -> None:
        self._owners = owners
        self._old, self._new = owners.parameter.old, owners.parameter.new
        self._at = at
        self._classes = Needles.of(name for _, name in owners.classes)
        self.edits: dict[str, list[Edit]] = {}
        self.escapes: tuple[str, int] | None = None
        """Where the function is handed on as a value."""
        self.unknown: tuple[str, int, str] | None = None
        """A call of something unknown with the keyword."""
        self.is_unpacked = False
        """Whether something unknown is called with keywords that are not written there."""
        self.key: tuple[str, int] | None = None
        """Where a table has the name as a key, so that it may be such a keyword."""
        self._of_file: tuple[Tree, InnerClasses] | None = None

    def look(self, tree: Tree) -> None:
        """Go through one file.

        Raises:
            CannotMoveError: A call may give the keyword in a way that can't follow.
        """
        for node in tree.nodes:
            if isinstance(node, ast.Call | ast.Subscript | ast.Compare):
                self._asked(tree, node)
            if isinstance(node, ast.Call):
                self._call(tree, node)
            elif isinstance(node, ast.Dict):
                for key in node.keys:
                    if isinstance(key, ast.Constant) and key.value == self._old:
                        self.key = self.key or (tree.path, key.lineno)
            elif isinstance(node, ast.ClassDef):
                self._class_statement(tree, node)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                self._value(tree, node)

    # ---------------------------------------------------------------- calls

    def _call(self, tree: Tree, node: ast.Call) -> None:
        known, given = self._is_ours(tree, node.func), node.args
        if known is False and leaf(node.func) == "partial" and node.args:
            known, given = self._is_ours(tree, node.args[0]), node.args[1:]
        keywords = [keyword for keyword in node.keywords if keyword.arg == self._old]
        if keywords and known is False and self._owners.parameter.method == "__call__":
            known = self._is_called(tree, node.func)
        if known:
            self._own_call(tree, node, given, keywords)
        elif known is None and (keywords or self._may_be_given(node)):
            text = ast.unparse(node.func)
            reason = f"'{text}' is called with '{self._old}', and it is not known what that is"
            if self._owners.parameter.method:
                raise CannotMoveError(tree.path, node.lineno, reason)
        elif keywords and (tree.meaning(node.func) is None or self._hands_on(tree, node)):
            self.unknown = self.unknown or (tree.path, node.lineno, ast.unparse(node.func))
        elif self._may_be_given(node) and tree.meaning(node.func) is None:
            self.is_unpacked = True

    def _own_call(
        self, tree: Tree, node: ast.Call, given: list[ast.expr], keywords: list[ast.keyword]
    ) -> None:
        for keyword in keywords:
            start, _ = tree.place(keyword)
            self._edit(tree, start)
        # What has keywords to hand on may have other parameters before it.
        at = None if self._owners.forwarders else self._at
        if keywords or (at is not None and len(given) > at):
            return
        for keyword in node.keywords:
            text = ast.unparse(keyword.value)
            if keyword.arg is None and text != self._owners.handed_on(tree, node):
                self._double_star(tree, node, keyword.value)

    def _asked(self, tree: Tree, node: ast.Call | ast.Subscript | ast.Compare) -> None:
        """`kwargs.setdefault("old", 1)`, in a function that hands its keywords on."""
        if self._owners.forwarders and (keywords := self._owners.handed_on(tree, node)):
            key = asked_key(node, keywords)
            if key is not None and key.value == self._old:
                start, end = tree.place(key)
                self._edit(tree, tree.data.index(self._old.encode(), start, end))

    def _class_statement(self, tree: Tree, node: ast.ClassDef) -> None:
        """The keywords of a class go to `__init_subclass__`, or to the metaclass."""
        keywords = [keyword for keyword in node.keywords if keyword.arg == self._old]
        reason = f"class '{node.name}' gives '{self._old}', and it is not known to what"
        if not keywords:
            return
        if self._owners.parameter.method == "__init_subclass__":
            bases = [
                self._is_of_family(tree, receiver_of(tree, expression)) for expression in node.bases
            ]
            if True in bases:
                self._edit(tree, tree.place(keywords[0])[0])
            elif None in bases:
                raise CannotMoveError(tree.path, node.lineno, reason)
        elif self._owners.is_of_metaclass:
            raise CannotMoveError(tree.path, node.lineno, reason)

    def _double_star(self, tree: Tree, node: ast.Call, value: ast.expr) -> None:
        keys = value.keys if isinstance(value, ast.Dict) else [None]
        for key in keys:
            if isinstance(key, ast.Constant):
                if key.value == self._old:
                    start, end = tree.place(key)
                    self._edit(tree, tree.data.index(self._old.encode(), start, end))
            else:
                reason = f"this call may give '{self._old}': {ast.unparse(node)}"
                raise CannotMoveError(tree.path, node.lineno, reason)

    def _may_be_given(self, node: ast.Call) -> bool:
        """Whether a call gives keywords that are not written there."""
        return any(keyword.arg is None for keyword in node.keywords)

    def _hands_on(self, tree: Tree, node: ast.Call) -> bool:
        """Whether a call is given the function as well: `submit(function, old=1)`."""
        return any(self._is_ours(tree, expression) for expression in node.args)

    # --------------------------------------------------------------- values

    def _value(self, tree: Tree, node: ast.Name | ast.Attribute) -> None:
        """The function, read and not called."""
        if not is_value(tree, node, _HARMLESS) or not self._is_ours(tree, node):
            return
        around = tree.parent(node)
        if isinstance(around, ast.keyword | ast.Call):
            call = around if isinstance(around, ast.Call) else tree.parent(around)
            meant = tree.meaning(call.func) if isinstance(call, ast.Call) else None
            if meant is None or meant.kind not in ("definition", "unresolved"):
                reason = "it is handed on here, to what may call it by the names of its parameters"
                raise CannotMoveError(tree.path, node.lineno, reason)
        self.escapes = self.escapes or (tree.path, node.lineno)

    # -------------------------------------------------------------- meaning

    def _is_ours(self, tree: Tree, node: ast.expr) -> bool | None:
        """Whether an expression is the function, method or class; None where that is not known."""
        meant = tree.meaning(node)
        if self._owners.is_constructor:
            return self._is_made(tree, node, meant)
        if not self._owners.parameter.method:
            return meant is not None and not meant.rest and self._owners.is_function(meant[1:3])
        if not isinstance(node, ast.Attribute) or node.attr != self._owners.parameter.method:
            return False
        if _is_super(node.value):
            return self._is_inside(tree, node)
        return self._is_of_family(tree, receiver_of(tree, node.value))

    def _is_of_family(self, tree: Tree, receiver: Receiver) -> bool | None:
        """Whether a class, or what is of one, has the method; None where that is not known."""
        if receiver.kind not in (CLASS, INSTANCE):
            return False if receiver.kind == OTHER else None
        if receiver.place in self._owners.classes:
            return True
        family = self._owners.family
        return None if family is None or family.may_hold(tree, receiver.place) else False

    def _is_called(self, tree: Tree, function: ast.expr) -> bool | None:
        """Whether what is called, `thing(old=1)`, is of a class whose `__call__` runs then."""
        receiver = receiver_of(tree, function)
        is_known = receiver.kind == CLASS or _is_method(tree, function)
        return False if is_known else self._is_of_family(tree, receiver)

    def _is_made(self, tree: Tree, node: ast.expr, meant: Resolution | None) -> bool | None:
        """Whether a call of an expression runs the constructor."""
        if isinstance(node, ast.Attribute) and node.attr == self._owners.parameter.method:
            if _is_super(node.value):
                return self._is_inside(tree, node)
            receiver = receiver_of(tree, node.value)
            return receiver.kind == CLASS and receiver.place in self._owners.classes
        receiver = receiver_of(tree, node)
        if receiver.kind == CLASS:
            is_made = receiver.place in self._owners.classes
            return None if not receiver.exact and self._may_differ(receiver.place) else is_made
        inner = self._inner(tree)
        if (cls := inner.named(node)) is not None:
            return inner.runs_of(cls, CONSTRUCTORS)
        made = node.value if isinstance(node, ast.Attribute) and node.attr == "__class__" else None
        if isinstance(node, ast.Call) and leaf(node.func) == "type" and len(node.args) == 1:
            made = node.args[0]
        if made is None:
            return False
        receiver = receiver_of(tree, made)
        is_known = receiver.kind == INSTANCE and receiver.place not in self._owners.classes
        is_apart = receiver.kind == UNKNOWN and not self._classes.hit(tree.data)
        return False if receiver.kind == OTHER or is_known or is_apart else None

    def _inner(self, tree: Tree) -> InnerClasses:
        if self._of_file is None or self._of_file[0] is not tree:
            self._of_file = tree, self._owners.inner(tree)
        return self._of_file[1]

    def _may_differ(self, place: Place) -> bool:
        """Whether a class, or one below it, runs the constructor, and another one does not."""
        known = self._owners.index.classes.get(place)
        line = {place, *(descendants(self._owners.index, known) if known is not None else ())}
        return bool(line & self._owners.classes.keys()) and not line <= self._owners.classes.keys()

    def _is_inside(self, tree: Tree, node: ast.AST) -> bool | None:
        """Whether `super()` in a class leads to one of the classes."""
        cls = tree.function(tree.function(node) or node)
        known = self._owners.index.classes.get((tree.path, getattr(cls, "name", "")))
        if known is None:
            # The index has all that name one of the classes; a class in a function may be below.
            return None if self._classes.hit(tree.data) else False
        return any(
            ancestor.place in self._owners.classes
            for ancestor in self._owners.index.ancestors(known)
        )

    def _edit(self, tree: Tree, start: int) -> None:
        line = tree.data.count(b"\n", 0, start) + 1
        edit = Edit(start, start + len(self._old.encode()), self._new.encode(), "keyword", line)
        self.edits.setdefault(tree.path, []).append(edit)


def _is_method(tree: Tree, node: ast.expr) -> bool:
    """Whether an expression is a method that the class of its receiver defines."""
    if not isinstance(node, ast.Attribute):
        return False
    path, name = receiver_of(tree, node.value).place
    definitions = tree.resolver.facts(path).definitions if name else ()
    kinds = {
        definition.kind
        for definition in definitions
        if definition.qualname == f"{name}.{node.attr}"
    }
    return bool(kinds) and kinds <= FUNCTION_KINDS


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and leaf(node.func) == "super"
