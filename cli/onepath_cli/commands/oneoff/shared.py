"""What the one-off refactors share: their options, and how they are shown and landed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from onepath.errors import InputError
from onepath_cli.commands.phases.apply import PlanHash, as_shown, ask_about, write_files
from onepath_cli.commands.phases.dry_run import Format, show
from onepath_cli.context import (
    WORKTREE,
    Options,
    Planning,
    Workspace,
    find_and_read_config,
    in_environment,
    open_engine,
    open_workspace,
)

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Executor, Plan, Snapshot
    from onepath.progress import Progress
    from onepath_packs.canonical.definitions.old_paths.shim import Shim

_LANDING = "the same command with `--plan {}` in the place of `--review`"


class PlanMaker(Protocol):
    """Plans a refactor of a state of the code."""

    def __call__(
        self,
        snapshot: "Snapshot",
        config: "Config",
        *,
        executor: "Executor",
        cache_dir: Path | None,
        progress: "Progress",
    ) -> "Plan": ...


@dataclass(frozen=True, slots=True)
class OneOffOptions:
    """What shall become of the plan, and its options."""

    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would happen; write nothing.")
    ] = False
    form: Annotated[
        Format | None, typer.Option("--format", help="With --dry-run; by default diff.")
    ] = None
    patch: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --dry-run: write a patch to DIR.")
    ] = None
    check: Annotated[
        bool, typer.Option("--check", help="With --dry-run: exit 1 when anything would change.")
    ] = False
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before creating the branch.")] = (
        False
    )
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Write into the files instead of a branch.")
    ] = False
    wanted: PlanHash = None
    """The hash of the plan that was shown, which then lands without a question."""
    review: Annotated[
        bool,
        typer.Option("--review", help="Walk through the hunks: accept, skip, edit, explain, undo."),
    ] = False
    """Whether to walk through its hunks, and do nothing else."""


@dataclass(frozen=True, slots=True)
class ShimOptions:
    """What is kept at the old paths of what moves itself."""

    shim: Annotated[
        str,
        typer.Option(
            metavar="none|forward|warn",
            help="What stays at the old path of what moves itself: nothing, the same object, or "
            "the same object with a DeprecationWarning for whoever looks.",
        ),
    ] = "none"
    until: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="With --shim: when it is to be gone; `migrate audit` watches it."
        ),
    ] = ""

    def checked(self) -> "Shim":
        """The shim that is asked for.

        Raises:
            InputError: There is no such kind, or the end is no date, or that of nothing.
        """
        from onepath_packs.canonical.definitions.old_paths.shim import Shim

        return Shim.checked(self.shim, self.until)


def carry_out(
    options: Options,
    make_plan: PlanMaker,
    ending: OneOffOptions,
    command: str,
    table: Path | None = None,
) -> None:
    """Show a plan, or land it on its branch, or write it into the files.

    Args:
        options: The global options.
        make_plan: Makes it, with the configuration of the repository or an empty one.
        ending: Which of these.
        command: As it is typed, for hints.
        table: The file that says what is wanted. It names the old paths, and needs none of them.

    Raises:
        InputError: The options contradict each other.
        RefusedError: The plan is not the one that is wanted.
    """

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        config = config_or_default(options, workspace)
        with open_engine(options, workspace, rev) as (snapshot, executor):
            return make_plan(
                _without(snapshot, workspace.folder, table),
                config,
                executor=executor,
                cache_dir=workspace.cache_dir,
                progress=options.output.progress,
            )

    if ending.review:
        _review(options, planning, ending)
        return
    wanted = as_shown(planning, ending.wanted)
    if ending.dry_run:
        rev = WORKTREE if ending.worktree else None
        show(options, wanted, ending.form or Format.DIFF, ending.patch, ending.check, rev)
        return
    shown_only = {"--format": ending.form, "--patch": ending.patch, "--check": ending.check}
    for name, given in shown_only.items():
        if given:
            raise InputError(f"{name} needs --dry-run", hint=f"`{command} --help` lists them")
    if ending.worktree:
        write_files(options, wanted)
    else:
        ask_about(options, wanted, ending.yes or ending.wanted is not None, command)


def _without(snapshot: "Snapshot", folder: Path, table: Path | None) -> "Snapshot":
    """A snapshot without a file, if that is in it."""
    from onepath.snapshot import Overlay

    place, top = table and table.resolve(), folder.resolve()
    path = place.relative_to(top).as_posix() if place and place.is_relative_to(top) else ""
    return Overlay(snapshot, {path: None}) if path in snapshot.entries else snapshot


def _review(options: Options, planning: Planning, ending: OneOffOptions) -> None:
    from onepath_cli.reviewing import tell, walk

    others = {"--dry-run": ending.dry_run, "--yes": ending.yes, "--worktree": ending.worktree}
    for name, given in {**others, "--plan": ending.wanted}.items():
        if given:
            raise InputError(
                f"--review lands nothing, so {name} says nothing", hint=f"leave {name} out"
            )
    with open_workspace(options, writes=True) as workspace:
        bare = replace(workspace, reviewed=False)
        if walk(options, workspace, planning(bare, None), config_or_default(options, bare)):
            tell(options, planning(workspace, None), _LANDING)


def config_or_default(options: Options, workspace: Workspace) -> "Config":
    """The configuration of the repository, or an empty one; with what was decided in reviews."""
    from onepath.codemod.packs.configuration import parse_config
    from onepath.state.review.kept import with_reviews

    config = find_and_read_config(options, workspace)
    config = config or in_environment(options, parse_config("", ""))
    if not workspace.reviewed or workspace.repository is None:
        return config
    repository, rev = workspace.repository, options.rev or "HEAD"
    base = None if rev == WORKTREE else repository.resolve(rev)
    return with_reviews(config, repository, base)
