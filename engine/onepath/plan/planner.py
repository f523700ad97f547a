"""From a snapshot, a configuration and a pack to the plan: phases with proven changesets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from onepath.errors import InputError
from onepath.facts.cache import FactsCache
from onepath.model import Executor, Phase, Plan, Snapshot
from onepath.plan.config import Config
from onepath.plan.memory import plan_key, recall, remember
from onepath.plan.met import notes_of, unparseable_of
from onepath.plan.packs import Pack, Version
from onepath.symbols.world import Progress, World, quiet


def make_plan(
    snapshot: Snapshot, config: Config, packs: Mapping[str, Pack], *, executor: Executor,
    cache_dir: Path | None = None, phases: Sequence[str] | None = None, progress: Progress = quiet,
) -> Plan:  # fmt: skip
    """Plan every phase of the configured pack, each on what the one before it gives.

    Args:
        snapshot: The code as it is.
        config: What the user asks for.
        packs: The installed packs by name.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        phases: Names of the phases wanted; None for all.
        progress: Told, in words, what goes on.

    Raises:
        InputError: There is no such pack or phase.
        ConfigError: The configuration contradicts the code.
    """
    pack = packs.get(config.pack)
    if pack is None:
        known = ", ".join(sorted(packs)) or "none"
        raise InputError(f"no pack '{config.pack}'", hint=f"installed packs: {known}")
    groups = _by_phase(pack)
    _check_names(phases, groups)
    identities = [pack.identify(version) for version in pack.versions]
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        memory_key = plan_key(snapshot, config, identities, phases)
        recalled = recall(cache, memory_key, world)
        if recalled is not None:
            return recalled
        planned = []
        for number, (name, versions) in enumerate(groups.items(), 1):
            if phases is None or name in phases:
                progress(f"planning {name}")
                phase = _phase(world, config, pack, number, name, versions)
                planned.append(phase)
                world = world.after({c.path: c.new for c in phase.changeset.changes})
        plan = Plan(
            base=snapshot.name,
            commit=snapshot.commit,
            phases=tuple(planned),
            notes=notes_of(world),
            unparseable=unparseable_of(world),
            python_files=len(world.book.python),
            parsed=world.book.loaded,
        )
        remember(cache, memory_key, plan)
        return plan


def _by_phase(pack: Pack) -> dict[str, list[Version]]:
    groups: dict[str, list[Version]] = {}
    for version in pack.versions:
        groups.setdefault(version.phase, []).append(version)
    return groups


def _check_names(phases: Sequence[str] | None, groups: Mapping[str, list[Version]]) -> None:
    unknown = [name for name in phases or () if name not in groups]
    if unknown:
        raise InputError(
            f"no phase {', '.join(repr(name) for name in unknown)}",
            hint=f"phases: {', '.join(groups)}",
        )


def _phase(
    world: World, config: Config, pack: Pack, number: int, name: str, versions: list[Version]
) -> Phase:
    if len(versions) != 1:
        raise ValueError(f"pack {pack.name}: phase {name} must have one version")
    version = versions[0]
    outcome = version.plan(world, config)
    return Phase(
        number=number,
        name=name,
        branch=f"{config.branch_prefix}/{number:02d}-{name}",
        title=version.title,
        versions=(pack.identify(version),),
        changeset=outcome.changeset,
        before=outcome.before,
        after=outcome.after,
    )
