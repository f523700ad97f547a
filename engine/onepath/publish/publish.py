"""Puts landed parts before reviewers: pushes them, opens or updates their pull requests.

Each step can be cut short. Whatever is there already is found again by its branch, so another run
does what is left and nothing twice:

1. the branches of the remote and the pull requests at the forge are read;
2. all branches are pushed in one transaction;
3. missing pull requests are opened, from the bottom of the stack to the top, marked as open;
4. labels and reviewers are set once, on those that are marked so;
5. the native stack is made, where the server has one;
6. bodies, titles and bases are brought up to date, and the mark says that the rest is the people's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from onepath.config.owners import CodeOwners
from onepath.errors import RefusedError
from onepath.land.quarantine import exclusive
from onepath.progress import Progress
from onepath.publish.forges.forge import Forge, PullRequest, Stacking, WantedPullRequest
from onepath.publish.key import read_mark, replaced, title_digest
from onepath.publish.part import PartStatus, PhasePart, PublishedPart
from onepath.publish.push import bring_in, check_base, check_ours, push, remote_tips
from onepath.publish.render.body import Context, Neighbour, body
from onepath.report.text import printable
from onepath.snapshot.repository import Repository

StackMode = Literal["auto", "native", "chain"]
StackKind = Literal["native", "chain", "none"]

_LONGEST_TITLE = 250
_MOST_REVIEWERS = 15
_SPARE = 8_192
"""Characters of a body that are left to people, who may write around ours."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How pull requests are made."""

    target: str = ""
    """The branch they are merged into; empty for the forge's default."""
    labels: tuple[str, ...] = ()
    draft: bool = False
    stack: StackMode = "auto"
    owners: CodeOwners | None = None
    """Whom to ask for a review; None for nobody."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a run came to."""

    target: str
    stack: StackKind
    pushed: tuple[str, ...]
    parts: tuple[PublishedPart, ...]


def preview(parts: Sequence[PhasePart], choices: Choices, sign: str = "#") -> Publication:
    """Return what would be published, without asking anybody."""
    stacked = [part for part in parts if not part.shard]
    chain: StackKind = "chain" if len(stacked) > 1 else "none"
    drafts = [_Draft(part, choices) for part in parts]
    for draft in drafts:
        draft.text = _text(draft, drafts, choices, chain, sign, 65_536)
    shown = tuple(draft.result("planned") for draft in drafts)
    return Publication(choices.target, chain, (), shown)


def publish(
    repository: Repository,
    remote: str,
    forge: Forge,
    parts: Sequence[PhasePart],
    beneath: Sequence[PhasePart],
    choices: Choices,
    progress: Progress,
) -> Publication:
    """Push the parts' branches and open or update a pull request for each.

    Args:
        repository: Has the branches.
        remote: The name of the remote they are pushed to.
        forge: Where the pull requests are.
        parts: From the bottom of the stack to the top.
        beneath: What they are made on and needs no pull request now; pushed as well.
        choices: How.
        progress: Told, in words, what goes on.

    Raises:
        RefusedError: A branch at the remote has commits of somebody else or moved, the base is not
            on the target, native stacks are demanded and not there, or another run is under way.
            Nothing was pushed.
        OutsideError: git or the forge failed. What was done stays; another run goes on from there.
    """
    with exclusive(repository, "publishing"):
        return _Run(repository, remote, forge, choices, progress).all(parts, beneath)


@dataclass
class _Draft:
    """A part on its way to being published."""

    part: PhasePart
    choices: Choices
    pull: PullRequest | None = None
    status: PartStatus = "unchanged"
    text: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        title = printable(self.part.title)
        return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}..."

    @property
    def base(self) -> str:
        return self.part.below or self.choices.target

    @property
    def owners(self) -> Mapping[str, Sequence[str]]:
        known = self.choices.owners
        paths = [change.path for change in self.part.phase.changeset.changes]
        return {path: owners for path in paths if known and (owners := known.of(path))}

    @property
    def reviewers(self) -> list[str]:
        """Whoever owns the most of the changed files first."""
        counts: dict[str, int] = {}
        for owners in self.owners.values():
            for owner in owners:
                counts[owner] = counts.get(owner, 0) + 1
        return sorted(counts, key=lambda owner: (-counts[owner], owner))[:_MOST_REVIEWERS]

    def result(self, status: PartStatus) -> PublishedPart:
        pull = self.pull
        return PublishedPart(
            part=self.part,
            title=pull.title if pull else self.title,
            base=self.base,
            body=pull.body if pull else self.text,
            status=status,
            number=pull.number if pull else 0,
            url=pull.url if pull else "",
            labels=self.choices.labels,
            reviewers=tuple(self.reviewers),
            draft=pull.draft if pull else self.choices.draft,
            notes=tuple(self.notes),
        )


@dataclass
class _Run:
    repository: Repository
    remote: str
    forge: Forge
    choices: Choices
    progress: Progress

    def all(self, parts: Sequence[PhasePart], beneath: Sequence[PhasePart]) -> Publication:
        self.progress("looking at the forge")
        target = self.choices.target or self.forge.target().default_branch
        if self.choices.target:
            self.forge.target()
        choices = Choices(
            target, self.choices.labels, self.choices.draft, self.choices.stack, self.choices.owners
        )
        drafts = [_Draft(part, choices) for part in parts]
        stacking = self._stacking(drafts)
        for draft in drafts:
            draft.pull = self.forge.find(draft.part.branch)
        self._hold(drafts)
        going_on = [draft for draft in drafts if draft.status == "unchanged"]
        pushed = self._push([*beneath, *(draft.part for draft in going_on)], target)
        self._open(going_on, choices)
        stacked = [draft.pull for draft in going_on if draft.pull and not draft.part.shard]
        if stacking is not None and len(stacked) > 1:
            self.progress("stacking the pull requests")
            stacking(stacked)
        kind: StackKind = "none"
        if len(stacked) > 1:
            kind = "chain" if stacking is None else "native"
        for draft in going_on:
            self._finish(draft, going_on, choices, kind)
        return Publication(target, kind, pushed, tuple(one.result(one.status) for one in drafts))

    def _stacking(self, drafts: Sequence[_Draft]) -> Stacking | None:
        wanted = self.choices.stack
        several = sum(not draft.part.shard for draft in drafts) > 1
        stacking = self.forge.stacks() if several and wanted != "chain" else None
        if wanted == "native" and several and stacking is None:
            raise RefusedError(
                "this server has no native stacks; nothing was pushed",
                hint="--stack chain puts a table of the stack into each body",
            )
        return stacking

    def _push(self, parts: Sequence[PhasePart], target: str) -> tuple[str, ...]:
        self.progress("pushing")
        tips = remote_tips(self.repository, self.remote)
        if target not in tips:
            raise RefusedError(
                f"{self.remote} has no branch {target} to merge into; nothing was pushed",
                hint="name another with --base",
            )
        wanted = {part.branch: part.commit for part in parts}
        needed = [tips[target], *(tips[branch] for branch in wanted if branch in tips)]
        bring_in(self.repository, self.remote, needed)
        for base in {part.base for part in parts}:
            check_base(self.repository, self.remote, target, tips[target], base)
        check_ours(self.repository, parts, tips, target)
        return push(self.repository, self.remote, wanted, tips).branches

    def _hold(self, drafts: Sequence[_Draft]) -> None:
        """Leave alone what a person closed, and what is made on that."""
        held: set[str] = set()
        for draft in drafts:
            if draft.pull is not None and _was_closed(draft.pull):
                draft.status = "closed"
                draft.notes.append("somebody closed it; reopen it there if it is wanted")
            elif draft.part.below in held:
                draft.status = "waiting"
                draft.notes.append(f"it is made on {draft.part.below}, which is closed")
            else:
                continue
            held.add(draft.part.branch)

    def _open(self, drafts: Sequence[_Draft], choices: Choices) -> None:
        """Open what is missing, from the bottom up."""
        for draft in drafts:
            if draft.pull is None or draft.pull.state != "open":
                self.progress(f"opening the pull request of {draft.part.branch}")
                context = Context(draft.base, draft.owners, state="open")
                text = body(draft.part, context, draft.title, self.forge.limit - _SPARE)
                wanted = WantedPullRequest(
                    draft.part.branch, draft.base, draft.title, text, choices.draft
                )
                draft.pull = self.forge.create(wanted)
                draft.status = "created"
                if choices.draft and not draft.pull.draft:
                    draft.notes.append("this repository has no drafts; it is open for review")

    def _finish(self, draft: _Draft, drafts: Sequence[_Draft], choices: Choices, kind: str) -> None:
        pull = draft.pull
        assert pull is not None
        mark = read_mark(pull.body)
        if mark is None or mark.state != "ready":
            if choices.labels:
                self.forge.label(pull, choices.labels)
            if draft.reviewers:
                draft.notes += self.forge.request_reviews(pull, draft.reviewers)
        text = _text(draft, drafts, choices, kind, self.forge.sign, self.forge.limit)
        # A title that somebody wrote is kept.
        own_title = mark is None or mark.title == title_digest(pull.title)
        title = draft.title if own_title else pull.title
        wanted = WantedPullRequest(pull.branch, draft.base, title, replaced(pull.body, text))
        updated = self.forge.update(pull, wanted)
        if updated != pull and draft.status == "unchanged":
            draft.status = "updated"
        draft.pull = updated


def _was_closed(pull: PullRequest) -> bool:
    """Whether a person closed a pull request, rather than a merge or a rollback."""
    mark = read_mark(pull.body)
    return pull.state == "closed" and mark is not None and mark.state != "withdrawn"


def _text(
    draft: _Draft, drafts: Sequence[_Draft], choices: Choices, kind: str, sign: str, limit: int
) -> str:
    whole = [one for one in drafts if not one.part.shard]
    position = (whole.index(draft) + 1, len(whole)) if draft in whole else (1, 1)
    rows = [
        Neighbour(one.title, one.part.branch, one.pull.number if one.pull else 0) for one in whole
    ]
    lower = next((one for one in drafts if one.part.branch == draft.part.below), None)
    needs = ""
    if draft.part.shard and lower is not None:
        needs = f"{sign}{lower.pull.number}" if lower.pull else lower.part.shard
    context = Context(
        target=choices.target,
        owners=draft.owners,
        stack=tuple(rows) if kind == "chain" else (),
        position=position,
        needs=needs,
        sign=sign,
    )
    return body(draft.part, context, draft.title, limit - _SPARE)
