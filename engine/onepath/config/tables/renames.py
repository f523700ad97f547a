"""The renames of the configuration: read from nested tables, and checked against each other."""

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from onepath.config.toml.lines import TomlPath

ConfigProblem = tuple[int, str]

# Far more than any recipe needs; one that takes longer grows without end.
_MOST_STEPS = 1000


class Rename(NamedTuple):
    """One line of `[imports]`."""

    old: str
    new: str
    line: int


def read_renames(
    table: Mapping[str, Any],
    lines: Mapping[TomlPath, int],
    path: TomlPath,
    *,
    may_be_files: bool = False,
) -> tuple[list[Rename], list[ConfigProblem]]:
    """Flatten `[imports]` and check every name by itself.

    Args:
        table: The parsed table.
        lines: Where the keys stand.
        path: The keys that lead to the table.
        may_be_files: As for `checked_renames`.

    Returns:
        The renames whose names are right, in the order of the file, and what is wrong with others.
    """
    found_in = [(lines.get((*path, *keys), 0), keys, value) for keys, value in leaves(table)]
    rows, problems = list[Rename](), list[ConfigProblem]()
    for line, keys, value in sorted(found_in, key=itemgetter(0)):
        old = ".".join(keys)
        if isinstance(value, str):
            rows.append(Rename(old, value, line))
        else:
            problems.append((line, f"the new name of '{normal(old)}' must be a string"))
    renames, wrong = checked_renames(rows, may_be_files=may_be_files)
    told = f"{path[-1]}: " if path else ""
    return renames, [(line, f"{told}{text}") for line, text in (*problems, *wrong)]


def checked_renames(
    rows: Iterable[Rename], *, may_be_files: bool = False
) -> tuple[list[Rename], list[ConfigProblem]]:
    """Check every rename by itself, and whether two say different things of one name.

    Args:
        rows: As they are written.
        may_be_files: Whether `pkg/mod.py` and `pkg/sub/` are right as well.

    Returns:
        The renames whose names are right, in Python's own form of names and in the same order, and
        what is wrong with others.
    """
    found: dict[str, Rename] = {}
    problems: list[ConfigProblem] = []
    for row in rows:
        rename = Rename(normal(row.old), normal(row.new), row.line)
        names = [name for name in rename[:2] if not (may_be_files and "/" in name)]
        wrong = [problem for name in names if (problem := name_problem(name))]
        if rename.old == rename.new:
            wrong = [f"'{rename.old}' is renamed to itself"]
        problems += [(rename.line, text) for text in wrong]
        first = rename if wrong else found.setdefault(rename.old, rename)
        if first.new != rename.new:
            other = f"'{first.new}' on line {first.line}"
            text = f"'{rename.old}' is renamed to '{rename.new}' here and to {other}"
            problems.append((rename.line, text))
    return list(found.values()), problems


def rename_problems(renames: Sequence[Rename], *, may_swap: bool = False) -> list[ConfigProblem]:
    """Find the renames that never come to an end.

    Args:
        renames: Each of another old name.
        may_swap: Whether names may take each other's place: `a.b = c.d` with `c.d = a.b`.
    """
    by_old = {rename.old: rename for rename in renames}
    problems: list[ConfigProblem] = []
    endless: set[Rename] = set()
    for rename in renames:
        trail = _endless_trail(rename.old, by_old)
        if trail and not (may_swap and _comes_round(rename.old, trail)):
            steps = {step for _, step in trail}
            if endless.isdisjoint(steps):
                problems.append((rename.line, _endless_text(rename.old, trail)))
            endless |= steps
    return problems


def follow_chains(renames: Sequence[Rename]) -> tuple[list[Rename], tuple[str, ...]]:
    """Follow new names that are renamed themselves to where they end.

    Args:
        renames: Any of them; one that never comes to an end is left as it is.

    Returns:
        The renames, each straight to its end, and in words which of them took more than one step.
    """
    by_old = {rename.old: rename for rename in renames}
    followed, lines = [], []
    for rename in renames:
        if matching(rename.new, by_old) is None or _endless_trail(rename.old, by_old):
            followed.append(rename)
            continue
        steps = [rename.old, *_steps(rename.new, by_old)]
        followed.append(rename._replace(new=steps[-1]))
        lines.append(f"'{rename.old}' is taken to '{steps[-1]}': {' -> '.join(steps)}")
    return followed, tuple(lines)


def matching(name: str, by_old: Mapping[str, Rename]) -> Rename | None:
    """The rename of the longest old name that is `name` or a module above it."""
    while name not in by_old:
        name, dot, _ = name.rpartition(".")
        if not dot:
            return None
    return by_old[name]


def name_problem(name: str) -> str:
    """Say why `name` is not a dotted Python name; empty if it is."""
    if ":" in name:
        return f"'{name}' is not a dotted name; write '{name.replace(':', '.')}'"
    for part in name.split("."):
        if keyword.iskeyword(part):
            return f"'{name}' is not a dotted name: '{part}' is a keyword"
        if not part.isidentifier():
            reason = f"'{part}' is not an identifier" if part else "a part of it is empty"
            return f"'{name}' is not a dotted name: {reason}"
    return ""


def path_problem(path: str) -> str:
    """Say why `path` is not the dotted path of something in a module; empty if it is."""
    problem = name_problem(path)
    return problem or ("" if "." in path else f"'{path}' names no module")


def normal(name: str) -> str:
    """The form in which Python itself compares identifiers (NFKC)."""
    if name.isascii():
        return name
    import unicodedata

    return unicodedata.normalize("NFKC", name)


def leaves(
    table: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values of a table of dotted names, however the dots are written, with their keys."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _endless_trail(name: str, by_old: Mapping[str, Rename]) -> list[tuple[str, Rename]]:
    """The names that `name` turns into, each with its rename, if that never ends; else empty."""
    trail: list[tuple[str, Rename]] = []
    seen = {name}
    while (rename := matching(name, by_old)) is not None:
        name = _apply(rename, name)
        trail.append((name, rename))
        if name in seen or len(trail) > _MOST_STEPS:
            return trail
        seen.add(name)
    return []


def _comes_round(name: str, trail: Sequence[tuple[str, Rename]]) -> bool:
    """Whether a trail comes back to a name of its own; else its names grow."""
    last = trail[-1][0]
    return last == name or any(passed == last for passed, _ in trail[:-1])


def _endless_text(name: str, trail: Sequence[tuple[str, Rename]]) -> str:
    # A name that grows goes through the same renames for ever: once round shows the mistake.
    once: dict[Rename, str] = {}
    for target, rename in trail:
        once.setdefault(rename, target)
    shown = " -> ".join([name, *once.values()])
    end = "" if trail[-1][0] == name else " -> ..."
    lines = ", ".join(str(rename.line) for rename in once)
    return f"'{name}' never comes to an end: {shown}{end} (lines {lines})"


def _steps(name: str, by_old: Mapping[str, Rename]) -> Iterator[str]:
    """A new name, and what it is renamed to until nothing renames it."""
    yield name
    while (rename := matching(name, by_old)) is not None:
        name = _apply(rename, name)
        yield name


def _apply(rename: Rename, name: str) -> str:
    return rename.new + name[len(rename.old) :]
