"""Definitions that are reached by more than one path.

What it finds
    A class, function or other module-level name of this repository that files use by two or more
    different paths: imports and attribute chains that end at one definition, followed through
    re-exports, aliases and star imports. There is one finding for each definition, at its place,
    with the number of paths and how often each is used.

    What the modules on the way do does not count: a package's `__init__` that re-exports a name
    uses the path to the definition because it must. Two definitions of one name are no
    fragmentation; `duplicate-definition` finds those.

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

from collections.abc import Iterable, Mapping, Sequence

from onepath.analysis.index import Index
from onepath.audit.changes import Change, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.symbols.resolve import Step
from onepath.symbols.routes import PathUse

_SHOWN = 5

_Use = tuple[str, str, tuple[str, ...]]
"""A path as written, the file that uses it, and the files on the way to the definition."""


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Group all uses by the definition that they end at."""
    canonical = _canonical(index)
    for definition, uses in _grouped(index).items():
        counts = _counts(definition, map(_plain, uses))
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


def _plain(use: PathUse) -> _Use:
    return use.dotted, use.file, tuple(path for path, _ in use.resolution.route)


def _counts(definition: Step, uses: Iterable[_Use]) -> dict[str, int]:
    """How often each path is used by files that are not on the way themselves."""
    on_the_way = {definition[0]}
    written = []
    for dotted, file, route in uses:
        on_the_way.update(route)
        written.append((dotted, file))
    counts: dict[str, int] = {}
    for dotted, file in written:
        if file not in on_the_way:
            counts[dotted] = counts.get(dotted, 0) + 1
    return counts


def _violation(index: Index, definition: Step, counts: dict[str, int], canonical: str) -> Violation:
    path, name = definition
    ranked = sorted(counts, key=lambda dotted: (-counts[dotted], dotted))
    shown = ", ".join(f"{counts[dotted]} by '{dotted}'" for dotted in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    symbol = f"{index.module(path)}.{name}"
    return Violation(
        path, _line(index, definition),
        f"'{name}' is used by {len(ranked)} paths: {shown}{more}",
        symbol, canonical or ranked[0],
    )  # fmt: skip


def _line(index: Index, definition: Step) -> int:
    path, name = definition
    known = index.definitions(path).get(name)
    return known.line if known else 1


def _remember(index: Index) -> Memory:
    """The one path by which a definition is used; all uses where there are several."""
    found: dict[Step, str | tuple[_Use, ...]] = {}
    for definition, uses in _grouped(index).items():
        paths = {use.dotted for use in uses}
        found[definition] = paths.pop() if len(paths) == 1 else tuple(map(_plain, uses))
    return found


def _follow(memory: Memory, change: Change, known: Sequence[Violation]) -> list[Violation] | None:
    """Uses by the only path to a definition change nothing; those by one of several are counted.

    What makes a second path, or leaves fewer than two, has the whole looked through again.
    """
    found = {}
    for one in known:
        definition = (one.path, name_in(change.after, one))
        found[definition] = one._replace(line=_line(change.after, definition))
    before, after = (
        {definition: list(map(_plain, uses)) for definition, uses in _grouped(index).items()}
        for index in (change.before, change.after)
    )
    canonical = _canonical(change.after)
    for definition in before.keys() | after.keys():
        now = after.get(definition, [])
        remembered = memory.get(definition, now[0][0] if now else "")
        if isinstance(remembered, str):
            if any(dotted != remembered for dotted, _, _ in now):
                return None
        elif sorted(before.get(definition, ())) != sorted(now):
            uses = [one for one in remembered if one[1] not in change.paths]
            counts = _counts(definition, uses + now)
            if len(counts) < 2:
                return None
            found[definition] = _violation(
                change.after, definition, counts, canonical.get(definition, "")
            )
    return list(found.values())


RULE = Rule(
    name="import-fragmentation",
    summary="one definition that is used by several paths",
    check=check,
    phase="canonical-imports",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
