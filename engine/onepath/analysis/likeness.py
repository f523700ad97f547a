"""Whether two definitions of one name are copies of each other, by what their facts say of them."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.model import Definition, Facts, Function

_ALIKE_FUNCTIONS = 0.6
"""Which part of what two functions do must be the same; both together count as the whole."""
_ALIKE_CLASSES = 0.5
"""Which part of their members two classes must share."""
_FEWEST_MEMBERS = 3
"""How many members are more than chance or a protocol."""
_FEWEST_PARTS = 3
"""A function that does less than this must do exactly the same."""
_MOST_CLUSTERS = 50
"""With how many kinds of copies of one name another one is compared; equal ones always meet."""


class Content(NamedTuple):
    """What a definition consists of, so far as facts tell it."""

    kind: str
    parts: tuple[Hashable, ...]
    """Of a class, its members but those that an ancestor has; of a function, what it does."""
    whole: tuple[Hashable, ...]
    """What must be equal where the parts are too few to tell."""


def content_of(index: Index, path: str, definition: Definition) -> Content:
    """What a class or a function at the top of a module consists of."""
    cls = index.classes.get((path, definition.qualname))
    if definition.kind == "class" and cls is not None:
        return _of_class(index, cls)
    does = index.facts(path).once(_functions).get(definition.qualname)
    parts = (
        ()
        if does is None
        else (
            *(f"call {call}" for call in does.calls),
            *(f"return {one}" for one in does.returns),
            *["statement"] * does.statements,
        )
    )
    return Content(definition.kind, parts, parts)


def clusters(contents: Sequence[Content]) -> list[list[int]]:
    """Which definitions of one name are alike, as their places in the sequence.

    Each is compared with the first one of every cluster, so that thousands of namesakes cost no
    more than their number.
    """
    found: list[list[int]] = []
    equal: dict[Content, list[int]] = {}
    for place, content in enumerate(contents):
        cluster = equal.get(content)
        if cluster is None:
            near = (one for one in found[:_MOST_CLUSTERS] if _are_alike(contents[one[0]], content))
            cluster = next(near, None)
            if cluster is None:
                cluster = []
                found.append(cluster)
            equal[content] = cluster
        # A class is equal to another without being alike where both have too little.
        if not cluster or _are_alike(contents[cluster[0]], content):
            cluster.append(place)
    return found


def ancestry(index: Index, place: Place) -> Sequence[str]:
    """The files of the classes that decide what `content_of` leaves out of what is at a place."""
    cls = index.classes.get(place)
    return [] if cls is None else [ancestor.path for ancestor in index.ancestors(cls)]


def _of_class(index: Index, cls: Class) -> Content:
    above = {name for ancestor in index.ancestors(cls) for name in ancestor.members}
    every = [
        (name, tuple((p.name, p.kind, p.default) for p in member.params))
        for name, member in cls.members.items()
    ]
    bases = tuple(resolution.target for resolution in index.bases(cls))
    parts = tuple(sorted(one for one in every if one[0] not in above))
    return Content("class", parts, (bases, bool(above), tuple(sorted(every))))


def _are_alike(content: Content, other: Content) -> bool:
    if content.kind != "class":
        if min(len(content.parts), len(other.parts)) < _FEWEST_PARTS:
            return content.whole == other.whole
        return _share(content, other) >= _ALIKE_FUNCTIONS
    shared = len(set(content.parts) & set(other.parts))
    if shared >= _FEWEST_MEMBERS and _share(content, other) >= _ALIKE_CLASSES:
        return True
    bases, has_ancestors, members = content.whole
    # Subclasses of one class of the repository with a method or two are made to have them.
    few = not members or (not has_ancestors and (len(content.parts) > 1 or bases))
    return bool(few) and content.whole == other.whole


def _share(content: Content, other: Content) -> float:
    first, second = Counter(content.parts), Counter(other.parts)
    together = sum((first | second).values())
    return sum((first & second).values()) / together if together else 1.0


def _functions(facts: Facts) -> Mapping[str, Function]:
    return {function.qualname: function for function in facts.functions}
