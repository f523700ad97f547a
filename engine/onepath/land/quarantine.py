"""New objects are made apart from the repository and moved in when they are complete.

Git does the same with what is pushed to it. The folder lies inside the object folder, so that
moving is renaming, and bears a name that `git gc` clears away too.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onepath.errors import OutsideError, RefusedError
from onepath.land.commit.signing import sign_commits
from onepath.land.file_lock import lock
from onepath.snapshot.repository import Repository

_PREFIX = "tmp_objdir-onepath-"


@contextmanager
def exclusive(repository: Repository, what: str = "landing") -> Iterator[Path]:
    """Be the only one that does `what` in `repository`; the lock ends with the process.

    Yields:
        The locked file, which is kept and may hold notes for the next one.

    Raises:
        RefusedError: Another process is doing it.
        OSError: The git folder can't be written.
    """
    path = repository.cache_dir / what
    path.parent.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            lock(descriptor)
        except BlockingIOError as error:
            raise RefusedError(
                f"another {what} is running in {repository.top}",
                hint="wait until it has ended, then run this again",
            ) from error
        yield path
    finally:
        os.close(descriptor)


def sweep(repository: Repository) -> None:
    """Remove what landings that were killed left behind. Call it inside `exclusive`."""
    for folder in _objects(repository).glob(_PREFIX + "*"):
        shutil.rmtree(folder, ignore_errors=True)


def import_commits(repository: Repository, stream: bytes, *, sign: bool = False) -> list[str]:
    """Make the commits of a `git fast-import` stream and return their ids; no ref changes.

    Args:
        repository: Where they will be.
        stream: Makes them, parents before children.
        sign: Make each of them again with a signature.

    Raises:
        OutsideError: git failed; the repository is as it was.
        OSError: The disk failed; the same.
    """
    objects = _objects(repository)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=objects))
    try:
        _set_up(repository, folder)
        commits = _fast_import(repository, folder, stream)
        if sign:
            commits = sign_commits(repository, folder / "objects", commits)
        _adopt(folder / "objects" / "pack", objects / "pack")
        _adopt_loose(folder / "objects", objects)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return commits


def _objects(repository: Repository) -> Path:
    return repository.common_dir / "objects"


def _set_up(repository: Repository, folder: Path) -> None:
    """Make an empty repository that sees all objects of the real one."""
    for name in ("refs", "objects/info", "objects/pack"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/none\n")
    (folder / "objects" / "info" / "alternates").write_text("../..\n")
    shared = repository.git("config", "--get", "core.sharedRepository", check=False).stdout
    core = [f"sharedRepository = {shared.decode().strip()}"] if shared.strip() else []
    extensions = []
    if repository.oid_length == 64:
        core.append("repositoryFormatVersion = 1")
        extensions.append("objectFormat = sha256")
    config = ["[core]", *core, "[extensions]", *extensions]
    (folder / "config").write_text("\n".join(config) + "\n")


def _fast_import(repository: Repository, folder: Path, stream: bytes) -> list[str]:
    done = repository.git(
        f"--git-dir={folder}",
        *("-c", "fastimport.unpackLimit=0"),
        *("fast-import", "--quiet", "--done", "--date-format=raw-permissive"),
        input=stream,
        check=False,
    )
    if done.returncode:
        raise OutsideError(
            f"git fast-import failed: {_reason(done.returncode, done.stderr)}; no branch was made"
        )
    return done.stdout.decode().split()


def _reason(status: int, stderr: bytes) -> str:
    """What git said, without the crash report that goes away with the quarantine."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    if status < 0:
        fatal.append(f"it was ended by {signal.Signals(-status).name}")
    return "; ".join(fatal) or f"exit status {status}"


def _adopt(source: Path, target: Path) -> None:
    """Move packs in. Git looks for `.idx` files, so each comes after what it speaks of."""
    target.mkdir(exist_ok=True)
    for suffix in (".pack", ".rev", ".idx"):
        for path in sorted(source.glob(f"pack-*{suffix}")):
            if not (target / path.name).exists():
                path.rename(target / path.name)


def _adopt_loose(source: Path, target: Path) -> None:
    """Move single objects in: those that git made one by one."""
    for path in sorted(source.glob("[0-9a-f][0-9a-f]/*")):
        place = target / path.parent.name / path.name
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            path.rename(place)
