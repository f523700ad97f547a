"""String literals that are paths: changed where it is certain, listed where not."""

import re
from collections.abc import Container, Mapping

from onepath.model import DottedString, Facts
from onepath.rewrite.attributes import ATTRIBUTE, names_attributes, refuse_attributes
from onepath.rewrite.draft import Draft
from onepath.rewrite.intent import is_expected_to_fail, refuse_purpose
from onepath.rewrite.meanings import Meaning, meaning_of
from onepath.rewrite.named import plan_named
from onepath.symbols.callees import Purpose, purpose_of
from onepath.symbols.renames import Renames, module_id
from onepath.symbols.resolve import Resolver, Step

_NEAR = 200
"""Characters after an import call in which an attribute of its result is looked for."""
_READ_AT_ONCE = re.compile(r"\A[^()\n]*\)\s*(?:\.\s*(\w+)|,\s*[\"'](\w+)[\"'])")
_KEPT = re.compile(r"\s*([^\W\d]\w*)\s*=[^=]")
_KEYWORD = re.compile(r"\b([^\W\d]\w*)\s*=(?!=)")


def plan_strings(draft: Draft, renamed: Mapping[Step, str], looked_up: Container[str] = ()) -> None:
    """Change the strings of a file that name a deprecated path.

    Args:
        draft: The file.
        renamed: Module-level names that other files of this run rename: (module, old) -> new.
        looked_up: Deprecated paths that files which are left out go on to look up.
    """
    refuse_attributes(draft)
    done = plan_named(draft)
    words = frozenset(draft.renames.words)
    for string in draft.facts.strings:
        if string.target >= 0 or string.start in done:
            continue
        if names_attributes(string):
            _plan_multiple(draft, string)
        elif string.value in draft.renames.holders:
            _plan_module(draft, string)
        if not words.isdisjoint(string.value.replace(":", ".").split(".")):
            meaning = meaning_of(draft.path, string.value, draft.renames, renamed)
            if meaning is not None:
                _plan(draft, string, meaning, looked_up)


def is_certain(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> bool:
    """Whether the call that a string sits in shows that it is a path that is looked up."""
    purpose = purpose_of(path, facts, resolver, string)
    return purpose in (Purpose.PATCHES, Purpose.IMPORTS)


def _plan(draft: Draft, string: DottedString, meaning: Meaning, looked_up: Container[str]) -> None:
    resolver = draft.renames.resolver
    purpose = purpose_of(draft.path, draft.facts, resolver, string)
    if purpose is Purpose.TELLS:
        return
    if is_expected_to_fail(draft, string.start):
        refuse_purpose(draft, string.line, string.value)
    elif purpose is Purpose.UNKNOWN:
        draft.refuse(
            string.line, "string-not-certain",
            f"'{string.value}' names a deprecated path, but nothing shows that it is imported",
        )  # fmt: skip
    elif purpose is Purpose.PATCHES and _counts_at_home(draft.renames, meaning):
        draft.refuse(
            string.line, "patched-where-used",
            f"'{string.value}': the module itself looks the name up there",
        )  # fmt: skip
    elif purpose is Purpose.PATCHES and not meaning.rest and meaning.match.old in looked_up:
        draft.refuse(
            string.line, "patched-where-used",
            f"'{string.value}': a file that is left out goes on to look the name up there",
        )  # fmt: skip
    elif not string.plain:
        draft.refuse(string.line, "string-not-plain", f"'{string.value}' is written in parts")
    else:
        literal = draft.text(string.start, string.end)
        at = literal.index(string.value)
        start = string.start + len(literal[:at].encode())
        draft.edit(start, start + len(string.value.encode()), meaning.new, "string")


def _plan_multiple(draft: Draft, string: DottedString) -> None:
    """`patch.multiple("old", Name=...)`: the names are keywords of the call."""
    resolver = draft.renames.resolver
    if purpose_of(draft.path, draft.facts, resolver, string) is not Purpose.IMPORTS:
        return
    owner = module_id(resolver, string.value, draft.path)
    for name in _KEYWORD.findall(_rest_of_call(draft.text(string.end, len(draft.data)))):
        if draft.renames.symbol(owner, name) is not None:
            draft.refuse(
                string.line, ATTRIBUTE, f"'{name}' is patched in the deprecated '{string.value}'"
            )


def _plan_module(draft: Draft, string: DottedString) -> None:
    """`import_module("old").Name`: the name is read from what the call gives."""
    resolver = draft.renames.resolver
    if purpose_of(draft.path, draft.facts, resolver, string) is not Purpose.IMPORTS:
        return
    owner = module_id(resolver, string.value, draft.path)
    rest = draft.text(string.end, len(draft.data))
    read = {name for found in _READ_AT_ONCE.findall(rest[:_NEAR]) for name in found if name}
    line = draft.text(draft.line_start(string.start), string.start)
    kept = _KEPT.match(line)
    if kept is not None:
        name = re.escape(kept[1])
        read.update(re.findall(rf"\b{name}\.(\w+)", rest))
        read.update(re.findall(rf"\(\s*{name}\s*,\s*[\"'](\w+)[\"']", rest))
    for name in sorted(read):
        if draft.renames.symbol(owner, name) is not None:
            reason = f"'{name}' is read from '{string.value}', which is imported by a string"
            draft.refuse(string.line, ATTRIBUTE, reason)


def _rest_of_call(text: str) -> str:
    """The text of the call's other arguments, without what is in brackets of its own."""
    depth, parts = 0, []
    for char in text:
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if not depth:
                break
            depth -= 1
        elif not depth:
            parts.append(char)
    return "".join(parts)


def _counts_at_home(renames: Renames, meaning: Meaning) -> bool:
    """Whether the deprecated module reads the name itself when it runs, so that a patch counts."""
    if meaning.binding or meaning.rest:
        return False
    module, _, name = meaning.match.old.rpartition(".")
    path = renames.resolver.modules.find(module)
    if path is None or path.endswith("/"):
        return False
    facts: Facts = renames.resolver.facts(path)
    return any(
        name in scope.free and scope.kind not in ("module", "class", "type")
        for scope in facts.scopes
    )
