"""The files of a commit, without a checkout."""

import subprocess
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from types import MappingProxyType
from typing import IO, cast

from onepath.model import Entry, Note
from onepath.snapshot.blobs import decode_path, in_path_order
from onepath.snapshot.git_process import git_failed, git_not_found, objects_only, run_git
from onepath.snapshot.notes import entry_notes
from onepath.snapshot.repository import Repository

_BUFFER = 1 << 20
# Small windows on the pack: mapping one of gigabytes whole would count as memory of every reader.
_WINDOWS = ("-c", "core.packedGitWindowSize=1m", "-c", "core.packedGitLimit=32m")
_CAT_FILE = ("cat-file", "--batch", "--buffer")


@dataclass(frozen=True, slots=True)
class GitSource:
    """Reads blobs from a repository's objects; `git_dir` is all it needs, so it is picklable."""

    git_dir: Path

    def read(self, entries: Iterable[Entry]) -> Generator[tuple[Entry, bytes | None], None, None]:
        """Yield every entry, in order, with its bytes; None if they are not in the repository.

        One git process serves all entries, and is gone when the iterator is done or closed. It
        never reaches for the network.

        Raises:
            OutsideError: git gave up on the way, on a damaged object for instance.
        """
        wanted = list(entries)
        if not wanted:
            return
        with ExitStack() as stack:
            env = stack.enter_context(objects_only(self.git_dir, len(wanted[0].oid)))
            # A file, not a pipe: nobody reads the messages while the blobs come.
            messages = stack.enter_context(TemporaryFile())
            try:
                process = subprocess.Popen(
                    ["git", *_WINDOWS, *_CAT_FILE],
                    bufsize=_BUFFER,
                    env=env,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=messages,
                )
            except FileNotFoundError as error:
                raise git_not_found() from error
            yield from _stream(process, wanted, messages)


def _stream(
    process: subprocess.Popen[bytes], wanted: list[Entry], messages: IO[bytes]
) -> Iterator[tuple[Entry, bytes | None]]:
    # Git stops reading ids while its output pipe is full, so the ids have their own thread.
    writer = Thread(target=_write_ids, args=(process, wanted), daemon=True)
    output = cast(BufferedReader, process.stdout)
    writer.start()
    try:
        for entry in wanted:
            try:
                data = _next_blob(output)
            except EOFError:
                messages.seek(0)
                raise git_failed(_CAT_FILE, process.wait(), messages.read()) from None
            yield entry, data
    finally:
        process.kill()
        writer.join()
        output.close()
        process.wait()


def _write_ids(process: subprocess.Popen[bytes], wanted: list[Entry]) -> None:
    ids = "".join(f"{entry.oid}\n" for entry in wanted).encode()
    # A reader that stops early kills git: then nobody is left to write to.
    try:
        with cast(IO[bytes], process.stdin) as stream:
            stream.write(ids)
    except OSError:
        pass


def _next_blob(output: BufferedReader) -> bytes | None:
    """Read one answer: `<oid> missing`, or `<oid> <type> <size>` and the bytes."""
    header = output.readline()
    if not header.endswith(b"\n"):
        raise EOFError
    _, kind, *size = header.split()
    if not size:
        return None
    data = output.read(int(size[0]) + 1)
    if len(data) <= int(size[0]):
        raise EOFError
    return data[:-1] if kind == b"blob" else None


class GitTree:
    """The snapshot of one commit.

    Args:
        repository: Where it is.
        rev: The commit, as git understands revisions.

    Raises:
        InputError: `rev` names no commit.
        OutsideError: a tree of the commit is missing or damaged.
    """

    def __init__(self, repository: Repository, rev: str = "HEAD") -> None:
        self._git_dir = repository.git_dir
        self._commit = repository.resolve(rev)

    @property
    def name(self) -> str:
        return self._commit

    @property
    def commit(self) -> str:
        return self._commit

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order. Submodules are among them, with their commit."""
        arguments = ("ls-tree", "-r", "-z", "--full-tree", self._commit)
        with objects_only(self._git_dir, len(self._commit)) as env:
            listing = decode_path(run_git(arguments, env=env).stdout)
        modes: dict[str, int] = {}
        entries: dict[str, Entry] = {}
        for record in listing.split("\0")[:-1]:
            head, _, path = record.partition("\t")
            mode, _, oid = head.split(" ")
            entries[path] = Entry(
                path, oid, modes.get(mode) or modes.setdefault(mode, int(mode, 8))
            )
        return MappingProxyType(in_path_order(entries))

    def source(self) -> GitSource:
        return GitSource(self._git_dir)

    def notes(self) -> tuple[Note, ...]:
        return tuple(entry_notes(self.entries.values()))
