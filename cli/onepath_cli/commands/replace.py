"""`migrate replace`: code of one form becomes code of another one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import Options, Workspace, open_engine
from onepath_cli.oneoff import (
    Check,
    DryRun,
    Ending,
    Form,
    Patch,
    PlanHash,
    Walk,
    Worktree,
    Yes,
    carry_out,
    config_or_default,
)

if TYPE_CHECKING:
    from onepath.codemod.patterns.rule import Rule
    from onepath.model import Plan

RuleFile = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Rules of a TOML file: [[rule]] with pattern, replacement, and [[rule.example]] with "
        "before and after, which are run first.",
    ),
]


def replace(
    context: typer.Context,
    pattern: Annotated[
        str | None,
        typer.Argument(
            metavar="PATTERN",
            help="An expression: $NAME stands for any one expression, $$$NAME for any number of "
            "arguments; other names are dotted paths, matched by what they mean.",
        ),
    ] = None,
    replacement: Annotated[
        str | None,
        typer.Argument(metavar="REPLACEMENT", help="What it becomes, with the same names."),
    ] = None,
    rules: RuleFile = None,
    dry_run: DryRun = False,
    form: Form = None,
    patch: Patch = None,
    check: Check = False,
    yes: Yes = False,
    worktree: Worktree = False,
    wanted: PlanHash = None,
    walk: Walk = False,
) -> None:
    """Replace code like PATTERN by REPLACEMENT, imports included, on a branch of its own."""
    options: Options = context.obj
    chosen = _chosen(pattern, replacement, rules)

    def planning(workspace: Workspace, rev: str | None) -> "Plan":
        from onepath.plan.replacing import plan_replacement

        config = config_or_default(options, workspace)
        with open_engine(options, workspace, rev) as (snapshot, executor):
            return plan_replacement(
                snapshot,
                config,
                chosen,
                rules.name if rules is not None else "",
                executor=executor,
                cache_dir=workspace.cache_dir,
                progress=options.output.progress,
            )

    ending = Ending(dry_run, form, patch, check, yes, worktree, wanted, walk)
    carry_out(options, planning, ending, "migrate replace")


def _chosen(pattern: str | None, replacement: str | None, file: Path | None) -> "tuple[Rule, ...]":
    """The rule that was typed, or those of a file.

    Raises:
        InputError: Neither is given, or both, or they can't be read.
    """
    from onepath.codemod.patterns.rule import Rule, read_rules

    if file is not None and pattern is None:
        return read_rules(file)
    if pattern is None or replacement is None or file is not None:
        raise InputError(
            "replace takes PATTERN and REPLACEMENT, or --from FILE",
            hint="`migrate replace --help` says more",
        )
    return (Rule.read(pattern, replacement),)
