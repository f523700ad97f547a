"""Reviews of codemods that prove what they do in their own way: a file is done, or left alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from onepath.codemod.outcome import Outcome
from onepath.codemod.refusals.left_out import starts_of, without_excluded
from onepath.codemod.review.hunks import hunks_of
from onepath.codemod.review.reviewed import ReviewDecisions
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import Config
from onepath.errors import RefusedError
from onepath.model import Changeset, Refusal, Review

_TOGETHER = "needs-what-was-left"
_ROUNDS = 10


def whole_files(plan: Callable[[Config], Outcome], config: Config, review: Review) -> Outcome:
    """What a version comes to if the files that nobody accepted are excluded.

    Args:
        plan: What the version does with a configuration.
        config: What is asked for.
        review: What was decided.
    """
    decided = ReviewDecisions(review)
    left: dict[str, Refusal] = {}
    whole: Outcome | None = None
    for _ in range(_ROUNDS):
        try:
            outcome = plan(replace(config, exclude=(*config.exclude, *literal_globs(left))))
        except RefusedError as error:
            if whole is None:
                raise
            needed = next((one for one in left if error.message.startswith(f"{one}:")), min(left))
            return _nothing(whole, left, needed)
        whole = whole or outcome
        starts = {path: starts_of(places) for path, places in outcome.places.items()}
        every = [
            hunk
            for change in outcome.changeset.changes
            for hunk in hunks_of(change, starts.get(change.path, ())).hunks
        ]
        unwanted = [hunk for hunk in every if decided.leaves(hunk)]
        left |= {hunk.path: decided.why(hunk) for hunk in unwanted}
        if not unwanted:
            break
    told = without_excluded(outcome.changeset.refusals, left)
    refusals = tuple(sorted({*told, *left.values()}))
    return replace(outcome, changeset=replace(outcome.changeset, refusals=refusals))


def _nothing(whole: Outcome, left: Mapping[str, Refusal], needed: str) -> Outcome:
    """What remains of a version that can't be without a file that was left out: every file says so.

    Args:
        whole: All that it does.
        left: The files that were left out.
        needed: That without which it can't be.
    """
    reason = f"it can't change without '{needed}': {left[needed].reason}"
    others = [
        Refusal(change.path, change.edits[0].line if change.edits else 1, _TOGETHER, reason)
        for change in whole.changeset.changes
        if change.path not in left
    ]
    changeset = Changeset((), tuple(sorted({*left.values(), *others})))
    return replace(whole, changeset=changeset, after=whole.before, places={})
