"""From what a name or an annotation says to the place of a definition, and to its tree."""

import ast

from onepath.analysis.classes import ancestors
from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.errors import InputError
from onepath.facts.extract.file import parse
from onepath.model import FUNCTION_KINDS, Definition
from onepath.symbols.resolve import Resolution


def looked_at(index: Index) -> set[Place]:
    """The definitions whose kind, result or members a caller here was told, to be added to."""
    return index.once("places looked at", set)


def member(index: Index, resolution: Resolution) -> Place:
    """The place of a definition or of a member of a class, inherited ones where they are."""
    looked_at(index).add((resolution.path, resolution.name))
    cls = index.classes.get((resolution.path, resolution.name))
    if cls is None or not resolution.rest:
        return resolution.path, ".".join((resolution.name, *resolution.rest))
    holder = defining(index, cls, resolution.rest[0]) or cls
    return holder.path, ".".join((holder.name, *resolution.rest))


def defining(index: Index, cls: Class, name: str) -> Class | None:
    """The class that defines this member of `cls`: itself or an ancestor."""
    line = (cls, *ancestors(index, cls))
    looked_at(index).update(one.place for one in line)
    return next((one for one in line if name in one.members), None)


def instance_of(index: Index, place: Place) -> Place | None:
    """The class whose instance a call of this place gives, as far as it says so itself."""
    looked_at(index).add((place[0], place[1].partition(".")[0]))
    if place in index.classes:
        return place
    definition = index.definitions(place[0]).get(place[1])
    if definition is None or definition.kind not in FUNCTION_KINDS:
        return None
    name = class_name(definition.returns)
    if not name:
        return None
    resolution = index.named(place[0], name)
    return (
        (resolution.path, resolution.name)
        if (resolution.path, resolution.name) in index.classes
        else None
    )


def class_name(annotation: str) -> str:
    """The one class that an annotation speaks of: of `Optional["a.B"]` and `B | None` too."""
    text = annotation.strip().strip("\"'")
    for wrapper in ("Optional[", "typing.Optional[", "Awaitable["):
        if text.startswith(wrapper) and text.endswith("]"):
            text = text[len(wrapper) : -1].strip("\"'")
    parts = [part.strip() for part in text.split("|")]
    parts = [part for part in parts if part != "None"]
    name = parts[0].strip("\"'") if len(parts) == 1 else ""
    return name if name and all(part.isidentifier() for part in name.split(".")) else ""


def statement_of(index: Index, path: str, definition: Definition) -> ast.stmt:
    """Read the tree of a definition from its text alone.

    Raises:
        InputError: Its text can't be had or read.
    """
    data = index.world.read([path]).get(path)
    if data is None:
        raise InputError(f"{path}: its text can't be had")
    start = data.rfind(b"\n", 0, definition.start) + 1
    indent = data[start : definition.start]
    encoding = index.facts(path).encoding
    try:
        text = data[definition.start : definition.end].decode(encoding, "replace")
        nested = not indent.strip() and bool(indent)
        head = f"if 1:\n{indent.decode()}" if nested else ""
        tree = parse((head + text).encode("utf-8", "surrogateescape"))
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise InputError(f"{path}:{definition.line}: {error}") from error
    first = tree.body[0]
    return first.body[0] if nested and isinstance(first, ast.If) else first
