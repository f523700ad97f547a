"""Incremental audit: what the last full audit depended on, reused while unchanged.

A result is followed from one revision to another only if every rule is certain of it; the
outcome is exactly that of an audit which knows nothing of an earlier one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

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
from onepath.symbols.projects import DECLARING
from onepath.symbols.world import World

_MOST_CHANGED = 20
"""With more changed files than this it is hardly ever certain that nothing else has changed."""
_PYTHON = (".py", ".pyi")

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
    for part in parts:
        for path, names in part.asked.items():
            asked.setdefault(path, set()).update(names)
    cache.put_dependencies(key, {
        "entries": {path: (blob.oid, blob.mode) for path, blob in world.snapshot.entries.items()},
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
    changed = _changed(last["entries"], world.snapshot.entries)
    if changed is None or not world.fact_store.recall([entry.oid for entry in changed.values()]):
        return None
    world.fact_store.load(changed)
    if world.fact_store.missing:
        return None
    earlier = _Earlier(world.snapshot, MappingProxyType({**world.snapshot.entries, **changed}))
    before = World(earlier, world.fact_store.over(earlier), world.modules)
    change = FilesChange(
        Index(before, settings, changed.keys()),
        Index(world, settings, changed.keys()),
        tuple(changed),
    )
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
    keeps = {path: tuple(map(Keep._make, plain)) for path, plain in last["keeps"].items()}
    for path in changed:
        keeps[path] = world.facts(path).keeps
    unparseable = tuple(map(Refusal._make, last["unparseable"]))
    kept = {path: keeps[path] for path in keeps if keeps[path]}
    return Followed(found, unparseable, kept, samples)


def _of_rule(
    rule: Rule, last: Mapping[str, Any], change: FilesChange, excluded: Globs
) -> list[Violation] | None:
    if rule.by_day:
        every = rule.check(change.after, change.after.settings)
        return [violation for violation in every if not excluded.match(violation.path)]
    kept: list[Violation] = []
    known: list[Violation] = []
    for plain in last["found"][rule.name]:
        (known if plain[0] in change.paths else kept).append(Violation._make(plain))
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


def _changed(
    before: Mapping[str, tuple[str, int]], after: Mapping[str, Entry]
) -> dict[str, Entry] | None:
    """The Python files that have changed, as they were; None if more than their content has."""
    changed = {}
    for path in sorted(before.keys() ^ after.keys()):
        if path.endswith(_PYTHON) or _declares_roots(path):
            return None
    for path, entry in after.items():
        known = before.get(path)
        if known is None or known == (entry.oid, entry.mode):
            continue
        if _declares_roots(path):
            return None
        if path.endswith(_PYTHON):
            changed[path] = Entry(path, *known)
            if not (entry.is_regular and changed[path].is_regular):
                return None
    return changed if len(changed) <= _MOST_CHANGED else None


def _declares_roots(path: str) -> bool:
    """Whether what names mean may depend on a file that nobody imports."""
    return path.rpartition("/")[2] in DECLARING
