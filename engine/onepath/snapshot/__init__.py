"""Where sources come from: a commit, the work tree, a folder, or one of them with an overlay."""

from pathlib import Path

from onepath.errors import InputError
from onepath.model import Snapshot
from onepath.snapshot.blobs import blob_id
from onepath.snapshot.disk import DiskSource
from onepath.snapshot.folder import Folder
from onepath.snapshot.git_source import GitSource
from onepath.snapshot.git_tree import GitTree
from onepath.snapshot.notes import classify, matters
from onepath.snapshot.overlay import Overlay, OverlaySource
from onepath.snapshot.repository import Repository
from onepath.snapshot.work_tree import NAME as WORKTREE
from onepath.snapshot.work_tree import WorkTree

__all__ = [
    "WORKTREE",
    "DiskSource",
    "Folder",
    "GitSource",
    "GitTree",
    "Overlay",
    "OverlaySource",
    "Repository",
    "WorkTree",
    "blob_id",
    "classify",
    "matters",
    "open_snapshot",
    "snapshot_in",
]


def snapshot_in(repository: Repository, rev: str = "HEAD") -> Snapshot:
    """The snapshot of a repository that was found before.

    Args:
        repository: The repository.
        rev: As `open_snapshot` takes it.

    Raises:
        InputError: `rev` names no commit in it.
    """
    return WorkTree(repository) if rev == WORKTREE else GitTree(repository, rev)


def open_snapshot(path: Path, rev: str = "HEAD") -> Snapshot:
    """The snapshot of what is at `path`.

    Args:
        path: A folder, or anything below one; the repository around it is taken as a whole.
        rev: A revision, or `WORKTREE` for the files as they lie. A folder without git has only
            those, whichever of `HEAD` and `WORKTREE` is asked for.

    Raises:
        InputError: there is nothing at `path`, git won't use the repository, or `rev` names
            no commit in it.
    """
    repository = Repository.discover(path)
    if repository is not None:
        with repository:
            return snapshot_in(repository, rev)
    if rev not in ("HEAD", WORKTREE):
        raise InputError(
            f"{rev}: {path} is in no git repository, so it has no revisions",
            hint="leave --rev out to read the files as they lie",
        )
    if not path.is_dir():
        raise InputError(f"{path}: not a folder", hint="give the folder that holds the code")
    return Folder(path)
