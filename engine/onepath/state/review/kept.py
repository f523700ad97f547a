"""What people have decided hunk by hunk, kept in the git folder so that a review goes on tomorrow.

It is kept by version, with the hash of the plan that was reviewed. The next plan of the version
does what was accepted, and leaves out and lists the rest.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.model import Review, Snapshot
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import read_ledger
from onepath.state.notes import read_note, write_note

_NAME = "reviews.json"


class KeptReview(NamedTuple):
    """The review of a version."""

    plan: str
    """The hash of the plan that was reviewed."""
    review: Review
    commit: str = ""
    """What it was made of; empty where that was no commit."""


def with_reviews(
    config: Config,
    repository: Repository | None,
    base: str | None,
    snapshot: Snapshot | None = None,
) -> Config:
    """Return the configuration with what was decided about the versions.

    Args:
        config: Says where the ledger is.
        repository: Has what was decided here; None for the ledger alone.
        base: The commit that is planned from; None for what is no commit.
        snapshot: Has the ledger, which says what was decided about versions that have landed.
    """
    known = {} if snapshot is None else ledger_reviews(config, snapshot)
    if repository is not None:
        changed = cache(partial(_changed, repository, base))
        known |= {
            name: kept.review._replace(changed=changed(kept.commit))
            for name, kept in read_reviews(repository).items()
        }
    return replace(config, reviews={name: known[name] for name in sorted(known)})


def _changed(repository: Repository, base: str | None, reviewed: str) -> tuple[str, ...]:
    """The files that are others in a commit than in the one that was reviewed."""
    if not (base and reviewed) or base == reviewed:
        return ()
    done = repository.git(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", reviewed, base, check=False
    )
    # A commit that is gone was replaced by another one: every file that is there may differ.
    listed = done if done.returncode == 0 else repository.git("ls-tree", "-rz", "--name-only", base)
    return tuple(sorted(map(decode_path, listed.stdout.split(b"\0")[:-1])))


def ledger_reviews(config: Config, snapshot: Snapshot) -> dict[str, Review]:
    """Return what the ledger of a snapshot says, by version."""
    entries = read_ledger(snapshot, config.ledger).values()
    return {entry.version: entry.review for entry in entries if entry.review is not None}


def read_reviews(repository: Repository) -> Mapping[str, KeptReview]:
    """Return the reviews by version; a file that makes no sense says nothing."""
    content = read_note(repository, _NAME)
    try:
        return {
            str(version): KeptReview(
                str(one["plan"]),
                Review(
                    tuple(map(str, one["accepted"])),
                    tuple((str(key), str(text)) for key, text in one["edited"]),
                    tuple(map(str, one["skipped"])),
                    tuple(map(str, one["undecided"])),
                    one["others"] is True,
                    str(one["asked"]),
                ),
                str(one.get("commit", "")),
            )
            for version, one in content.items()
        }
    except (ValueError, AttributeError, TypeError, KeyError):
        return {}


def note_reviews(repository: Repository, reviews: Mapping[str, KeptReview | None]) -> None:
    """Keep reviews in the place of those that were kept; None forgets one.

    Raises:
        OutsideError: The disk failed; nothing was changed.
    """
    known = {**read_reviews(repository), **reviews}
    content = {
        version: {"plan": review.plan, "commit": review.commit, **review.review._asdict()}
        for version, review in sorted(known.items())
        if review is not None
    }
    write_note(repository, _NAME, content)
