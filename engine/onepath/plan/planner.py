"""From a snapshot, a configuration and a pack to the plan: phases with proven changesets."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onepath.codemod.combine import combined_changesets
from onepath.codemod.outcome import Outcome
from onepath.codemod.packs.pack import Pack, chosen_pack
from onepath.codemod.packs.version import Version
from onepath.codemod.refusals.waiting import waits_of
from onepath.codemod.review.places import place_sets
from onepath.config.migrate_toml import Config
from onepath.errors import InputError, unknown_name
from onepath.facts.store.cache import FactsCache
from onepath.model import Changeset, Executor, Phase, Plan, Snapshot
from onepath.plan.memory import config_digest, keep_plan, key_at, plan_key, recall
from onepath.plan.notes import is_whole, notes_of, unparseable_of
from onepath.plan.on_top import NOTHING_ON_TOP, OnTop
from onepath.plan.removed import removed_definitions
from onepath.plan.routes import routes_taken
from onepath.plan.same_reads import plan_of_same_reads, remember_reads
from onepath.progress import Progress, quiet
from onepath.symbols.world import World


def make_plan(
    snapshot: Snapshot,
    config: Config,
    packs: Mapping[str, Pack],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    phases: Sequence[str] | None = None,
    progress: Progress = quiet,
    on_top: OnTop = NOTHING_ON_TOP,
) -> Plan:
    """Plan every phase of the configured packs, each on what the one before it produces.

    Args:
        snapshot: The code as it is.
        config: What the user asks for.
        packs: The packs that there are, by name.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        phases: Names of the phases wanted; None for all.
        progress: Told, in words, what goes on.
        on_top: What people have put on top of phases; those after them are planned on it.

    Raises:
        InputError: There is no such pack or phase, or the pack has two heads.
        ConfigError: The configuration contradicts the code.
    """
    pack = chosen_pack(packs, config)
    pack.check_numbers()
    groups = pack.phases(config)
    wanted = _wanted(phases, groups, config)
    identities = [
        (name, pack.identify(version)) for name, group in groups.items() for version in group
    ]
    configured = configuration_of(config)
    config = with_own_reviews(config, pack)
    with FactsCache(cache_dir) as cache:
        code = pack.code if cache_dir else ""
        key = plan_key(config, identities, phases, code, on_top.key)
        outcome = key_at(key, snapshot)
        recalled = recall(cache, outcome, snapshot)
        if recalled is None:
            world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
            if known := plan_of_same_reads(cache, key, world, snapshot):
                recalled = recall(cache, known, snapshot)
        if recalled is not None:
            return replace(recalled, asked=config_digest(config), configured=configured)
        asked = {name: versions for name, versions in groups.items() if name in wanted}
        _expect(world, config, [version for versions in asked.values() for version in versions])
        planned, amended, after = _in_turn(world, config, pack, asked, on_top, progress)
        plan = _plan_of(world, after, planned, config, configured)
        if is_whole(plan.notes):
            keep_plan(cache, outcome, plan, amended)
            remember_reads(cache, key, outcome, world, snapshot, after.fact_store.all_reads())
        return plan


def _plan_of(
    world: World, after: World, phases: tuple[Phase, ...], config: Config, configured: str
) -> Plan:
    """The phases, with what was seen of the code while they were planned."""
    snapshot = world.snapshot
    return Plan(
        base=snapshot.name,
        commit=snapshot.commit,
        phases=phases,
        notes=notes_of(after),
        unparseable=unparseable_of(after),
        python_files=world.fact_store.count,
        parsed=after.fact_store.loaded,
        asked=config_digest(config),
        configured=configured,
    )


def _in_turn(
    world: World,
    config: Config,
    pack: Pack,
    asked: Mapping[str, Sequence[Version]],
    on_top: OnTop,
    progress: Progress,
) -> tuple[tuple[Phase, ...], Sequence[Mapping[str, bytes | None]], World]:
    """Plan the phases that are asked for, each on what the one before it produces.

    Returns:
        The phases, what lies on top of each, and the code after the last of them.
    """
    planned: list[Phase] = []
    amended: list[Mapping[str, bytes | None]] = []
    active = {
        name: [version for version in versions if is_asked_for(pack, version, config)]
        for name, versions in asked.items()
    }
    left = sum(map(bool, active.values()))
    for number, name in enumerate(pack.phases(config), 1):
        versions = active.get(name)
        if not versions:
            continue
        with progress.part(left, name):
            progress("planning")
            _check_required(world, config, pack, versions, planned)
            before = world
            phase, world = plan_phase(before, config, pack, number, name, versions)
            before.forget()  # the phases after this one read what it makes
        left -= 1
        planned.append(phase)
        amended.append(on_top.after(phase))
        if amended[-1]:
            world = world.after(amended[-1])
    return tuple(planned), amended, world


def configuration_of(config: Config) -> str:
    """A name for what the configuration itself says, whatever was decided of its outcome."""
    return config_digest(replace(config, reviews={}, withheld={}, stamped=()))


def with_own_reviews(config: Config, pack: Pack) -> Config:
    """The configuration without the reviews of other versions, or of another configuration."""
    versions = {
        str(pack.identify(version)) for group in pack.phases(config).values() for version in group
    }
    configured = configuration_of(config)
    own = {
        name: review
        for name, review in sorted(config.reviews.items())
        if name in versions and review.asked in ("", configured)
    }
    return replace(config, reviews=own)


def is_asked_for(pack: Pack, version: Version, config: Config) -> bool:
    """Whether a version takes part: it is configured, and nobody has said that it is applied."""
    return version.configured(config) and str(pack.identify(version)) not in config.stamped


def _expect(world: World, config: Config, versions: Sequence[Version]) -> None:
    """Tell the fact store what the versions will search for."""
    first, *later = [
        version.reads(config) for version in versions if version.configured(config)
    ] or [None]
    searches = [search for search in later if search is not None]
    if first is not None and searches:
        world.fact_store.expect(searches, first)


def _wanted(
    phases: Sequence[str] | None, groups: Mapping[str, Sequence[Version]], config: Config
) -> Collection[str]:
    """The names of the phases to plan."""
    if phases is None:
        return groups.keys()
    unknown = [name for name in phases if name not in groups]
    if unknown:
        raise unknown_name("phase", unknown, groups)
    for name in phases:
        if not any(version.configured(config) for version in groups[name]):
            raise InputError(
                f"phase '{name}': the configuration asks for nothing in it",
                hint="`migrate init --canonical PATH` writes what there is to do",
            )
    return phases


def _check_required(
    world: World, config: Config, pack: Pack, versions: Sequence[Version], planned: Sequence[Phase]
) -> None:
    """Refuse versions whose predecessors are not planned and have something to do."""
    there = {
        (version_id.pack, version_id.number) for phase in planned for version_id in phase.versions
    }
    there |= {(version.pack, version.number) for version in versions}
    required = [one for version in versions for one in pack.required_by(version)]
    for version in dict.fromkeys(required):
        if (version.pack, version.number) in there or not is_asked_for(pack, version, config):
            continue
        if version.plan(world, config).changeset.changes:
            raise InputError(
                f"version {version.number} ({version.name}) comes before version "
                f"{versions[0].number} ({versions[0].name}), and it is not done",
                hint="plan its phase as well: --phase may be repeated",
            )


def plan_phase(
    world: World, config: Config, pack: Pack, number: int, name: str, versions: Sequence[Version]
) -> tuple[Phase, World]:
    """Plan a phase, each version on what the one before it produces; also the world it makes."""
    outcomes, before = [], world
    for version in versions:
        outcome = version.plan(world, config)
        outcomes.append(outcome)
        world = world.after({c.path: c.new for c in outcome.changeset.changes})
    changeset = combined_changesets([outcome.changeset for outcome in outcomes])
    counted = [name for outcome in outcomes for name in (*outcome.before, *outcome.after)]
    routes = {old: new for version in versions for old, new in version.routes(config).items()}
    removed, renamed = removed_definitions(before, world, changeset.changes, routes)
    phase = Phase(
        number=number,
        name=name,
        branch=pack.branches(config)[name],
        title="; ".join(version.title for version in versions),
        versions=tuple(pack.identify(version) for version in versions),
        changeset=changeset,
        before=_counts(outcome.before for outcome in reversed(outcomes)),
        after=_counts(outcome.after for outcome in outcomes),
        remarks=tuple(line for outcome in outcomes for line in outcome.remarks),
        removed=removed,
        renamed=renamed,
        why=" ".join(version.why for version in versions if version.why),
        waits=waits_of(versions, changeset.refusals),
        places=_places(before, outcomes, changeset),
        declared=tuple(sorted({*counted} - {*pack.audit_rules})),
    )
    return replace(phase, routes=routes_taken(phase.changeset, versions, config)), world


def _places(
    world: World, outcomes: Sequence[Outcome], changeset: Changeset
) -> Mapping[str, tuple[tuple[int, ...], ...]]:
    """The places of the files that one version alone changes: there its edits are still apart."""
    by = Counter(change.path for outcome in outcomes for change in outcome.changeset.changes)
    places = {path: locations for outcome in outcomes for path, locations in outcome.places.items()}
    return {
        change.path: tuple(place_set.starts for place_set in sets)
        for change in changeset.changes
        if by[change.path] == 1 and (sets := place_sets(change, world, places.get(change.path, ())))
    }


def _counts(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    """By rule, where several versions count it: what the last one of them says."""
    return {rule: number for count in counts for rule, number in count.items()}
