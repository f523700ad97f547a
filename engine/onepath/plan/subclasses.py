"""Names that are a class in all but name: aliases, and subclasses that add nothing."""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.audit.classes import ancestors, external_bases
from onepath.audit.index import Class, Index
from onepath.facts.definitions import dotted
from onepath.model import Definition
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree import Tree

ALIAS, SUBCLASS, DUPLICATE = "alias", "subclass", "duplicate"
_HARMLESS_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})
_HOOKS = ("__init_subclass__", "__subclasshook__", "__instancecheck__", "__class_getitem__")
_TELLING_APART = frozenset(("isinstance", "issubclass", "type", "assertIsInstance", "register"))
_NAMES = frozenset((
    "__name__", "__qualname__", "__module__", "__subclasses__", "__mro__", "__bases__", "__doc__",
    "__dict__", "register",
))  # fmt: skip


class Difference(NamedTuple):
    """Why a subclass is not just another name: where, and in words."""

    path: str
    line: int
    reason: str


def kind_of(index: Index, definition: Definition, path: str, canonical: Resolution) -> str:
    """What a definition is to the canonical class: `alias`, `subclass` or `duplicate`."""
    found = index.resolver.name(path, definition.qualname)
    if definition.kind == "alias" and found.target == canonical.target:
        return ALIAS
    bases = [index.named(path, base.partition("[")[0]) for base in definition.bases]
    inherits = any(one.target == canonical.target for one in bases)
    return SUBCLASS if definition.kind == "class" and inherits else DUPLICATE


def own_differences(tree: Tree, definition: Definition) -> Iterator[Difference]:
    """What the statement of a subclass itself says more than that it is one."""
    node = next(
        (one for one in tree.root.body
         if isinstance(one, ast.ClassDef) and one.lineno == definition.line), None,
    )  # fmt: skip
    if node is None:
        yield Difference(tree.path, definition.line, "it is made under a condition")
        return
    if node.decorator_list:
        yield Difference(tree.path, node.lineno, "it has a decorator")
    if node.keywords:
        yield Difference(tree.path, node.lineno, "it has class keywords")
    if len(node.bases) > 1 or getattr(node, "type_params", None):
        yield Difference(tree.path, node.lineno, "it has more than the one base")
    elif not dotted(node.bases[0]):
        yield Difference(tree.path, node.lineno, "it sets a type parameter of its base")
    for statement in node.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not (is_text or isinstance(statement, ast.Pass)):
            yield Difference(tree.path, statement.lineno, "it has a body of its own")
            return


def base_differences(index: Index, canonical: Class) -> Iterator[Difference]:
    """What the canonical class does with the classes that inherit from it."""
    external = external_bases(index, canonical) - _HARMLESS_BASES
    if external:
        reason = f"{min(external)}, a base of {canonical.name}, may know its subclasses"
        yield Difference(canonical.path, canonical.line, reason)
    for cls in (canonical, *ancestors(index, canonical)):
        for hook in _HOOKS:
            if hook in cls.members:
                member = cls.members[hook]
                yield Difference(cls.path, member.line, f"{cls.name} has {hook}")
        facts = index.facts(cls.path)
        for use in facts.uses:
            if use.chain[:1] and use.chain[0][0] == "__subclasses__" and use.name == cls.name:
                line, _ = index.place(cls.path, use.start)
                yield Difference(cls.path, line, f"the subclasses of {cls.name} are looked up")


def use_differences(tree: Tree, target: tuple[str, str]) -> Iterator[Difference]:
    """Uses of a subclass that can tell it from its base."""
    for node in ast.walk(tree.root):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        meant = tree.meaning(node)
        if meant is None or (meant.path, meant.name) != target or meant.rest:
            continue
        reason = _told_apart(tree, node)
        if reason:
            yield Difference(tree.path, node.lineno, reason)


def _told_apart(tree: Tree, node: ast.expr) -> str:
    """How the place of a class tells it from its base; empty if it does not."""
    inner: ast.AST = node
    for outer in tree.around(node):
        if isinstance(outer, ast.Attribute) and outer.attr in _NAMES:
            return f"its {outer.attr} is read"
        if isinstance(outer, ast.ExceptHandler) and inner is outer.type:
            return "it is caught as an exception"
        if isinstance(outer, ast.Compare):
            return "it is compared"
        if isinstance(outer, ast.MatchClass) and inner is outer.cls:
            return "a pattern matches it"
        if isinstance(outer, ast.Call) and inner is not outer.func:
            name = dotted(outer.func).rpartition(".")[2]
            return f"'{name}' tells it from its base" if name in _TELLING_APART else ""
        is_key = isinstance(outer, ast.Dict) and inner in outer.keys
        if is_key or (isinstance(outer, ast.Subscript) and _is_key(outer, inner)):
            return "it is the key of something"
        if not isinstance(outer, ast.Tuple | ast.BinOp | ast.List | ast.Set):
            return ""
        inner = outer
    return ""


def _is_key(outer: ast.Subscript, inner: ast.AST) -> bool:
    """Whether a class is looked up, and not an argument of a type such as `list[Old]`."""
    head = dotted(outer.value).rpartition(".")[2]
    return inner is outer.slice and not head[:1].isupper() and head not in _GENERIC


_GENERIC: Sequence[str] = ("list", "dict", "set", "frozenset", "tuple", "type")
