"""What composed dotted names spell, as far as it can be known: see `onepath.model.Composed`."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from onepath.model import Composed, DottedString, Facts
from onepath.symbols.find_references.callees import REPLACING, Purpose, purpose_of
from onepath.symbols.modules import is_package
from onepath.symbols.resolve import Resolution, Resolver

UNKNOWN = "*"
"""Stands for a stretch that is not known."""
ANY_MODULE = "?"
"""Stands for the file of a module that is not known."""


class LiteralPiece(NamedTuple):
    """A stretch of the value that one literal of the expression spells, and where in the file."""

    at: int
    """Where it begins in the value."""
    text: str
    start: int


class ComposedName(NamedTuple):
    """A composed dotted name."""

    value: str
    """The dotted name; `UNKNOWN` for each stretch that is not known."""
    pieces: tuple[LiteralPiece, ...]
    """What may be changed without changing anything else."""
    composed: Composed
    number: int
    """Index into `Facts.composed`."""

    @property
    def is_known(self) -> bool:
        return UNKNOWN not in self.value

    @property
    def by_keyword(self) -> bool:
        """Whether the last name is a keyword of the call, as in `patch.multiple("m", Name=x)`."""
        return self.composed.argument == "keyword"

    @property
    def string(self) -> DottedString:
        """The same as a string that is not in one piece."""
        composed = self.composed
        return DottedString(
            self.value,
            composed.start,
            composed.end,
            composed.line,
            False,
            composed.callee,
            composed.callee_use,
            composed.argument,
            composed.scope,
        )


def spelled_names(path: str, facts: Facts, resolver: Resolver) -> Iterator[ComposedName]:
    """The composed dotted names of a file.

    Names of attributes of what is no module are left out.
    """
    for index, composed in enumerate(facts.composed):
        text, pieces = "", []
        for part in composed.parts:
            kind, _, start, _ = part
            stretch = _text(path, facts, resolver, part, composed.scope)
            if stretch is None:
                break
            if kind == "text" and start >= 0:
                pieces.append(LiteralPiece(len(text), stretch, start))
            text += stretch
        else:
            yield ComposedName(text, tuple(pieces), composed, index)


def sole_names(path: str, facts: Facts, resolver: Resolver) -> Mapping[int, ComposedName]:
    """The composed names that are one name and wholly known, by their index in the facts.

    An expression that may give several names, as in a loop, can't follow one of them.
    """
    names = list(spelled_names(path, facts, resolver))
    spans = [(composed.start, composed.end) for composed in facts.composed]
    return {
        name.number: name
        for name in names
        if name.is_known and spans.count((name.composed.start, name.composed.end)) == 1
    }


def known_strings(path: str, facts: Facts, resolver: Resolver) -> Iterator[DottedString]:
    """The composed names of a file that are wholly known, as strings that are not in one piece."""
    for name in sole_names(path, facts, resolver).values() if facts.raw["composed"] else ():
        yield name.string


def purpose_of_spelled(path: str, facts: Facts, resolver: Resolver, name: ComposedName) -> Purpose:
    """What the call around a composed name does with it."""
    if name.composed.argument in ("attribute", "keyword"):
        last = name.composed.callee.rpartition(".")[2]
        return Purpose.PATCHES if last in REPLACING else Purpose.NAMES_ATTRIBUTE
    return purpose_of(path, facts, resolver, name.string)


def named_in(value: str, path: str, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """The module-level names that a dotted name, known or not, passes through or ends in.

    Returns:
        (file of the module, name) of each; `ANY_MODULE` and `*` for those that are not known.
    """
    head, unknown, tail = value.replace(":", ".").partition(UNKNOWN)
    parts = head.split(".")
    known = parts[:-1] if unknown else parts
    for count in range(1, len(known) + bool(unknown)):
        module = resolver.modules.find(".".join(known[:count]), path)
        if module is not None:
            yield module, known[count] if count < len(known) else UNKNOWN
    for name in tail.replace(UNKNOWN, ".").split(".")[1:] if unknown else ():
        if name:
            yield ANY_MODULE, name


def _text(
    path: str, facts: Facts, resolver: Resolver, part: tuple[str, str, int, int], scope: int
) -> str | None:
    """What a part of a composed name says; None where the name is that of no module."""
    kind, text, _, _ = part
    name = resolver.modules.name(path)
    match kind:
        case "text" | "fixed":
            return text
        case "name":
            return name
        case "package":
            return name if is_package(path) else name.rpartition(".")[0]
        case "parent":
            return name.rpartition(".")[0]
        case "top":
            return name.partition(".")[0]
        case "module" | "object":
            resolution = _meant(path, facts, resolver, text, scope)
            if resolution is None or resolution.kind == "unresolved":
                return UNKNOWN
            if resolution.kind == "module":
                return resolver.modules.name(resolution.path)
            is_module = resolution.kind == "external" and not resolution.rest
            return resolution.path if is_module else None if kind == "object" else UNKNOWN
    return UNKNOWN


def _meant(
    path: str, facts: Facts, resolver: Resolver, dotted: str, scope: int
) -> Resolution | None:
    """What a chain of names that is read in a scope leads to, where there is one answer."""
    head, *chain = dotted.split(".")
    at = scope
    while at >= 0 and (
        head not in facts.scopes[at].bound or (facts.scopes[at].kind == "class" and at != scope)
    ):
        at = facts.scopes[at].parent
    resolutions = {
        resolver.imported(path, statement, alias)
        for statement in facts.imports
        if statement.scope == at
        for alias in statement.names
        if alias.name != "*" and alias.bound == head
    }
    if not resolutions and at == 0:
        resolutions = {resolver.name(path, head)}
    if len({resolution.target for resolution in resolutions}) != 1:
        return None
    resolution = resolutions.pop()
    if resolution.kind == "module":
        return resolver.attributes(resolution.path, chain)
    return resolution._replace(rest=(*resolution.rest, *chain))
