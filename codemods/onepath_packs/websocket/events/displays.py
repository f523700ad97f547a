"""One dict display: keys renamed, some of them moved into an inner display, layout kept.

libcst reads the display's text; comments go with the key that they speak of. A display on one line
stays on one line where that fits, one on several lines stays on several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import libcst as cst

from onepath.edit.code import code_of
from onepath.model.refused import Refused
from onepath_packs.websocket.events.reading.reads import renamed, string_of

_UNUSUAL = (
    "layout-unusual",
    "its comments or lines are where it is not clear what belongs to which key",
)
WIDTH = 100
"""Columns that a line may have before a display is spread over several."""


class Reshape(NamedTuple):
    """What a display shall become."""

    renames: Mapping[str, str]
    """Key -> the key that takes its place."""
    values: Mapping[str, str]
    """Key (as it is) -> the text of its new value."""
    moved: tuple[str, ...]
    """Keys that go into the inner display, in order."""
    data: str
    """The key (as it is) of the inner display; if it is not there, it is made."""
    first: bool
    """Whether an inner display that is made is where the first of the moved keys stood;
    else at the end."""


class DisplayPlace(NamedTuple):
    """Where a display is."""

    indent: str
    """The blanks at the beginning of its first line."""
    before: int
    """How many columns stand before it on its first line."""
    after: int
    """How many columns stand behind it on its last line."""


def reshape(text: str, how: Reshape, place: DisplayPlace) -> str:
    """Rewrite a display.

    Args:
        text: The display.
        how: What it shall become.
        place: Where it is.

    Raises:
        Refused: Its comments stand where it is not clear what they speak of.
    """
    display = cst.parse_expression(text)
    assert isinstance(display, cst.Dict)
    elements = [_changed(element, how) for element in display.elements]
    display = display.with_changes(elements=elements)
    renamed_only = code_of(display)
    spreads = _fits(text, place) and not _fits(renamed_only, place)
    if not how.moved and not spreads:
        return renamed_only
    layout = _Layout.of(display, place)
    written = _assembled(layout, how)
    if not layout.tall and _fits(text, place) and not _fits(written, place):
        layout.spread()
        written = _assembled(layout, how)
    return written


def _fits(text: str, place: DisplayPlace) -> bool:
    return "\n" not in text and place.before + len(text) + place.after <= WIDTH


def _assembled(layout: "_Layout", how: Reshape) -> str:
    """The display with the moved keys in the inner one."""
    if not how.moved:
        return layout.written(layout.entries)
    by_name = {string_of(entry.key): entry for entry in layout.entries}
    moved = [by_name[how.renames.get(key, key)] for key in how.moved]
    kept = [entry for entry in layout.entries if entry not in moved]
    holder = by_name.get(how.renames.get(how.data, how.data))
    if holder is not None:
        at = kept.index(holder)
        kept[at] = replace(holder, value=_merged(holder, moved, layout))
        return layout.written(kept)
    key = renamed(layout.entries[0].key, how.data)
    holder = _Entry(key, " ", _made(moved, layout, key))
    before = layout.entries[: layout.entries.index(moved[0])] if how.first else kept
    kept.insert(len([entry for entry in before if entry in kept]), holder)
    return layout.written(kept)


def _changed(element: cst.BaseDictElement, how: Reshape) -> cst.BaseDictElement:
    """An element with its new key and value."""
    name = string_of(element.key) if isinstance(element, cst.DictElement) else None
    if name is None:
        return element
    assert isinstance(element, cst.DictElement)
    if name in how.values:
        element = element.with_changes(value=cst.parse_expression(how.values[name]))
    if name in how.renames:
        element = element.with_changes(key=renamed(element.key, how.renames[name]))
    return element


# -------------------------------------------------------------------- entries


@dataclass(eq=False)
class _Entry:
    """One `key: value` with its comments."""

    key: cst.BaseExpression
    between: str
    """What is between the colon and the value."""
    value: cst.BaseExpression | str
    above: list[str] = field(default_factory=list)
    """The lines above it: comments, and empty ones."""
    tail: str = ""
    """The comment behind it."""

    @property
    def text(self) -> str:
        """The entry itself."""
        value = self.value if isinstance(self.value, str) else code_of(self.value)
        return f"{code_of(self.key)}:{self.between}{value}"

    @property
    def bare(self) -> bool:
        """Whether it has no comments."""
        return not self.tail and not any(self.above)


@dataclass
class _Layout:
    """How a display is laid out."""

    entries: list[_Entry]
    place: DisplayPlace
    tall: bool
    """Whether each entry is on lines of its own."""
    inner: str
    """The blanks before an entry, where it is tall."""
    closing: str
    """The blanks before the closing brace, where it is tall."""
    pads: tuple[str, str] = ("", "")
    """The blanks inside the braces, where it is flat."""
    comma: bool = True
    """Whether a comma is behind the last entry."""
    opening: str = ""
    """The comment behind the opening brace."""
    bottom: list[str] = field(default_factory=list)
    """Comments above the closing brace."""
    wide: bool = False
    """Whether it did not fit into the width before, or has values on several lines."""

    @classmethod
    def of(cls, display: cst.Dict, place: DisplayPlace) -> Self:
        """Read the layout of a display.

        Raises:
            Refused: Comments stand before commas or colons, or beside several entries.
        """
        gaps = [display.lbrace.whitespace_after]
        entries = []
        for element in display.elements:
            entries.append(_entry(element))
            comma = element.comma
            if isinstance(comma, cst.Comma):
                if code_of(comma.whitespace_before).strip():
                    raise Refused(*_UNUSUAL)
                gaps.append(comma.whitespace_after)
        last = display.elements[-1].comma if display.elements else cst.MaybeSentinel.DEFAULT
        if isinstance(last, cst.Comma):
            tail = gaps.pop()
            if isinstance(tail, cst.ParenthesizedWhitespace):
                raise Refused(*_UNUSUAL)
        end = display.rbrace.whitespace_before
        broken = [isinstance(gap, cst.ParenthesizedWhitespace) for gap in (*gaps, end)]
        text = code_of(display)
        layout = cls(entries, place, all(broken), "", "")
        layout.comma, layout.wide = isinstance(last, cst.Comma), not _fits(text, place)
        if any(broken):
            layout._read_gaps(gaps, end)
        else:
            layout.pads = (code_of(gaps[0]), code_of(end))
        return layout

    def _read_gaps(
        self,
        gaps: Sequence[cst.BaseParenthesizableWhitespace],
        end: cst.BaseParenthesizableWhitespace,
    ) -> None:
        self.opening, above, self.inner = _lines_of(gaps[0])
        for entry, gap in zip(self.entries, [*gaps[1:], end], strict=False):
            entry.above = above
            entry.tail, above, indent = _lines_of(gap)
        self.bottom, self.closing = above, indent
        if not self.tall:
            if any(not entry.bare for entry in self.entries) or self.opening or any(self.bottom):
                raise Refused(*_UNUSUAL)
            for entry in self.entries:
                entry.above = []
            self.bottom = []
            self.spread()

    def spread(self) -> None:
        """Give each entry lines of its own."""
        self.tall = self.comma = True
        self.closing = self.place.indent
        self.inner = self.closing + "    "

    @property
    def unit(self) -> str:
        """One step of indentation."""
        return self.inner.removeprefix(self.closing) or "    "

    def written(self, entries: Sequence[_Entry]) -> str:
        """The display with these entries."""
        texts = [entry.text for entry in entries]
        if not self.tall:
            return f"{{{self.pads[0]}{', '.join(texts)}{',' * self.comma}{self.pads[1]}}}"
        return _tall(entries, self.inner, self.closing, self.comma, self.opening, self.bottom)


def _entry(element: cst.BaseDictElement) -> _Entry:
    if not isinstance(element, cst.DictElement):
        raise Refused(*_UNUSUAL)
    if code_of(element.whitespace_before_colon) or code_of(element.whitespace_after_colon).strip():
        raise Refused(*_UNUSUAL)
    return _Entry(element.key, code_of(element.whitespace_after_colon), element.value)


def _lines_of(gap: cst.BaseParenthesizableWhitespace) -> tuple[str, list[str], str]:
    """The comment at the end of the line, the lines below it, and the blanks of the last one."""
    if not isinstance(gap, cst.ParenthesizedWhitespace):
        return "", [], ""
    comment = gap.first_line.comment
    lines = ["" if line.comment is None else line.comment.value for line in gap.empty_lines]
    return comment.value if comment else "", lines, code_of(gap).rpartition("\n")[2]


def _tall(
    entries: Sequence[_Entry],
    inner: str,
    closing: str,
    comma: bool,
    opening: str,
    bottom: Sequence[str],
) -> str:
    lines = ["{" + (f"  {opening}" if opening else "")]
    for entry in entries:
        lines += [f"{inner}{line}" if line else "" for line in entry.above]
        end = "," if comma or entry is not entries[-1] else ""
        lines.append(f"{inner}{entry.text}{end}" + (f"  {entry.tail}" if entry.tail else ""))
    lines += [f"{inner}{line}" if line else "" for line in bottom]
    return "\n".join([*lines, closing + "}"])


# ---------------------------------------------------------- the inner display


def _made(moved: Sequence[_Entry], outer: _Layout, key: cst.BaseExpression) -> str:
    """A new inner display."""
    flat = f"{{{', '.join(entry.text for entry in moved)}}}"
    if not outer.tall:
        return flat
    line = f"{outer.inner}{code_of(key)}: {flat},"
    if all(entry.bare for entry in moved) and "\n" not in flat and len(line) <= WIDTH:
        return flat
    return _tall(
        _deeper(moved, outer.unit), outer.inner + outer.unit, outer.inner, outer.comma, "", []
    )


def _merged(holder: _Entry, moved: Sequence[_Entry], outer: _Layout) -> str:
    """An inner display that is there, with more entries."""
    value = holder.value
    assert isinstance(value, cst.Dict)
    if not value.elements:
        if "#" in code_of(value):
            raise Refused(*_UNUSUAL)
        return _made(moved, outer, holder.key)
    before = len(outer.inner) + len(code_of(holder.key)) + 1 + len(holder.between)
    inner = _Layout.of(value, DisplayPlace(outer.inner, before, 1))
    if not inner.tall and outer.tall:
        flat = inner.written([*inner.entries, *moved])
        if not all(entry.bare for entry in moved) or not (inner.wide or _fits(flat, inner.place)):
            inner.spread()
            inner.inner, inner.comma = outer.inner + outer.unit, outer.comma
    if not inner.tall:
        return inner.written([*inner.entries, *moved])
    if inner.inner.startswith(outer.inner):
        moved = _deeper(moved, inner.inner.removeprefix(outer.inner))
    return inner.written([*inner.entries, *moved])


def _deeper(entries: Sequence[_Entry], step: str) -> list[_Entry]:
    """Entries whose further lines are indented by one step more."""
    shift = _Shift(step)
    for entry in entries:
        if isinstance(entry.value, cst.BaseExpression):
            value = entry.value.visit(shift)
            assert isinstance(value, cst.BaseExpression)
            entry.value = value
    return list(entries)


class _Shift(cst.CSTTransformer):
    """Indents the lines of an expression, but not those inside its strings."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def leave_ParenthesizedWhitespace(  # noqa: N802 - libcst's names
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        last = cst.SimpleWhitespace(updated_node.last_line.value + self._step)
        lines = [
            line.with_changes(whitespace=cst.SimpleWhitespace(line.whitespace.value + self._step))
            if line.comment
            else line
            for line in updated_node.empty_lines
        ]
        return updated_node.with_changes(last_line=last, empty_lines=lines)
