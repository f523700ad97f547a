"""From what a name or an annotation says to the place of a definition."""

from onepath.analysis.classes import ancestors
from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.model import FUNCTION_KINDS
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
