"""Reviews of codemods that prove what they do in their own way: a file is done, or left alone."""

from collections.abc import Callable
from dataclasses import replace

from onepath.codemod.outcome import Outcome
from onepath.codemod.refusals.left_out import starts_of, without_excluded
from onepath.codemod.review.hunks import hunks_of
from onepath.codemod.review.reviewed import ReviewDecisions
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import Config
from onepath.model import Refusal, Review

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
    for _ in range(_ROUNDS):
        outcome = plan(replace(config, exclude=(*config.exclude, *literal_globs(left))))
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
