"""`migrate serve`: answers agents over the Model Context Protocol."""

import gc
from typing import Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import Options, open_workspace

_TIMEOUT = 1800.0

Mcp = Annotated[
    bool,
    typer.Option(
        "--mcp",
        help="Serve tools over the Model Context Protocol, on stdin and stdout: explain, audit, "
        "plan, read a plan in pages, land it by its hash, roll back.",
    ),
]
Skill = Annotated[
    bool, typer.Option("--skill", help="Print the skill file for agents, and serve nothing.")
]
Timeout = Annotated[
    float, typer.Option(min=1.0, metavar="SECONDS", help="For each call of a tool.")
]


def serve(
    context: typer.Context, mcp: Mcp = False, skill: Skill = False, timeout: Timeout = _TIMEOUT
) -> None:
    """Serve an agent. What it plans it can read; only what it was shown can be landed."""
    options: Options = context.obj
    if mcp == skill:
        raise InputError("serve takes --mcp or --skill", hint="`migrate serve --help`")
    if skill:
        from onepath_cli.serve.skill import skill_file

        options.output.result(skill_file())
        return
    try:
        from onepath_cli.serve.mcp import make_server
    except ModuleNotFoundError as error:
        raise InputError(
            f"--mcp needs the package {error.name}", hint="pip install 'onepath[mcp]'"
        ) from None

    from onepath_cli.serve.calls import Calls

    with open_workspace(options):
        pass  # A folder that can't be used is said now, and not to every call.
    gc.enable()  # Unlike other commands, this one lasts.
    make_server(Calls(options, timeout)).run("stdio")
