"""Plans a migration as it would land: on people's commits, with the ledger's files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onepath.codemod.packs.pack import Pack, chosen_pack
from onepath.config.migrate_toml import Config
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.on_top import NOTHING_ON_TOP, OnTop
from onepath.plan.planner import make_plan
from onepath.progress import Progress, quiet
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import LedgerEntry, parse_entry, read_ledger, with_ledger
from onepath.state.branches.people import PeopleOnTop
from onepath.state.branches.standing import Standing, read_standing


def plan_migration(
    repository: Repository | None,
    snapshot: Snapshot,
    config: Config,
    packs: Mapping[str, Pack],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    phases: Sequence[str] | None = None,
    progress: Progress = quiet,
) -> Plan:
    """Plan the phases of the configured pack on what people put on top of their branches.

    Args:
        repository: Where the branches are; None where there can be none.
        snapshot: The code as it is.
        config: What the user asks for; see `with_stamps`.
        packs: The installed packs by name.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        phases: Names of the phases wanted; None for all.
        progress: Told, in words, what goes on.

    Raises:
        InputError: There is no such pack or phase, or the pack has two heads.
        ConfigError: The configuration contradicts the code.
    """
    on_top: OnTop = NOTHING_ON_TOP
    if repository is not None and snapshot.commit is not None:
        pack = chosen_pack(packs, config)
        standing = standing_phases(repository, pack, config, snapshot.commit)
        on_top = PeopleOnTop(repository, snapshot.commit, standing)
    plan = make_plan(
        snapshot,
        config,
        packs,
        executor=executor,
        cache_dir=cache_dir,
        phases=phases,
        progress=progress,
        on_top=on_top,
    )
    return with_ledger(plan, snapshot, config.ledger, config.withheld, config.reviews)


def standing_phases(
    repository: Repository, pack: Pack, config: Config, base: str
) -> dict[str, Standing]:
    """Return the branches of a pack's phases that exist, by name.

    Args:
        repository: Where they are.
        pack: Has the phases.
        config: Groups them, and names their branches.
        base: The commit that the plan starts from.
    """
    branches = pack.branches(config)
    versions = {
        branches[name]: [str(pack.identify(version)) for version in group]
        for name, group in pack.phases(config).items()
    }
    return read_standing(repository, versions, base)


def with_stamps(config: Config, snapshot: Snapshot, work_tree: Path | None = None) -> Config:
    """Return the configuration without the versions that somebody has stamped as applied.

    Args:
        config: Says where the ledger is.
        snapshot: Has the ledger as it was committed.
        work_tree: A top folder whose ledger counts instead, if it has one; None for none.
    """
    if work_tree is not None and config.ledger and (work_tree / config.ledger).is_dir():
        entries = read_ledger_folder(work_tree, config.ledger)
    else:
        entries = dict(read_ledger(snapshot, config.ledger))
    stamped = sorted({entry.version for entry in entries.values() if entry.stamped})
    return replace(config, stamped=tuple(stamped))


def read_ledger_folder(top: Path, folder: str) -> dict[str, LedgerEntry]:
    """Return the ledger that lies in a work tree, by path. What makes no sense is left out."""
    if not folder:
        return {}
    result = {}
    for path in sorted((top / folder).glob("*/*.toml")):
        try:
            entry = parse_entry(path.read_bytes()) if path.is_file() else None
        except OSError:
            continue
        if entry is not None:
            result[path.relative_to(top).as_posix()] = entry
    return result
