"""Incremental audit: what the last full audit depended on, reused while unchanged.

A result is followed from one revision to another only if every rule is certain of it; the
outcome is exactly that of an audit which knows nothing of an earlier one.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, meanings_stand
from onepath.audit.finding import Violation
from onepath.audit.keeps import Keeps
from onepath.audit.rule import Rule
from onepath.audit.samples import stands
from onepath.config.globs import Globs
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.model import Entry, Keep, Note, Refusal, Snapshot, Source
from onepath.snapshot.asked import AskedPaths, plain_entries
from onepath.symbols.projects import DECLARING
from onepath.symbols.same_paths import kept_paths, nobody_asked
from onepath.symbols.world import World

_MOST_CHANGED = 0.1
"""With a larger part of the Python files changed, looking is no longer small beside auditing."""
_FEW = 20
"""So many are looked at in whatever repository."""
_PYTHON = (".py", ".pyi")
_BY_CUSTOM = ("__init__.py", "__init__.pyi", "conftest.py", *DECLARING)
"""Files that are looked for by their names, without knowing that they are there."""

RuleViolations = Mapping[str, Sequence[Violation]]
"""Rule -> what it found, files that are excluded left out."""


@dataclass(frozen=True, slots=True)
class AuditPart:
    """What some rules found in a whole repository, and what that rests on."""

    found: RuleViolations
    memories: Mapping[str, Any]
    """By rule."""
    asked: Mapping[str, tuple[str, ...]]
    """Path -> the names that were asked for there."""
    starred: frozenset[str]
    paths: AskedPaths
    """What was asked of which files there are."""
    samples: frozenset[str] = frozenset()
    """Those of `onepath.audit.samples`, if this part was asked for them."""


@dataclass(frozen=True)
class _Earlier:
    """A snapshot with some files as they were, whose bytes are not read any more."""

    base: Snapshot
    entries: Mapping[str, Entry]

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def commit(self) -> str | None:
        return self.base.commit

    def source(self) -> Source:
        return self.base.source()

    def notes(self) -> tuple[Note, ...]:
        return self.base.notes()


def part_of(index: Index, violations: RuleViolations, memories: Mapping[str, Any]) -> AuditPart:
    """What rules that have run over a whole repository rest on."""
    asked: dict[str, list[str]] = {}
    for path, name in index.resolver.asked:
        asked.setdefault(path, []).append(name)
    return AuditPart(
        found=violations,
        memories=memories,
        asked={path: tuple(names) for path, names in asked.items()},
        starred=frozenset(index.resolver.starred),
        paths=index.world.fact_store.reads.paths,
    )


def keep_dependencies(
    cache: FactsCache,
    key: str,
    world: World,
    parts: Sequence[AuditPart],
    unparseable: Sequence[Refusal],
    keeps: Keeps,
) -> None:
    """Keep what an audit rests on, unless there was something that could not be read."""
    if world.fact_store.missing:
        return
    asked: dict[str, set[str]] = {}
    paths = AskedPaths()
    for part in parts:
        paths.add(part.paths)
        for path, names in part.asked.items():
            asked.setdefault(path, set()).update(names)
    entries = plain_entries(world.snapshot.entries)
    cache.put_dependencies(key, {
        "entries": {path: (blob.oid, blob.mode) for path, blob in entries.items()},
        "paths": kept_paths(world.modules, _without_own(paths, entries)),
        "found": {
            rule: list(map(tuple, violations))
            for part in parts for rule, violations in part.found.items()
        },
        "memories": {rule: memory for part in parts for rule, memory in part.memories.items()},
        "asked": {path: tuple(names) for path, names in asked.items()},
        "starred": frozenset().union(*(part.starred for part in parts)),
        "samples": frozenset().union(*(part.samples for part in parts)),
        "unparseable": list(map(tuple, unparseable)),
        "keeps": {path: list(map(tuple, comments)) for path, comments in keeps.items()},
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """The outcome of an audit that another one leads to."""

    found: RuleViolations
    unparseable: tuple[Refusal, ...]
    keeps: Keeps
    samples: frozenset[str]


def follow_findings(
    last: Mapping[str, Any],
    world: World,
    rules: Sequence[Rule],
    settings: Settings,
    excluded: Globs,
) -> Followed | None:
    """The findings of a snapshot, from those of an earlier one.

    Args:
        last: What the earlier audit of the same rules, with the same settings, rests on.
        world: The snapshot's world; nothing need have been read.
        rules: The rules.
        settings: What the user configured.
        excluded: Files whose violations don't count.

    Returns:
        None unless everything is certain.
    """
    changes = _changes(last["entries"], plain_entries(world.snapshot.entries))
    if changes is None or not _are_passing(last["paths"], changes, world):
        return None
    old = {**changes.changed, **changes.gone}
    if not world.fact_store.recall([entry.oid for entry in old.values()]):
        return None
    change = _files_change(world, changes, settings)
    if world.fact_store.missing:
        return None
    samples = frozenset(last["samples"])
    if not stands(samples, change):
        return None
    if not meanings_stand(change, last["asked"], last["starred"]):
        return None
    found = {}
    for rule in rules:
        violations = _of_rule(rule, last, change, excluded)
        if violations is None:
            return None
        found[rule.name] = violations
    gone = changes._replace(come=(), others=())
    if _are_unreadable(change) or not _are_passing(_asked_now(world, changes), gone, world):
        return None
    keeps = {path: tuple(map(Keep._make, plain)) for path, plain in last["keeps"].items()}
    for path in change.paths:
        keeps[path] = change.after.facts(path).keeps
    unparseable = tuple(map(Refusal._make, last["unparseable"]))
    kept = {path: keeps[path] for path in keeps if keeps[path]}
    return Followed(found, unparseable, kept, samples - change.gone)


def _of_rule(
    rule: Rule, last: Mapping[str, Any], change: FilesChange, excluded: Globs
) -> list[Violation] | None:
    if rule.by_day:
        every = rule.check(change.after, change.after.settings)
        return [violation for violation in every if not excluded.match(violation.path)]
    kept: list[Violation] = []
    known: list[Violation] = []
    paths = frozenset(change.paths)
    for plain in last["found"][rule.name]:
        if plain[0] not in change.passing:  # nothing is found in an empty file
            (known if plain[0] in paths else kept).append(Violation._make(plain))
    if rule.rests is not None:
        violations = rule.rests.follow(last["memories"][rule.name], change, known)
    else:
        violations = rule.check(change.after, change.after.settings) if rule.local else None
    if violations is None:
        return None
    new = [violation for violation in violations if not excluded.match(violation.path)]
    replaced = {(violation.path, violation.symbol) for violation in new}
    return [
        *(violation for violation in kept if (violation.path, violation.symbol) not in replaced),
        *new,
    ]


class _Changes(NamedTuple):
    """Which files differ between two trees; of others than Python files, that matter to nobody."""

    changed: Mapping[str, Entry]
    """The Python files that are in both, as they were."""
    gone: Mapping[str, Entry]
    """The Python files that are there no more, as they were."""
    come: Sequence[str]
    """The Python files that were not there."""
    others: Sequence[str]
    """The other files that come or go."""
    there: Set[str]
    """The files that are in both."""


def _changes(before: Mapping[str, tuple[str, int]], after: Mapping[str, Entry]) -> _Changes | None:
    """What differs; None if it may be more than files with content of their own, or is much."""
    there = before.keys() & after.keys()
    differing = sorted(before.keys() ^ after.keys())
    changed = {
        path: Entry(path, *before[path])
        for path, entry in after.items()
        if path in before and before[path] != (entry.oid, entry.mode)
    }
    if any(_declares_roots(path) for path in (*differing, *changed)):
        return None
    changed = {path: entry for path, entry in changed.items() if path.endswith(_PYTHON)}
    python = [path for path in differing if path.endswith(_PYTHON)]
    gone = {path: Entry(path, *before[path]) for path in python if path in before}
    come = [path for path in python if path in after]
    entries = (*changed.values(), *gone.values(), *(after[path] for path in (*changed, *come)))
    if not all(entry.is_regular for entry in entries):
        return None
    most = max(_FEW, int(sum(path.endswith(_PYTHON) for path in after) * _MOST_CHANGED))
    if len(changed) + len(python) > most:
        return None
    others = [path for path in differing if not path.endswith(_PYTHON)]
    return _Changes(changed, gone, come, others, there)


def _declares_roots(path: str) -> bool:
    """Whether what names mean may depend on a file that nobody imports."""
    return path.rpartition("/")[2] in DECLARING


# ------------------------------------------------------- files that come or go


def _are_passing(asked: Mapping[str, Any], changes: _Changes, world: World) -> bool:
    """Whether nobody has asked for what comes or goes, and rules see in it an empty file."""
    passing = [*changes.gone, *changes.come]
    if not nobody_asked(
        asked,
        world.modules,
        differing=(*passing, *changes.others),
        there=changes.there,
        gone=changes.gone,
        python_listed=True,
    ):
        return False
    # A stub and its module are looked for by each other's paths.
    return not any(path.endswith(".pyi") or f"{path}i" in changes.there for path in passing)


def _are_unreadable(change: FilesChange) -> bool:
    """Whether something that comes or goes is no Python, which is said of it."""
    return any(
        index.facts(path).failure is not None
        for path in change.passing
        for index in (change.before, change.after)
    )


def _without_own(asked: AskedPaths, entries: Mapping[str, Entry]) -> AskedPaths:
    """What was asked, without files that are there and are looked up by their own rules alone.

    Every file is looked up when it is checked itself. For others only what has a name by custom
    is looked for by its path.
    """
    files = {
        path for path in asked.files if path not in entries or path.rpartition("/")[2] in _BY_CUSTOM
    }
    # What kinds of paths somebody looks for is code, and what audits rest on may be shared.
    are_listed = asked.are_listed or bool(asked.kinds)
    return replace(asked, files=files, planned=set(), are_listed=are_listed)


def _asked_now(world: World, changes: _Changes) -> Mapping[str, Any]:
    """What following itself has asked of files that are there no more: what comes, is there."""
    there = {**changes.gone, **plain_entries(world.snapshot.entries)}
    return kept_paths(world.modules, _without_own(world.fact_store.reads.paths, there))


def _files_change(world: World, changes: _Changes, settings: Settings) -> FilesChange:
    """The changed files before and after, as if those that come or go were there, and empty."""
    paths = tuple(sorted({*changes.changed, *changes.gone, *changes.come}))
    after = world.after(dict.fromkeys(changes.gone, b"")) if changes.gone else world
    after.fact_store.load(paths)
    empty = after.after(dict.fromkeys(changes.come, b"")) if changes.come else after
    entries = {**plain_entries(empty.snapshot.entries), **changes.changed, **changes.gone}
    earlier = _Earlier(empty.snapshot, MappingProxyType(entries))
    before = World(earlier, empty.fact_store.over(earlier), after.modules)
    return FilesChange(
        Index(before, settings, frozenset(paths)),
        Index(after, settings, frozenset(paths)),
        paths,
        frozenset((*changes.gone, *changes.come)),
        frozenset(changes.gone),
    )
