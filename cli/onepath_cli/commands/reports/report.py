"""`migrate report --html FILE`: the whole picture as one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath_cli.auditing import audit_config
from onepath_cli.commands.reports.history import POINTS, audit_revisions
from onepath_cli.context import (
    Options,
    Workspace,
    base_revision,
    open_engine,
    open_workspace,
    telling_uncommitted,
)
from onepath_cli.output import deliver
from onepath_cli.planning import planned

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Plan, Snapshot
    from onepath.plan.history import Chosen, Point
    from onepath.report.page.picture import Picture

HtmlFile = Annotated[
    Path, typer.Option("--html", metavar="FILE", help="Write the page there.", show_default=False)
]
HistoryPoints = Annotated[
    int,
    typer.Option(
        "--points",
        min=0,
        metavar="N",
        help="Revisions of the history, evenly spaced by commits; 0 for none.",
    ),
]


def report(context: typer.Context, html: HtmlFile, points: HistoryPoints = POINTS) -> None:
    """Write one HTML page with paths, phases, history and findings; it needs no network."""
    options: Options = context.obj
    with open_workspace(options) as workspace, telling_uncommitted(options, workspace):
        picture = _picture(options, workspace, points)

    from onepath.report.page.contents import contents
    from onepath.report.page.html import page

    deliver(page(contents(picture)), html, options.output)


def _picture(options: Options, workspace: Workspace, points: int) -> "Picture":
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.codemod.refusals.waiting import waits_by_code
    from onepath.config.owners import GITLAB_PLACES, PLACES, find_owners
    from onepath.discover.fragmentation import fragmentation
    from onepath.plan.auditing import make_audit
    from onepath.report.page.picture import Picture
    from onepath.symbols.world import read_files

    config = audit_config(options, workspace)
    pack = chosen_pack(packs_of(config), config)
    base = base_revision(options, workspace)
    cache, progress = workspace.cache_dir, options.output.progress
    with open_engine(options, workspace, base) as (snapshot, executor):
        with progress.part(4):
            result = make_audit(
                snapshot,
                config,
                executor=executor,
                cache_dir=cache,
                rules=config.audit.rules,
                progress=progress,
                pack=pack,
            )
        with progress.part(3):
            fragmented = fragmentation(
                snapshot, config, executor=executor, cache_dir=cache, progress=progress
            )
    places = tuple(dict.fromkeys((*PLACES, *GITLAB_PLACES)))
    with progress.part(2):
        plan = _plan(options, workspace, base, config)
    history = _history(options, workspace, snapshot, points)
    return Picture(
        title=workspace.folder.resolve().name,
        date=history[0].revisions[-1].date if history else "",
        result=result,
        rules=pack.audit_rules,
        fragmentation=fragmented,
        plan=plan,
        waits=waits_by_code(pack.versions),
        owners=find_owners(read_files(snapshot, places), places),
        history=history if points else None,
        code=read_files(snapshot, tuple({finding.path for finding in result.findings})),
    )


def _plan(
    options: Options, workspace: Workspace, base: str | None, config: "Config"
) -> "Plan | None":
    """What a dry run would do; None where the configuration asks for nothing."""
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack

    pack = chosen_pack(packs_of(config), config)
    if not any(version.configured(config) for version in pack.versions):
        return None
    with planned(options, workspace, None, base, config) as made:
        return made.plan


def _history(
    options: Options, workspace: Workspace, snapshot: "Snapshot", points: int
) -> "tuple[Chosen, tuple[Point, ...]] | None":
    """The revisions up to that of a snapshot, the last of which is it; none are audited for 0."""
    from onepath.plan.history import choose_revisions

    repository, commit = workspace.repository, snapshot.commit
    if repository is None or commit is None:
        return None
    chosen = choose_revisions(repository, commit, points=max(points, 1))
    return chosen, tuple(audit_revisions(options, workspace, chosen)) if points else ()
