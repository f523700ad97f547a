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
    from app.websocket import Manager               # 12 files
    from app.websocket.manager import Manager       # 30 files

How it is fixed
    `migrate init --canonical PATH` writes every other path to the definition into migrate.toml;
    then websocket/v0001 rewrites them. Where no path is configured, the finding proposes the one
    that is used most.
"""

from collections.abc import Iterable, Mapping, Sequence

from onepath.audit.changes import Change, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.index import Index
from onepath.audit.rule import Rule
from onepath.audit.settings import Settings
from onepath.symbols.resolve import Step
from onepath.symbols.routes import PathUse

_SHOWN = 5


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Group all uses by the definition that they end at."""
    canonical = {
        (one.resolution.path, one.resolution.name): one.symbol.path
        for one in reversed(index.canonical)
    }
    for definition, uses in _grouped(index).items():
        counts = _counts(definition, uses)
        if len(counts) > 1:
            yield _violation(index, definition, counts, canonical.get(definition, ""))


def _grouped(index: Index) -> Mapping[Step, Sequence[PathUse]]:
    grouped: dict[Step, list[PathUse]] = {}
    for use in index.uses:
        found = use.resolution
        if found.kind == "definition" and not found.rest:
            grouped.setdefault((found.path, found.name), []).append(use)
    return grouped


def _counts(definition: Step, uses: Sequence[PathUse]) -> dict[str, int]:
    """How often each path is used by files that are not on the way themselves."""
    on_the_way = {definition[0]}
    for use in uses:
        on_the_way.update(path for path, _ in use.resolution.route)
    counts: dict[str, int] = {}
    for use in uses:
        if use.file not in on_the_way:
            counts[use.dotted] = counts.get(use.dotted, 0) + 1
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


def _plain(use: PathUse) -> tuple[str, str, tuple[Step, ...]]:
    return use.dotted, use.file, use.resolution.route


def _remember(index: Index) -> Memory:
    """The one path by which a definition is used; an empty text where there are several."""
    found = {}
    for definition, uses in _grouped(index).items():
        paths = {use.dotted for use in uses}
        found[definition] = paths.pop() if len(paths) == 1 else ""
    return found


def _follow(memory: Memory, change: Change, known: Sequence[Violation]) -> list[Violation] | None:
    """One use more by the only path to a definition changes nothing; others are counted anew."""
    before, after = _grouped(change.before), _grouped(change.after)
    for definition in before.keys() | after.keys():
        used, now = (sorted(map(_plain, one.get(definition, ()))) for one in (before, after))
        paths = {dotted for dotted, _, _ in (*used, *now)}
        if definition in memory:
            paths.add(memory[definition])
        if len(paths) > 1 and used != now:
            return None
    return [
        one._replace(line=_line(change.after, (one.path, name_in(change.after, one))))
        for one in known
    ]


RULE = Rule(
    name="import-fragmentation",
    summary="one definition that is used by several paths",
    check=check,
    fixed_by="websocket/v0001",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
