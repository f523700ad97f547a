"""Commit messages: what a phase did, and the trailers by which it is known again."""

import textwrap
from collections import Counter
from collections.abc import Iterator

from onepath.land.git_format import quoted
from onepath.model import Phase

Trailer = tuple[str, str]

_WIDTH = 72


def trailers(phase: Phase, base: str) -> list[Trailer]:
    """Return the trailers of the phase's commit, in order: its versions, then `Base-Oid`."""
    result: list[Trailer] = []
    for version in phase.versions:
        result += ("Migrate-Version", str(version)), ("Migrate-Hash", version.digest)
    return [*result, ("Base-Oid", base)]


def read_trailers(message: str) -> list[Trailer]:
    """Return the trailers of a commit message: the `Key: value` lines of its last paragraph."""
    last = message.rstrip().rpartition("\n\n")[2]
    pairs = (line.partition(": ") for line in last.split("\n"))
    return [(key, value.strip()) for key, colon, value in pairs if colon and " " not in key]


def commit_message(phase: Phase, base: str) -> str:
    """Return the whole message of the phase's commit.

    Args:
        phase: What the commit does.
        base: The commit that the first phase of the plan starts from.
    """
    title = " ".join(phase.title.split())
    footer = "\n".join(f"{key}: {value}" for key, value in trailers(phase, base))
    return "\n\n".join([title, *_paragraphs(phase), footer]) + "\n"


def _paragraphs(phase: Phase) -> Iterator[str]:
    changeset = phase.changeset
    edited = len(changeset.changes) - len(changeset.deleted)
    parts = []
    if edited:
        parts.append(f"{_counted(changeset.edits, 'edit')} in {_counted(edited, 'file')}")
    if changeset.deleted:
        parts.append(f"{_counted(len(changeset.deleted), 'file')} deleted")
    yield _wrapped(", ".join(parts or ["No file changes"]) + ".")
    if changeset.deleted:
        paths = (f"  {quoted(path).decode('ascii')}" for path in changeset.deleted)
        yield "\n".join(["Deleted:", *paths])
    if phase.removed:
        names = (
            f"  {one.kind} {one.name} in {quoted(one.path).decode('ascii')}"
            for one in phase.removed
        )
        yield "\n".join(["Removed:", *names])
    if changeset.refusals:
        codes = Counter(refusal.code for refusal in changeset.refusals)
        by_code = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
        yield _wrapped(f"{_counted(len(changeset.refusals), 'place')} left alone: {by_code}.")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
