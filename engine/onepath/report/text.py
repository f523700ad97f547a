"""Text that a terminal or a JSON reader can take, whatever is in a path."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onepath.report.lines import BLANK, Line, Tone

if TYPE_CHECKING:
    from onepath.model import Note, Refusal

# So many places of one kind are shown; `verbose` shows all.
FIRST = 3

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Write each byte of a path that is not UTF-8 as `\\xNN`."""
    return _SURROGATE.sub(_escaped, text)


def plain_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as a JSON reader takes them."""
    return {
        key: without_surrogates(value) if isinstance(value, str) else value
        for key, value in fields.items()
    }


def printable(text: str) -> str:
    """Write everything as an escape that could move the cursor, break the line or hide."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else _escaped(char) for char in without_surrogates(text)
    )


def _escaped(found: str | re.Match[str]) -> str:
    char = found if isinstance(found, str) else found[0]
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`, `1,000 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def place(path: str, line: int, text: str) -> str:
    """`path:line text`; a line of 0 is left out."""
    where = f"{printable(path)}:{line}" if line else printable(path)
    return f"{where} {printable(text)}".strip()


def section(
    title: str, kinds: Mapping[str, Sequence[str]], verbose: bool, tone: Tone
) -> Iterator[Line]:
    """An empty line, the title with a count, and the places by kind; nothing if there are none."""
    total = sum(map(len, kinds.values()))
    if total:
        yield BLANK
        yield Line(f"{title}: {total:,}", tone)
        yield from kind_groups(kinds, verbose, 2)


def unread_files(
    unparseable: "Iterable[Refusal]", notes: "Iterable[Note]", verbose: bool
) -> Iterator[Line]:
    """The files that could not be read as Python, and what else was met on the way."""
    failures = [
        place(refusal.path, refusal.line, refusal.reason) for refusal in sorted(unparseable)
    ]
    yield from section("not parsed", {"": failures}, verbose, Tone.REFUSED)
    kinds: dict[str, list[str]] = defaultdict(list)
    for note in sorted(notes):
        kinds[note.kind].append(place(note.path, 0, note.text))
    yield from section("notes", kinds, verbose, Tone.HEADING)


def kind_groups(
    kinds: Mapping[str, Sequence[str]], verbose: bool, indent: int, tone: Tone = Tone.PLAIN
) -> Iterator[Line]:
    """The most frequent kind first; of each the first places."""
    for kind, places in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        inner = indent
        if kind:
            yield Line(f"{kind}: {len(places):,}", tone, indent)
            inner += 2
        yield from first(places, verbose, inner)


def first(places: Sequence[str], verbose: bool, indent: int) -> Iterator[Line]:
    """The first places, and how many more there are."""
    shown = places if verbose else places[:FIRST]
    yield from (Line(place, indent=indent) for place in shown)
    if rest := len(places) - len(shown):
        yield Line(f"and {rest:,} more (--verbose shows all)", Tone.QUIET, indent)
