"""Commit messages: what a phase did and why, and the trailers by which it is known again."""

import hashlib
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from onepath.land.commit.patch_id import patch_id, patched
from onepath.land.git_format import git_quoted
from onepath.land.tree import TreeFile
from onepath.model import Phase, Refusal
from onepath.snapshot.blobs import encode_path

Trailer = tuple[str, str]

VERSION, HASH, BASE, PATCH = "Migrate-Version", "Migrate-Hash", "Base-Oid", "Migrate-Patch"
APPENDS = "Migrate-Appends"
"""Names the phase's commit that an appended one follows."""
FILES = "Migrate-Files"
"""Names what an appended commit makes of the files that it changes."""
MERGES = "Migrate-Merges"
"""Names the base that a commit merges in so that a phase fits on the branch below it."""

_WIDTH = 72
_MOST = 40
"""So many lines of each list are written out; a pull request of thousands has no reader."""
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))}


def trailers(phase: Phase, base: str) -> list[Trailer]:
    """Return the trailers by which the phase's commit is known: its versions, then `Base-Oid`."""
    result: list[Trailer] = []
    for version in phase.versions:
        result += (VERSION, str(version)), (HASH, version.digest)
    return [*result, (BASE, base)]


def phase_patch_id(phase: Phase) -> str:
    """What the trailer `Migrate-Patch` says: the name of the phase's patch, less the ledger."""
    return patch_id(map(patched, phase.changeset.changes))


def read_trailers(message: str) -> list[Trailer]:
    """Return the trailers of a commit message: the `Key: value` lines of its last paragraph."""
    last = message.rstrip().rpartition("\n\n")[2]
    pairs = (line.partition(": ") for line in last.split("\n"))
    return [(key, value.strip()) for key, colon, value in pairs if colon and " " not in key]


def appended_trailers(appends: str, writes: Iterable[tuple[str, TreeFile | None]]) -> list[Trailer]:
    """Return the trailers of a commit that is appended to a branch.

    Args:
        appends: The phase's commit that it follows.
        writes: What it makes of the files that it changes, by path; None deletes one.
    """
    return [(APPENDS, appends), (FILES, written_id(writes))]


def written_id(writes: Iterable[tuple[str, TreeFile | None]]) -> str:
    """What the trailer `Migrate-Files` says: the name of files with their content, 40 digits."""
    digest = hashlib.sha256()
    for path, file in sorted(writes):
        mode, oid = ("", "") if file is None else file
        for part in (encode_path(path), mode.encode(), oid.encode()):
            digest.update(b"%d %s" % (len(part), part))
    return digest.hexdigest()[:40]


def commit_message(phase: Phase, base: str, *, last: Sequence[Trailer] = ()) -> str:
    """Return the whole message of the phase's commit.

    Args:
        phase: What the commit does.
        base: The commit that the first phase of the plan starts from.
        last: The last trailers of a commit that is appended to a branch (`appended_trailers`);
            else there is one, which names the phase's patch.
    """
    last = last or [(PATCH, phase_patch_id(phase))]
    footer = "\n".join(f"{key}: {value}" for key, value in [*trailers(phase, base), *last])
    return "\n\n".join([_title(phase), *_paragraphs(phase), footer]) + "\n"


def merge_message(base: str, branch: str) -> str:
    """Return the message of the commit that merges the base in below a phase."""
    text = (
        f"The branch below was made on an older base and is right as it is. What follows on "
        f"{branch} needs the base of today."
    )
    return f"Merge {base[:12]} below {branch}\n\n{_wrapped(text)}\n\n{MERGES}: {base}\n"


def _title(phase: Phase) -> str:
    return _plain(" ".join(phase.title.split()))


def _paragraphs(phase: Phase) -> Iterator[str]:
    changeset = phase.changeset
    if phase.why:
        yield _wrapped(_plain(" ".join(phase.why.split())))
    edited = len(changeset.changes) - len(changeset.deleted)
    parts = []
    if edited:
        parts.append(f"{_counted(changeset.edits, 'edit')} in {_counted(edited, 'file')}")
    if changeset.deleted:
        parts.append(f"{_counted(len(changeset.deleted), 'file')} deleted")
    yield _wrapped(", ".join(parts or ["No file changes"]) + ".")
    if phase.routes:
        lines = [
            f"  {_plain(old)}\n    -> {_plain(new)} ({_counted(files, 'file')})"
            for old, new, files in phase.routes
        ]
        yield _listed("Paths:", lines)
    if changeset.deleted:
        paths = [f"  {git_quoted(path).decode('ascii')}" for path in changeset.deleted]
        yield _listed("Deleted:", paths)
    if phase.removed:
        names = [
            f"  {removed.kind} {_plain(removed.name)} in {git_quoted(removed.path).decode('ascii')}"
            for removed in phase.removed
        ]
        yield _listed("Removed:", names)
    if figures := _figures(phase.before, phase.after):
        yield _listed("Before and after:", figures)
    if changeset.refusals:
        yield _listed(
            f"{_counted(len(changeset.refusals), 'place')} left alone, by reason:",
            list(_reasons(changeset.refusals)),
        )


def _figures(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    rules = sorted({*before, *after})
    pairs = [(rule, before.get(rule, 0), after.get(rule, 0)) for rule in rules]
    return [f"  {rule}: {old:,} -> {new:,}" for rule, old, new in pairs if old or new]


def _reasons(refusals: Sequence[Refusal]) -> Iterator[str]:
    """How many places of each code, and the reason of the first one."""
    by_code: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in sorted(refusals):
        by_code[refusal.code].append(refusal)
    for code, places in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])):
        first = " ".join(places[0].reason.split())
        reason = textwrap.shorten(_plain(first), 2 * _WIDTH, placeholder=" ...")
        yield textwrap.fill(
            f"{code} {len(places)}: {reason}",
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _listed(title: str, lines: Sequence[str]) -> str:
    rest = [f"  and {len(lines) - _MOST:,} more"] if len(lines) > _MOST else []
    return "\n".join([title, *lines[:_MOST], *rest])


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    """The text without what could move a terminal's cursor or pass for another line."""
    return text.translate(_CONTROL)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
