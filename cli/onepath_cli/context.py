"""What all commands need: the global options, the repository and the plan.

The engine is imported where it is used, so that `migrate --help` answers at once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.output import Output

if TYPE_CHECKING:
    from onepath.model import Executor, Plan, Snapshot
    from onepath.plan.config import Config
    from onepath.snapshot import Repository

HEAD = "HEAD"
WORKTREE = "WORKTREE"

PhaseNames = Annotated[
    list[str] | None,
    typer.Option("--phase", metavar="NAME", help="Only this phase; may be repeated."),
]


@dataclass(frozen=True, slots=True)
class Options:
    """The global options."""

    repo: Path | None
    config: Path | None
    rev: str | None
    jobs: int | None
    output: Output


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that is worked on, and its repository if it is in one."""

    folder: Path
    repository: "Repository | None"

    @property
    def cache_dir(self) -> Path | None:
        return None if self.repository is None else self.repository.cache_dir

    @property
    def git_dir(self) -> Path | None:
        """The git folder of this very work tree."""
        return None if self.repository is None else self.repository.git_dir


Planning = Callable[[Workspace, str | None], "Plan"]
"""Makes a plan for a workspace, at `--rev` or at the given revision if there is none."""


@contextmanager
def open_workspace(options: Options, *, writes: bool = False) -> Iterator[Workspace]:
    """Find the repository of `--repo`, or around the current folder.

    Args:
        options: The global options.
        writes: Whether the command may change something. Then an earlier run that was interrupted
            while it wrote into the files is rolled back first; else that is only said.

    Raises:
        InputError: There is nothing, or git can't use it.
        RefusedError: What an earlier run has left can't be rolled back.
    """
    from onepath.snapshot import Repository

    path = options.repo or current_folder()
    repository = Repository.discover(path)
    if repository is None:
        workspace = Workspace(path, None)
        _end_interrupted(options, workspace, writes)
        yield workspace
    else:
        with repository:
            workspace = Workspace(repository.top, repository)
            _end_interrupted(options, workspace, writes)
            yield workspace


def _end_interrupted(options: Options, workspace: Workspace, writes: bool) -> None:
    from onepath.land.journal import places
    from onepath.land.rollback import recover

    if not writes:
        if any(place.is_pending for place in places(workspace.folder, workspace.git_dir)):
            options.output.note(
                f"a run that writes into the files of {near(workspace.folder)} was interrupted, or "
                "is still at work: what is read here may be half of it. The next command that may "
                "write rolls it back; this one changes nothing\n"
            )
        return
    ended = recover(workspace.folder, workspace.git_dir)
    if ended is not None and not ended.is_complete:
        options.output.note(
            "an earlier run was interrupted while it wrote into the files; they are again as they "
            f"were before it ({ended.put_back:,} put back)\n"
        )


def read_config(options: Options, folder: Path) -> "Config":
    """Read the configuration; this command can't do without.

    Raises:
        InputError: There is none, or it has errors.
    """
    config = find_and_read_config(options, folder)
    if config is None:
        raise _no_config(folder)
    return config


def _no_config(folder: Path) -> InputError:
    return InputError(
        f"{near(folder)}: neither migrate.toml nor [tool.migrate] in pyproject.toml is here, and "
        "no installed pack knows this code",
        hint="`migrate init` ranks the names that are imported by the most paths; `migrate init "
        "--canonical pkg.mod.Name` finds every path, shim, factory and look-alike of one and "
        "writes migrate.toml",
    )


def find_and_read_config(options: Options, folder: Path) -> "Config | None":
    """Read the configuration if there is one.

    Raises:
        InputError: It has errors.
    """
    from onepath.plan.config import find_config, load_config

    path = find_config(near(folder), options.config)
    return None if path is None else load_config(path)


def plan_phases(
    options: Options, workspace: Workspace, phases: Sequence[str] | None, rev: str | None = None
) -> "Plan":
    """Plan every pending phase, or the chosen ones, at `--rev` or at `rev` if that is not given."""
    config = find_and_read_config(options, workspace.folder)

    from onepath.plan.packs import load_packs
    from onepath.plan.planner import make_plan

    packs = load_packs()
    with open_engine(options, workspace, rev) as (snapshot, executor):
        if config is None:
            config = known_config(options, workspace, snapshot, executor)
        return make_plan(
            snapshot,
            config,
            packs,
            executor=executor,
            cache_dir=workspace.cache_dir,
            phases=phases or None,
            progress=options.output.progress,
        )


def known_config(
    options: Options, workspace: Workspace, snapshot: "Snapshot", executor: "Executor"
) -> "Config":
    """The defaults of a pack that recognises the code, where there is no configuration.

    Raises:
        InputError: No installed pack does.
    """
    config = recognised_config(options, workspace, snapshot, executor)
    if config is None:
        raise _no_config(workspace.folder)
    return config


def recognised_config(
    options: Options, workspace: Workspace, snapshot: "Snapshot", executor: "Executor"
) -> "Config | None":
    """The defaults of a pack that recognises the code, which is said; None if none does."""
    from onepath.plan.defaults import default_config
    from onepath.plan.packs import load_packs

    config = default_config(
        snapshot, load_packs(), executor=executor, cache_dir=workspace.cache_dir
    )
    if config is not None:
        options.output.note(
            f"no migrate.toml: the pack '{config.pack}' knows this code, and its defaults are "
            "used; `migrate init --canonical PATH` writes a configuration for review\n"
        )
    return config


@contextmanager
def open_engine(
    options: Options, workspace: Workspace, rev: str | None
) -> Iterator[tuple["Snapshot", "Executor"]]:
    """The code at `--rev`, or at `rev` if that is not given, and what works on it."""
    from onepath.run import make_executor
    from onepath.snapshot import open_snapshot

    snapshot = open_snapshot(workspace.folder, options.rev or rev or HEAD)
    with make_executor(options.jobs) as executor:
        yield snapshot, executor


def is_pending(plan: "Plan") -> bool:
    """Whether the plan changes anything."""
    return any(phase.changeset.changes for phase in plan.phases)


def near(path: Path) -> Path:
    """The path as the user would type it: relative, if it is below the current folder."""
    try:
        return path.relative_to(current_folder())
    except ValueError:
        return path


def current_folder() -> Path:
    """Where the command was started.

    Raises:
        InputError: Somebody has deleted it.
    """
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise InputError("the current folder does not exist any more") from None
