"""`migrate pr`: pull requests for landed phases, opened or brought up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath_cli.context import (
    WORKTREE,
    Options,
    PhaseNames,
    Workspace,
    near,
    no_repository,
    open_workspace,
)
from onepath_cli.planning import Planned, planned

if TYPE_CHECKING:
    from onepath.publish.forges.remote import ForgeName
    from onepath.publish.part import PhasePart
    from onepath.publish.publish import Publication
    from onepath.publish.session import Selection
    from onepath.snapshot import Repository
    from onepath.state.branches.landing import Landed


_LEFT_ALONE = 3


class ForgeChoice(StrEnum):
    """Where pull requests are opened."""

    GITHUB = "github"
    GITLAB = "gitlab"
    FILES = "files"


class ShardChoice(StrEnum):
    """How a phase is split."""

    NONE = "none"
    OWNERS = "owners"
    FOLDER = "folder"
    SIZE = "size"


class StackChoice(StrEnum):
    """How pull requests that build on each other are tied together."""

    AUTO = "auto"
    NATIVE = "native"
    CHAIN = "chain"


class Form(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"


_FORGES: "Mapping[ForgeChoice, ForgeName]" = {
    ForgeChoice.GITHUB: "github",
    ForgeChoice.GITLAB: "gitlab",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    phases: Sequence[str] = ()
    forge: ForgeChoice | None = None
    out: Path | None = None
    shard: ShardChoice = ShardChoice.NONE
    size: int = 50
    stack: StackChoice = StackChoice.AUTO
    draft: bool = False
    labels: tuple[str, ...] = ()
    reviewers: bool = True
    gates: bool = True
    remote: str | None = None
    base: str = ""
    dry_run: bool = False
    form: Form = Form.TEXT


ForgeOption = Annotated[
    ForgeChoice | None,
    typer.Option(help="By default what the remote's host is; `files` writes it all down."),
]
OutFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="With --forge files: where to.")
]
Shard = Annotated[
    ShardChoice, typer.Option(help="Split the lowest phase into parts that pass alone.")
]
ShardSize = Annotated[
    int, typer.Option(min=1, metavar="N", help="With --shard size: the most files of a part.")
]
Stack = Annotated[
    StackChoice,
    typer.Option(help="Native stacks, where the server has them, or a table in each body."),
]
Label = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Add a label; may be repeated.")
]
Reviewers = Annotated[
    bool,
    typer.Option("--reviewers/--no-reviewers", help="Ask the owners in CODEOWNERS for a review."),
]
Gates = Annotated[
    bool,
    typer.Option(
        "--gates/--no-gates",
        help="With --shard: run the commands of `verify` in the configuration on each part. "
        "This runs your code.",
    ),
]
Remote = Annotated[
    str | None, typer.Option(metavar="NAME", help="Where to push; by default origin.")
]
Base = Annotated[
    str, typer.Option(metavar="BRANCH", help="Merged into this; by default the forge's.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print titles and bodies; ask nobody, write nothing.")
]
Draft = Annotated[bool, typer.Option("--draft", help="Open as drafts.")]


def pr(
    context: typer.Context,
    phase: PhaseNames = None,
    forge: ForgeOption = None,
    out: OutFolder = None,
    shard: Shard = ShardChoice.NONE,
    shard_size: ShardSize = 50,
    stack: Stack = StackChoice.AUTO,
    draft: Draft = False,
    label: Label = None,
    reviewers: Reviewers = True,
    gates: Gates = True,
    remote: Remote = None,
    base: Base = "",
    dry_run: DryRun = False,
    form: Annotated[Form, typer.Option("--format", help="What is printed.")] = Form.TEXT,
) -> None:
    """Land the phases, push their branches, and open or update a pull request for each."""
    request = Request(
        phase or (),
        forge,
        out,
        shard,
        shard_size,
        stack,
        draft,
        tuple(label or ()),
        reviewers,
        gates,
        remote,
        base,
        dry_run,
        form,
    )
    publish_phases(context.obj, request)


def publish_phases(options: Options, request: Request) -> None:
    """Land the phases and put them before reviewers, as a request says.

    Raises:
        InputError: The request contradicts itself, or there are no commits to start from.
        typer.Exit: Code 3: a branch was left alone.
    """
    forge, out, dry_run = request.forge, request.out, request.dry_run
    if (forge is ForgeChoice.FILES) != (out is not None):
        raise InputError("--forge files and --out DIR go together", hint="name both, or neither")
    with open_workspace(options, writes=not dry_run) as workspace:
        if workspace.repository is None:
            raise no_repository(workspace, "there is nothing to push")
        if options.rev == WORKTREE:
            raise InputError(
                "--rev WORKTREE has no commit that a pull request could start from",
                hint="leave --rev out",
            )
        _Publishing(options, workspace, workspace.repository, request).run()


class _Publishing:
    def __init__(
        self, options: Options, workspace: Workspace, repository: "Repository", request: Request
    ) -> None:
        self._options = options
        self._workspace = workspace
        self._repository = repository
        self._request = request
        self._output = options.output

    def run(self) -> None:
        from onepath.publish.session import select

        with planned(self._options, self._workspace, None) as made:
            everything, held = self._parts(made)
            if everything:
                is_gitlab = self._request.forge is ForgeChoice.GITLAB
                selection = select(
                    self._workspace.folder, everything, self._request.phases, gitlab=is_gitlab
                )
                if self._request.shard is not ShardChoice.NONE:
                    selection = self._sharded(made, selection, everything)
                self._print(self._publish(selection), selection)
            elif not held:
                self._output.note("nothing to do\n")
        if held:
            self._tell_held(held)

    # ------------------------------------------------------------- landing

    def _parts(self, made: Planned) -> "tuple[list[PhasePart], list[Landed]]":
        """The phases up to the last wanted one, landed if need be; and those left alone."""
        from onepath.publish.landed import landed_parts, planned_parts, up_to
        from onepath.state.branches.confirmed import note_confirmed
        from onepath.state.branches.landing import commit_of, land

        plan = replace(made.plan, phases=up_to(made.plan, self._request.phases))
        if self._request.dry_run:
            return planned_parts(self._repository, plan), []
        landed = land(self._repository, plan, plan.phases)
        parts, held = landed_parts(self._repository, plan, landed)
        right = {part.branch: part.commit for part in parts}
        note_confirmed(self._repository, right, commit_of(plan))
        for one in landed:
            if one.status != "unchanged" and one not in held:
                self._output.note(f"{one.status:<9}  {one.branch}  {one.commit[:12]}\n")
        return parts, held

    def _tell_held(self, held: "Sequence[Landed]") -> None:
        from onepath.report.landed import landed_text, left_alone_hint

        self._output.note(landed_text(held))
        if hint := left_alone_hint(held):
            self._output.note(f"hint: {hint}\n")
        raise typer.Exit(_LEFT_ALONE)

    # -------------------------------------------------------------- shards

    def _sharded(
        self, made: Planned, selection: "Selection", everything: "Sequence[PhasePart]"
    ) -> "Selection":
        from onepath.plan.parts import open_parts
        from onepath.publish.session import split_lowest
        from onepath.publish.shards.partition import ShardBy
        from onepath.publish.shards.shard_gates import check_shards
        from onepath.run import make_executor
        from onepath.state.branches.landing import commit_of

        with (
            make_executor(self._options.jobs) as executor,
            open_parts(
                made.snapshot,
                made.config,
                made.pack,
                selection.parts[0].phase,
                executor=executor,
                cache_dir=self._workspace.cache_dir,
                progress=self._output.progress,
            ) as parts,
        ):
            request = self._request
            found = split_lowest(
                self._repository,
                selection,
                everything,
                ShardBy(request.shard.value),
                request.size,
                commit_of(made.plan),
                parts.plan,
                self._output.progress,
                land=not request.dry_run,
            )
            if found.parts[0].shard and request.gates and not request.dry_run:
                check_shards(
                    self._repository, made.config, found.parts, executor, self._output.progress
                )
        if not found.parts[0].shard:
            name = found.parts[0].phase.name
            self._output.note(f"{name} can't be split: its files need each other\n")
        return found

    # ------------------------------------------------------------- publish

    def _publish(self, selection: "Selection") -> "Publication":
        from onepath.publish.forges.remote import default_branch, find_remote, guess_forge
        from onepath.publish.noted import note_pulls
        from onepath.publish.publish import Choices, preview, publish

        request = self._request
        owners = selection.owners if request.reviewers else None
        choices = Choices(request.base, request.labels, request.draft, request.stack.value, owners)
        if request.dry_run or request.forge is ForgeChoice.FILES:
            name = request.remote or "origin"
            target = request.base or default_branch(self._repository, name)
            publication = preview(selection.parts, replace(choices, target=target))
            if request.out is not None and not request.dry_run:
                self._write_files(publication, request.out, name)
            return publication
        from onepath.publish.forges.choice import open_forge

        remote = find_remote(self._repository, request.remote)
        chosen = guess_forge(remote) if request.forge is None else _FORGES[request.forge]
        forge = open_forge(chosen, remote, lambda text: self._output.note(f"{text}\n"))
        publication = publish(
            self._repository,
            remote.name,
            forge,
            selection.parts,
            selection.beneath,
            choices,
            self._output.progress,
        )
        note_pulls(self._repository, publication, chosen)
        return publication

    def _write_files(self, publication: "Publication", folder: Path, remote: str) -> None:
        from onepath.land.commit.identity import commit_identity
        from onepath.publish.forges.files import write_publication

        author = commit_identity(self._repository, "author")
        for path in write_publication(folder, publication, remote, author):
            self._output.note(f"wrote {near(path)}\n")

    # --------------------------------------------------------------- print

    def _print(self, publication: "Publication", selection: "Selection") -> None:
        from onepath.publish.render.document import publication_document
        from onepath.publish.render.text import publication_text

        bodies = self._request.dry_run
        if self._request.form is Form.JSON:
            document = publication_document(publication, selection.waiting, bodies=bodies)
            self._output.document(document)
            return
        self._output.result(publication_text(publication, bodies=bodies))
        for name in selection.waiting:
            self._output.note(f"{name} waits until the parts of the phase below it are merged\n")
