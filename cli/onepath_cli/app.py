"""The command `migrate`: its global options, and which commands there are."""

import signal
import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

import onepath
from onepath.errors import InputError, Terminated
from onepath_cli.anywhere import MigrateGroup
from onepath_cli.commands.phases.dry_run import Format
from onepath_cli.context import Options, PhaseNames
from onepath_cli.guard import guarded
from onepath_cli.loading import HELP_MODE
from onepath_cli.output import Output

app = typer.Typer(
    name="migrate",
    cls=MigrateGroup,
    pretty_exceptions_enable=False,
    rich_markup_mode=HELP_MODE,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What the terminal's encoding lacks is escaped instead of ending the run.
            stream.reconfigure(errors="backslashreplace")
    # `kill` unwinds like any other end, so that no child process is left behind.
    signal.signal(signal.SIGTERM, _terminate)
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_DFL:  # else it is `nohup`
        signal.signal(hangup, _terminate)
    app(prog_name="migrate")


def _terminate(number: int, _: Any) -> None:
    raise Terminated(128 + number)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"onepath {onepath.__version__}")
        raise typer.Exit


RepositoryFolder = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="The repository; by default that around this folder."),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="By default migrate.toml, or [tool.migrate] in pyproject.toml."
    ),
]
Revision = Annotated[
    str | None,
    typer.Option(
        metavar="REV", help="A revision, by default HEAD; WORKTREE reads the files as they lie."
    ),
]
Jobs = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Processes; by default one per core.")
]


class ExecutorChoice(StrEnum):
    """Where files are read."""

    PROCESSES = "processes"
    DASK = "dask"


ExecutorOption = Annotated[
    ExecutorChoice, typer.Option(help="Where files are read: in processes here, or by a cluster.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="With --executor dask: tcp://HOST:PORT."),
]
EnvironmentOf = Annotated[
    Path | None,
    typer.Option(
        metavar="PYTHON",
        help="The interpreter whose packages are read (never imported); by default this one.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No notes, no progress.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Every refusal, not only the first of each kind.")
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.")]
ShowVersion = Annotated[
    bool,
    typer.Option(
        "--version", "-V", callback=_show_version, is_eager=True, help="Show the version."
    ),
]
OnlyShow = Annotated[
    bool, typer.Option("--dry-run", help="Print what would happen; write nothing.")
]
Form = Annotated[Format | None, typer.Option("--format", help="With --dry-run; by default diff.")]
PatchFolder = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="With --dry-run: write a patch per phase to DIR."),
]
Check = Annotated[
    bool, typer.Option("--check", help="With --dry-run: exit 1 when anything is pending.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before creating branches.")]


@app.callback(invoke_without_command=True)
@guarded
def migrate(
    context: typer.Context,
    repo: RepositoryFolder = None,
    config: ConfigFile = None,
    rev: Revision = None,
    jobs: Jobs = None,
    executor: ExecutorOption = ExecutorChoice.PROCESSES,
    scheduler: Scheduler = None,
    environment: EnvironmentOf = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    _version: ShowVersion = False,
    only_show: OnlyShow = False,
    phase: PhaseNames = None,
    form: Form = None,
    patch: PatchFolder = None,
    check: Check = False,
    yes: Yes = False,
) -> None:
    """Take a codebase to one canonical import path per symbol, in phases.

    Options that say where and how to work (--repo to --no-color) may also follow the command.

    Without a command: show what every pending phase would do, ask, and create a branch for each.
    """
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other", hint="leave one out")
    if (executor is ExecutorChoice.DASK) != bool(scheduler):
        raise InputError(
            "--executor dask and --scheduler ADDRESS go together", hint="name both, or neither"
        )
    shown_only = {"--format": form, "--patch": patch, "--check": check}
    own = {"--dry-run": only_show, "--phase": phase, "--yes": yes, **shown_only}
    if context.invoked_subcommand is not None:
        _refuse(own, f"has no meaning before the command {context.invoked_subcommand}")
    elif not only_show:
        _refuse(shown_only, "needs --dry-run")
    output = Output(quiet=quiet, verbose=verbose, no_color=no_color)
    options = Options(repo, config, rev, jobs, output, environment, scheduler or "")
    if context.invoked_subcommand is not None:
        context.obj = options
    elif only_show:
        from onepath_cli.commands.phases.dry_run import dry_run

        dry_run(options, phase or (), form or Format.DIFF, patch, check)
    else:
        from onepath_cli.commands.phases.apply import ask_and_land

        ask_and_land(options, phase or (), yes)


def _refuse(given: dict[str, Any], why: str) -> None:
    for name, value in given.items():
        if value:
            raise InputError(f"{name} {why}", hint="`migrate --help` lists what goes together")
