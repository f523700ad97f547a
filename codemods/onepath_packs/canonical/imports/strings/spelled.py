"""Dotted names that are put together from parts: changed where one literal holds what changes."""

from typing import NamedTuple

from onepath.model import Facts
from onepath.symbols.find_references.callees import Purpose
from onepath.symbols.find_references.references import Reference
from onepath.symbols.resolve import Resolver
from onepath.symbols.spelling.composed import ComposedName, purpose_of_spelled, sole_names


class LiteralChange(NamedTuple):
    """The one literal of a composed name that changes."""

    start: int
    end: int
    new: str


def change(one: ComposedName, new: str) -> LiteralChange | None:
    """How a composed name is made to spell another one; None if no single literal decides it.

    Args:
        one: The name, wholly known.
        new: What it is to spell.
    """
    before, after = one.value.split("."), new.split(".")
    same = 0
    while same < min(len(before), len(after)) - 1 and before[same] == after[same]:
        same += 1
    rest = 0
    while rest < min(len(before), len(after)) - same - 1 and before[-1 - rest] == after[-1 - rest]:
        rest += 1
    old_text = ".".join(before[same : len(before) - rest])
    new_text = ".".join(after[same : len(after) - rest])
    at = sum(len(part) + 1 for part in before[:same])
    for piece in one.pieces:
        if piece.at <= at and at + len(old_text) <= piece.at + len(piece.text):
            start = piece.start + at - piece.at
            return LiteralChange(start, start + len(old_text), new_text)
    return None


def follows(path: str, facts: Facts, resolver: Resolver, reference: Reference) -> bool:
    """Whether a composed name follows a new name of what a reference in it names."""
    one = sole_names(path, facts, resolver).get(reference.composed)
    if one is None or one.by_keyword:
        return False
    if purpose_of_spelled(path, facts, resolver, one) in (Purpose.TELLS, Purpose.UNKNOWN):
        return False
    parts = one.value.split(".")
    at = [
        place
        for place, name in enumerate(parts)
        if name == reference.name
        and resolver.modules.find(".".join(parts[:place]), path) == reference.module
    ]
    if len(at) != 1:
        return False
    parts[at[0]] = f"{reference.name}_"
    return change(one, ".".join(parts)) is not None
