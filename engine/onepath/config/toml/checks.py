"""Takes parsed TOML apart and collects everything that is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from onepath.config.tables.renames import ConfigProblem
from onepath.config.toml.lines import TomlPath

_TYPE_NAMES = {
    bool: "true or false",
    dict: "a table",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
}


class Checks:
    """The problems of one configuration, each with its line.

    Args:
        lines: Where every key is.
        table: The keys below which the configuration stands.
    """

    def __init__(self, lines: Mapping[TomlPath, int], table: tuple[str, ...]) -> None:
        self.problems: list[ConfigProblem] = []
        self.lines = lines
        self.top = table

    def add(self, text: str, *path: str | int) -> None:
        """Note a problem of what is at `path`."""
        self.problems.append((self.line(*path), text))

    def line(self, *path: str | int) -> int:
        """The line of `path`, or of the nearest table around it; 0 if there is none."""
        place: TomlPath = (*self.top, *path)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)

    def wrong_type(self, value: Any, wanted: str, *path: str | int) -> None:
        """Note that `value` is not what is wanted at `path`."""
        found = _TYPE_NAMES.get(type(value), "a date or time")
        name = _name(path) or ".".join(self.top) or "the configuration"
        self.add(f"{name}: expected {wanted}, found {found}", *path)

    def unknown_keys(self, content: Iterable[str], known: tuple[str, ...], *path: str) -> None:
        """Note every key that has no meaning in the table at `path`."""
        for key in content:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                end = f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(known)}"
                self.add(f"unknown key '{_name((*path, key))}'{end}", *path, key)

    def table(self, value: Any, *path: str) -> Mapping[str, Any]:
        """The table at `path`; empty if it is none."""
        if isinstance(value, dict):
            return value
        self.wrong_type(value, "a table", *path)
        return {}

    def string(self, value: Any, problem_of: Callable[[str], str], *path: str) -> str:
        """The string at `path`; empty if it is none."""
        if not isinstance(value, str):
            self.wrong_type(value, "a string", *path)
            return ""
        if problem := problem_of(value):
            self.add(f"{_name(path)}: {problem}", *path)
        return value

    def boolean(self, value: Any, *path: str) -> bool:
        """The truth value at `path`; false if it is none."""
        if not isinstance(value, bool):
            self.wrong_type(value, "true or false", *path)
        return value is True

    def strings(self, value: Any, problem_of: Callable[[str], str], *path: str) -> tuple[str, ...]:
        """The strings of the list at `path`; `problem_of` says what is wrong with one."""
        if not isinstance(value, list):
            self.wrong_type(value, "a list of strings", *path)
            return ()
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.wrong_type(item, "a string", *path, index)
            elif problem := problem_of(item):
                self.add(f"{_name(path)}: '{item}' {problem}", *path, index)
        return tuple(item for item in value if isinstance(item, str))


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(part for part in path if isinstance(part, str))
