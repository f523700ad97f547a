"""The plan of the phases, as commands ask for it, with what it was made from."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onepath_cli.context import (
    WORKTREE,
    Options,
    Workspace,
    base_revision,
    find_and_read_config,
    known_config,
    note_unmatched,
    open_engine,
)

if TYPE_CHECKING:
    from onepath.codemod.packs.pack import Pack
    from onepath.config.migrate_toml import Config
    from onepath.model import Plan, Snapshot


def plan_phases(
    options: Options, workspace: Workspace, phases: Sequence[str] | None, rev: str | None = None
) -> "Plan":
    """Plan every pending phase, or the chosen ones, at `--rev` or at `rev` if that is not given."""
    with planned(options, workspace, phases, rev) as made:
        return made.plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what it was made from."""

    plan: "Plan"
    snapshot: "Snapshot"
    config: "Config"
    pack: "Pack"


@contextmanager
def planned(
    options: Options,
    workspace: Workspace,
    phases: Sequence[str] | None,
    rev: str | None = None,
    config: "Config | None" = None,
) -> Iterator[Planned]:
    """Plan every pending phase, or the chosen ones, at `--rev` or at `rev` if that is not given.

    Args:
        options: The global options.
        workspace: What is worked on.
        phases: Names of the phases wanted; None for all.
        rev: The revision where `--rev` names none; None for the base of what is checked out.
        config: The configuration; None reads it.
    """
    config = config or find_and_read_config(options, workspace)

    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.state.planning import plan_migration, with_stamps
    from onepath.state.review.kept import with_reviews
    from onepath.state.withheld import with_withheld

    base = rev or base_revision(options, workspace)
    with open_engine(options, workspace, base) as (snapshot, executor):
        if config is None:
            config = known_config(options, workspace, snapshot, executor)
        packs = packs_of(config)
        pack = chosen_pack(packs, config)
        as_it_lies = options.rev in (None, WORKTREE) and workspace.is_checked_out
        note_unmatched(options, config, snapshot)
        config = with_stamps(config, snapshot, workspace.folder if as_it_lies else None)
        config = with_withheld(config, snapshot, workspace.repository)
        if workspace.reviewed:
            config = with_reviews(config, workspace.repository, snapshot.commit, snapshot)
        plan = plan_migration(
            workspace.repository,
            snapshot,
            config,
            packs,
            executor=executor,
            cache_dir=workspace.cache_dir,
            phases=phases or None,
            progress=options.output.progress,
        )
        yield Planned(plan, snapshot, config, pack)
