"""Writes a changeset into the files as they lie, all of them or none."""

import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from onepath.errors import OutsideError, RefusedError
from onepath.model import Changeset, FileChange

_PREFIX = ".onepath-"


def write_work_tree(root: Path, changeset: Changeset) -> None:
    """Bring the files below `root` from their old bytes to the new ones.

    Permissions stay, and folders that a deletion leaves empty go, as with git.

    Raises:
        RefusedError: A file no longer has the bytes the change was made from, or it or a folder
            on the way to it is a symlink. All of them are named; nothing was written.
        OutsideError: The disk failed; what was already replaced is as it was before.
    """
    root = root.resolve()
    problems = [problem for change in changeset.changes if (problem := _problem(root, change))]
    if problems:
        raise RefusedError("\n".join(problems), hint="plan again from the files as they lie now")
    changes = [change for change in changeset.changes if change.new != change.old or change.is_new]
    replacements = _Replacements()
    try:
        for change in changes:
            if change.is_new:
                replacements.make_room(root / change.path)
            replacements.stage(root / change.path, change.new)
        replacements.make()
    except OSError as error:
        lost = replacements.undo()
        outcome = f"could not be restored: {', '.join(lost)}" if lost else "no file was changed"
        raise OutsideError(f"{error.filename or root}: {error.strerror}; {outcome}") from error
    replacements.finish()
    _remove_empty_folders(root, changes)


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
            return f"{change.path}: it has changed since the plan was made"
    except OSError as error:
        return f"{change.path}: {error.strerror}"
    return ""


class _Replacements:
    """Files beside their targets that are put in place together, with a way back."""

    def __init__(self) -> None:
        self._staged: list[tuple[Path, Path | None]] = []
        """Target and the file that will replace it; None for a deletion."""
        self._replaced: list[tuple[Path, Path]] = []
        """Target and where its old file is kept."""
        self._new: set[Path] = set()
        """Targets that were not there before."""
        self._made: list[Path] = []
        """Those of them that are there by now."""
        self._folders: list[Path] = []
        """Folders that were made for them, the outer ones first."""

    def make_room(self, target: Path) -> None:
        """Make the folders of a file that is to be there for the first time."""
        self._new.add(target)
        missing = [folder for folder in target.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._folders.append(folder)

    def stage(self, target: Path, content: bytes | None) -> None:
        """Write the new file of `target` beside it: here a full disk shows, in time."""
        if content is None:
            self._staged.append((target, None))
            return
        if target in self._new:
            new = _beside(target)
            self._staged.append((target, new))
            with new.open("xb") as file:
                file.write(content)
            return
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
        self._staged.append((target, Path(name)))
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        before = target.stat()
        with suppress(PermissionError):
            os.chown(name, before.st_uid, before.st_gid)
        os.chmod(name, stat.S_IMODE(before.st_mode))

    def make(self) -> None:
        """Put every staged file in place. An old file is kept by a second name, not a copy."""
        for target, new in self._staged:
            if target in self._new and new is not None:
                new.replace(target)
                self._made.append(target)
                continue
            kept = _beside(target)
            if new is None:
                target.rename(kept)
            else:
                _keep(target, kept)
            self._replaced.append((target, kept))
            if new is not None:
                new.replace(target)

    def undo(self) -> list[str]:
        """Put the old files back and remove the staged ones; return what could not be put back."""
        lost = []
        for target, kept in reversed(self._replaced):
            try:
                kept.replace(target)
                # Renaming a file to a second name of itself does nothing at all.
                kept.unlink(missing_ok=True)
            except OSError:
                lost.append(f"{target} (its old text is in {kept})")
        self._remove([*self._made, *(new for _, new in self._staged if new is not None)])
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()
        return lost

    def finish(self) -> None:
        """Let the old files go."""
        self._remove([kept for _, kept in self._replaced])

    def _remove(self, paths: Sequence[Path]) -> None:
        for path in paths:
            with suppress(OSError):
                path.unlink()


def _beside(target: Path) -> Path:
    return target.with_name(_PREFIX + secrets.token_hex(8))


def _keep(target: Path, kept: Path) -> None:
    try:
        os.link(target, kept)
    except OSError:
        # Some file systems have no second names. Until the new file is there, none is.
        target.rename(kept)


def _remove_empty_folders(root: Path, changes: Sequence[FileChange]) -> None:
    for change in changes:
        if change.new is None:
            for folder in (root / change.path).relative_to(root).parents[:-1]:
                with suppress(OSError):
                    (root / folder).rmdir()
