"""What is done for each repository of a fleet: the very functions of the single commands."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import typer

from onepath.errors import RefusedError
from onepath_cli.auditing import audit_config, run_audit
from onepath_cli.commands.phases.apply import land_phases
from onepath_cli.commands.phases.dry_run import Format, show
from onepath_cli.commands.phases.pr import Form, Request, publish_phases
from onepath_cli.commands.phases.status import (
    TextOrJson,
    need_repository,
    show_status,
    state_of,
)
from onepath_cli.context import HEAD, Options, open_engine, open_workspace
from onepath_cli.fleet.kept import KeptOutput
from onepath_cli.guard import report_error
from onepath_cli.landing import Landing
from onepath_cli.planning import plan_phases, planned

if TYPE_CHECKING:
    from onepath.fleet.members import FleetMember
    from onepath.fleet.results import RepositoryResult


@dataclass(frozen=True, slots=True)
class Job:
    """A command, and what was said to it."""

    action: str
    phases: tuple[str, ...] = ()
    check: bool = False
    """Of `plan`: whether pending changes are findings."""
    planned: Mapping[str, str] | None = None
    """Of `apply`: the hash of the only plan that may land, by repository; None: any plan may."""
    request: Request = field(default_factory=Request)
    """Of `pr`."""
    names: tuple[str, ...] = ()
    """Of `uses`."""
    fetch: bool = True
    """Whether clones are brought up to date first."""


def prepare() -> None:
    """Import all that a job needs, once for all the processes that are forked for one each."""
    import onepath.fleet.clones
    import onepath.fleet.picture
    import onepath.plan.auditing
    import onepath.plan.planner
    import onepath.report.document
    import onepath.report.landed
    import onepath.run
    import onepath.state.branches.landing
    import onepath.state.planning
    import onepath.state.read
    import onepath.state.review.kept  # noqa: F401
    from onepath.codemod.packs.installed import load_packs

    load_packs()


def do(job: Job, options: Options, member: "FleetMember") -> "RepositoryResult":
    """Do a job for one repository.

    Args:
        job: What.
        options: The global options; where and from which revision is the member's to say.
        member: The repository.

    Returns:
        What became of it, also if that is an error.
    """
    from onepath.fleet.clones import bring
    from onepath.fleet.results import RepositoryResult, mark_of

    started = time.monotonic()
    output, code, reason, hint = KeptOutput(), 0, "", ""
    try:
        rev = bring(member, fetch=job.fetch)
        own = replace(
            options, repo=member.place, config=member.config, rev=rev, jobs=1, output=output
        )
        _DO[job.action](job, own, member)
    except typer.Exit as end:
        code = end.exit_code
        reason = "\n".join(output.notes) if code > 1 else ""
    except Exception as error:
        code, reason, hint = report_error(error)
    seconds = round(time.monotonic() - started, 3)
    return RepositoryResult(
        member.name,
        member.shown,
        code,
        reason,
        hint,
        tuple(output.notes),
        output.kept,
        seconds,
        mark_of(member),
    )


def _plan(job: Job, options: Options, _: "FleetMember") -> None:
    show(
        options,
        lambda place, rev: plan_phases(options, place, job.phases, rev),
        Format.JSON,
        None,
        job.check,
    )


def _apply(job: Job, options: Options, member: "FleetMember") -> None:
    wanted = None
    if job.planned is not None:
        wanted = job.planned.get(member.name)
        if wanted is None:
            raise RefusedError(
                "the last `plan` of this fleet has no plan of it", hint="run `plan` again"
            )
    land_phases(options, job.phases, Landing(as_json=True), wanted)


def _pr(job: Job, options: Options, _: "FleetMember") -> None:
    publish_phases(options, replace(job.request, phases=job.phases, form=Form.JSON))


def _status(_: Job, options: Options, __: "FleetMember") -> None:
    show_status(options, TextOrJson.JSON)


def _report(_: Job, options: Options, __: "FleetMember") -> None:
    from onepath.codemod.refusals.waiting import waits_by_code
    from onepath.fleet.picture import repository_picture

    with open_workspace(options) as workspace:
        need_repository(options, workspace)
        config = audit_config(options, workspace)
        audited = run_audit(options, workspace, config, config.audit.rules)
        pack, plan = audited.pack, None
        if any(version.configured(config) for version in pack.versions):
            with planned(options, workspace, None, config=config) as made:
                plan = made.plan, state_of(workspace, made)
    waits = waits_by_code(pack.versions)
    options.output.document(repository_picture(audited.result, pack.audit_rules, plan, waits))


def _uses(job: Job, options: Options, _: "FleetMember") -> None:
    from onepath.discover.users import users_of
    from onepath.report.users import users_document

    with open_workspace(options) as workspace:
        roots = audit_config(options, workspace).roots
        with open_engine(options, workspace, HEAD) as (snapshot, executor):
            found = users_of(
                snapshot, job.names, executor=executor, roots=roots, cache_dir=workspace.cache_dir
            )
    options.output.document(users_document(found))
    if not found.is_free:
        raise typer.Exit(1)


_DO: Mapping[str, Callable[[Job, Options, "FleetMember"], None]] = {
    "plan": _plan, "apply": _apply, "pr": _pr, "status": _status, "uses": _uses,
    "report": _report,
}  # fmt: skip
