"""Shared by all tests: real git repositories with a fixed identity and date, and indexes."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from tests.warm import end_all

from onepath.analysis.index import Index
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

# These limit what a process may write, which Windows can't.
collect_ignore = (
    [
        "facts/store/test_cache.py",
        "land/test_interrupted.py",
        "land/test_interrupted_again.py",
        "land/test_work_tree.py",
        "report/test_patch.py",
    ]
    if sys.platform == "win32"
    else []
)
# How long an example takes says nothing on a busy machine; speed is looked at in benchmarks/.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
# For `make mutants`: the same examples each time, and no search for the smallest that fails.
settings.register_profile(
    "mutants",
    settings.get_profile("busy"),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background like this, and every child would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2025-09-14T10:00:00+0000",
    "GIT_COMMITTER_NAME": "Ada Author",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2025-09-14T10:00:00+0000",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C.UTF-8",
}


def pytest_collection_finish() -> None:
    """Let no collection of garbage go through thousands of tests and all that they import."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    end_all()


Files = Mapping[str, str | bytes]
MakeIndex = Callable[..., Index]


@pytest.fixture(autouse=True)
def _fixed_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every git command of a test has one identity, one date and no user configuration."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in GIT_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def write_files(folder: Path, files: Files) -> None:
    """Write `files` (path -> content) below `folder`, making folders as needed."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


@cache
def _made_by_init() -> tuple[list[str], list[tuple[str, bytes]]]:
    """The folders and the files that `git init` makes, asked once: hundreds of tests begin so."""
    with tempfile.TemporaryDirectory() as top:
        init = ["git", "init", "--quiet", "--initial-branch=main", top]
        subprocess.run(init, capture_output=True, check=True)
        made = {path.relative_to(top).as_posix(): path for path in sorted(Path(top).rglob("*"))}
        folders = [name for name, path in made.items() if path.is_dir()]
        files = [
            (name, path.read_bytes())
            for name, path in made.items()
            if path.is_file() and path.suffix != ".sample"
        ]
        return folders, files


class Repository:
    """A real git repository in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if (path / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
            return
        folders, files = _made_by_init()
        for folder in folders:
            os.mkdir(path / folder)
        for file, content in files:
            (path / file).write_bytes(content)

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git here and return what it printed, without the last newline."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], capture_output=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, files: Files) -> None:
        write_files(self.path, files)

    def commit(self, files: Files | None = None, message: str = "change") -> str:
        """Write `files`, commit everything and return the commit id."""
        if files is not None:
            self.write(files)
        self.git("add", "--all")
        # Without the process that looks whether there is something to tidy up.
        quick = ("-c", "maintenance.auto=false")
        self.git(*quick, "commit", "--quiet", "--allow-empty", "--message", message)
        return self._head() or self.git("rev-parse", "HEAD")

    def _head(self) -> str:
        """The commit that HEAD names, as its file says; nothing where git has to be asked."""
        try:
            ref = (self.path / ".git" / "HEAD").read_text().removeprefix("ref: ").strip()
            return (self.path / ".git" / ref).read_text().strip() if "/" in ref else ref
        except OSError:
            return ""

    def state(self) -> tuple[str, ...]:
        """All that a careful tool leaves alone: HEAD, index, status, stash, refs, hooks."""
        return (
            self.git("symbolic-ref", "-q", "HEAD", check=False),
            self.git("rev-parse", "-q", "--verify", "HEAD", check=False),
            self.git("ls-files", "--stage"),
            self.git("status", "--porcelain=v1", "--untracked-files=all"),
            self.git("stash", "list"),
            self.git("for-each-ref"),
        )


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[..., Repository]:
    """`make_repository({"a.py": "..."})` gives a repository with one commit of these files."""
    made = 0

    def make(files: Files | None = None) -> Repository:
        nonlocal made
        made += 1
        repository = Repository(tmp_path / f"repository{made}")
        if files is not None:
            repository.commit(files, "start")
        return repository

    return make


@pytest.fixture
def wrap_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """`wrap_git(word, script)`: calls of git with this word run the script instead.

    In the script `$real` is git, `"$@"` its arguments and `$PPID` the process that called.
    """
    real = shutil.which("git")
    folder = tmp_path / "wrapped"

    def wrap(word: str, script: str) -> None:
        folder.mkdir()
        wrapper = folder / "git"
        wrapper.write_text(
            f'#!/bin/sh\nreal={real}\ncase " $* " in *" {word} "*)\n{script}\nexit ;;\nesac\n'
            'exec "$real" "$@"\n'
        )
        wrapper.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return wrap


@pytest.fixture
def unwrap_git(tmp_path: Path) -> Callable[[], None]:
    """End what `wrap_git` began."""
    return lambda: (tmp_path / "wrapped" / "git").unlink()


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """`make_index({"a.py": "..."}, settings)` gives an index of exactly these files."""

    def make(files: Mapping[str, str], settings: Settings | None = None) -> Index:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            world.fact_store.load(world.fact_store.python)
        return Index(world, settings or Settings())

    return make
