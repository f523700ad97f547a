"""The audit: every rule over a whole repository."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.audit.counting import uncounted_files
from onepath.audit.dependencies import (
    AuditPart,
    RuleViolations,
    follow_findings,
    keep_dependencies,
    part_of,
)
from onepath.audit.finding import Finding, findings
from onepath.audit.keeps import UNUSED, Keeps, sort_out
from onepath.audit.result import AuditResult
from onepath.audit.rule import Rule
from onepath.audit.samples import OF_FILES as SAMPLES
from onepath.audit.samples import sample_files
from onepath.codemod.packs.code_digest import reached_digest
from onepath.codemod.packs.installed import packs_of
from onepath.codemod.packs.pack import Pack, chosen_pack
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config, settings
from onepath.errors import unknown_name
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Keep, Refusal, Snapshot
from onepath.plan.memory import audit_key, key_at, recall_audit, remember_audit
from onepath.plan.notes import is_whole, keeps_of, notes_of, unparseable, unparseable_of
from onepath.progress import Progress, quiet
from onepath.snapshot.asked import AskedPaths
from onepath.symbols.world import World

_OPEN = 100
"""Files whose facts are unpacked at a time: rules go through all files, one after the other."""


_MOST_APART = 20_000
"""Python files beyond which rules run in one process: two copy what both read, as their counts of
references change, and the memory of large repositories is worth more than the time."""


def make_audit(
    snapshot: Snapshot,
    config: Config,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    rules: Sequence[str] | None = None,
    paths: Sequence[str] | None = None,
    progress: Progress = quiet,
    pack: Pack | None = None,
    remembering: bool = True,
) -> AuditResult:
    """Run rules over a snapshot.

    Args:
        snapshot: The code.
        config: What is canonical, and what is excluded.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        rules: Names of the rules to run; None for all. Then findings that are only shown on
            request, and those in files that only serve tests as data, are counted.
        paths: Files and folders whose findings are wanted; None for all. Where all rules are
            local, only these and what they import are read; else the whole repository is.
        progress: Told, in words, what goes on.
        pack: Has rules of its own, and the versions that mend; None: those that are configured.
        remembering: Whether the cache keeps the result, and forgets an older plan or audit for it.

    Raises:
        InputError: There is no such rule, or no such pack.
    """
    pack = pack or chosen_pack(packs_of(config), config)
    known = pack.audit_rules
    chosen = _chosen(rules, known)
    chosen_rules = [known[name] for name in chosen]
    wanted = Globs(paths or ())
    with FactsCache(cache_dir) as cache:
        if paths is not None and all(rule.local for rule in chosen_rules):
            looked_at = frozenset(path for path in snapshot.entries if wanted.match(path))
            result = _audit(
                snapshot, config, chosen_rules, cache, executor, progress, known, looked_at
            )
            return _with_menders(result, known, pack)
        asked = (*chosen, _code_of(pack.rules))
        day = [date.today().isoformat()] if any(rule.by_day for rule in chosen_rules) else []
        key = key_at(audit_key(config, (*asked, *day)), snapshot)
        recalled = recall_audit(cache, key, snapshot.name)
        if recalled is not None:
            result = recalled
        else:
            below = audit_key(config, asked)
            result = _followed(
                snapshot, config, chosen_rules, cache, executor, known, below
            ) or _audit(snapshot, config, chosen_rules, cache, executor, progress, known, key=below)
            if remembering and is_whole(result.notes):
                remember_audit(cache, key, result)
    result = _with_menders(result, known, pack)
    if paths is not None:
        result = _in(result, wanted)
    if rules is not None:
        return result
    return _shown(result, rules_by_default(known, config), result.samples if paths is None else ())


def audit_name(snapshot: Snapshot, config: Config, rules: Sequence[str] | None, pack: Pack) -> str:
    """A name for the audit of a whole repository: where it is the same, so is the result.

    Args:
        snapshot: The code.
        config: What is canonical, and what is excluded.
        rules: Names of the rules to run; None for all.
        pack: The configured packs, as one.

    Raises:
        InputError: There is no such rule.
    """
    chosen = _chosen(rules, pack.audit_rules)
    return key_at(audit_key(config, (*chosen, _code_of(pack.rules))), snapshot)


def rules_by_default(known: Mapping[str, Rule], config: Config) -> list[str]:
    """The names of the rules whose findings are shown where nobody has named any, sorted."""
    wishes = settings(config)
    return [name for name in sorted(known) if known[name].by_default(wishes)]


def _shown(result: AuditResult, rules: Collection[str], files: Collection[str]) -> AuditResult:
    """The findings of some rules outside of some files, and how many others there are."""

    def is_shown(finding: Finding) -> bool:
        return finding.rule in rules and finding.path not in files and not finding.on_request

    return replace(
        result,
        rules=tuple(name for name in result.rules if name in rules),
        findings=tuple(filter(is_shown, result.findings)),
        kept=tuple(finding for finding in result.kept if is_shown(finding.finding)),
        on_request=Counter(finding.rule for finding in result.findings if not is_shown(finding)),
    )


def _in(result: AuditResult, wanted: Globs) -> AuditResult:
    """What an audit says of some files; what it says of how they were read it says of all."""
    return replace(
        result,
        findings=tuple(finding for finding in result.findings if wanted.match(finding.path)),
        kept=tuple(finding for finding in result.kept if wanted.match(finding.finding.path)),
        notes=tuple(
            note for note in result.notes if note.kind != UNUSED or wanted.match(note.path)
        ),
    )


def _chosen(rules: Sequence[str] | None, known: Mapping[str, Rule]) -> list[str]:
    """The names of the rules to run, sorted."""
    if rules is None:
        return sorted(known)
    for name in sorted(set(rules)):
        if name not in known:
            raise unknown_name("rule", [name], sorted(known))
    return sorted(set(rules))


def _code_of(rules: Sequence[Rule]) -> str:
    """A name for the code of rules that packs bring; the engine's has its own digest."""
    return reached_digest([rule.check for rule in rules]) if rules else ""


def _with_menders(result: AuditResult, rules: Mapping[str, Rule], pack: Pack) -> AuditResult:
    """Say of each finding which version of the packs mends it."""
    menders = {name: pack.mender(rule.phase) for name, rule in rules.items() if rule.phase}

    def mended(finding: Finding) -> Finding:
        return finding._replace(fixed_by=menders.get(finding.rule, ""))

    return replace(
        result,
        findings=tuple(map(mended, result.findings)),
        kept=tuple(
            kept_finding._replace(finding=mended(kept_finding.finding))
            for kept_finding in result.kept
        ),
    )


def local_rules(rules: Sequence[str] | None, config: Config) -> list[str]:
    """Those of the rules (None: of those by default) that can be checked file by file.

    Names that mean no rule are kept, for the audit to report them.
    """
    known = chosen_pack(packs_of(config), config).audit_rules
    wanted = rules_by_default(known, config) if rules is None else rules
    return [name for name in wanted if name not in known or known[name].local]


def _followed(
    snapshot: Snapshot,
    config: Config,
    rules: Sequence[Rule],
    cache: FactsCache,
    executor: Executor,
    known: Collection[str],
    key: str,
) -> AuditResult | None:
    """The audit of a snapshot that differs little from the last one; None if it is not certain."""
    earlier = cache.dependencies(key)
    if earlier is None:
        return None
    world = World.open(snapshot, cache, executor, roots=config.roots)
    followed = follow_findings(
        earlier, world, rules, settings(config), uncounted_files(config.exclude)
    )
    if followed is None:
        return None
    blobs = {snapshot.entries[path].oid for path in world.fact_store.python}
    sources = _Sources(len(blobs), followed.unparseable, followed.keeps, followed.samples)
    return _result(world, rules, known, followed.found, sources)


def _audit(
    snapshot: Snapshot,
    config: Config,
    rules: Sequence[Rule],
    cache: FactsCache,
    executor: Executor,
    progress: Progress,
    known: Collection[str],
    looked_at: Collection[str] | None = None,
    key: str = "",
) -> AuditResult:
    """Run the rules over the whole repository, or over some files and what they import."""
    world = World.open(
        snapshot, cache, executor, roots=config.roots, progress=progress, most_open=_OPEN
    )
    wanted = world.fact_store.python if looked_at is None else looked_at
    if looked_at is None:
        world.fact_store.search_along(search for rule in rules for search in rule.searches)
    world.fact_store.load(wanted)
    index = Index(world, settings(config), looked_at)
    groups = [[rule for rule in rules if rule.by_uses is by_uses] for by_uses in (False, True)]
    uncounted = uncounted_files(config.exclude)
    if looked_at is None:
        # Before there are two processes, each of which would make all of it.
        asked = [*_OF_FILES, *(SAMPLES if groups[0] else ())]
        asked += (function for rule in rules for function in rule.of_files)
        index.survey(asked, whole=all(groups))
        for rule in rules:
            for search in rule.searches:
                world.fact_store.mentioning(search)  # what a fork finds is not kept
    tasks = [partial(_run, index, group, uncounted, progress) for group in groups if group]
    is_apart = looked_at is None and len(world.fact_store.python) <= _MOST_APART
    parts = executor.apart(tasks) if is_apart else [task() for task in tasks]
    found = {name: violations for part in parts for name, violations in part.found.items()}
    samples = frozenset().union(*(part.samples for part in parts))
    if looked_at is None:
        keeps, failed = index.of_files(_keeps), tuple(index.of_files(_unparseable).values())
    else:
        keeps = {path: one for path, one in keeps_of(world).items() if path in wanted}
        failed = unparseable_of(world)
    sources = _Sources(world.fact_store.loaded, failed, keeps, samples)
    if looked_at is None and not world.fact_store.set_aside:
        keep_dependencies(cache, key, world, parts, sources.unparseable, keeps)
    return _result(world, rules, known, found, sources)


def _keeps(index: Index, path: str) -> tuple[Keep, ...]:
    return index.facts(path).keeps


def _unparseable(index: Index, path: str) -> Refusal | None:
    return unparseable(path, index.facts(path))


_OF_FILES = (_keeps, _unparseable)
"""What an audit itself asks of each file."""


class _Sources(NamedTuple):
    """What files say of themselves, whatever a rule makes of it."""

    parsed: int
    unparseable: tuple[Refusal, ...]
    keeps: Keeps
    samples: frozenset[str]


def _result(
    world: World,
    rules: Sequence[Rule],
    known: Collection[str],
    violations: RuleViolations,
    sources: _Sources,
) -> AuditResult:
    names = tuple(rule.name for rule in rules)
    all_found = [
        finding for rule in rules for finding in findings(rule.name, "", violations[rule.name])
    ]
    sorted_out = sort_out(all_found, sources.keeps, names, known)
    return AuditResult(
        revision=world.snapshot.name,
        rules=names,
        findings=sorted_out.findings,
        python_files=len(world.fact_store.python),
        parsed=sources.parsed,
        unparseable=sources.unparseable,
        notes=tuple(sorted({*notes_of(world), *sorted_out.notes})),
        kept=sorted_out.kept,
        samples=sources.samples,
    )


def _run(index: Index, rules: Sequence[Rule], uncounted: Globs, progress: Progress) -> AuditPart:
    """What each rule finds."""
    found, memories = {}, {}
    for number, rule in enumerate(rules):
        with progress.part(len(rules) - number):
            progress(f"rule {rule.name}")
            violations = rule.check(index, index.settings)
            found[rule.name] = [
                violation for violation in violations if not uncounted.match(violation.path)
            ]
        if rule.rests is not None and not index.is_partial:
            memories[rule.name] = rule.rests.remember(index)
        index.forget()
    if index.is_partial:
        return AuditPart(found, {}, {}, frozenset(), AskedPaths())
    part = part_of(index, found, memories)
    # Asked of those rules alone that need the graph of imports anyway.
    return part if rules[0].by_uses else replace(part, samples=sample_files(index))
