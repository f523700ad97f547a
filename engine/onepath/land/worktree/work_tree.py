"""Writes a changeset into the files as they lie, all of them or none.

However it ends: a journal (`journal.py`) is on the disk before the first file changes, and what is
written is on the disk before anything is said to be done.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from onepath.errors import OnepathError, OutsideError, RefusedError
from onepath.land.worktree.durable import (
    content_at,
    content_digest,
    copy_permissions,
    keep_second_name,
    sync,
)
from onepath.land.worktree.journal import Journal, JournalPlace, JournalStep
from onepath.land.worktree.rollback import finish, folders_of, roll_back
from onepath.model import Changeset, FileChange

_UNCHANGED = "no file was changed"
_HINT = "plan again from the files as they lie now"


def write_work_tree(root: Path, changeset: Changeset, git_dir: Path | None = None) -> None:
    """Bring the files below `root` from their old bytes to the new ones.

    Permissions are kept, and folders that a deletion leaves empty are removed, as git does.

    Args:
        root: The top folder of the files.
        changeset: What to change.
        git_dir: The git folder of this work tree; None in a folder without git.

    Raises:
        RefusedError: A file no longer has the bytes the change was made from, or it or a folder
            on the way to it is a symlink. All of them are named; nothing was written. Or another
            run is writing.
        OutsideError: The disk failed; every file is as it was before, or the message says which
            is not.
    """
    place = JournalPlace(root, git_dir)
    changes = [
        change
        for change in changeset.changes
        if change.new != change.old or (change.is_new and change.new is not None)
    ]
    if not changes:
        return
    try:
        with place.exclusive():
            roll_back(place)
            problems = [text for change in changes if (text := _problem(place.root, change))]
            if problems:
                raise RefusedError("\n".join(problems), hint=_HINT)
            _write(place, changes)
    except OSError as error:
        where = error.filename or place.root
        raise OutsideError(f"{where}: {error.strerror}; {_UNCHANGED}") from error


def _write(place: JournalPlace, changes: Sequence[FileChange]) -> None:
    """Write, or put everything back whatever is raised meanwhile."""
    try:
        _Landing(place, changes).run()
    except BaseException as error:
        is_complete, lost = _undone(place)
        if isinstance(error, OSError):
            if is_complete:
                return  # all files are in place, only something of ours could not be removed
            where = error.filename or place.root
            raise OutsideError(f"{where}: {error.strerror}; {lost or _UNCHANGED}") from error
        if lost:
            raise OutsideError(f"{error or 'interrupted'}; {lost}") from error
        raise


def _undone(place: JournalPlace) -> tuple[bool, str]:
    """Put everything back; whether there was nothing to put back, and what was not put back."""
    try:
        ended = roll_back(place)
    except (OSError, OnepathError) as error:
        return False, (
            f"what was changed could not be put back yet ({error}); the next run that may write "
            "does it"
        )
    if ended is None:
        return False, ""
    lost = "; ".join(ended.conflicts)
    return ended.is_complete, lost and f"could not be put back: {lost}"


def _problem(root: Path, change: FileChange) -> str:
    target = root / change.path
    if change.is_new and target.exists():
        return f"{change.path}: it is there already"
    for place in (*reversed(target.relative_to(root).parents[:-1]), Path(change.path)):
        if (root / place).is_symlink():
            return f"{change.path}: {place} is a symlink"
    try:
        if change.is_new:
            return ""
        if not target.is_file():
            return f"{change.path}: no such file"
        if target.read_bytes() != change.old:
            return _moved_on(change)
    except OSError as error:
        return f"{change.path}: {error.strerror}"
    return ""


def _moved_on(change: FileChange) -> str:
    return f"{change.path}: it has changed since the plan was made"


class _Landing:
    """One landing: the new files beside their targets, the old ones saved, then all in place."""

    def __init__(self, place: JournalPlace, changes: Sequence[FileChange]) -> None:
        self._place = place
        self._changes = changes
        self._journal = Journal.begin(
            [
                JournalStep(
                    change.path,
                    "" if change.is_new else content_digest(change.old),
                    "" if change.new is None else content_digest(change.new),
                )
                for change in changes
            ],
            _missing_folders(place.root, changes),
        )

    def run(self) -> None:
        """Do it; whatever is raised, the journal says how far it came."""
        place, journal = self._place, self._journal
        place.start(journal)
        self._stage()
        self._put_in_place()
        sync(folders_of(place, journal))
        place.complete()
        with suppress(OSError):
            finish(place, journal)  # else the next run does

    def _stage(self) -> None:
        """Write the new files and save the old ones: here a full disk shows, in time."""
        place, journal = self._place, self._journal
        for folder in journal.folders:
            (place.root / folder).mkdir()
        written = []
        for number, change in enumerate(self._changes):
            target = place.root / change.path
            if not change.is_new:
                keep_second_name(target, place.saved(number))
                written.append(place.saved(number))
            if change.new is None:
                continue
            new = place.staged(journal, number)
            with new.open("xb") as file:
                file.write(change.new)
            if not change.is_new:
                copy_permissions(target.stat(), new)
            written.append(new)
        sync([*written, place.saved(0).parent, *folders_of(place, journal)])

    def _put_in_place(self) -> None:
        place, journal = self._place, self._journal
        for number, (change, step) in enumerate(zip(self._changes, journal.steps, strict=True)):
            target, new = place.root / change.path, place.staged(journal, number)
            if content_at(place.root, change.path) != step.old:
                raise RefusedError(_moved_on(change), hint=_HINT)
            if change.new is None:
                target.unlink()
            elif change.is_new:
                _put_where_nothing_is(new, target)
            else:
                os.replace(new, target)


def _put_where_nothing_is(new: Path, target: Path) -> None:
    """Put a file at a place without replacing what may have come there in this very moment."""
    with suppress(FileExistsError):
        try:
            os.link(new, target)
        except FileExistsError:
            raise
        except OSError:
            os.rename(new, target)  # no second names here
            return
        new.unlink()
        return
    raise RefusedError(f"{target}: it is there already", hint=_HINT)


def _missing_folders(root: Path, changes: Sequence[FileChange]) -> list[str]:
    """The folders that are to be made, the outer ones first."""
    missing: dict[str, None] = {}
    for change in changes:
        if change.is_new:
            for folder in reversed((root / change.path).relative_to(root).parents[:-1]):
                if not (root / folder).exists():
                    missing[folder.as_posix()] = None
    return list(missing)
