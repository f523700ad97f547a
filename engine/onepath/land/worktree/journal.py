"""The journal of a landing in the work tree: what it is about to do, until it is done.

It is on the disk before the first file changes, so that a landing that ends in whatever way (an
error, a signal, a power cut) can be rolled back by the next run; `rollback.py` does that.

The folder of the journal is `onepath-work-tree` in the git folder of the work tree, where neither
`git clean` nor `git add` touches it. A folder without git has it at its top, as `.onepath`. It
exists only during a landing, unless something had to be rescued. In it are

- `lock`: locked by the run that works here;
- `journal`: files may be half changed; or `done`, the same renamed: all of them are changed;
- `saved/N`: the old file of the Nth step, a second name of it where the file system has such;
- `rescued-TOKEN/`: old files that could not be put back, for the user.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from onepath.errors import RefusedError
from onepath.land.file_lock import locked_folder
from onepath.land.worktree.durable import sync

PLAIN_FOLDER = ".onepath"
_GIT_FOLDER = "onepath-work-tree"
_FORMAT = 1


class JournalStep(NamedTuple):
    """What becomes of one file."""

    path: str
    old: str
    """The digest of its content before; empty if it is not there before."""
    new: str
    """The digest of its content after; empty if it is not there after."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What a landing is about to do, in its order."""

    token: str
    """A word of this landing alone, for the names of its files."""
    steps: tuple[JournalStep, ...]
    folders: tuple[str, ...]
    """Folders that it makes, the outer ones first."""

    @classmethod
    def begin(cls, steps: Sequence[JournalStep], folders: Sequence[str]) -> "Journal":
        """A journal with a token of its own."""
        return cls(os.urandom(8).hex(), tuple(steps), tuple(folders))


class JournalPlace:
    """Where the journal of a folder or work tree is.

    Args:
        root: The top folder of the files.
        git_dir: The git folder of this work tree; None in a folder without git.
    """

    def __init__(self, root: Path, git_dir: Path | None) -> None:
        self.root = root.resolve()
        self.folder = self.root / PLAIN_FOLDER if git_dir is None else git_dir / _GIT_FOLDER
        self._is_plain = git_dir is None
        self._journal = self.folder / "journal"
        self._done = self.folder / "done"

    @property
    def is_used(self) -> bool:
        """Whether anything is kept here."""
        return self.folder.is_dir() and not self._is_foreign()

    @property
    def is_pending(self) -> bool:
        """Whether a landing was interrupted here, or is running."""
        return self.is_used and (self._journal.exists() or self._done.exists())

    def _is_foreign(self) -> bool:
        """Whether somebody else made the folder, whose journal must not rule our files.

        A git folder is trusted as git trusts it; a folder of files may be anybody's.
        """
        if not self._is_plain or not hasattr(os, "getuid"):
            return False
        return self.folder.lstat().st_uid not in (os.getuid(), 0)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only landing here.

        Raises:
            RefusedError: Another one is running, or the folder of the journal is not ours.
            OSError: The folder can't be written to.
        """
        try:
            with locked_folder(self.folder):
                if self._is_foreign():
                    raise RefusedError(
                        f"{self.folder} belongs to another user", hint="ask them to remove it"
                    )
                yield
        except BlockingIOError as error:
            raise RefusedError(
                f"another run is writing into the files of {self.root}",
                hint="wait until it has ended, then run this again",
            ) from error

    # --------------------------------------------------------------- names

    def saved(self, number: int) -> Path:
        """Where the old file of a step is kept."""
        return self.folder / "saved" / str(number)

    def staged(self, journal: Journal, number: int) -> Path:
        """Where the new file of a step is until it is put in place: beside its target."""
        target = self.root / journal.steps[number].path
        return target.with_name(f".onepath-{journal.token}-{number}")

    def rescued(self, journal: Journal, number: int) -> Path:
        """Where the old file of a step is kept for the user."""
        return self.folder / f"rescued-{journal.token}" / journal.steps[number].path

    # -------------------------------------------------------------- states

    def start(self, journal: Journal) -> None:
        """Put the journal on the disk. From now on files may change."""
        self.saved(0).parent.mkdir(exist_ok=True)
        text = json.dumps({
            "format": _FORMAT, "token": journal.token, "steps": journal.steps,
            "folders": journal.folders,
        })  # fmt: skip
        partial = self.folder / "journal.new"
        partial.write_text(text, encoding="ascii")
        sync([partial])
        os.replace(partial, self._journal)
        sync([self.folder, self.folder.parent])

    def complete(self) -> None:
        """Note that all files are changed. From now on there is no way back."""
        os.replace(self._journal, self._done)
        sync([self.folder])

    def forget(self) -> None:
        """Remove what was saved, and then the journal."""
        self.sweep()
        for name in (self._journal, self._done):
            name.unlink(missing_ok=True)
        sync([self.folder])

    def sweep(self) -> None:
        """Remove what has no meaning without a journal."""
        with suppress(OSError):
            (self.folder / "journal.new").unlink()
        shutil.rmtree(self.folder / "saved", ignore_errors=True)

    @property
    def is_complete(self) -> bool:
        """Whether the landing had changed all files."""
        return self._done.exists()

    def read(self) -> Journal | None:
        """The journal of a landing that was interrupted; None if there is none.

        Raises:
            RefusedError: It can't be read, or speaks of files that are not below the root.
        """
        path = self._done if self.is_complete else self._journal
        try:
            return _parsed(json.loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError(
                f"{path}: an earlier run was interrupted while it wrote into the files, "
                f"and its journal can't be read: {error}",
                hint=f"the files as they were are in {self.folder / 'saved'}; compare, then "
                f"remove {self.folder}",
            ) from error


def places(root: Path, git_dir: Path | None) -> Iterator[JournalPlace]:
    """Where landings in some files may have left something.

    A folder without git may be a part of the one in which the landing was started.
    """
    top = root.resolve()
    for folder in (top, *top.parents) if git_dir is None else (top,):
        place = JournalPlace(folder, git_dir)
        if place.is_used:
            yield place


def _parsed(kept: Any) -> Journal:
    if kept["format"] != _FORMAT:
        raise ValueError(f"it has format {kept['format']}, and this version reads {_FORMAT}")
    steps = tuple(JournalStep(*map(_text, step)) for step in kept["steps"])
    journal = Journal(_text(kept["token"]), steps, tuple(map(_text, kept["folders"])))
    if not journal.token.isalnum():
        raise ValueError("its token is no word")
    for path in (*(step.path for step in steps), *journal.folders):
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise ValueError(f"{path!r} is not below the folder")
    return journal


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
