"""What all commands need: the global options, the repository and its configuration.

The engine is imported where it is used, so that `migrate --help` answers at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.output import Output

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Executor, Plan, Snapshot
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
    environment: Path | None = None
    """The interpreter whose packages are read; None: that of this program."""
    scheduler: str = ""
    """The address of a Dask scheduler, whose workers read the files; empty for none."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that is worked on, and its repository if it is in one."""

    folder: Path
    repository: "Repository | None"
    reviewed: bool = True
    """Whether plans leave out what somebody has skipped in a review."""

    @property
    def cache_dir(self) -> Path | None:
        return None if self.repository is None else self.repository.cache_dir

    @property
    def git_dir(self) -> Path | None:
        """The git folder of this very work tree."""
        return None if self.repository is None else self.repository.git_dir

    @property
    def is_checked_out(self) -> bool:
        """Whether there are files: not in a bare repository."""
        return self.repository is None or not self.repository.bare


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
    from onepath.codemod.packs.known_code import keeping_known_code
    from onepath.snapshot import Repository

    path = options.repo or current_folder()
    repository = Repository.discover(path)
    if repository is None:
        workspace = Workspace(path, None)
        _end_interrupted(options, workspace, writes)
        yield workspace
    else:
        with repository, keeping_known_code(repository.cache_dir):
            workspace = Workspace(repository.top, repository)
            _end_interrupted(options, workspace, writes)
            yield workspace


def _end_interrupted(options: Options, workspace: Workspace, writes: bool) -> None:
    from onepath.land.worktree.journal import places

    if not writes:
        if any(place.is_pending for place in places(workspace.folder, workspace.git_dir)):
            options.output.note(
                f"a run that writes into the files of {near(workspace.folder)} was interrupted, or "
                "is still at work: what is read here may be half of it. The next command that may "
                "write rolls it back; this one changes nothing\n"
            )
        return

    from onepath.land.worktree.rollback import recover

    ended = recover(workspace.folder, workspace.git_dir)
    if ended is not None and not ended.is_complete:
        options.output.note(
            "an earlier run was interrupted while it wrote into the files; they are again as they "
            f"were before it ({ended.put_back:,} put back)\n"
        )


def read_config(options: Options, workspace: Workspace) -> "Config":
    """Read the configuration; this command can't do without.

    Raises:
        InputError: There is none, or it has errors.
    """
    config = find_and_read_config(options, workspace)
    if config is None:
        raise _no_config(workspace.folder)
    return config


def no_repository(workspace: Workspace, consequence: str) -> InputError:
    """The error of a command that needs a git repository, where there is none.

    Args:
        workspace: Where it was looked for.
        consequence: What there can't be without one.
    """
    return InputError(
        f"{near(workspace.folder)}: not in a git repository, so {consequence}",
        hint="--repo PATH names another folder; `git init` makes a repository here",
    )


def _no_config(folder: Path) -> InputError:
    return InputError(
        f"{near(folder)}: neither migrate.toml nor [tool.migrate] in pyproject.toml is here, and "
        "no installed pack knows this code",
        hint="`migrate init` ranks the names that are imported by the most paths; `migrate init "
        "--canonical pkg.mod.Name` finds every path, shim, factory and look-alike of one and "
        "writes migrate.toml",
    )


def find_and_read_config(options: Options, workspace: Workspace) -> "Config | None":
    """Read the configuration if there is one.

    That is the file which `--config` names; else that of the revision, if `--rev` names one or the
    repository is bare; else that in the work tree.

    Raises:
        InputError: It has errors.
    """
    from onepath.codemod.packs.configuration import load_config, read_config_at
    from onepath.config.migrate_toml import find_config

    repository = workspace.repository
    bare = repository is not None and repository.bare
    rev = options.rev or (HEAD if bare else WORKTREE)
    if options.config is None and repository is not None and rev != WORKTREE:
        config = read_config_at(repository, rev, _packs_on_disk(workspace))
        if config is not None or bare:
            return None if config is None else in_environment(options, config)
    path = find_config(near(workspace.folder), options.config)
    if path is None:
        return None
    if options.config is None and repository is not None and rev != WORKTREE:
        options.output.note(f"{rev} has no configuration: {path} is used as it lies\n")
    return in_environment(options, load_config(path))


def _packs_on_disk(workspace: Workspace) -> "list[Path]":
    """The folders of packs that the configuration in the work tree names.

    Only what somebody has named on disk runs, whatever a revision names. A file that can't be read
    names none: it is not what was asked for, so what is wrong with it is not told here.
    """
    from onepath.codemod.packs.configuration import named_folders
    from onepath.config.migrate_toml import find_config

    if not workspace.is_checked_out:
        return []
    try:
        path = find_config(near(workspace.folder), None)
        return [] if path is None else named_folders(path)
    except InputError:
        return []


def in_environment(options: Options, config: "Config") -> "Config":
    """The configuration, for the environment that the user named.

    Raises:
        InputError: Its interpreter can't be run.
    """
    if options.environment is None:
        return config

    from onepath.symbols.outside.environment import read_environment

    return replace(config, environment=read_environment(options.environment))


def base_revision(options: Options, workspace: Workspace) -> str | None:
    """The revision to plan from where `--rev` names none; None for HEAD.

    With a phase's branch checked out that is not HEAD but the branch that phases start from.

    Raises:
        InputError: That can't be told.
    """
    from onepath.state.branches.base import base_of_head

    if options.rev is not None or workspace.repository is None:
        return None
    branch, base = base_of_head(workspace.repository)
    if branch is None:
        return None
    if base is None:
        raise InputError(
            f"HEAD is on {branch}, the branch of a phase, and nothing tells what it starts from",
            hint="name it with --rev: migrate --rev main --dry-run",
        )
    options.output.note(f"HEAD is on {branch}, the branch of a phase: {base} is the base\n")
    return base


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
    from onepath.codemod.packs.installed import load_packs
    from onepath.plan.defaults import default_config

    config = default_config(
        snapshot, load_packs(), executor=executor, cache_dir=workspace.cache_dir
    )
    if config is not None:
        options.output.note(
            f"no migrate.toml: the pack '{config.packs[0]}' knows this code, and its defaults are "
            "used; `migrate init --canonical PATH` writes a configuration for review\n"
        )
    return config


@contextmanager
def open_engine(
    options: Options, workspace: Workspace, rev: str | None
) -> Iterator[tuple["Snapshot", "Executor"]]:
    """The code at `--rev`, or at `rev` if that is not given, and what works on it."""
    from onepath.run import make_executor
    from onepath.snapshot import open_snapshot, snapshot_in

    options.output.progress("listing files")
    named = options.rev or rev or HEAD
    if workspace.repository is None:
        snapshot = open_snapshot(workspace.folder, named)
    else:
        snapshot = snapshot_in(workspace.repository, named)
    with make_executor(options.jobs, options.scheduler) as executor:
        yield snapshot, executor


@contextmanager
def telling_uncommitted(
    options: Options, workspace: Workspace, rev: str | None = None
) -> Iterator[None]:
    """Say after the work inside how many files have changes that it does not see.

    Args:
        options: The global options.
        workspace: What is worked on.
        rev: What is read where `--rev` names nothing; None for a commit.
    """
    repository = workspace.repository
    read = options.rev or rev or HEAD
    if repository is None or repository.bare or read == WORKTREE or not options.output.has_notes:
        yield
        return

    from onepath.report.text import counted
    from onepath.snapshot.uncommitted import uncommitted

    with uncommitted(repository) as count:
        yield
        files = count()
    if files:
        verb = "is" if files == 1 else "are"
        options.output.note(
            f"{counted(files, 'file')} with changes {verb} not in this, which reads {read}; "
            "`--rev WORKTREE` reads the files as they lie\n"
        )


def note_unmatched(options: Options, config: "Config", snapshot: "Snapshot") -> None:
    """Say which globs of the configuration match no file."""
    if not options.output.has_notes:
        return

    from onepath.config.unmatched import unmatched_globs

    for line in unmatched_globs(config, snapshot.entries):
        options.output.note(f"{line}\n")


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
        raise InputError(
            "the current folder does not exist any more", hint="cd to one that does, or name --repo"
        ) from None
