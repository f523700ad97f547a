"""The files of commits in a temporary folder, so that the user's programs can run on them.

The folder is a repository of its own that borrows the objects of the user's: no test that runs git
there can reach the user's references, index or configuration, and nothing is registered in the
user's repository that a killed run would leave there. One folder serves one commit after another.
"""

import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CompletedProcess

from onepath.land.file_lock import lock
from onepath.land.tree import FileWrite, files_of_commit
from onepath.snapshot.git_process import environment, run_git
from onepath.snapshot.repository import Repository

PREFIX = "onepath-verify-"
_NOTES = "checkouts"
_SUBMODULE = "160000"


class Checkout:
    """A folder that shows one commit at a time.

    Args:
        repository: Has the commits.
        folder: A new, empty folder.
    """

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.files = folder / "files"
        """The top folder of what is shown."""
        self.spare = folder / "spare"
        """A folder beside it, for what belongs to no commit."""
        self.files.mkdir()
        self.spare.mkdir()
        self._repository = repository
        self._git_dir = self.files / ".git"
        self._length = repository.oid_length
        form = "sha256" if self._length == 64 else "sha1"
        self._git("init", "--quiet", "--template=", f"--object-format={form}")
        objects = self._git_dir / "objects" / "info"
        objects.mkdir(exist_ok=True)
        borrowed = os.fsencode(repository.common_dir / "objects")
        (objects / "alternates").write_bytes(borrowed + b"\n")
        info = self._git_dir / "info"
        info.mkdir(exist_ok=True)
        # No file is converted by a program that the user's configuration names.
        (info / "attributes").write_text("* -filter\n")
        if (shallow := repository.common_dir / "shallow").exists():
            shutil.copy(shallow, self._git_dir / "shallow")

    def show(self, commit: str, writes: Sequence[FileWrite] = ()) -> Path:
        """Show a commit, and nothing that was left there before.

        Args:
            commit: The full id.
            writes: Files that lie over it.

        Returns:
            The folder. A file whose content the repository lacks, as a partial clone may, is not
            in it.

        Raises:
            OutsideError: git failed, or the disk is full.
        """
        self._git("clean", "-ffdxq")
        self._git("update-ref", "--no-deref", "HEAD", commit)
        lacking = self._lacking(commit)
        if lacking:
            written = {write.path for write in writes}
            writes = [
                *writes,
                *(file_write for file_write in lacking if file_write.path not in written),
            ]
        self._git("read-tree", "--reset", "-u", self._tree(commit, writes) if writes else commit)
        return self.files

    def _lacking(self, commit: str) -> list[FileWrite]:
        """Deletions of the files whose content is not there."""
        files = files_of_commit(self._repository, commit)
        wanted = {file.oid for file in files.values() if file.mode != _SUBMODULE}
        lines = "".join(f"{oid}\n" for oid in sorted(wanted)).encode()
        listed = self._git(
            "cat-file", "--batch-check=%(objectname)", "--buffer", given=lines
        ).stdout
        missing = {
            line.split()[0].decode() for line in listed.splitlines() if line.endswith(b" missing")
        }
        return [FileWrite(path, None, None) for path, file in files.items() if file.oid in missing]

    def _tree(self, commit: str, writes: Sequence[FileWrite]) -> str:
        """The tree of a commit with files over it."""
        lines = []
        for path, file, data in sorted(writes, key=lambda write: write.file is not None):
            mode, oid = ("0", "0" * self._length) if file is None else file
            if data is not None:
                self._store(oid, data)
            lines.append(b"%s %s\t%s\0" % (mode.encode(), oid.encode(), os.fsencode(path)))
        index = {"GIT_INDEX_FILE": os.fspath(self._git_dir / "onepath-index")}
        self._git("read-tree", commit, extra=index)
        self._git("update-index", "-z", "--index-info", extra=index, given=b"".join(lines))
        return self._git("write-tree", extra=index).stdout.decode().strip()

    def _store(self, oid: str, data: bytes) -> None:
        """Write a loose object into the folder's own repository."""
        path = self._git_dir / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(b"blob %d\0" % len(data) + data, 1))

    def _git(
        self, *arguments: str, extra: dict[str, str] | None = None, given: bytes = b""
    ) -> CompletedProcess[bytes]:
        place = {"GIT_DIR": os.fspath(self._git_dir), "GIT_WORK_TREE": os.fspath(self.files)}
        return run_git(
            ["-C", os.fspath(self.files), *arguments],
            env=environment({**place, **(extra or {})}),
            input=given,
        )


@contextmanager
def open_checkout(repository: Repository) -> Iterator[Checkout]:
    """Give a checkout that is gone when the context ends, however it ends.

    One that a killed run has left is removed first.

    Raises:
        OutsideError: git failed.
        OSError: The disk did.
    """
    notes = repository.cache_dir / _NOTES
    _sweep(notes)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    note = notes / folder.name
    descriptor = -1
    try:
        notes.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(note, os.O_RDWR | os.O_CREAT, 0o666)
        lock(descriptor)
        os.write(descriptor, os.fsencode(folder))
        yield Checkout(repository, folder)
    finally:
        _remove(folder)
        if descriptor >= 0:
            _forget(note)
            os.close(descriptor)


def _sweep(notes: Path) -> None:
    """Remove the folders of runs that were killed."""
    for note in notes.glob(f"{PREFIX}*"):
        try:
            descriptor = os.open(note, os.O_RDWR)
        except OSError:
            continue
        try:
            lock(descriptor)  # else its run is still at work
            folder = Path(os.fsdecode(os.read(descriptor, 65536)))
            if folder.name == note.name and folder.is_absolute():
                _remove(folder)
            _forget(note)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)


def _forget(note: Path) -> None:
    with suppress(OSError):
        note.unlink()
        note.parent.rmdir()
        note.parent.parent.rmdir()


def _remove(folder: Path) -> None:
    """Remove a folder, also what a test has made read-only in it."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path, folders, _ in os.walk(folder):
            for name in (".", *folders):
                with suppress(OSError):
                    os.chmod(os.path.join(path, name), 0o700, follow_symlinks=False)
        shutil.rmtree(folder, ignore_errors=True)
