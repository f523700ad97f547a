"""Names that are a class in all but name: aliases, and subclasses that add nothing."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from onepath.analysis.classes import ancestors, external_bases
from onepath.analysis.constructors import only_passes_on
from onepath.analysis.index import Index
from onepath.analysis.interfaces import constructor
from onepath.analysis.top_classes import Class
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.model import Definition, UseKind
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.names import Tree
from onepath_packs.canonical.implementations.configured import tree_of

ALIAS, SUBCLASS, DUPLICATE = "alias", "subclass", "duplicate"
_HARMLESS_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})
_HOOKS = ("__init_subclass__", "__subclasshook__", "__instancecheck__", "__class_getitem__")
_TELLING_APART = frozenset(("isinstance", "issubclass", "type", "assertIsInstance", "register"))
_NAMES = frozenset((
    "__name__", "__qualname__", "__module__", "__subclasses__", "__mro__", "__bases__", "__doc__",
    "__dict__", "register",
))  # fmt: skip


class SubclassDifference(NamedTuple):
    """Why a subclass is not just another name: where, and in words."""

    path: str
    line: int
    reason: str


def relation_to_canonical(
    index: Index, definition: Definition, path: str, canonical: Resolution
) -> str:
    """What a definition is to the canonical class: `alias`, `subclass` or `duplicate`."""
    resolution = index.resolver.name(path, definition.qualname)
    if definition.kind == "alias" and resolution.target == canonical.target:
        return ALIAS
    bases = [index.named(path, base.partition("[")[0]) for base in definition.bases]
    inherits = any(one.target == canonical.target for one in bases)
    return SUBCLASS if definition.kind == "class" and inherits else DUPLICATE


def own_differences(
    index: Index, tree: Tree, definition: Definition, canonical: Class | None
) -> Iterator[SubclassDifference]:
    """What the statement of a subclass itself says more than that it is one.

    A constructor that only calls the base's, and logs or warns, says nothing more.
    """
    cls = index.classes.get((tree.path, definition.qualname))
    own = cls.members.get("__init__") if cls is not None else None
    taken = constructor(index, canonical) if canonical is not None else None
    node = next(
        (
            one
            for one in tree.root.body
            if isinstance(one, ast.ClassDef) and one.lineno == definition.line
        ),
        None,
    )
    if node is None:
        yield SubclassDifference(tree.path, definition.line, "it is made under a condition")
        return
    if node.decorator_list:
        yield SubclassDifference(tree.path, node.lineno, "it has a decorator")
    if node.keywords:
        yield SubclassDifference(tree.path, node.lineno, "it has class keywords")
    if len(node.bases) > 1 or getattr(node, "type_params", None):
        yield SubclassDifference(tree.path, node.lineno, "it has more than the one base")
    elif not dotted(node.bases[0]):
        yield SubclassDifference(tree.path, node.lineno, "it sets a type parameter of its base")
    for statement in node.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        passes_on = own is not None and only_passes_on(statement, own.params[1:], taken)
        if not (is_text or passes_on or isinstance(statement, ast.Pass)):
            yield SubclassDifference(tree.path, statement.lineno, "it has a body of its own")
            return


def base_differences(index: Index, canonical: Class) -> Iterator[SubclassDifference]:
    """What the canonical class does with the classes that inherit from it."""
    external = external_bases(index, canonical) - _HARMLESS_BASES
    if external:
        reason = f"{min(external)}, a base of {canonical.name}, may know its subclasses"
        yield SubclassDifference(canonical.path, canonical.line, reason)
    for cls in (canonical, *ancestors(index, canonical)):
        for hook in _HOOKS:
            if hook in cls.members:
                member = cls.members[hook]
                yield SubclassDifference(cls.path, member.line, f"{cls.name} has {hook}")
        facts = index.facts(cls.path)
        for use in facts.uses:
            if use.chain[:1] and use.chain[0][0] == "__subclasses__" and use.name == cls.name:
                line, _ = index.place(cls.path, use.start)
                yield SubclassDifference(
                    cls.path, line, f"the subclasses of {cls.name} are looked up"
                )
        tree = tree_of(index.world, cls.path)
        node = None if tree is None else _statement(tree, cls)
        if node is not None:
            yield from _asks_for_its_class(cls, node)


def _statement(tree: Tree, cls: Class) -> ast.ClassDef | None:
    defs = (node for node in ast.walk(tree.root) if isinstance(node, ast.ClassDef))
    return next(
        (
            class_def
            for class_def in defs
            if (class_def.name, class_def.lineno) == (cls.name, cls.line)
        ),
        None,
    )


def _asks_for_its_class(cls: Class, node: ast.ClassDef) -> Iterator[SubclassDifference]:
    """Where a class, or what makes it, looks at which class an instance is of."""
    if node.keywords:
        reason = f"{cls.name} has class keywords, and its metaclass may know its subclasses"
        yield SubclassDifference(cls.path, node.lineno, reason)
    if node.decorator_list:
        reason = f"a decorator of {cls.name} may make methods that look at the class"
        yield SubclassDifference(cls.path, node.lineno, reason)
    called = {id(child.func) for child in ast.walk(node) if isinstance(child, ast.Call)}
    for child in ast.walk(node):
        is_type = (
            isinstance(child, ast.Call) and dotted(child.func) == "type" and len(child.args) == 1
        )
        is_class = isinstance(child, ast.Attribute) and child.attr == "__class__"
        # `type(self)(...)` makes another one, and asks for nothing.
        if (is_type or is_class) and id(child) not in called:
            reason = f"{cls.name} looks at the class of its instances"
            yield SubclassDifference(cls.path, getattr(child, "lineno", node.lineno), reason)
            return


class SubclassUses(NamedTuple):
    """The uses of a subclass in a file, imports left out."""

    lines: tuple[int, ...]
    differences: tuple[SubclassDifference, ...]
    """Those that can tell it from its base."""


def subclass_uses(tree: Tree, target: tuple[str, str]) -> SubclassUses:
    """Where a file uses a subclass, and where that can tell it from its base."""
    lines: list[int] = []
    differences: list[SubclassDifference] = []
    for node in ast.walk(tree.root):
        if isinstance(node, ast.Name | ast.Attribute) and _means(tree.meaning(node), target):
            lines.append(node.lineno)
            reason = _told_apart(tree, node)
            if reason:
                differences.append(SubclassDifference(tree.path, node.lineno, reason))
    for use in tree.facts.uses:
        if use.kind & UseKind.STRING:
            binding = tree.binding(use)
            names = [name for name, _ in use.chain]
            if binding is not None and _means(tree.extended(binding.resolution, names), target):
                line = tree.data.count(b"\n", 0, use.start) + 1
                lines.append(line)
                differences.append(SubclassDifference(tree.path, line, "an annotation names it"))
    return SubclassUses(tuple(lines), tuple(differences))


def _means(resolution: Resolution | None, target: tuple[str, str]) -> bool:
    return (
        resolution is not None
        and (resolution.path, resolution.name) == target
        and not resolution.rest
    )


def _told_apart(tree: Tree, node: ast.expr) -> str:
    """How the place of a class tells it from its base; empty where it is only called or inherited.

    Whoever gets the class itself may compare, register or print it.
    """
    inner: ast.AST = node
    for outer in tree.around(node):
        if isinstance(outer, ast.Attribute):
            return f"its {outer.attr} is read" if outer.attr in _NAMES else ""
        if isinstance(outer, ast.Call) and inner is outer.func:
            return "it is raised" if isinstance(tree.parent(outer), ast.Raise) else ""
        if isinstance(outer, ast.ClassDef) and inner in outer.bases:
            return "" if len(outer.bases) == 1 else "it is one of several bases"
        reason = _reason(outer, inner)
        if reason:
            return reason
        if isinstance(outer, ast.stmt | ast.Lambda | ast.comprehension):
            break
        inner = outer
    return "the class itself is handed on"


def _reason(outer: ast.AST, inner: ast.AST) -> str:
    """What a node around a class does with it."""
    if isinstance(outer, ast.ExceptHandler):
        return "it is caught as an exception"
    if isinstance(outer, ast.Raise):
        return "it is raised"
    if isinstance(outer, ast.Compare):
        return "it is compared"
    if isinstance(outer, ast.MatchClass):
        return "a pattern matches it"
    if isinstance(outer, ast.BinOp):
        return "it is a member of a union"
    if isinstance(outer, ast.arg) or (
        isinstance(outer, ast.AnnAssign) and inner is outer.annotation
    ):
        return "an annotation names it"
    if isinstance(outer, FunctionNode) and inner is outer.returns:
        return "an annotation names it"
    if isinstance(outer, ast.Call):
        name = dotted(outer.func).rpartition(".")[2]
        is_test = name in _TELLING_APART
        return f"'{name}' tells it from its base" if is_test else f"'{name or 'a call'}' gets it"
    if isinstance(outer, ast.Subscript):
        return "it is the key of something" if inner is outer.slice else ""
    if isinstance(outer, ast.Dict) and inner in outer.keys:
        return "it is the key of something"
    return ""
