"""Reviews of codemods that prove what they do in their own way: they are planned again without
what nobody accepted, until nothing else is left of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.outcome import Outcome, Proposal, file_changes
from onepath.codemod.refusals.left_out import NEEDED, LeftOut, without_excluded
from onepath.codemod.review.edited import own_texts, steps_meant, with_texts
from onepath.codemod.review.hunks import Hunk, hunks_of
from onepath.codemod.review.places import PlaceSet, place_sets
from onepath.codemod.review.reviewed import ReviewDecisions, UnwantedHunk, unwanted_hunks
from onepath.codemod.settling import settle
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import Config
from onepath.errors import RefusedError
from onepath.model import Changeset, Edit, FileChange, Refusal, Review
from onepath.proof.declared import Declared
from onepath.symbols.world import World

_ROUNDS = 10


def replanned(
    world: World, plan: Callable[[Config], Outcome], config: Config, review: Review
) -> Outcome:
    """What a version comes to without the places and files that nobody accepted.

    Args:
        world: The code as it is.
        plan: What the version does with a configuration.
        config: What is asked for.
        review: What was decided.
    """
    decided = ReviewDecisions(review)
    left: dict[str, Refusal] = {}
    places = LeftOut()
    refusals: set[Refusal] = set()
    whole: Outcome | None = None
    for _ in range(_ROUNDS):
        exclude = (*config.exclude, *literal_globs(left))
        try:
            outcome = plan(replace(config, exclude=exclude, left_alone=places.places))
        except RefusedError as error:
            if whole is None:
                raise
            return _nothing(whole, refusals, error)
        whole = whole or outcome
        unwanted = [
            part
            for change in outcome.changeset.changes
            for part in unwanted_hunks(change, _sets(world, outcome, change), decided.leaves)
        ]
        for part in unwanted:
            why = decided.why(part.hunk)
            refusals.add(why)
            places, left = _without(part, why, places, left)
        if not unwanted:
            break
    told = without_excluded(outcome.changeset.refusals, left)
    changeset = replace(outcome.changeset, refusals=tuple(sorted({*told, *refusals})))
    return _with_own_texts(world, replace(outcome, changeset=changeset), decided)


def _without(
    part: UnwantedHunk, why: Refusal, places: LeftOut, files: Mapping[str, Refusal]
) -> tuple[LeftOut, dict[str, Refusal]]:
    """The places and the files to leave alone, with those of a hunk."""
    path = part.hunk.path
    if part.locations:
        places = places.also(path, dict.fromkeys(part.locations, why))
    if part.is_last or not part.locations:
        return places, {**files, path: why}
    return places, {**files}


def _nothing(whole: Outcome, left: Collection[Refusal], error: RefusedError) -> Outcome:
    """What remains of a version that can't be without what was left out: every file says so.

    Args:
        whole: All that it does.
        left: What was left out.
        error: Why nothing can be done without that.
    """
    reason = error.message
    needed = next(
        (refusal for refusal in sorted(left) if reason.startswith(f"{refusal.path}:")), None
    )
    if needed is not None:
        reason = f"it can't change without '{needed.path}': {needed.reason}"
    paths = {refusal.path for refusal in left}
    others = [
        Refusal(change.path, change.edits[0].line if change.edits else 1, NEEDED, reason)
        for change in whole.changeset.changes
        if change.path not in paths
    ]
    changeset = Changeset((), tuple(sorted({*left, *others})))
    return replace(whole, changeset=changeset, after=whole.before, places={})


def _sets(world: World, outcome: Outcome, change: FileChange) -> Sequence[PlaceSet]:
    return place_sets(change, world, outcome.places.get(change.path, ()))


def _hunks(world: World, outcome: Outcome, change: FileChange) -> Sequence[Hunk]:
    return hunks_of(change, [place_set.starts for place_set in _sets(world, outcome, change)]).hunks


# ------------------------------------------------------------------ edited hunks


def _with_own_texts(world: World, outcome: Outcome, decided: ReviewDecisions) -> Outcome:
    """An outcome with the texts that somebody wrote instead, each proven where it is.

    A text that does not pass is refused, and its file is as it would be without it.
    """
    changes = {change.path: change for change in outcome.changeset.changes}
    put = {
        path: texts
        for path, change in changes.items()
        if (texts := own_texts(change, _hunks(world, outcome, change), decided.own_text))
    }
    if not put:
        return outcome
    own = {path: with_texts(changes[path], texts) for path, texts in put.items()}
    planned = world.after({path: change.new for path, change in changes.items()})
    written = planned.after({path: change.new for path, (change, _) in own.items()})
    meant = {step for path, (_, spans) in own.items() for step in steps_meant(written, path, spans)}
    edits = {path: [*_replacing(changes[path], texts)] for path, texts in put.items()}

    def propose(at: World, left_out: LeftOut) -> Proposal:
        wanted = edits if at is planned else {}
        kept = {path: found for path, found in wanted.items() if path not in left_out}
        return Proposal(file_changes(at, kept), declared=Declared(introduced=frozenset(meant)))

    proven = settle(planned, propose).changeset
    for change in proven.changes:
        changes[change.path] = own[change.path][0]
    refusals = tuple(sorted({*outcome.changeset.refusals, *proven.refusals}))
    return replace(outcome, changeset=Changeset(tuple(changes.values()), refusals))


def _replacing(change: FileChange, texts: Mapping[Edit, bytes]) -> Iterator[Edit]:
    """What puts some texts where the edits of a change have put others."""
    for edit, (start, end) in zip(change.edits, change.new_spans(), strict=True):
        if edit in texts:
            yield Edit(start, end, texts[edit], "edited", edit.line)
