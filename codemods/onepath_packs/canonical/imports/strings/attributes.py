"""Names of a deprecated module that a string spells apart from it: `setattr(old, "Name", x)`."""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.model import DottedString, Facts, Use
from onepath.symbols.find_references.late import is_late, runs_late
from onepath.symbols.renames import Match
from onepath.symbols.resolve import Resolver
from onepath.symbols.sites import Sites

_KEY = rb"""\s*(?:\[|\.\s*(?:get|pop|setdefault)\s*\()\s*["'](\w+)["']"""
_OF_DICT = re.compile(_KEY)
_OF_VARS = re.compile(rb"\s*\)" + _KEY)
VARS = "vars"
"""What a file may read the dictionary of a module by; no fact tells of it."""
_VARS = re.compile(rb"(?<![\w.])vars\s*\(\s*\Z")
_NEAR = 200
"""Bytes after a module in which the key of its dictionary is looked for."""

ATTRIBUTE = "string-attribute"
PATCHED = "patched-where-used"


class Stay(NamedTuple):
    """Why who reads a deprecated path when functions run stays, and with them its patches."""

    patch: str
    """The reason for a patch."""
    reader: str
    """The reason for a reader."""
    code: str = PATCHED
    """The code of the reason for a reader."""
    is_eager: bool = False
    """Whether who reads it while a module is imported stays as well."""


def names_attributes(facts: Facts) -> bool:
    """Whether a file may name attributes of modules by strings, apart from their modules."""
    return (
        bool(facts.raw["composed"])
        or any(string.target >= 0 for string in facts.strings)
        or any(map(_is_dict, facts.uses))
    )


def _is_dict(use: Use) -> bool:
    """Whether a use is one of the dictionary of something: `module.__dict__`."""
    return any(name == "__dict__" for name, _ in use.chain)


def attribute_owner(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> str:
    """The id of the module whose attribute a string names, as in `setattr(module, "Name", x)`."""
    if string.target < 0:
        return ""
    use = facts.uses[string.target]
    return _module_of(path, facts, resolver, use, [name for name, _ in use.chain])


def _module_of(path: str, facts: Facts, resolver: Resolver, use: Use, chain: list[str]) -> str:
    """The id of the module that a use and some of its attributes stand for; empty if none."""
    for statement in facts.imports:
        for alias in statement.names if statement.scope == use.bound_in else ():
            if alias.name != "*" and alias.bound == use.name:
                resolution = resolver.imported(path, statement, alias)
                if resolution.kind == "module":
                    resolution = resolver.attributes(resolution.path, chain)
                if resolution.kind == "module":
                    return resolution.path
    return ""


def refuse_attributes(draft: Draft) -> None:
    """List every place that reads, replaces or looks for a deprecated name by a string."""
    for string, match in _named(draft):
        if string.target in draft.replaced or (string.plain and draft.renames.is_rebound(match)):
            continue  # it follows
        verb = string.callee.rpartition(".")[2]
        if verb in ("getattr", "hasattr"):
            reason = f"'{match.old}' is read by a string"
        else:
            reason = f"'{match.old}' is replaced here; users will look in '{match.to.module}'"
        draft.refuse(string.line, ATTRIBUTE, reason)
    for use, match in _keys_of_dicts(draft):
        reason = f"'{match.old}' is read by a string, as a key of its module's dictionary"
        draft.refuse(draft.line_of(use.start), ATTRIBUTE, reason)


def without_patched(draft: Draft, sites: Sites, held: Mapping[str, Stay]) -> Sites:
    """The sites less those that read, when they run, what stays because it is replaced."""
    if not held:
        return sites
    facts = draft.facts
    directs, chains = [], []
    for direct in sites.directs:
        statement = facts.imports[direct.statement]
        old, is_module = direct.match.old, direct.match.old in draft.renames.modules
        if old in held and (is_module or held[old].is_eager or is_late(statement.guard)):
            draft.refuse(statement.line, held[old].code, held[old].reader)
        else:
            directs.append(direct)
    for chain in sites.chains:
        use = facts.uses[chain.use]
        if chain.match.old in held and chain.string >= 0:
            continue  # `refuse_attributes` lists it
        stay = held.get(chain.match.old)
        if stay is not None and (stay.is_eager or runs_late(facts, use.scope)):
            draft.refuse(draft.line_of(use.start), stay.code, stay.reader)
        else:
            chains.append(chain)
    return sites._replace(directs=tuple(directs), chains=tuple(chains))


def replace_in_literal(draft: Draft, string: DottedString, new: str) -> None:
    """Give a plain string another value, if it has not got it."""
    if new == string.value:
        return
    literal = draft.text(string.start, string.end)
    at = literal.index(string.value)
    start = string.start + len(literal[:at].encode())
    draft.edit(start, start + len(string.value.encode()), new, "string")


def _named(draft: Draft) -> Iterator[tuple[DottedString, Match]]:
    for string in draft.facts.strings:
        owner = attribute_owner(draft.path, draft.facts, draft.renames.resolver, string)
        match = draft.renames.symbol(owner, string.value) if owner else None
        if match is not None:
            yield string, match


def _keys_of_dicts(draft: Draft) -> Iterator[tuple[Use, Match]]:
    """`vars(old)["Name"]`, `old.__dict__["Name"]`, `old.__dict__.get("Name")`."""
    facts, data = draft.facts, draft.data
    if b"__dict__" not in data and VARS.encode() not in data:
        return
    for use in facts.uses:
        is_dict = _is_dict(use)
        if not is_dict and not _VARS.search(data, max(0, use.start - _NEAR), use.start):
            continue
        chain = [*takewhile(lambda name: name != "__dict__", (name for name, _ in use.chain))]
        last = use.chain[len(chain) - (not is_dict)][1] if use.chain else use.end
        key = (_OF_DICT if is_dict else _OF_VARS).match(data, last, last + _NEAR)
        owner = _module_of(draft.path, facts, draft.renames.resolver, use, chain) if key else ""
        match = draft.renames.symbol(owner, key[1].decode()) if key and owner else None
        if match is not None:
            yield use, match
