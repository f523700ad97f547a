"""Ends a landing in the work tree that was interrupted: back to how the files were before it.

Nothing that somebody has written in between is overwritten: a file is put back only if it is just
what the landing has made of it. A rollback that is interrupted itself is taken up by the next run.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from onepath.errors import OutsideError, RefusedError
from onepath.land.worktree.durable import content_at, move_file, sync
from onepath.land.worktree.journal import Journal, JournalPlace, places


class Ended(NamedTuple):
    """How an interrupted landing was ended."""

    put_back: int = 0
    """Files that are again as they were."""
    conflicts: tuple[str, ...] = ()
    """What could not be put back, why, and where the old content is; a line each."""
    is_complete: bool = False
    """The landing had changed all files; nothing was put back."""


def recover(root: Path, git_dir: Path | None) -> Ended | None:
    """Roll back a landing that was interrupted in these files, and remove its temporary files.

    Args:
        root: The top folder of the files.
        git_dir: The git folder of this work tree; None in a folder without git.

    Returns:
        What was done; None if there was nothing to do.

    Raises:
        RefusedError: Some files could not be put back, since somebody has changed them; all
            others are. Or a landing is running.
        OutsideError: The disk failed.
    """
    all_ended = [ended for place in places(root, git_dir) if (ended := _recovered(place))]
    conflicts = [line for ended in all_ended for line in ended.conflicts]
    if conflicts:
        raise RefusedError(
            "an earlier run was interrupted while it wrote into the files; these could not be "
            "rolled back:\n" + "\n".join(conflicts),
            hint="all other files are as they were before it; look at these, then run this again",
        )
    return all_ended[0] if all_ended else None


def _recovered(place: JournalPlace) -> Ended | None:
    try:
        with place.exclusive():
            return roll_back(place)
    except OSError as error:
        raise OutsideError(
            f"{error.filename or place.root}: {error.strerror}; an earlier run was interrupted "
            "while it wrote into the files, and could not be rolled back yet",
            hint="run this again when the cause is mended",
        ) from error


def roll_back(place: JournalPlace) -> Ended | None:
    """Do so inside `place.exclusive`; None if there was nothing to do.

    Raises:
        RefusedError: The journal can't be read.
        OSError: The disk failed. The journal is kept.
    """
    journal = place.read()
    if journal is None:
        place.sweep()
        return None
    if place.is_complete:
        finish(place, journal)
        return Ended(is_complete=True)
    for number in range(len(journal.steps)):
        # First of all: what is put back may need their room.
        with suppress(FileNotFoundError, NotADirectoryError):
            place.staged(journal, number).unlink()
    put_back = 0
    conflicts = []
    for number in reversed(range(len(journal.steps))):
        if not _was_changed(place, journal, number):
            continue
        problem = _problem(place, journal, number)
        if problem:
            conflicts.append(_rescue(place, journal, number, problem))
        else:
            _put_back(place, journal, number)
            put_back += 1
    for folder in reversed(journal.folders):
        with suppress(OSError):
            (place.root / folder).rmdir()
    sync(folders_of(place, journal))
    place.forget()
    return Ended(put_back, tuple(reversed(conflicts)))


def finish(place: JournalPlace, journal: Journal) -> None:
    """Remove the folders that deletions have left empty, as git does, and the journal."""
    for step in journal.steps:
        if not step.new:
            for folder in (place.root / step.path).relative_to(place.root).parents[:-1]:
                with suppress(OSError):
                    (place.root / folder).rmdir()
    place.forget()


def _was_changed(place: JournalPlace, journal: Journal, number: int) -> bool:
    """Whether a file is not the one that it was before the landing."""
    step = journal.steps[number]
    if content_at(place.root, step.path) == step.old:
        return False
    try:
        # One file under two names: it was not replaced, and what was written to it since is in it.
        return not os.path.samefile(place.root / step.path, place.saved(number))
    except OSError:
        return True


def _problem(place: JournalPlace, journal: Journal, number: int) -> str:
    """Why a file that was changed can't be put back; empty if it can."""
    step = journal.steps[number]
    now = content_at(place.root, step.path)
    if now != step.new:
        return "it has been changed since" if now else "it has been removed since"
    if step.old and content_at(place.folder, place.saved(number)) != step.old:
        return "its old content is no longer there"
    if not step.new and not (place.root / step.path).parent.is_dir():
        return "its folder has been removed since"
    return ""


def _put_back(place: JournalPlace, journal: Journal, number: int) -> None:
    target = place.root / journal.steps[number].path
    if journal.steps[number].old:
        move_file(place.saved(number), target, place.staged(journal, number))
    else:
        target.unlink()


def _rescue(place: JournalPlace, journal: Journal, number: int, problem: str) -> str:
    """Keep the old content of a file for the user; say where it is."""
    step = journal.steps[number]
    saved, rescued = place.saved(number), place.rescued(journal, number)
    if not step.old:
        return f"{step.path}: {problem}; it was not there before"
    if not rescued.exists() and content_at(place.folder, saved) == step.old:
        rescued.parent.mkdir(parents=True, exist_ok=True)
        os.replace(saved, rescued)
        sync([rescued.parent])
    if not rescued.exists():
        return f"{step.path}: {problem}"
    return f"{step.path}: {problem}; its content before is in {rescued}"


def folders_of(place: JournalPlace, journal: Journal) -> Iterator[Path]:
    """The folders in which a landing changes files, as far as they are there."""
    for step in journal.steps:
        folder = (place.root / step.path).parent
        if folder.is_dir():
            yield folder
