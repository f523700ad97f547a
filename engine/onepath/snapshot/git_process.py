"""Running git: one environment for every call, and one view of nothing but the objects."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from onepath.errors import InputError, OutsideError

# What `git rev-parse --local-env-vars` lists, less the configuration: a hook of another
# repository sets these, and the repository that counts here is the one that was named.
_LOCAL = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

_FIXED = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # An object's id must name the bytes that are read under it: facts are cached by it.
    "GIT_NO_REPLACE_OBJECTS": "1",
}

# An older git does not know GIT_NO_LAZY_FETCH; without a transport it can't fetch either.
OFFLINE = {"GIT_ALLOW_PROTOCOL": "none"}


# Programs that a repository's configuration or folder can name; objects and refs need none of them.
_NO_PROGRAMS = {"core.fsmonitor": "false", "core.hooksPath": os.devnull}
# Mapping a pack of gigabytes whole would count as memory of every reader.
_SMALL_WINDOWS = {"core.packedGitWindowSize": "1m", "core.packedGitLimit": "32m"}
_SETTINGS = {**_NO_PROGRAMS, **_SMALL_WINDOWS}


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which git runs: the user's, made predictable, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    return {**kept, **_FIXED, **_settings(kept.get("GIT_CONFIG_COUNT", "")), **(extra or {})}


def _settings(given: str) -> dict[str, str]:
    """Settings that come after those which the environment gives already, and so win."""
    first = int(given) if given.isdigit() else 0
    result = {"GIT_CONFIG_COUNT": str(first + len(_SETTINGS))}
    for number, (key, value) in enumerate(_SETTINGS.items(), first):
        result |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return result


def run_git(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    input: bytes | None = None,  # noqa: A002
    check: bool = True,
) -> subprocess.CompletedProcess[bytes]:
    """Run git with `arguments` and return what it printed. It never reads the terminal.

    Raises:
        InputError: git is not installed.
        OutsideError: git failed and `check` is set; the message holds what git said.
    """
    try:
        done = subprocess.run(["git", *arguments], env=env, input=input or b"", capture_output=True)
    except FileNotFoundError as error:
        raise git_not_found() from error
    if check and done.returncode:
        raise git_failed(arguments, done.returncode, done.stderr)
    return done


def git_not_found() -> InputError:
    return InputError("git is not installed, or not on the PATH", hint="install git 2.31 or newer")


def git_failed(arguments: Sequence[str], status: int, stderr: bytes) -> OutsideError:
    said = stderr.decode("utf-8", "replace").strip() or f"exit status {status}"
    hint = ""
    if "promisor remote" in said:
        hint = "this is a partial clone, and onepath fetches nothing: run git status in it first"
    return OutsideError(f"git {' '.join(arguments)} failed: {said}", hint=hint)


@contextmanager
def objects_only(git_dir: Path, oid_length: int) -> Iterator[dict[str, str]]:
    """Give an environment in which git sees the objects of `git_dir` and nothing else of it.

    An empty repository borrows the object directory. So a partial clone has no remote to fetch
    missing objects from, and git reports them as missing; told not to fetch, it would give up.
    """
    with TemporaryDirectory(prefix="onepath-", ignore_cleanup_errors=True) as folder:
        empty = Path(folder)
        (empty / "refs").mkdir()
        (empty / "HEAD").write_bytes(b"ref: refs/heads/none\n")
        if oid_length == 64:
            (empty / "config").write_bytes(
                b"[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n"
            )
        objects = common_dir(git_dir) / "objects"
        yield environment({"GIT_DIR": folder, "GIT_OBJECT_DIRECTORY": os.fspath(objects)})


def common_dir(git_dir: Path) -> Path:
    """The folder that all work trees of a repository share; mostly `git_dir` itself."""
    try:
        pointer = (git_dir / "commondir").read_bytes()
    except OSError:
        return git_dir
    return Path(os.path.normpath(git_dir / os.fsdecode(pointer.rstrip(b"\r\n"))))
