"""Tables of renames in files of their own: TOML as in `[imports]`, or CSV with two columns."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from onepath.config.tables.renames import (
    ConfigProblem,
    Rename,
    checked_renames,
    follow_chains,
    read_renames,
    rename_problems,
)
from onepath.config.toml.lines import locate
from onepath.config.user_files import parse_toml, read_text
from onepath.errors import ConfigError, InputError

_HEADERS = (("old", "new"), ("old", "destination"))


class RenameTable(NamedTuple):
    """The renames of a file."""

    written: Mapping[str, str]
    """Old path -> new path, both as the file has them: old paths of the code as it is."""
    renames: Mapping[str, str]
    """The same, each straight to where it ends; names that take each other's place are as they
    are written."""
    followed: tuple[str, ...]
    """In words, which of them took more than one step."""

    @classmethod
    def of(cls, renames: Mapping[str, str]) -> "RenameTable":
        """The table of some renames, old path -> new path."""
        followed, told = follow_chains([Rename(old, new, 0) for old, new in renames.items()])
        return cls(renames, {rename.old: rename.new for rename in followed}, told)


def read_rename_file(
    path: Path, *, may_swap: bool = False, may_be_files: bool = False
) -> RenameTable:
    """Read a table of renames.

    Args:
        path: A `.toml` whose keys, or whose `[imports]`, are old paths; or a `.csv` with the old
            path in the first column and the new one in the second. A first row `old,new` or
            `old,destination`, blank rows and rows that begin with `#` count for nothing.
        may_swap: Whether names may take each other's place.
        may_be_files: Whether files and folders may be written instead of dotted paths.

    Raises:
        InputError: The file can't be read, is of another kind or holds no renames.
        ConfigError: It has errors; all of them with their lines.
    """
    text = read_text(path)
    readers = {".toml": _toml, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path} is neither .toml nor .csv",
            hint='a line of TOML: "old.path" = "new.path"; of CSV: old.path,new.path',
        )
    renames, problems = reader(str(path), text, may_be_files)
    problems = sorted([*problems, *rename_problems(renames, may_swap=may_swap)])
    if problems:
        raise ConfigError(str(path), problems)
    if not renames:
        raise InputError(f"{path} holds no renames")
    return RenameTable.of({rename.old: rename.new for rename in renames})


def _toml(path: str, text: str, may_be_files: bool) -> tuple[list[Rename], list[ConfigProblem]]:
    content = parse_toml(path, text)
    lines = locate(text)
    if isinstance(content.get("imports"), dict):
        return read_renames(content["imports"], lines, ("imports",), may_be_files=may_be_files)
    return read_renames(content, lines, (), may_be_files=may_be_files)


def _csv(path: str, text: str, may_be_files: bool) -> tuple[list[Rename], list[ConfigProblem]]:
    rows, problems = list[Rename](), list[ConfigProblem]()
    for line, row in _rows(path, text):
        if len(row) == 2:
            rows.append(Rename(row[0], row[1], line))
        else:
            problems.append((line, f"a row has two columns, old and new; this one has {len(row)}"))
    renames, wrong = checked_renames(rows, may_be_files=may_be_files)
    return renames, [*problems, *wrong]


def _rows(path: str, text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that count, each with its line."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            is_header = tuple(cell.lower() for cell in cells) in _HEADERS and reader.line_num == 1
            if any(cells) and not cells[0].startswith("#") and not is_header:
                yield reader.line_num, cells
    except csv.Error as error:
        raise ConfigError(path, [(reader.line_num, str(error))]) from None
