"""`migrate stamp` and `migrate heads`: the versions, as Alembic has them."""

from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath.report.text import printable
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.context import (
    HEAD,
    WORKTREE,
    Options,
    Workspace,
    find_and_read_config,
    no_repository,
    open_workspace,
)

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.state.applied.heads import Head
    from onepath.state.applied.ledger import LedgerEntry
    from onepath.state.applied.stamp import Stamped

_TWO_HEADS = 1


def stamp(
    context: typer.Context,
    version: Annotated[
        str | None,
        typer.Argument(help="A version (1, canonical_imports), a phase, or `head` for all."),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take it back: the version is planned again.")
    ] = False,
    from_history: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="Write what the ledger lacks, from the commits of the history."
        ),
    ] = False,
    form: Form = TextOrJson.TEXT,
) -> None:
    """Mark a version as applied, in the ledger in the work tree, for you to commit."""
    options: Options = context.obj
    if (version is None) != from_history or (remove and from_history):
        raise InputError("give a version, or --rebuild alone", hint="`migrate stamp --help`")

    with open_workspace(options, writes=True) as workspace:
        if workspace.repository is not None and workspace.repository.bare:
            raise InputError(
                f"{workspace.folder} is bare: it has no files that a stamp could be written into",
                hint="stamp in a clone, commit and push",
            )
        done = _stamped(options, workspace, version, remove)
    if form is TextOrJson.JSON:
        files = [
            {"path": stamped.path, "version": stamped.version, "removed": stamped.removed}
            for stamped in done
        ]
        options.output.document({"schema": 1, "files": files})
        return
    for stamped in done:
        options.output.result(
            f"{'removed' if stamped.removed else 'wrote':<7}  {printable(stamped.path)}\n"
        )
    options.output.note("commit it\n" if done else "nothing to do\n")


def _stamped(
    options: Options, workspace: Workspace, version: str | None, remove: bool
) -> "list[Stamped]":
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.state.applied import stamp as engine
    from onepath.state.applied.heads import named_versions

    config = _config(options, workspace)
    pack = chosen_pack(packs_of(config), config)
    if version is None:
        if workspace.repository is None:
            raise no_repository(workspace, "it has no history")
        base = workspace.repository.resolve(options.rev or HEAD)
        return engine.rebuild(workspace.repository, config.ledger, pack, base)
    write = engine.unstamp if remove else engine.stamp
    return write(workspace.folder, config.ledger, named_versions(pack, version))


def _config(options: Options, workspace: Workspace) -> "Config":
    from onepath.codemod.packs.configuration import parse_config

    return find_and_read_config(options, workspace) or parse_config("", "")


def heads(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 when a pack has more than one head.")
    ] = False,
    form: Form = TextOrJson.TEXT,
) -> None:
    """List the newest version of each configured pack; two are a fork that somebody must join."""
    options: Options = context.obj

    from onepath.codemod.packs.installed import packs_of
    from onepath.state.applied.heads import forks
    from onepath.state.applied.heads import heads as heads_of

    with open_workspace(options) as workspace:
        config = _config(options, workspace)
        packs = packs_of(config)
        found = heads_of(
            [packs[name] for name in config.packs], _applied(options, workspace, config)
        )
    forked = forks(found)
    if form is TextOrJson.JSON:
        options.output.document({
            "schema": 1,
            "heads": [head._asdict() for head in found],
            "forks": {name: [head.version for head in several] for name, several in forked.items()},
        })  # fmt: skip
    else:
        options.output.result("".join(f"{_line(head)}\n" for head in found))
        for name, several in forked.items():
            options.output.note(
                f"the pack '{printable(name)}' has {len(several)} heads: give all but one of them "
                "the next number\n"
            )
    if check and forked:
        raise typer.Exit(_TWO_HEADS)


def _line(head: "Head") -> str:
    return f"{printable(head.version)} (head)" + ("" if head.known else ", only in the ledger")


def _applied(options: Options, workspace: Workspace, config: "Config") -> list[str]:
    """What the ledger says is applied: at the revision, and in the work tree."""
    from onepath.snapshot import open_snapshot
    from onepath.state.applied.ledger import read_ledger
    from onepath.state.planning import read_ledger_folder

    repository = workspace.repository
    entries: dict[str, LedgerEntry] = {}
    if (
        repository is not None
        and options.rev != WORKTREE
        and (options.rev is not None or repository.head() is not None)
    ):
        snapshot = open_snapshot(workspace.folder, options.rev or HEAD)
        entries |= read_ledger(snapshot, config.ledger)
    if options.rev in (None, WORKTREE) and workspace.is_checked_out:
        entries |= read_ledger_folder(workspace.folder, config.ledger)
    return sorted({entry.version for entry in entries.values()})
