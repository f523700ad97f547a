"""What a dotted string refers to, if it is something that changes."""

from collections.abc import Mapping
from typing import NamedTuple

from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Match, Renames, module_id
from onepath.symbols.resolve import Step


class StringMeaning(NamedTuple):
    """The deprecated path in a string, and what comes in the place of the string."""

    match: Match
    rest: tuple[str, ...]
    new: str
    binding: bool = False
    """Whether it is a binding of this repository's that this run gives another name."""


def meaning_of(
    path: str, value: str, renames: Renames, renamed: Mapping[Step, str]
) -> StringMeaning | None:
    """The deprecated path at the beginning of a dotted string."""
    parts = value.replace(":", ".").split(".")
    for count in range(1, len(parts)):
        dotted = ".".join(parts[:count])
        module = module_id(renames.resolver, dotted, path)
        name, rest = parts[count], tuple(parts[count + 1 :])
        found = renames.symbol(module, name)
        if found is not None:
            new_text = _joined(value, dotted, found.to.module, (found.to.name, *rest))
            return StringMeaning(found, rest, new_text, renames.is_rebound(found))
        new = renamed.get((module, name))
        if new is not None:
            match = Match(f"{dotted}.{name}", Destination(dotted, new))
            return StringMeaning(match, rest, _joined(value, dotted, dotted, (new, *rest)), True)
    whole = renames.module(value.partition(":")[0])
    if whole is not None:
        tail = value[len(value.partition(":")[0]) :]
        return StringMeaning(Match(value, whole), (), whole.module + tail)
    for count in range(len(parts) - 1, 0, -1):
        whole = renames.module(".".join(parts[:count]))
        if whole is not None:
            dotted = ".".join(parts[:count])
            new_text = _joined(value, dotted, whole.module, tuple(parts[count:]))
            return StringMeaning(Match(value, whole), tuple(parts[count:]), new_text)
    return None


def leads_nowhere(value: str, new: str, renames: Renames) -> bool:
    """Whether what a string names is certainly not there at the new place of its module.

    Args:
        value: The string, or a path that begins with it.
        new: The same path at the new place.
        renames: What is deprecated.
    """
    old, new = value.replace(":", "."), new.replace(":", ".")
    if renames.is_missing(new):
        return True
    resolution = renames.resolver.dotted(new)
    is_missing = resolution.kind == "unresolved" and resolution.reason in (
        "no such module",
        "no such name",
    )
    return is_missing and renames.resolver.dotted(old).kind != "unresolved"


def _joined(value: str, old_module: str, new_module: str, rest: tuple[str, ...]) -> str:
    """The new path in the form of the old: `a.b:C` keeps its colon."""
    colon = value.partition(":")[0]
    if ":" in value and colon == old_module:
        return f"{new_module}:{'.'.join(rest)}"
    return ".".join((new_module, *rest))
