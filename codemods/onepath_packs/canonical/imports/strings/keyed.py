"""Tables of modules and their attributes, `{"old": ["Name"]}`: names go to another module."""

import re
from collections.abc import Collection, Iterator, Sequence

from onepath.edit.draft import Draft
from onepath.model import NamedAttribute, NamedModule
from onepath.model.refused import Refused

_CLOSING = re.compile(r"\s*,?\s*[\])}]")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_OPENING = re.compile(r":\s*([\[({])")
_KEYED = ("keyed", "assigned", "grown")

KeyedChange = tuple[int, int, str]
"""Start, end, and what comes there."""


def move_names(
    draft: Draft, record: NamedModule, module: str, names: Sequence[NamedAttribute]
) -> None:
    """Move attributes of one entry of a table to the entry of another module.

    The entry gets the module's name if all of its attributes go; else, or if the module has an
    entry, the attributes go there.

    Args:
        draft: The file.
        record: The entry.
        module: The other module, as the table writes it.
        names: Those of the entry's attributes that go.

    Raises:
        Refused: It would take more than that; nothing is changed then.
    """
    if record.form == "grown" or not all(attribute.plain for attribute in record.attributes):
        raise Refused("table-form", "it is filled by calls, or written in parts")
    for start, end, new in list(_changes(draft, record, module, names)):
        draft.edit(start, end, new, "string")


def _changes(
    draft: Draft, record: NamedModule, module: str, names: Sequence[NamedAttribute]
) -> Iterator[KeyedChange]:
    others = {
        named_module.start: named_module
        for named_module in draft.facts.named
        if named_module.form in _KEYED and named_module.text == module
    }
    is_whole = len(names) == len(record.attributes)
    key = draft.text(record.start, record.end).replace(record.text, module)
    if not others and is_whole:
        yield record.start, record.end, key
        return
    if record.form != "keyed" or len(others) > 1:
        raise Refused("table-form", f"'{module}' has an entry of its own in it")
    if not others:
        yield _new_entry(draft, record, key, names)
    for other in others.values():
        if other.form != "keyed" or not other.attributes or not other.attributes[-1].plain:
            raise Refused("table-form", f"the entry of '{module}' is written in another way")
        listed = {attribute.name for attribute in other.attributes}
        new = [
            draft.text(attribute.start, attribute.end)
            for attribute in names
            if attribute.name not in listed
        ]
        at = other.attributes[-1].end
        yield at, at, "".join(f", {one}" for one in new)
    if is_whole:
        yield _without_entry(draft, record)
    else:
        yield _without_names(draft, record, names)


def _new_entry(
    draft: Draft, record: NamedModule, key: str, names: Sequence[NamedAttribute]
) -> KeyedChange:
    """An entry for another module before this one."""
    values = ", ".join(draft.text(attribute.start, attribute.end) for attribute in names)
    opening = _OPENING.fullmatch(draft.text(record.end, record.attributes[0].start).rstrip())
    if opening is None:
        raise Refused("table-form", "its list is written in another way")
    closing = {"[": "]", "{": "}", "(": ",)"}[opening[1]]
    before = draft.text(draft.line_start(record.start), record.start)
    gap = " " if before.strip() else f"\n{before}"
    new = f"{key}: {opening[1]}{values}{closing},{gap}"
    return record.start, record.start, new


def _without_entry(draft: Draft, record: NamedModule) -> KeyedChange:
    end = record.attributes[-1].end
    rest = draft.text(end, len(draft.data))
    closing = _CLOSING.match(rest)
    if closing is None:
        raise Refused("table-form", "its list is written in another way")
    comma = _COMMA.match(rest, closing.end())
    end += len(draft.encoded(rest[: comma.end() if comma else closing.end()], end))
    start = record.start
    line, line_end = draft.line_start(start), draft.line_end(end)
    if not draft.text(line, start).strip() and not draft.text(end, line_end).strip():
        return line, draft.after_line(line_end), ""
    return start, end, ""


def _without_names(
    draft: Draft, record: NamedModule, names: Collection[NamedAttribute]
) -> KeyedChange:
    """The list of an entry without some of its names."""
    listed = record.attributes
    start, end = listed[0].start, listed[-1].end
    if "#" in draft.text(start, end):
        raise Refused("table-form", "a comment is in its list")
    text = ""
    for place, attribute in enumerate(listed):
        if attribute in names:
            continue
        if text:
            text += draft.text(listed[place - 1].end, attribute.start)
        text += draft.text(attribute.start, attribute.end)
    return start, end, text
