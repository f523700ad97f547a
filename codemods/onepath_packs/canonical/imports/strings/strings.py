"""String literals that are paths: changed where it is certain, listed where not."""

import re
from collections.abc import Container, Mapping

from onepath.edit.draft import Draft
from onepath.model import DottedString, Facts, Refusal
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.find_references.late import runs_late
from onepath.symbols.find_references.references import Reference
from onepath.symbols.renames import Renames, module_id
from onepath.symbols.resolve import Resolver, Step
from onepath.symbols.spelling.composed import (
    ANY_MODULE,
    UNKNOWN,
    ComposedName,
    named_in,
    purpose_of_spelled,
    sole_names,
    spelled_names,
)
from onepath.symbols.spelling.module_keys import module_keys
from onepath_packs.canonical.imports.kept.comparing import strings_by_two_routes
from onepath_packs.canonical.imports.kept.intent import CODE, is_failure_expected, refuse_purpose
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.strings.attributes import (
    ATTRIBUTE,
    PATCHED,
    Stay,
    attribute_owner,
    refuse_attributes,
    replace_in_literal,
)
from onepath_packs.canonical.imports.strings.meanings import (
    StringMeaning,
    leads_nowhere,
    meaning_of,
)
from onepath_packs.canonical.imports.strings.named import plan_named
from onepath_packs.canonical.imports.strings.spelled import change, change_by_keyword, follows
from onepath_packs.canonical.imports.strings.tops import TOP, takes_top

_NEAR = 200
"""Characters after an import call in which an attribute of its result is looked for."""
_LOADED = re.compile(r"\bmodules\s*(?:\[|\.\s*get\s*\()\s*\Z")
_READ_AT_ONCE = re.compile(r"\A[^()\n]*[\])]\s*(?:\.\s*(\w+)|,\s*[\"'](\w+)[\"'])")
_KEPT = re.compile(r"\s*([^\W\d]\w*)\s*=[^=]")


def plan_strings(
    draft: Draft,
    renamed: Mapping[Step, str],
    held: Mapping[str, Stay],
    uncertain: Mapping[str, KeepReason],
) -> None:
    """Change the strings of a file that name a deprecated path.

    Args:
        draft: The file.
        renamed: Module-level names that other files of this run rename: (module, old) -> new.
        held: Deprecated paths whose patches stay.
        uncertain: Deprecated paths whose canonical path may not be there.
    """
    refuse_attributes(draft)
    staying = _staying(draft, held)
    done = plan_named(draft, staying, uncertain) | _plan_keys(draft)
    words = frozenset(draft.renames.words)
    for string in draft.facts.strings:
        if string.target >= 0:
            _plan_attribute(draft, string, renamed)
            continue
        if string.start in done:
            continue
        if string.value in draft.renames.holders:
            _plan_module(draft, string)
        if not words.isdisjoint(string.value.replace(":", ".").split(".")):
            meaning = meaning_of(draft.path, string.value, draft.renames, renamed)
            if meaning is None:
                continue
            if string.start in staying and not meaning.binding:
                draft.refuse(*staying[string.start][1:])
            elif meaning.match.old in uncertain:
                draft.refuse(string.line, *uncertain[meaning.match.old][:2])
            else:
                _plan(draft, string, meaning, held)
    _plan_spelled(draft, renamed, held, uncertain, done)


def _plan_keys(draft: Draft) -> frozenset[int]:
    """Keys of `sys.modules` that are modules which move as a whole; where those literals start."""
    done = set()
    for key in module_keys(draft.data) if draft.renames.modules else ():
        meaning = meaning_of(draft.path, key.value, draft.renames, {})
        if meaning is not None and not meaning.match.to.name:
            literal = draft.text(key.start, key.end)
            if literal.count(key.value) == 1:
                at = key.start + len(literal[: literal.index(key.value)].encode())
                draft.edit(at, at + len(key.value.encode()), meaning.new, "string")
                done.add(key.start)
    return frozenset(done)


def _staying(draft: Draft, held: Mapping[str, Stay]) -> dict[int, Refusal]:
    """The strings, by where they start, that import for the sake of the route, or with patches."""
    facts, renames = draft.facts, draft.renames
    comparing = strings_by_two_routes(draft)
    found = {}
    for string in facts.strings if comparing or held else ():
        if purpose_of(draft.path, facts, renames.resolver, string) is not Purpose.IMPORTS:
            continue
        if string.scope in comparing:
            reason = f"'{string.value}' is imported by another route as well: both stay"
            found[string.start] = Refusal(draft.path, string.line, CODE, reason)
        elif runs_late(facts, string.scope):
            module, _, name = string.value.replace(":", ".").rpartition(".")
            match = renames.symbol(module_id(renames.resolver, module, draft.path), name)
            if match is not None and match.old in held:
                stay = held[match.old]
                found[string.start] = Refusal(draft.path, string.line, stay.code, stay.reader)
    return found


def is_certain(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> bool:
    """Whether the call that a string sits in shows that it is a path that is looked up."""
    purpose = purpose_of(path, facts, resolver, string)
    return purpose in (Purpose.PATCHES, Purpose.IMPORTS)


def string_follows(path: str, facts: Facts, renames: Renames, reference: Reference) -> bool:
    """Whether a string that names a binding gets the binding's new name.

    Args:
        path: The file that has the string.
        facts: Its facts.
        renames: What is deprecated.
        reference: The string, and the name it names.
    """
    resolver = renames.resolver
    if reference.composed >= 0:
        return follows(path, facts, resolver, reference)
    string = facts.strings[reference.string]
    if string.target >= 0:
        owner = attribute_owner(path, facts, resolver, string)
        return string.plain and owner == reference.module
    return string.plain and is_certain(path, facts, resolver, string)


def _plan(
    draft: Draft, string: DottedString, meaning: StringMeaning, held: Mapping[str, Stay]
) -> None:
    purpose = purpose_of(draft.path, draft.facts, draft.renames.resolver, string)
    if _stays(draft, string, meaning, purpose, held):
        return
    if not string.plain:
        draft.refuse(string.line, "string-not-plain", f"'{string.value}' is written in parts")
    else:
        replace_in_literal(draft, string, meaning.new)


def _stays(
    draft: Draft,
    string: DottedString,
    meaning: StringMeaning,
    purpose: Purpose,
    held: Mapping[str, Stay],
) -> bool:
    """Whether a string is left as it is for what it does; it is refused if that must be told."""
    if purpose is Purpose.TELLS:
        return True
    old, patched = meaning.match.old, purpose is Purpose.PATCHES and not meaning.rest
    if not meaning.binding and is_failure_expected(draft, string.start):
        refuse_purpose(draft, string.line, string.value)
    elif purpose is Purpose.UNKNOWN:
        draft.refuse(
            string.line,
            "string-not-certain",
            f"'{string.value}' names a deprecated path, but nothing shows that it is imported",
        )
    elif not meaning.match.to.name and leads_nowhere(string.value, meaning.new, draft.renames):
        draft.refuse(string.line, "string-not-certain", f"'{meaning.new}' is not there")
    elif takes_top(draft, string.start, string.end):
        draft.refuse(string.line, "string-not-certain", TOP.format(string.value))
    elif patched and not meaning.binding and old in held:
        draft.refuse(string.line, PATCHED, held[old].patch)
    elif patched and _counts_at_home(draft.renames, meaning):
        draft.refuse(
            string.line,
            PATCHED,
            f"'{string.value}': the module itself looks the name up there",
        )
    else:
        return False
    return True


def _plan_attribute(draft: Draft, string: DottedString, renamed: Mapping[Step, str]) -> None:
    """`patch.object(consumer, "Name")`, where the consumer gets another name for it."""
    renames = draft.renames
    if (renamed or renames.homes) and string.plain:
        owner = attribute_owner(draft.path, draft.facts, renames.resolver, string)
        match = renames.symbol(owner, string.value)
        new = renamed.get((owner, string.value))
        if match is not None and renames.is_rebound(match):
            new = match.to.name
        if new is not None:
            replace_in_literal(draft, string, new)


def _plan_spelled(
    draft: Draft,
    renamed: Mapping[Step, str],
    held: Mapping[str, Stay],
    uncertain: Mapping[str, KeepReason],
    done: Container[int],
) -> None:
    """Names that are put together from parts."""
    if not draft.facts.raw["composed"]:
        return
    resolver, renames = draft.renames.resolver, draft.renames
    sole = sole_names(draft.path, draft.facts, resolver)
    for name in spelled_names(draft.path, draft.facts, resolver):
        if name.composed.start in done:
            continue
        purpose = purpose_of_spelled(draft.path, draft.facts, resolver, name)
        if not name.is_known:
            _refuse_unknown(draft, name, purpose)
            continue
        meaning = meaning_of(draft.path, name.value, renames, renamed)
        string = name.string
        if meaning is None:
            continue
        if meaning.match.old in uncertain:
            draft.refuse(string.line, *uncertain[meaning.match.old][:2])
            continue
        if name.composed.argument in ("attribute", "keyword") and not meaning.binding:
            if not meaning.match.to.name:
                continue  # the module is named by itself
            _plan_last_part(draft, name, meaning, purpose, held)
        elif not _stays(draft, string, meaning, purpose, held):
            made = change(name, meaning.new) if name.number in sole else None
            if made is not None:
                draft.edit(made.start, made.end, made.new, "string")
            else:
                reason = f"'{name.value}' is put together from parts"
                draft.refuse(string.line, "string-not-plain", reason)


def _plan_last_part(
    draft: Draft,
    name: ComposedName,
    meaning: StringMeaning,
    purpose: Purpose,
    held: Mapping[str, Stay],
) -> None:
    """A name whose last part stands by itself, as a string or a keyword of the call."""
    reason = f"'{name.value}': the string has its last part alone, and names no module"
    if name.by_keyword:
        reason = f"'{name.value}': its last part is a keyword of the call, which can't follow"
        if purpose is Purpose.PATCHES and _stays(draft, name.string, meaning, purpose, held):
            return
        resolver = draft.renames.resolver
        made = change_by_keyword(draft.path, draft.facts, resolver, name, meaning.new)
        if made is not None:
            draft.edit(made.start, made.end, made.new, "string")
            return
    draft.refuse(name.string.line, ATTRIBUTE, reason)


def _refuse_unknown(draft: Draft, composed_name: ComposedName, purpose: Purpose) -> None:
    """A patch of a name of which a part is not known, and that may be a deprecated one."""
    resolver, renames = draft.renames.resolver, draft.renames
    named = [("", ""), *named_in(composed_name.value, draft.path, resolver)][-1]
    for (module, name), match in renames.symbols.items():
        if (
            purpose in (Purpose.PATCHES, Purpose.IMPORTS)
            and named[0] in (module, ANY_MODULE)
            and named[1] in (name, UNKNOWN)
        ):
            reason = f"this may be '{match.old}': a part of it is not known"
            draft.refuse(composed_name.composed.line, "string-not-plain", reason)


def _plan_module(draft: Draft, string: DottedString) -> None:
    """`import_module("old").Name`, `sys.modules["old"].Name`: the name is read from the module."""
    resolver = draft.renames.resolver
    is_imported = purpose_of(draft.path, draft.facts, resolver, string) is Purpose.IMPORTS
    before = draft.text(draft.line_start(string.start), string.start)
    if not is_imported and not _LOADED.search(before):
        return
    owner = module_id(resolver, string.value, draft.path)
    rest = draft.text(string.end, len(draft.data))
    read = {name for found in _READ_AT_ONCE.findall(rest[:_NEAR]) for name in found if name}
    kept = _KEPT.match(before)
    if kept is not None:
        name = re.escape(kept[1])
        read.update(re.findall(rf"\b{name}\.(\w+)", rest))
        read.update(re.findall(rf"\(\s*{name}\s*,\s*[\"'](\w+)[\"']", rest))
    for name in sorted(read):
        if draft.renames.symbol(owner, name) is not None:
            how = "imported by a string" if is_imported else "looked up in sys.modules"
            reason = f"'{name}' is read from '{string.value}', which is {how}"
            draft.refuse(string.line, ATTRIBUTE, reason)


def _counts_at_home(renames: Renames, meaning: StringMeaning) -> bool:
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
