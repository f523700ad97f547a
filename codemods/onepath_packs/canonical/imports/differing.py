"""What is said of a rename between two definitions: how the one differs from the other."""

from collections.abc import Iterator, Mapping

from onepath.analysis.interfaces import method_words
from onepath.model import FUNCTION_KINDS, Definition
from onepath.symbols.renames import Renames

_MOST = 5
"""Renames of which the differences are written out, and methods of each that are named."""
_KINDS: Mapping[str, str] = {
    "def": "a function", "async def": "an async function", "class": "a class",
}  # fmt: skip
_CONSTRUCTOR = "__init__"


def differences(renames: Renames) -> Iterator[str]:
    """What a reader should know of renames that lead to another definition than before.

    Args:
        renames: What is deprecated.
    """
    every = sorted(old for old in renames.alternatives if old not in renames.modules)
    for old in every[:_MOST]:
        new = renames.olds[old].dotted
        one, other = _members(renames, old), _members(renames, new)
        words = "; ".join(_words(one, other)) if "" in one and "" in other else "its kind"
        how = f"it differs by: {words}" if words else "what a caller sees of both is the same"
        yield f"'{new}' is another definition than '{old}'; {how}"
    if len(every) > _MOST:
        yield f"{len(every) - _MOST} more renames lead to another definition than before"


def _members(renames: Renames, dotted: str) -> dict[str, Definition]:
    """A definition as the empty name, and what a class itself defines by its names."""
    resolution = renames.resolver.dotted(dotted)
    found: dict[str, Definition] = {}
    for definition in renames.resolver.facts(resolution.path).definitions:
        owner, _, name = definition.qualname.partition(".")
        if owner == resolution.name and "." not in name:
            found[name] = definition  # the last one counts
    return found


def _words(one: Mapping[str, Definition], other: Mapping[str, Definition]) -> Iterator[str]:
    """How one definition departs from another, each thing in a few words."""
    own, new = one[""], other[""]
    if _kind(own) != _kind(new):
        yield f"{_kind(new)}, not {_kind(own)}"
        return
    if own.kind in FUNCTION_KINDS:
        yield from method_words(own, new)
        return
    if own.bases != new.bases:
        yield f"bases {_listed(new.bases)}, not {_listed(own.bases)}"
    if (_CONSTRUCTOR in one) != (_CONSTRUCTOR in other):
        yield f"{'no' if _CONSTRUCTOR in one else 'a'} constructor of its own"
    shared = [name for name in one if name in other and name and _is_seen(name)]
    for name in shared[:_MOST]:
        if one[name].kind in FUNCTION_KINDS and other[name].kind in FUNCTION_KINDS:
            words = ", ".join(method_words(one[name], other[name]))
            if words:
                yield f"{name}: {words}"
    for verb, first, second in (("lacks", one, other), ("adds", other, one)):
        missing = [name for name in first if name not in second and name[:1] not in ("", "_")]
        if missing:
            more = f" and {len(missing) - _MOST} more" if len(missing) > _MOST else ""
            yield f"{verb} {', '.join(missing[:_MOST])}{more}"


def _is_seen(name: str) -> bool:
    return not name.startswith("_") or name == _CONSTRUCTOR


def _kind(definition: Definition) -> str:
    return _KINDS.get(definition.kind, "a value")


def _listed(bases: tuple[str, ...]) -> str:
    return ", ".join(bases) or "none"
