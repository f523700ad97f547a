"""The configuration as text: TOML that can be read again, whatever names and files are called."""

import textwrap
from collections.abc import Iterable, Sequence

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import CONFIG_NAME
from onepath.config.tables.renames import name_problem
from onepath.errors import ConfigError

_WIDTH = 100
_ATTEMPTS = 100
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


class WrittenTables:
    """Which names each table has already, so that none is written twice as an active line."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = {}

    def active(self, table: str) -> dict[str, str]:
        """The active lines of a table so far: name on the left -> right side."""
        return dict(self._names.get(table, {}))

    def takes(self, table: str, name: str, value: str = "") -> bool:
        """Whether a name can be an active line of a table; it counts as written if it can."""
        names = self._names.setdefault(table, {})
        if name_problem(name) or name in names:
            return False
        names[name] = value
        return True

    def pair(self, table: str, old: str, new: str, *, active: bool = True) -> str:
        """A line `"old" = "new"`, as a comment if it is not to be active or can't be."""
        line = f"{toml_string(old)} = {toml_string(new)}"
        return line if active and self.takes(table, old, new) else f"# {line}"


def toml_string(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_escaped(escaped)}"'


def plain(text: str) -> str:
    """Text for one line of a comment: control characters and lone surrogates escaped."""
    return _escaped(text)


def comment(text: str) -> list[str]:
    """A comment of as many lines as it needs."""
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\\\x{code - 0xDC00:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def readable(lines: Iterable[str]) -> str:
    """The text of these lines; those that the configuration would not accept become comments."""
    found = list(lines)
    for _ in range(_ATTEMPTS):
        text = "".join(f"{line}\n" for line in found)
        try:
            parse_config(text, CONFIG_NAME)
        except ConfigError as error:
            if not _comment_out(found, error.problems):
                raise
        else:
            return text
    raise AssertionError(text)  # pragma: no cover - each attempt takes a line away


def _comment_out(lines: list[str], problems: Sequence[tuple[int, str]]) -> bool:
    """Turn the lines at fault into comments; whether there were any."""
    done = False
    for number, reason in sorted(problems, reverse=True):
        at = number - 1
        if not 0 <= at < len(lines) or lines[at].startswith("#") or not lines[at]:
            continue
        end = at + 1
        if lines[at].startswith("["):  # a table goes with what is in it
            while end < len(lines) and lines[end] and not lines[end].startswith("["):
                end += 1
        lines[at:end] = [
            *comment(f"Not active: {reason}."),
            *(line if line.startswith("#") else f"# {line}" for line in lines[at:end]),
        ]
        done = True
    return done
