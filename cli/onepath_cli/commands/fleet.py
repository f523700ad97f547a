"""`migrate fleet`: the single commands over many repositories."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import onepath
from onepath.errors import InputError
from onepath_cli.commands.phases.pr import Draft, ForgeChoice, ForgeOption, Label, Request
from onepath_cli.context import Options, PhaseNames
from onepath_cli.output import deliver

if TYPE_CHECKING:
    from onepath.fleet.manifest import Manifest
    from onepath.fleet.report import Summary
    from onepath.fleet.results import Results
    from onepath_cli.fleet.jobs import Job


class FleetAction(StrEnum):
    """What is done for each repository."""

    PLAN = "plan"
    APPLY = "apply"
    PR = "pr"
    STATUS = "status"
    USES = "uses"
    REPORT = "report"


class FleetForm(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"
    LINES = "jsonl"


FleetFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="Says which repositories belong to the fleet.")
]
Doing = Annotated[
    FleetAction, typer.Argument(metavar="plan|apply|pr|status|uses|report", help="What to do.")
]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="With uses: dotted paths.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Only repositories of such names; may be repeated."),
]
CheckPending = Annotated[
    bool, typer.Option("--check", help="With plan: exit 1 when anything is pending.")
]
AsPlanned = Annotated[
    bool,
    typer.Option("--as-planned", help="With apply: land exactly what the last plan showed."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Begin anew; don't go on with an interrupted run.")
]
Fetch = Annotated[bool, typer.Option("--fetch/--no-fetch", help="Bring clones up to date first.")]
HtmlPage = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="With report: write one page over all there."),
]
OnlyShow = Annotated[bool, typer.Option("--dry-run", help="With pr: ask nobody, write nothing.")]


def fleet(
    context: typer.Context,
    file: FleetFile,
    action: Doing,
    names: Names = None,
    phase: PhaseNames = None,
    only: Only = None,
    check: CheckPending = False,
    as_planned: AsPlanned = False,
    forge: ForgeOption = None,
    draft: Draft = False,
    label: Label = None,
    dry_run: OnlyShow = False,
    again: Again = False,
    fetch: Fetch = True,
    html: HtmlPage = None,
    form: Annotated[FleetForm, typer.Option("--format", help="What is printed.")] = FleetForm.TEXT,
) -> None:
    """Do the same for every repository of a fleet; none of them keeps others from it."""
    from onepath.fleet.manifest import read_manifest
    from onepath.fleet.results import open_results
    from onepath_cli.fleet.jobs import Job

    options: Options = context.obj
    belongs = {
        "--check": (check, FleetAction.PLAN), "--as-planned": (as_planned, FleetAction.APPLY),
        "--forge": (forge, FleetAction.PR), "--draft": (draft, FleetAction.PR),
        "--label": (label, FleetAction.PR),
        "--dry-run": (dry_run, FleetAction.PR), "a NAME": (names, FleetAction.USES),
        "--html": (html, FleetAction.REPORT),
    }  # fmt: skip
    _check_options(options, belongs, action)
    if action is FleetAction.USES and not names:
        raise InputError("uses needs the dotted path of what is to be removed")
    if action is FleetAction.USES and only:
        raise InputError("uses asks every repository: what some of them say makes nothing safe")
    if forge is ForgeChoice.FILES:
        raise InputError("--forge files is for one repository: migrate pr --forge files --out DIR")
    request = Request(forge=forge, draft=draft, labels=tuple(label or ()), dry_run=dry_run)
    job = Job(
        action.value,
        tuple(phase or ()),
        check,
        request=request,
        names=tuple(names or ()),
        fetch=fetch,
    )
    manifest = read_manifest(file)
    with open_results(manifest.folder) as results:
        if as_planned:
            job = replace(job, planned=_hashes(results))
        summary = _over_all(options, manifest, job, results, tuple(only or ()), again)
    if html is not None:
        _write_page(summary, manifest, html, options)
    _print(summary, form, options)
    if summary.code:
        raise typer.Exit(summary.code)


def _check_options(
    options: Options, belongs: Mapping[str, tuple[Any, FleetAction]], action: FleetAction
) -> None:
    for name, (value, owner) in belongs.items():
        if value and owner is not action:
            raise InputError(f"{name} belongs to `migrate fleet FILE {owner}`, not to {action}")
    given = {"--repo": options.repo, "--config": options.config, "--rev": options.rev}
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} is said for each repository in the fleet's file")


def _hashes(results: "Results") -> Mapping[str, str]:
    plans = results.last(FleetAction.PLAN)
    return {
        name: result.result["hash"]
        for name, result in plans.items()
        if result.is_done and result.result is not None
    }


def _over_all(
    options: Options,
    manifest: "Manifest",
    job: "Job",
    results: "Results",
    only: Sequence[str],
    again: bool,
) -> "Summary":
    from onepath.fleet.members import members
    from onepath.fleet.owners import Owners
    from onepath.fleet.report import Summary
    from onepath.fleet.run import FleetRun, over_all
    from onepath.run import available_cores
    from onepath_cli.fleet import jobs

    owners = Owners(results, lambda line: options.output.note(f"{line}\n"), ask=job.fetch)
    every, missing, left_out = members(manifest, owners)
    for line in (*missing, *left_out):
        options.output.note(f"{line}\n")
    # Nobody knows whether what an owner has is chosen where that can't be listed.
    chosen = [
        member
        for member in every
        if member.problem or not only or any(fnmatchcase(member.name, glob) for glob in only)
    ]
    if not chosen:
        some = ", ".join(member.name for member in every[:5])
        raise InputError(
            f"no repository of {manifest.path.name} is chosen",
            hint=f"--only is a glob of names, as {some}" if some else "its paths lead to none",
        )
    jobs.prepare()
    run = FleetRun(
        job.action,
        _key(job, options),
        options.jobs or available_cores(),
        manifest.seconds,
        by_host=job.action == FleetAction.PR,
        again=again,
    )
    done, kept = over_all(
        chosen,
        partial(jobs.do, job, options),
        run,
        results,
        options.output.progress,
    )
    return Summary(job.action, done, kept, tuple(missing), tuple(left_out))


def _key(job: "Job", options: Options) -> str:
    """A digest of everything that decides what the results are, beside the repositories."""
    said = asdict(job)
    text = json.dumps([onepath.__version__, said, options.environment], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_page(summary: "Summary", manifest: "Manifest", file: Path, options: Options) -> None:
    from onepath.fleet.page import fleet_contents
    from onepath.report.page.html import fleet_page

    title = f"{manifest.path.parent.name}/{manifest.path.name}"
    date = datetime.now(UTC).isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
    deliver(fleet_page(fleet_contents(summary, title, date)), file, options.output)


def _print(summary: "Summary", form: FleetForm, options: Options) -> None:
    from onepath.fleet.report import fleet_document, fleet_text, repository_document

    if form is FleetForm.JSON:
        options.output.document(fleet_document(summary))
    elif form is FleetForm.LINES:
        for result in summary.results:
            options.output.result(json.dumps(repository_document(summary, result)) + "\n")
    else:
        options.output.result(fleet_text(summary))
