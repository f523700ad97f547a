"""What annotations say: of variables and attributes, of what functions return."""

import ast
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.names import Tree

CLASS: Final = "class"
INSTANCE: Final = "instance"
OTHER: Final = "other"
UNKNOWN: Final = "unknown"


class Receiver(NamedTuple):
    """What is before the dot."""

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
    double_of: tuple[str, str] = ("", "")
    """(path, name) of the class for which it stands: `Mock(spec=Class)`."""


NOT_KNOWN, NOTHING_OF_OURS = Receiver(UNKNOWN), Receiver(OTHER)
_ITSELF = ("Self", "")
"""In place of a class: that of which it is a member."""
_OF_TUPLES = frozenset(("_make", "_replace"))
"""What tuples with names have, and nobody defines in the code: they give another such tuple."""
PROPERTY = "property"
_PROPERTIES = frozenset(("property", "cached_property", "functools.cached_property"))
_QUIET = frozenset(("staticmethod", "classmethod", "override", "typing.override", "final"))
"""Decorators of functions that return what the function does."""


def class_of(tree: Tree, resolution: Resolution) -> tuple[str, str] | None:
    """The class that a name means, if it is one at the top of a module of this repository."""
    if resolution.kind != "definition" or resolution.rest:
        return None
    if (resolution.path, resolution.name) in tree.made:
        return resolution.path, resolution.name
    definitions = tree.resolver.facts(resolution.path).definitions
    kinds = {
        definition.kind for definition in definitions if definition.qualname == resolution.name
    }
    return (resolution.path, resolution.name) if kinds == {"class"} else None


def of_member(tree: Tree, owner: Receiver, name: str, kind: str) -> Receiver:
    """What a member of a class, or of the nearest class above that has it, says that it gives.

    Args:
        tree: The file in which it is read.
        owner: The class, or an instance of it.
        name: The member.
        kind: `def` or `async def` of a method that is called, `property` of what is read.
    """
    for path, cls in _with_bases(tree, owner.place):
        if kind == PROPERTY and path == tree.path:
            annotation = _annotation(tree, cls, name)
            if annotation is not None:
                return annotated(tree, annotation)
        receiver = said(tree, (path, f"{cls}.{name}"), kind)
        if receiver is not None:
            return receiver._replace(place=owner.place) if receiver.place == _ITSELF else receiver
    is_of_tuple = kind != PROPERTY and name in _OF_TUPLES
    return Receiver(INSTANCE, owner.place) if is_of_tuple else NOT_KNOWN


def _with_bases(tree: Tree, place: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """A class at the top of a module and those above it, as far as they are known."""
    waiting, seen = [place], {place}
    while waiting:
        path, cls = place = waiting.pop(0)
        yield place
        own = [
            definition
            for definition in tree.resolver.facts(path).definitions
            if definition.qualname == cls
        ]
        for base in (base for definition in own for base in definition.bases):
            head, *rest = base.partition("[")[0].split(".")
            above = class_of(tree, tree.extended(tree.resolver.name(path, head), rest))
            if above is not None and above not in seen:
                seen.add(above)
                waiting.append(above)


def _annotation(tree: Tree, cls: str, name: str) -> ast.expr | None:
    """What the body of a class of the file declares an attribute to be."""
    return next(
        (
            statement.annotation
            for owner in tree.root.body
            if isinstance(owner, ast.ClassDef) and owner.name == cls
            for statement in owner.body
            if isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.target.id == name
        ),
        None,
    )


def said(tree: Tree, place: tuple[str, str], kind: str) -> Receiver | None:
    """What a function says that it returns, or a property that it is; None if there is none.

    Args:
        tree: The file in which it is read.
        place: (path, qualified name) of the function.
        kind: `def`, `async def`, or `property`.
    """
    path, qualname = place
    every = [
        definition
        for definition in tree.resolver.facts(path).definitions
        if definition.qualname == qualname
    ]
    if not every:
        return None
    is_property = kind == PROPERTY
    known = _PROPERTIES if is_property else _QUIET
    definitions = [
        definition
        for definition in every
        if not is_property or known.intersection(definition.decorators)
    ]
    forms = {(definition.kind, definition.returns) for definition in definitions}
    if len(forms) != 1 or not all(
        known.issuperset(definition.decorators) for definition in definitions
    ):
        return NOT_KNOWN
    defined, returns = forms.pop()
    if defined != ("def" if is_property else kind) or not returns:
        return NOT_KNOWN
    returns = returns.strip("\"'")
    if returns.rpartition(".")[2] == "Self":
        return Receiver(INSTANCE, _ITSELF)
    try:
        parsed = ast.parse(returns, mode="eval").body
    except SyntaxError:
        return NOT_KNOWN
    return _annotated_as(tree, parsed, path)


def annotated(tree: Tree, annotation: ast.expr) -> Receiver:
    """An instance of the one class that an annotation speaks of."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            parsed = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return NOT_KNOWN
        return _annotated_as(tree, parsed, tree.path)
    return _annotated_as(tree, annotation, "")


def _annotated_as(tree: Tree, annotation: ast.expr, quoted_in: str) -> Receiver:
    """The same; `quoted_in` is the file at whose top the names of a text mean something."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotation.left, annotation.right]
        rest = [
            node for node in sides if not (isinstance(node, ast.Constant) and node.value is None)
        ]
        return _annotated_as(tree, rest[0], quoted_in) if len(rest) == 1 else NOT_KNOWN
    if isinstance(annotation, ast.Subscript):
        if ast.unparse(annotation.value).rpartition(".")[2] == "Optional":
            return _annotated_as(tree, annotation.slice, quoted_in)
        return NOT_KNOWN
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotated(tree, annotation) if quoted_in in ("", tree.path) else NOT_KNOWN
    meant = _quoted(tree, annotation, quoted_in) if quoted_in else tree.meaning(annotation)
    if meant is None:
        return NOT_KNOWN
    place = class_of(tree, meant)
    if place is not None:
        return Receiver(INSTANCE, place)
    return (
        NOTHING_OF_OURS if meant.kind == "external" and not _says_nothing(meant.path) else NOT_KNOWN
    )


def _says_nothing(dotted: str) -> bool:
    return dotted.rpartition(".")[2] in ("Any", "Self", "object")


def _quoted(tree: Tree, annotation: ast.expr, path: str) -> Resolution | None:
    """What a name in a quoted annotation means at the top of a module."""
    parts = ast.unparse(annotation).split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    resolution = tree.resolver.name(path, parts[0])
    return tree.extended(resolution, parts[1:]) if resolution.kind != "unresolved" else None
