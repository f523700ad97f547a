"""Strings, keywords, examples and documents that name a member."""

import ast
from functools import cached_property

from onepath.codemod import Edit
from onepath.facts.documents.piece import Piece
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.symbols.tree.declared import CLASS, INSTANCE, UNKNOWN, Receiver
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.members.examples import made_of
from onepath_packs.canonical.definitions.members.handed_on import HandedOn
from onepath_packs.canonical.definitions.members.spelling import (
    asks_by_name,
    is_in_format,
    is_the_name,
    put_together,
)
from onepath_packs.canonical.definitions.members.work import DOUBLES, Work
from onepath_packs.canonical.definitions.refused import CannotMoveError

_REPLACING = frozenset(("setattr", "delattr", "object", "spy"))
_ASKING = _REPLACING | {"getattr", "hasattr"}
"""Calls of an object and the name of an attribute of it."""
_COPYING = frozenset(("replace", "_replace", "evolve", "__replace__", "assoc"))
_GETTERS = frozenset(("attrgetter", "methodcaller"))
_OF_CLASS = frozenset(("__match_args__", "__slots__"))
"""Attributes of a class that list names of its attributes."""
_TABLES = frozenset((
    "__dict__", "__members__", "_member_map_", "_member_names_", "__dataclass_fields__", "_fields",
    "_field_defaults", "__slots__", "__match_args__", "__annotations__", "model_fields",
))  # fmt: skip
"""Attributes that have those of their owner by name."""


class Strings:
    """What names a member other than by an attribute.

    Args:
        work: Takes the edits and the refusals.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._old = work.member.old
        self.handed_on = HandedOn(work)

    @cached_property
    def _asks_by_name(self) -> bool:
        return asks_by_name(self._work.world)

    def text(self, tree: Tree, node: ast.Constant, text: str) -> None:
        """A string that is the name, or that is formatted with it."""
        work, old = self._work, self._old
        if is_in_format(text, old) or (work.is_value and f"%({old})" in text):
            work.spelled(tree.path, node.lineno, text)
        if text.startswith(f"{old}.") and _is_value_of_call(tree, node):
            self._configured(tree, node)
        call = tree.parent(node)
        if text != old and old in text.split(".") and _follows_a_path(tree, call, node):
            work.spelled(tree.path, node.lineno, text, is_read=True)
        if text != old or tree.string_around(node) is not None:
            return
        if _is_spec(tree, call):
            work.spelled(tree.path, node.lineno, ast.unparse(call or node))
            return
        receiver = self._asked(call, tree, node)
        if receiver is not None:
            known = work.is_family(tree, receiver)
            if known is not False and _callee(call) in _REPLACING:
                work.replace(tree.path, node.lineno)
            if known:
                work.edit_literal(tree, node)
            elif known is None:
                is_read = _callee(call) in ("getattr", "hasattr")
                work.refuse(tree.path, node.lineno, ast.unparse(call or node), is_read=is_read)
        elif (listing := self._listing_class(tree, node)) is not None:
            if (tree.path, listing.name) in work.family:
                work.edit_literal(tree, node)
        elif _is_value_of_call(tree, node):
            return  # `call` looks at it
        elif (_callee(call) in _GETTERS or self._asks_by_name) and is_the_name(
            tree, node, keys=work.family.is_field
        ):
            work.spelled(tree.path, node.lineno, text, is_read=_callee(call) == "attrgetter")

    def _configured(self, tree: Tree, node: ast.Constant) -> None:
        """`Mock(**{"old.return_value": 1})`"""
        call = tree.parent(tree.parent(tree.parent(node) or node) or node)
        known = self._set_by(tree, call) if isinstance(call, ast.Call) else False
        if known:
            self._work.replace(tree.path, node.lineno)
            self._work.edit_literal(tree, node)
        elif known is None:
            self._work.replace(tree.path, node.lineno)
            self._work.refuse(tree.path, node.lineno, ast.unparse(node))

    def _asked(self, call: ast.AST | None, tree: Tree, node: ast.expr) -> Receiver | None:
        """What is asked for an attribute by this string: `getattr(it, "name")`, `Enum["NAME"]`."""
        if isinstance(call, ast.Call) and _callee(call) in _ASKING and call.args[1:2] == [node]:
            return receiver_of(tree, call.args[0])
        if isinstance(call, ast.Subscript) and call.slice is node and self._work.family.is_enum:
            receiver = receiver_of(tree, call.value)
            if receiver.kind == CLASS:
                return receiver
        owner = _owner_of_attributes(call, node)
        return receiver_of(tree, owner) if owner is not None else None

    def _listing_class(self, tree: Tree, node: ast.Constant) -> ast.ClassDef | None:
        """The class at the top of its module that lists the name among its attributes."""
        statement = next(
            (child for child in tree.around(node) if isinstance(child, ast.stmt)), None
        )
        owner = tree.parent(statement) if statement is not None else None
        is_list = isinstance(statement, ast.Assign) and any(
            isinstance(expression, ast.Name) and expression.id in _OF_CLASS
            for expression in statement.targets
        )
        is_top = isinstance(owner, ast.ClassDef) and isinstance(tree.parent(owner), ast.Module)
        return owner if is_list and is_top and isinstance(owner, ast.ClassDef) else None

    def item(self, tree: Tree, node: ast.Subscript) -> None:
        """`Enum[name]`, which reads any member by its name."""
        is_text = isinstance(node.slice, ast.Constant)
        if not is_text and self._work.is_family(tree, receiver_of(tree, node.value)):
            self._work.spelled(tree.path, node.lineno, ast.unparse(node))

    def keyword(self, tree: Tree, node: ast.keyword) -> None:
        """A keyword that sets an attribute: of a double, or by `patch.multiple`.

        Raises:
            CannotMoveError: The constructor of a class may set the member by it.
        """
        work, call = self._work, tree.parent(node)
        if not isinstance(call, ast.Call):
            return
        made, family = receiver_of(tree, call.func), work.family
        is_called = made.kind == CLASS and not family.is_field
        if is_called and family.may_be_set_by_keyword(made.place):
            reason = f"'{made.place[1]}' may set '{self._old}' by this keyword"
            raise CannotMoveError(tree.path, node.value.lineno, reason)
        known = self._set_by(tree, call)
        if known is None and self._is_unknown(tree, call):
            self.handed_on.call(tree, call)
        elif known is None:
            text = ast.unparse(call.func)
            work.replace(tree.path, node.value.lineno)
            work.refuse(tree.path, node.value.lineno, f"{text}({self._old}=...)")
        elif known:
            work.replace(tree.path, node.value.lineno)
            start, _ = tree.place(node.value)
            work.edit(tree, tree.data.rindex(self._old.encode(), 0, start) + len(self._old))

    def _set_by(self, tree: Tree, call: ast.Call) -> bool | None:
        """Whether a keyword of a call is the member; None where that is not known."""
        work, leaf = self._work, _callee(call)
        if leaf in DOUBLES:
            double: ast.expr = call
            if leaf == "configure_mock" and isinstance(call.func, ast.Attribute):
                double = call.func.value
            return work.is_family(tree, receiver_of(tree, double))
        if leaf == "multiple" and call.args:
            return work.is_family(tree, receiver_of(tree, call.args[0]))
        if not work.family.is_field:
            return False
        if leaf in _COPYING:
            copied = call.args[0] if call.args else getattr(call.func, "value", call)
            return self._is_record(tree, receiver_of(tree, copied))
        made = _made_by(call)
        receiver = receiver_of(tree, made)
        is_named = isinstance(made, ast.Attribute) and made.attr != "__class__"
        if receiver.kind == UNKNOWN and is_named:
            return False
        return self._is_record(tree, receiver) if receiver.kind != INSTANCE else False

    def _is_unknown(self, tree: Tree, call: ast.Call) -> bool:
        """Whether something is called of which nothing is known, and no double is made."""
        leaf = _callee(call)
        if leaf in DOUBLES or leaf in _COPYING or leaf == "multiple":
            return False
        return self.handed_on.is_unknown(tree, _made_by(call))

    def _is_record(self, tree: Tree, receiver: Receiver) -> bool | None:
        """Whether something is of a class of the family that makes keywords of its fields."""
        family = self._work.family
        cls = family.classes.get(receiver.place)
        known = self._work.is_family(tree, receiver)
        return False if known and cls is not None and not family.is_record(cls) else known

    def call(self, tree: Tree, node: ast.Call) -> None:
        """`Class(**values)`, which may give a field by its name."""
        values = [keyword.value for keyword in node.keywords if keyword.arg is None]
        if not values or any(keyword.arg == self._old for keyword in node.keywords):
            return
        known = self._set_by(tree, node)
        if known is None and self._is_unknown(tree, node):
            self.handed_on.call(tree, node)
            return
        if known is False:
            return
        for expression in values:
            keys = expression.keys if isinstance(expression, ast.Dict) else [None]
            for key in keys:
                if isinstance(key, ast.Constant):
                    if key.value == self._old:
                        self._work.edit_literal(tree, key)
                else:
                    self._work.spelled(tree.path, node.lineno, ast.unparse(node))

    def dotted(self, tree: Tree) -> None:
        """Strings with the path of the member: `patch("pkg.mod.Class.old")`."""
        work, old = self._work, self._old
        for string in tree.facts.strings:
            dotted = string.value.replace(":", ".")
            if string.value == old or dotted.rpartition(".")[2] != old:
                continue
            resolution = work.world.resolver.dotted(dotted, tree.path)
            if resolution.rest == (old,) and (resolution.path, resolution.name) in work.family:
                if not string.plain:
                    raise CannotMoveError(tree.path, string.line, f"'{old}' is written in parts")
                work.replace(tree.path, string.line)
                at = tree.data.rindex(old.encode(), string.start, string.end)
                work.edit(tree, at + len(old.encode()), "string")

    # ------------------------------------------------------ examples, documents

    def examples(self, tree: Tree) -> None:
        """Examples in docstrings, which see the names of their module."""
        for piece in pieces(tree.path, tree.data):
            facts = extract(piece.source)
            if self._old.encode() not in piece.source or facts.failure is not None:
                continue
            example = SyntaxTree(piece.source)
            for node in example.nodes:
                if isinstance(node, ast.Attribute) and node.attr == self._old:
                    self._example(tree, piece, example, node)

    def _example(self, tree: Tree, piece: Piece, example: SyntaxTree, node: ast.Attribute) -> None:
        work = self._work
        made = made_of(example, node.value)
        made = made.func if isinstance(made, ast.Call) else made
        head, *rest = ast.unparse(made).split(".")
        resolution = tree.extended(work.world.resolver.name(tree.path, head), rest)
        if resolution.rest or (resolution.path, resolution.name) not in work.family:
            work.refuse(tree.path, piece.line + node.lineno - 1, ast.unparse(node))
            return
        _, end = example.place(node)
        start, new = end - len(self._old.encode()), work.member.new.encode()
        work.add(tree.path, piece.to_document((Edit(start, end, new, "name", node.lineno),)))

    def everywhere(self) -> None:
        """Strings of all files that may become the name."""
        work = self._work
        for spelling in put_together(work.world, self._old):
            work.spelled(spelling.path, spelling.line, spelling.text)


def _is_value_of_call(tree: Tree, node: ast.expr) -> bool:
    """Whether a string is a key in `call(**{...})`."""
    keyword = tree.parent(tree.parent(node) or node)
    return isinstance(keyword, ast.keyword) and keyword.arg is None


def _is_spec(tree: Tree, node: ast.AST | None) -> bool:
    """Whether a list names what a double has: `Mock(spec=["old"])`."""
    around = tree.parent(node) if isinstance(node, ast.List | ast.Tuple | ast.Set) else None
    if isinstance(around, ast.keyword):
        return around.arg in ("spec", "spec_set")
    return isinstance(around, ast.Call) and _callee(around) in DOUBLES


def _callee(call: ast.AST | None) -> str:
    """The last name of what is called; empty for what is no call."""
    return ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


def _made_by(call: ast.Call) -> ast.expr:
    """What a call calls, or will call: `partial(Class, old=1)`."""
    return call.args[0] if _callee(call) == "partial" and call.args else call.func


def _follows_a_path(tree: Tree, call: ast.AST | None, node: ast.expr) -> bool:
    """Whether a string may be a path of attributes: `attrgetter("a.b")`, `"a.b".split(".")`."""
    if isinstance(call, ast.Call):
        return node in call.args and "attr" in _callee(call)
    around = tree.parent(call) if isinstance(call, ast.Attribute) and call.attr == "split" else None
    return isinstance(around, ast.Call) and [ast.unparse(one) for one in around.args] == ["'.'"]


def _owner_of_attributes(around: ast.AST | None, node: ast.expr) -> ast.expr | None:
    """Whose attribute a string names in `it.__dict__["name"]` or `vars(it).get("name")`."""
    match around:
        case ast.Subscript(value=attributes, slice=name) if name is node:
            pass
        case ast.Compare(left=name, ops=[ast.In() | ast.NotIn()], comparators=[attributes]) if (
            name is node
        ):
            pass
        case ast.Call(func=ast.Attribute(value=attributes), args=[name, *_]) if name is node:
            pass
        case _:
            return None
    match attributes:
        case ast.Attribute(value=owner, attr=table) if table in _TABLES:
            return owner
        case ast.Call(func=ast.Name(id="vars" | "asdict"), args=[owner, *_]):
            return owner
        case ast.Call(func=ast.Attribute(attr="asdict"), args=[owner, *_]):
            return owner
        case ast.Call(func=ast.Attribute(value=owner, attr="_asdict")):
            return owner
    return None
