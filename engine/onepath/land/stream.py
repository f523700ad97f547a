"""The `git fast-import` stream that makes commits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from onepath.land.git_format import git_quoted
from onepath.land.tree import FileWrite


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit to make. Others of the same stream are named `:N`, from 1."""

    parent: str
    """A commit id, or `:N`."""
    message: bytes
    author: str
    """`Name <email> seconds zone`"""
    committer: str
    writes: Sequence[FileWrite]
    """What it changes in its first parent; in `root` if that is set."""
    merges: tuple[str, ...] = ()
    """Its other parents."""
    root: str = ""
    """A tree that it starts from instead of its first parent's."""
    encoding: str = ""
    """Of the message, if it is not UTF-8."""


def import_stream(commits: Iterable[Commit]) -> bytes:
    """Return the stream that makes `commits` and prints the id of each on a line of its own."""
    pieces = [b"feature done\n"]
    for number, commit in enumerate(commits, 1):
        pieces += _commands(commit, number)
    return b"".join([*pieces, b"done\n"])


def _commands(commit: Commit, number: int) -> Iterator[bytes]:
    # One branch for each: fast-import reads what a branch was from its name.
    yield b"commit refs/onepath/%d\nmark :%d\n" % (number, number)
    for role, person in ((b"author", commit.author), (b"committer", commit.committer)):
        yield b"%s %s\n" % (role, person.encode("utf-8", "surrogateescape"))
    if commit.encoding:
        yield b"encoding %s\n" % commit.encoding.encode()
    yield _data(commit.message)
    yield b"from %s\n" % commit.parent.encode()
    for other in commit.merges:
        yield b"merge %s\n" % other.encode()
    if commit.root:
        yield b'M 040000 %s ""\n' % commit.root.encode()
    for path, file, data in commit.writes:
        if file is None:
            yield b"D %s\n" % git_quoted(path)
        elif data is None:
            yield b"M %s %s %s\n" % (file.mode.encode(), file.oid.encode(), git_quoted(path))
        else:
            yield b"M %s inline %s\n" % (file.mode.encode(), git_quoted(path))
            yield _data(data)
    yield b"\nget-mark :%d\n" % number


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
