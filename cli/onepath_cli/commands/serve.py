"""`migrate serve`: answers editors and agents, each over the protocol that they speak."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import Options, Workspace, open_workspace

_TIMEOUT = 1800.0

Mcp = Annotated[
    bool,
    typer.Option(
        "--mcp",
        help="Serve tools over the Model Context Protocol, on stdin and stdout: explain, audit, "
        "plan, read a plan in pages, land it by its hash, roll back.",
    ),
]
Lsp = Annotated[
    bool,
    typer.Option(
        "--lsp",
        help="Serve an editor over the Language Server Protocol, on stdin and stdout: the findings "
        "of open files, and what mends them as quick fixes.",
    ),
]
Skill = Annotated[
    bool, typer.Option("--skill", help="Print the skill file for agents, and serve nothing.")
]
Timeout = Annotated[
    float, typer.Option(min=1.0, metavar="SECONDS", help="For each call of a tool.")
]


def serve(
    context: typer.Context,
    mcp: Mcp = False,
    lsp: Lsp = False,
    skill: Skill = False,
    timeout: Timeout = _TIMEOUT,
) -> None:
    """Serve an agent or an editor. Nothing is written that was not shown."""
    options: Options = context.obj
    if mcp + lsp + skill != 1:
        raise InputError("serve takes one of --mcp, --lsp and --skill", hint="`migrate serve -h`")
    if skill:
        from onepath_cli.serve.skill import skill_file

        options.output.result(skill_file())
        return
    gc.enable()  # Unlike other commands, these last.
    with open_workspace(options) as workspace:
        if mcp:
            _serve_agents(options, timeout)
        else:
            _serve_editor(options, workspace)


def _serve_agents(options: Options, timeout: float) -> None:
    from onepath_cli.serve.calls import CommandRunner

    with _extra("mcp"):
        from onepath_cli.serve.mcp import make_server

    make_server(CommandRunner(options, timeout)).run("stdio")


def _serve_editor(options: Options, workspace: Workspace) -> None:
    from onepath_cli.serve.open_files import OpenFiles

    with _extra("lsp"):
        from onepath_cli.serve.lsp import make_server

    make_server(OpenFiles(options, workspace), workspace.folder).start_io()


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Say which extra brings what an import inside lacks."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(
            f"--{name} needs the package {error.name}", hint=f"pip install 'onepath[{name}]'"
        ) from None
