"""What the places that a phase leaves alone wait for: whose decision, or whose work."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from onepath.codemod.packs.version import Version
from onepath.model import Refusal

DECISION = "a decision in migrate.toml"
TESTS = "the tests that are named"
DOCUMENTS = "the documents that are named"
HOLDERS = "the places that refer to it"
BY_HAND = "the code that is named"
ANSWER = "an answer in the review"
SKIPPED, NOT_REVIEWED = "skipped", "not-reviewed"


def waits_of(
    versions: Sequence[Version], refusals: Iterable[Refusal]
) -> tuple[tuple[str, int], ...]:
    """How many places wait for what, the most first.

    Args:
        versions: Say by the code of a refusal what it waits for.
        refusals: The places.
    """
    known = waits_by_code(versions)
    # What somebody has skipped waits for nothing.
    codes = [refusal.code for refusal in refusals if refusal.code != SKIPPED]
    counts = Counter(known.get(code, BY_HAND) for code in codes)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def waits_by_code(versions: Iterable[Version]) -> Mapping[str, str]:
    """What a refusal waits for, by its code; `BY_HAND` for a code that is not in it."""
    own = {code: what for version in versions for code, what in version.codemod.waits_for.items()}
    return {NOT_REVIEWED: ANSWER, **own}
