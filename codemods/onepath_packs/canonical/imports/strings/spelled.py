"""Dotted names that are put together from parts: changed where one literal holds what changes."""

from typing import NamedTuple

from onepath.model import Facts
from onepath.symbols.find_references.callees import Purpose
from onepath.symbols.find_references.references import Reference
from onepath.symbols.resolve import Resolver
from onepath.symbols.spelling.composed import (
    ComposedName,
    purpose_of_spelled,
    sole_names,
    spelled_names,
)


class LiteralChange(NamedTuple):
    """The one literal of a composed name that changes."""

    start: int
    end: int
    new: str


def change(name: ComposedName, new: str) -> LiteralChange | None:
    """How a composed name is made to spell another one; None if no single literal decides it.

    Args:
        name: The name, wholly known.
        new: What it is to spell.
    """
    before, after = name.value.split("."), new.split(".")
    same = 0
    while same < min(len(before), len(after)) - 1 and before[same] == after[same]:
        same += 1
    rest = 0
    while rest < min(len(before), len(after)) - same - 1 and before[-1 - rest] == after[-1 - rest]:
        rest += 1
    old_text = ".".join(before[same : len(before) - rest])
    new_text = ".".join(after[same : len(after) - rest])
    at = sum(len(part) + 1 for part in before[:same])
    for piece in name.pieces:
        if piece.at <= at and at + len(old_text) <= piece.at + len(piece.text):
            start = piece.start + at - piece.at
            return LiteralChange(start, start + len(old_text), new_text)
    return None


def change_by_keyword(
    path: str, facts: Facts, resolver: Resolver, name: ComposedName, new: str
) -> LiteralChange | None:
    """How `patch.multiple("old", Name=x)` is made to name another module, or another name of it.

    Args:
        path: The file.
        facts: Its facts.
        resolver: What names mean.
        name: What the call replaces.
        new: What it is to replace.

    Returns:
        None where the keyword would change by which a function is given its mock, or the module
        where the call replaces other names as well.
    """
    renamed = change(name, new)
    if renamed is not None:
        return renamed
    composed, uses = name.composed, facts.uses
    module, _, leaf = name.value.rpartition(".")
    first = composed.parts[0]
    called = uses[composed.callee_use].end if composed.callee_use >= 0 else composed.start
    is_written = first[1] == module and called <= first[2] < composed.start
    is_alone = all(
        other.number == name.number or other.composed.parts[0][2:] != first[2:]
        for other in spelled_names(path, facts, resolver)
    )
    to, _, new_leaf = new.rpartition(".")
    if not (is_written and is_alone and leaf == new_leaf):
        return None
    return LiteralChange(first[2], first[3], to)


def follows(path: str, facts: Facts, resolver: Resolver, reference: Reference) -> bool:
    """Whether a composed name follows a new name of what a reference in it names."""
    composed_name = sole_names(path, facts, resolver).get(reference.composed)
    if composed_name is None:
        return False
    if purpose_of_spelled(path, facts, resolver, composed_name) in (Purpose.TELLS, Purpose.UNKNOWN):
        return False
    parts = composed_name.value.split(".")
    at = [
        place
        for place, name in enumerate(parts)
        if name == reference.name
        and resolver.modules.find(".".join(parts[:place]), path) == reference.module
    ]
    if len(at) != 1:
        return False
    parts[at[0]] = f"{reference.name}_"
    return change(composed_name, ".".join(parts)) is not None
