"""Definitions that are reached by more than one path.

What it finds
    A class, function or other module-level name of this repository that files use by two or more
    different paths: imports and attribute chains that end at one definition, followed through
    re-exports, aliases and star imports. There is one finding for each definition, at its place,
    with the number of paths and how often each is used.

    What has to be written so does not count, unless the name is configured:

    - the modules on the way: a package's `__init__` that re-exports a name uses the path to the
      definition because it must;
    - inside of a package that offers a name, the paths to where it is defined: its own modules
      can't go by the facade, which imports them. A module offers a name that is its package's
      `__init__`, or that has it in `__all__`. The same holds beside a private module;
    - a test of the module that defines the name, and what a folder of tests has for itself.

    Two definitions of one name are no fragmentation; `duplicate-definition` finds those.

Why it matters
    A reader can't tell whether two paths mean one thing. A patch of one path leaves the others as
    they were, and none of the modules on the way can be moved or removed.

Example
    from app.hub import Manager               # 12 files
    from app.hub.manager import Manager       # 30 files

How it is fixed
    `migrate init --canonical PATH` writes every other path to the definition into migrate.toml;
    then the phase `canonical-imports` rewrites them. Where no path is configured, the finding
    proposes the one that is used most.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import dirname
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.resolve import Step
from onepath.symbols.routes import PathUse

_SHOWN = 5


class _Use(NamedTuple):
    """A use of a path to a definition."""

    dotted: str
    """The path as written."""
    file: str
    """The file that uses it."""
    route: tuple[str, ...]
    """The files on the way to the definition."""
    owner: str
    """The folder whose modules have the definition for themselves; `-` where the path leads
    through a module that has no say in it."""


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Group all uses by the definition that they end at."""
    canonical = _canonical(index)
    for definition, uses in _grouped(index).items():
        plain = [_plain(index, definition, one) for one in uses]
        counts = _counts(definition, plain, whole=definition in canonical)
        if len(counts) > 1:
            yield _violation(index, definition, counts, canonical.get(definition, ""))


def _canonical(index: Index) -> Mapping[Step, str]:
    return {
        (one.resolution.path, one.resolution.name): one.symbol.path
        for one in reversed(index.canonical)
    }


def _grouped(index: Index) -> Mapping[Step, Sequence[PathUse]]:
    grouped: dict[Step, list[PathUse]] = {}
    for use in index.uses:
        found = use.resolution
        if found.kind == "definition" and not found.rest:
            grouped.setdefault((found.path, found.name), []).append(use)
    return grouped


def _plain(index: Index, definition: Step, use: PathUse) -> _Use:
    route = tuple(path for path, _ in use.resolution.route)
    return _Use(use.dotted, use.file, route, _owner(index, definition, use))


def _owner(index: Index, definition: Step, use: PathUse) -> str:
    """The folder whose own modules need not go by another path than this one."""
    start = use.resolution.route[0][0] if use.resolution.route else definition[0]
    folder = f"{dirname(start)}/"
    if start != definition[0]:
        exports = index.facts(start).exports
        listed = exports is not None and use.name in {name for name, _, _ in exports.names}
        offers = definition[0].startswith(folder) and (is_package(start) or listed)
        return folder if offers else "-"
    *above, _ = definition[0].split("/")
    private = next((at for at, part in enumerate(above) if part.startswith("_")), len(above))
    if private < len(above):
        # Beside a private package; a private one at the top has but its own modules.
        count = private if private and _is_module(index, above[:private]) else private + 1
        return "/".join(above[:count]) + "/"
    is_private = definition[0].rpartition("/")[2].startswith("_") and not is_package(start)
    return folder if is_private else ""


def _is_module(index: Index, parts: Sequence[str]) -> bool:
    return f"{'/'.join(parts)}/__init__.py" in index.world.snapshot.entries


def _counts(definition: Step, uses: Sequence[_Use], *, whole: bool) -> dict[str, int]:
    """How often each path is used by files that are free to use another one."""
    on_the_way = {definition[0]}.union(*(use.route for use in uses))
    counts: dict[str, int] = {}
    for use in uses if whole else _free(definition, uses):
        if use.file not in on_the_way:
            counts[use.dotted] = counts.get(use.dotted, 0) + 1
    return counts


def _free(definition: Step, uses: Sequence[_Use]) -> Iterator[_Use]:
    owners = tuple({use.owner for use in uses} - {"", "-"})
    for use in uses:
        start = use.route[0] if use.route else definition[0]
        if use.owner == "-":
            own = is_test(use.file) and is_test(start) and dirname(start) == dirname(use.file)
        elif start == definition[0]:
            own = is_test(use.file) or use.file.startswith(owners)
        else:
            own = any(use.file.startswith(one) for one in owners if use.owner.startswith(one))
        if not own:
            yield use


def _violation(index: Index, definition: Step, counts: dict[str, int], canonical: str) -> Violation:
    path, name = definition
    ranked = sorted(counts, key=lambda dotted: (-counts[dotted], dotted))
    shown = ", ".join(f"{counts[dotted]} by '{dotted}'" for dotted in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    symbol = f"{index.module(path)}.{name}"
    return Violation(
        path,
        _line(index, definition),
        f"'{name}' is used by {len(ranked)} paths: {shown}{more}",
        symbol,
        canonical or ranked[0],
    )


def _line(index: Index, definition: Step) -> int:
    path, name = definition
    known = index.definitions(path).get(name)
    return known.line if known else 1


def _remember(index: Index) -> Memory:
    """The one path by which a definition is used; all uses where there are several."""
    found: dict[Step, str | tuple[tuple[object, ...], ...]] = {}
    for definition, uses in _grouped(index).items():
        paths = {use.dotted for use in uses}
        found[definition] = (
            paths.pop()
            if len(paths) == 1
            else tuple(tuple(_plain(index, definition, one)) for one in uses)
        )
    return found


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """Uses by the only path to a definition change nothing; those by one of several are counted.

    What makes a second path, or leaves fewer than two, has the whole looked through again.
    """
    found = {}
    for one in known:
        definition = (one.path, name_in(change.after, one))
        found[definition] = one._replace(line=_line(change.after, definition))
    before, after = (
        {
            definition: [_plain(index, definition, one) for one in uses]
            for definition, uses in _grouped(index).items()
        }
        for index in (change.before, change.after)
    )
    canonical = _canonical(change.after)
    for definition in before.keys() | after.keys():
        now = after.get(definition, [])
        remembered = memory.get(definition, now[0].dotted if now else "")
        if isinstance(remembered, str):
            if any(use.dotted != remembered for use in now):
                return None
        elif sorted(before.get(definition, ())) != sorted(now):
            then = list(map(_Use._make, remembered))
            uses = [use for use in then if use.file not in change.paths] + now
            whole = definition in canonical
            counts = _counts(definition, uses, whole=whole)
            if len(counts) > 1:
                found[definition] = _violation(
                    change.after, definition, counts, canonical.get(definition, "")
                )
            elif len(_counts(definition, then, whole=whole)) > 1:
                return None
    return list(found.values())


RULE = Rule(
    name="import-fragmentation",
    summary="one definition that is used by several paths",
    check=check,
    phase="canonical-imports",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
