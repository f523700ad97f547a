"""Text that a terminal or a JSON reader can take, whatever stands in a path."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Write each byte of a path that is not UTF-8 as `\\xNN`."""
    return _SURROGATE.sub(_escaped, text)


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
