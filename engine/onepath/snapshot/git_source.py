"""Blobs from a repository's objects."""

import subprocess
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, cast

from onepath.model import Entry
from onepath.snapshot.git_process import git_failed, git_not_found, objects_only

_BUFFER = 1 << 20
_CAT_FILE = ("cat-file", "--batch", "--buffer")


@dataclass(frozen=True, slots=True)
class GitSource:
    """Reads blobs from a repository's objects; `git_dir` is all it needs, so it is picklable."""

    git_dir: Path

    def part(self, entries: Iterable[Entry]) -> "GitSource":
        return self

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
                    ["git", *_CAT_FILE],
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
