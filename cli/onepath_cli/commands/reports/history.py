"""`migrate history`: the findings of each revision over time."""

import json
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.auditing import audit_config
from onepath_cli.commands.phases.status import need_repository
from onepath_cli.commands.reports.shared import OutputFile, RuleNames
from onepath_cli.context import HEAD, Options, Workspace, open_workspace
from onepath_cli.output import Output, deliver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onepath.config.migrate_toml import Config
    from onepath.plan.history import Chosen, Point

POINTS = 12
"""How many revisions are audited where nothing else is asked for."""


class HistoryFormat(StrEnum):
    """How a history is printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


Last = Annotated[
    int | None,
    typer.Option("--last", min=1, metavar="N", help="Only the newest N commits, each of them."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="REV", help="Only this revision and newer ones.")
]
Every = Annotated[
    int | None,
    typer.Option("--every", min=1, metavar="N", help="Each Nth commit, back from the newest."),
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        min=1,
        metavar="N",
        help=f"N revisions, evenly spaced by commits; by default {POINTS}.",
    ),
]
Form = Annotated[HistoryFormat, typer.Option("--format", help="What is printed.")]
BadgeFile = Annotated[
    Path | None,
    typer.Option("--badge", metavar="FILE", help="Also write an SVG badge of the newest one."),
]


def history(
    context: typer.Context,
    last: Last = None,
    since: Since = None,
    every: Every = None,
    points: Points = None,
    rule: RuleNames = None,
    form: Form = HistoryFormat.TEXT,
    badge: BadgeFile = None,
    output: OutputFile = None,
) -> None:
    """Show the findings of each revision over time, along the first parents.

    Each revision is audited as `migrate audit --rev` does it, by its own configuration if it has
    one. Only files are read that no revision before had.
    """
    options: Options = context.obj
    if every is not None and points is not None:
        raise InputError("--every and --points contradict each other", hint="leave one out")
    if every is None and points is None and last is None:
        points = POINTS
    from onepath.plan.history import choose_revisions

    with open_workspace(options) as workspace:
        chosen = choose_revisions(
            need_repository(options, workspace),
            options.rev or HEAD,
            points=points,
            every=every,
            last=last,
            since=since,
        )
        audited = audit_revisions(options, workspace, chosen, rule)
    if all(point.problem for point in audited):
        last_one = audited[-1]
        raise InputError(
            f"none of {len(audited):,} revisions could be audited; "
            f"{last_one.revision.commit[:12]}: {last_one.problem}"
        )
    if badge is not None:
        from onepath.report.audits.badge import badge as drawn

        deliver(drawn(audited), badge, options.output)
    if form is HistoryFormat.TEXT and output is None:
        from onepath.report.audits.history import history_blocks

        options.output.report(history_blocks(chosen, audited))
        return
    deliver(_printed(form, chosen, audited), output, options.output)


def audit_revisions(
    options: Options, workspace: Workspace, chosen: "Chosen", rules: "Sequence[str] | None" = None
) -> "list[Point]":
    """Audit the chosen revisions; say once where the configuration comes from."""
    from onepath.plan.history import audit_history
    from onepath.run import make_executor

    repository = need_repository(options, workspace)
    notes: Counter[str] = Counter()

    def config_at(commit: str) -> "Config":
        quiet = _Collected()
        config = audit_config(replace(options, rev=commit, output=quiet), workspace)
        notes.update(note.replace(commit, "the revision") for note in quiet.notes)
        return config

    with make_executor(options.jobs, options.scheduler) as executor:
        points = audit_history(
            repository,
            chosen.revisions,
            config_at,
            executor=executor,
            cache_dir=workspace.cache_dir,
            rules=rules,
            progress=options.output.progress,
        )
        audited = list(points)
    for note, count in notes.items():
        options.output.note(f"for {count:,} of {len(audited):,} revisions: {note}")
    return audited


class _Collected(Output):
    """Keeps what is said about one revision, which would drown what is said about all of them."""

    def __init__(self) -> None:
        super().__init__(quiet=True, verbose=False, no_color=True)
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def _printed(form: HistoryFormat, chosen: "Chosen", points: "list[Point]") -> str:
    from onepath.report.audits import history as formats

    match form:
        case HistoryFormat.CSV:
            return formats.history_csv(points)
        case HistoryFormat.JSON:
            return json.dumps(formats.history_document(chosen, points), indent=2) + "\n"
        case HistoryFormat.JSONL:
            return formats.history_lines(points)
        case HistoryFormat.MARKDOWN:
            return formats.history_markdown(points)
        case HistoryFormat.TEXT:
            return formats.history_text(chosen, points)
