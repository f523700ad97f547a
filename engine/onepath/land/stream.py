"""The `git fast-import` stream that makes a phase's commit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onepath.land.git_format import canonical_mode, quoted
from onepath.land.identity import Identity
from onepath.model import Changeset


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit to make."""

    parent: str
    """A commit id, or `:N` for the Nth commit of the same stream."""
    message: str
    changeset: Changeset


def import_stream(commits: Iterable[Commit], author: Identity, committer: Identity) -> bytes:
    """Return the stream that makes `commits` and prints the id of each on a line of its own."""
    pieces = [b"feature done\n"]
    for number, commit in enumerate(commits, 1):
        pieces += _commands(commit, number, author, committer)
    return b"".join([*pieces, b"done\n"])


def _commands(
    commit: Commit, number: int, author: Identity, committer: Identity
) -> Iterator[bytes]:
    yield b"commit refs/onepath/%d\nmark :%d\n" % (number, number)
    for role, person in ((b"author", author), (b"committer", committer)):
        yield b"%s %s\n" % (role, person.line.encode("utf-8", "surrogateescape"))
    yield _data(commit.message.encode("utf-8", "surrogateescape"))
    yield b"from %s\n" % commit.parent.encode()
    for change in commit.changeset.changes:
        path = quoted(change.path)
        if change.new is None:
            yield b"D %s\n" % path
        else:
            yield b"M %s inline %s\n" % (canonical_mode(change.mode).encode(), path)
            yield _data(change.new)
    yield b"\nget-mark :%d\n" % number


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
