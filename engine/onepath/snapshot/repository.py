"""A git repository as the engine sees it: where it is, and git run inside it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from onepath.errors import InputError, OutsideError
from onepath.snapshot.blobs import SHA1_LENGTH, SHA256_LENGTH
from onepath.snapshot.git_process import OFFLINE, environment, git_not_found, run_git

if TYPE_CHECKING:
    import git

T = TypeVar("T")

_HEX = frozenset("0123456789abcdef")
_NAME = re.compile(r"[A-Za-z0-9][\w./~^-]*", re.ASCII)
"""A revision that is no search for a message, no path and no range of revisions."""

# Programs that git would run for commands that only read objects or move references.
_RUN_NOTHING = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


@dataclass(frozen=True)
class Repository:
    """One repository, found once. A context manager; `close` ends GitPython's processes.

    GitPython finds it where it is anything but a folder `.git` in the top folder: loading it takes
    as long as everything that a command does whose answer is kept.
    """

    top: Path
    """The top folder of the work tree; the git folder where the repository is bare."""
    git_dir: Path
    common_dir: Path
    """What all work trees share; differs from `git_dir` in a linked work tree."""
    bare: bool
    oid_length: int
    """Hex digits of an object id: 40, or 64 in a SHA-256 repository."""
    _repo: "git.Repo | None" = field(repr=False, compare=False)
    """What GitPython keeps open; None where it was not asked."""
    _answers: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What has been asked of objects by their ids."""

    @classmethod
    def discover(cls, path: Path) -> "Repository | None":
        """Find the repository around `path`, a folder or a file; None where there is none.

        Raises:
            InputError: `path` does not exist, git is not installed, or git won't use what is
                there: it belongs to another user, or it is broken.
        """
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
        folder = path.resolve() if path.is_dir() else path.resolve().parent
        if shutil.which("git") is None:
            raise git_not_found()
        plain = _plain_top(folder)
        if plain is not None and (oid_length := _oid_length_of_plain(plain)) is not None:
            git_dir = plain / ".git"
            return cls(plain, git_dir, git_dir, bare=False, oid_length=oid_length, _repo=None)
        repo = _open(folder)
        if repo is None:
            _refuse_broken(folder)
            return None
        try:
            git_dir = Path(repo.git_dir)
            length = _checked_oid_length(folder)
            top = git_dir if repo.working_tree_dir is None else git_dir / repo.working_tree_dir
            return cls(
                top=Path(os.path.normpath(top)),
                git_dir=git_dir,
                common_dir=Path(os.path.normpath(repo.common_dir)),
                bare=repo.bare,
                oid_length=length,
                _repo=repo,
            )
        except BaseException:
            repo.close()
            raise

    @property
    def cache_dir(self) -> Path:
        """Where this tool may keep what it can compute again; shared by all work trees."""
        return self.common_dir / "onepath"

    def git(
        self,
        *args: str,
        input: bytes | None = None,  # noqa: A002
        check: bool = True,
        offline: bool = False,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git in the top folder.

        Args:
            args: The command and its arguments.
            input: What git reads from its standard input.
            check: Whether a failure is raised.
            offline: Refuse every transport, also to a git too old for GIT_NO_LAZY_FETCH.

        Raises:
            OutsideError: git failed and `check` is set; the message holds what git said.
        """
        place = [f"--git-dir={self.git_dir}"]
        if not self.bare:
            place = ["-C", os.fspath(self.top), *place]
        return run_git(
            [*place, *_RUN_NOTHING, *args],
            env=environment(OFFLINE if offline else None),
            input=input,
            check=check,
        )

    def is_id(self, name: str) -> bool:
        """Whether a name is the full id of an object, rather than a reference that may move."""
        return len(name) == self.oid_length and set(name) <= _HEX

    def once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """What `ask` says of objects by their ids, which never change: it is asked once.

        Args:
            question: What is asked, and of which objects.
            ask: Gives the answer; None where there is none yet, as something is missing.
        """
        if (self.common_dir / "shallow").exists():
            return ask()  # its history may reach further back after a fetch
        known: T | None = self._answers.get(question)
        if known is None:
            known = self._answers[question] = ask()
        return known

    def resolve(self, rev: str) -> str:
        """The full id of the commit that `rev` names.

        Raises:
            InputError: `rev` names nothing, or something that is not a commit.
        """
        # Two questions at once where what is put behind can't become a part of the revision.
        if _NAME.fullmatch(rev) and (commit := self._verify(f"{rev}^{{commit}}")) is not None:
            return commit
        named = self._verify(rev)
        commit = self._verify(f"{named}^{{commit}}") if named else None
        if commit is None:
            raise self._unresolved(rev, named)
        return commit

    def head(self) -> str | None:
        """The commit that HEAD names; None before the first commit."""
        return self._verify("HEAD^{commit}")

    def close(self) -> None:
        """End what GitPython keeps running; everything here can still be used."""
        if self._repo is not None:
            self._repo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _verify(self, rev: str) -> str | None:
        if "\0" in rev:
            return None
        done = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", rev)
        oid = done.stdout.decode().strip()
        # `^main` is something to git too, but names no object.
        return oid if done.returncode == 0 and not oid.startswith("^") else None

    def _ask(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        return self.git(*args, check=False, offline=True)

    def _unresolved(self, rev: str, named: str | None) -> InputError | OutsideError:
        if named is not None and named != rev:
            kind = self._ask("cat-file", "-t", named).stdout.decode().strip()
            if kind:
                return InputError(
                    f"{rev} names a {kind}, not a commit",
                    hint="give a branch, a tag or a commit id",
                )
            return OutsideError(
                f"{rev} is {named}, which this repository lacks",
                hint="fetch it, or run git fsck",
            )
        if not self._ask("for-each-ref", "--count=1").stdout and self.head() is None:
            return InputError(
                f"{rev}: the repository at {self.top} has no commit yet",
                hint="commit something first, or read the files as they lie: --rev WORKTREE",
            )
        if rev == "HEAD":
            branch = self._ask("symbolic-ref", "--short", "HEAD").stdout.decode().strip()
            return InputError(
                f"HEAD is on {branch or 'a branch'}, which has no commit yet",
                hint="name a branch that has one (git branch --all), or --rev WORKTREE",
            )
        return InputError(
            f"{rev}: no such revision in {self.top}",
            hint=(
                "this clone is shallow: git fetch --unshallow gets older commits"
                if (self.common_dir / "shallow").exists()
                else "git branch --all and git tag list what there is; a short id may be ambiguous"
            ),
        )


def _plain_top(folder: Path) -> Path | None:
    """The folder around another one that has a folder `.git` in it; None for all other layouts."""
    for candidate in (folder, *folder.parents):
        if (candidate / "HEAD").exists():
            return None  # may be a git folder itself
        dot_git = candidate / ".git"
        if dot_git.is_symlink() or dot_git.exists():
            return candidate if dot_git.is_dir() and not dot_git.is_symlink() else None
    return None


_ASKED = ("--show-object-format", "--show-toplevel", "--absolute-git-dir", "--git-common-dir")


def _oid_length_of_plain(top: Path) -> int | None:
    """The length of ids where git itself says that a repository is what it looks like, else None.

    What git is not willing to use, or has its files elsewhere, is looked at more closely.
    """
    done = run_git(
        ["-C", os.fspath(top), "rev-parse", *_ASKED], env=environment(OFFLINE), check=False
    )
    git_dir = os.fsencode(top / ".git")
    known = (os.fsencode(top), git_dir)
    for name, length in (("sha1", SHA1_LENGTH), ("sha256", SHA256_LENGTH)):
        answers = [
            b"".join(line + b"\n" for line in (name.encode(), *known, common))
            for common in (b".git", git_dir)
        ]
        if not done.returncode and done.stdout in answers:
            return length
    return None


def _open(folder: Path) -> "git.Repo | None":
    try:
        # Imported here: the import itself looks for git and fails without it.
        import git
    except ImportError as error:
        raise InputError(
            "GitPython finds no git it can run",
            hint="look at GIT_PYTHON_GIT_EXECUTABLE, or leave it unset",
        ) from error
    try:
        return git.Repo(
            folder, odbt=git.GitCmdObjectDB, search_parent_directories=True, expand_vars=False
        )
    except git.InvalidGitRepositoryError:
        return None
    except (OSError, ValueError, git.GitError) as error:
        raise _broken(folder, str(error) or type(error).__name__) from error


def _refuse_broken(folder: Path) -> None:
    """Raise if there is the rest of a repository: a plain folder must not be taken for one."""
    for candidate in (folder, *folder.parents):
        dot_git = candidate / ".git"
        if dot_git.is_file() or (dot_git / "HEAD").exists() or (dot_git / "objects").exists():
            done = run_git(
                ["-C", os.fspath(candidate), "rev-parse", "--git-dir"],
                env=environment(OFFLINE),
                check=False,
            )
            raise _broken(candidate, done.stderr.decode("utf-8", "replace"))


def _checked_oid_length(folder: Path) -> int:
    """Ask git itself about the repository, which also checks that it is willing to use it."""
    arguments = ["-C", os.fspath(folder), "rev-parse", "--show-object-format"]
    done = run_git(arguments, env=environment(OFFLINE), check=False)
    if done.returncode:
        raise _broken(folder, done.stderr.decode("utf-8", "replace"))
    return SHA256_LENGTH if done.stdout.strip() == b"sha256" else SHA1_LENGTH


def _broken(folder: Path, said: str) -> InputError:
    said = said.strip()
    if "dubious ownership" in said:
        return InputError(
            f"{folder}: git does not trust this repository, because another user owns it",
            hint=f"if you do: git config --global --add safe.directory '{folder}'",
        )
    reason = said.splitlines()[0].removeprefix("fatal: ") if said else "git gives no reason"
    return InputError(
        f"{folder}: git can't use the repository here: {reason}",
        hint="git status there says more; git fsck looks for damage",
    )
