"""`migrate run`: a codemod that the user names, over whole files."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onepath.errors import InputError
from onepath_cli.commands.oneoff.shared import OneOffOptions, carry_out
from onepath_cli.context import Options
from onepath_cli.loading import MigrateCommand
from onepath_cli.option_groups import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onepath.codemod.users.user_codemod import UserCodemod
    from onepath.config.migrate_toml import Config
    from onepath.model import Plan, Snapshot

_ARGUMENTS = "onepath.codemod_arguments"


class OwnCommand(MigrateCommand):
    """Keeps what follows `--` apart: it belongs to the codemod, and is not more globs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            args, ctx.meta[_ARGUMENTS] = args[:at], args[at + 1 :]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- ARGS]"]


Codemod = Annotated[
    str | None,
    typer.Argument(
        metavar="CODEMOD",
        help="package.module.Class or path/to/file.py:Class, a libcst codemod; or "
        "bowler:package.module:function or bowler:path/to/file.py:function, which takes a "
        "list of paths and returns a Bowler query. It is imported and run.",
    ),
]
PathGlobs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH_GLOB",
        help="Which files, relative to the top folder; by default all Python files.",
    ),
]
Command = Annotated[
    str | None,
    typer.Option(
        "--exec",
        metavar="COMMAND",
        help="A command instead of a codemod, run once for each file on a copy, which "
        "{file} stands for: --exec 'ruff check --fix {file}'. All arguments are globs then.",
    ),
]
Containing = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD", help="Only files that have this word; may be repeated: one of them."
    ),
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going",
        help="Leave files as they are on which the codemod fails, and plan the rest.",
    ),
]
Seconds = Annotated[
    float,
    typer.Option("--timeout", min=0, metavar="SECONDS", help="For one file; 0 for any time."),
]


@grouped
def run(
    context: typer.Context,
    codemod: Codemod = None,
    path_glob: PathGlobs = None,
    command: Command = None,
    containing: Containing = None,
    keep_going: KeepGoing = False,
    seconds: Seconds = 60,
    *,
    ending: OneOffOptions,
) -> None:
    """Run a codemod of your own over whole files, on a branch of its own.

    What follows -- are the codemod's own arguments; -- --help lists them.
    """
    options: Options = context.obj
    arguments = context.meta.get(_ARGUMENTS, ())
    if command is None and codemod is not None and {"-h", "--help"} & {*arguments}:
        from onepath.codemod.users.whole_module import codemod_help

        options.output.result(codemod_help(_named(codemod, None, (), seconds)))
        return
    globs = list(path_glob or ())
    if command is not None and codemod is not None:
        globs.insert(0, codemod)

    def make_plan(snapshot: "Snapshot", config: "Config", **engine: Any) -> "Plan":
        from onepath.plan.oneoff import plan_codemod

        named = _named(codemod, command, arguments, seconds)
        return plan_codemod(
            snapshot,
            config,
            named,
            globs,
            containing=containing or (),
            keep_going=keep_going,
            **engine,
        )

    carry_out(options, make_plan, ending, "migrate run")


def _named(
    codemod: str | None, command: str | None, arguments: "Sequence[str]", seconds: float
) -> "UserCodemod":
    """What the user wants to run.

    Raises:
        InputError: Nothing is named, or it has no form of a codemod or command.
    """
    from onepath.codemod.users.shell_command import parse_command
    from onepath.codemod.users.user_codemod import parse_codemod

    if command is not None:
        if arguments:
            raise InputError(
                "what follows -- is for codemods; --exec has its arguments in it",
                hint="leave -- out: --exec 'COMMAND ARGUMENTS {file}'",
            )
        return parse_command(command, seconds)
    if codemod is None:
        raise InputError(
            "run takes CODEMOD, or --exec COMMAND", hint="`migrate run --help` says more"
        )
    return parse_codemod(codemod, arguments, seconds)
