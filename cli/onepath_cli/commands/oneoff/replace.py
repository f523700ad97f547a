"""`migrate replace`: code of one form becomes code of another one."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.commands.oneoff.shared import OneOffOptions, carry_out
from onepath_cli.context import Options
from onepath_cli.option_groups import grouped

if TYPE_CHECKING:
    from onepath.codemod.patterns.rule import PatternRule

RuleFile = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Rules of a TOML file: [[rule]] with pattern, replacement, and [[rule.example]] with "
        "before and after, which are run first.",
    ),
]


@grouped
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
    *,
    ending: OneOffOptions,
) -> None:
    """Replace code like PATTERN by REPLACEMENT, imports included, on a branch of its own."""
    from onepath.plan.replacing import plan_replacement

    options: Options = context.obj
    chosen = _chosen(pattern, replacement, rules)
    source = rules.name if rules is not None else ""
    plan = partial(plan_replacement, rules=chosen, source=source)
    carry_out(options, plan, ending, "migrate replace")


def _chosen(
    pattern: str | None, replacement: str | None, file: Path | None
) -> "tuple[PatternRule, ...]":
    """The rule that was typed, or those of a file.

    Raises:
        InputError: Neither is given, or both, or they can't be read.
    """
    from onepath.codemod.patterns.rule import PatternRule, read_rules

    if file is not None and pattern is None:
        return read_rules(file)
    if pattern is None or replacement is None or file is not None:
        raise InputError(
            "replace takes PATTERN and REPLACEMENT, or --from FILE",
            hint="`migrate replace --help` says more",
        )
    return (PatternRule.read(pattern, replacement),)
