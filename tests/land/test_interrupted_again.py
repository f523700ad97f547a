"""Branches that exist are moved, and something ends that: they are as before or wholly moved."""

import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import OutsideError, RefusedError
from onepath.land.quarantine import exclusive
from onepath.model import Plan
from onepath.state.branches.landing import land

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"
LATE = b"from pkg.old import Name\n"

LAND = """
import pickle, sys
from pathlib import Path
from onepath.state.branches.landing import land
from onepath.snapshot.repository import Repository
plan = pickle.loads(Path(sys.argv[2]).read_bytes())
with Repository.discover(Path(sys.argv[1])) as repository:
    land(repository, plan, plan.phases)
"""


class Again:
    """Two branches with a commit of a person, and a plan from a base that has moved."""

    def __init__(self, project: Any, repository: Any, plan: Plan, kit: Any, folder: Path) -> None:
        self.project, self.repository = project, repository
        land(repository, plan, plan.phases)
        project.git("switch", "--quiet", FIRST)
        self.mine = project.commit({"mine.txt": "mine\n"}, "mine")
        project.git("switch", "--quiet", "main")
        project.write({"stashed.txt": "x"})
        project.git("stash", "--include-untracked")
        commit = project.commit({"late.py": LATE}, "late")
        project.write({"run.py": "dirty\n", "staged.py": "y\n"})
        project.git("add", "staged.py")
        first, second = kit.two_phases()
        late = kit.changed("late.py", LATE, b"pkg.old", b"pkg.new")
        changes = tuple(sorted((*first.changeset.changes, late), key=lambda one: one.path))
        first = replace(first, changeset=replace(first.changeset, changes=changes))
        self.plan: Plan = kit.plan(commit, [first, second])
        self.before = self.state()
        self.stored = folder / "plan"
        self.stored.write_bytes(pickle.dumps(self.plan))

    def state(self) -> tuple[str, ...]:
        git = self.project.git
        logs = [git("reflog", "show", name) for name in (FIRST, SECOND, "main", "HEAD")]
        return (*self.project.state(), *logs)

    def start(self) -> "subprocess.Popen[bytes]":
        arguments = [sys.executable, "-c", LAND, os.fspath(self.project.path), str(self.stored)]
        return subprocess.Popen(arguments, stderr=subprocess.DEVNULL)

    def check_moved(self) -> None:
        git = self.project.git
        assert git("rev-parse", f"{FIRST}~2") == self.plan.commit
        assert git("log", "-1", "--format=%s", FIRST) == "mine"
        assert git("rev-parse", f"{SECOND}~") == git("rev-parse", FIRST)
        assert git("show", f"{SECOND}:late.py") == "from pkg.new import Name"
        assert git("rev-parse", f"{FIRST}@{{1}}") == self.mine
        assert self.state()[:5] == self.before[:5]
        assert git("fsck", "--strict", "--no-dangling") == ""
        folder = self.project.path / ".git"
        patterns = ("objects/tmp_*", "objects/pack/tmp_*", "fast_import_crash_*", "refs/**/*.lock")
        assert not [path for pattern in patterns for path in folder.glob(pattern)]
        assert git("for-each-ref", "refs/onepath") == ""

    def run_again(self) -> None:
        land(self.repository, self.plan, self.plan.phases)
        self.check_moved()


@pytest.fixture
def again(project: Any, repository: Any, plan: Plan, kit: Any, tmp_path: Path) -> Again:
    return Again(project, repository, plan, kit, tmp_path)


def test_nothing_ends_it(again: Again) -> None:
    again.run_again()


# --------------------------------------------------------- something outside


@pytest.mark.parametrize("command", ["fast-import", "update-ref"])
def test_git_is_killed(
    again: Again,
    command: str,
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    wrap_git(command, "kill -9 $$")
    with pytest.raises(OutsideError):
        land(again.repository, again.plan, again.plan.phases)
    unwrap_git()
    assert again.state() == again.before
    again.run_again()


def test_a_full_disk(again: Again) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
    try:
        with pytest.raises(OutsideError):
            land(again.repository, again.plan, again.plan.phases)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert again.state() == again.before
    again.run_again()


def test_an_exception_between_commits_and_branches(
    again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(Exception): ...

    def end(*_: Any) -> str:
        raise Ended

    with monkeypatch.context() as patch:
        patch.setattr("onepath.state.branches.landing.move_refs", end)
        with pytest.raises(Ended):
            land(again.repository, again.plan, again.plan.phases)
    assert again.state() == again.before
    again.run_again()


def test_only_one_of_the_branches_was_moved(
    again: Again, wrap_git: Callable[..., None], unwrap_git: Callable[[], None]
) -> None:
    wrap_git("update-ref", 'sed /02-/d | "$real" "$@"; kill -9 $$')
    with pytest.raises(OutsideError, match=f"; made: {FIRST}$"):
        land(again.repository, again.plan, again.plan.phases)
    unwrap_git()
    again.run_again()


# ------------------------------------------------------------ killed landings


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(
    ("command", "script", "moved"),
    [
        ("ls-tree", "kill -{} $PPID", False),
        ("fast-import", '(head -c 700; kill -{} $PPID) | "$real" "$@"', False),
        ("fast-import", '"$real" "$@"; kill -{} $PPID', False),
        ("update-ref", "kill -{} $PPID", False),
        ("update-ref", '(cat | sed /commit/d; kill -{} $PPID) | "$real" "$@"', False),
        ("update-ref", '"$real" "$@"; kill -{} $PPID', True),
    ],
)
def test_a_killed_landing_moves_all_branches_or_none(
    again: Again,
    command: str,
    script: str,
    moved: bool,
    number: int,
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    wrap_git(command, script.format(number))
    with again.start() as process:
        assert process.wait() == -number
    unwrap_git()
    if moved:
        again.check_moved()
    else:
        assert again.state() == again.before
    again.run_again()


# ------------------------------------------------------------------ at once


def test_a_landing_that_is_running_is_left_alone(again: Again) -> None:
    running = pytest.raises(RefusedError, match="another landing is running")
    with exclusive(again.repository), running:
        land(again.repository, again.plan, again.plan.phases)
    assert again.state() == again.before
    again.run_again()


def test_two_landings_at_once(again: Again) -> None:
    with again.start() as one, again.start() as other:
        codes = {one.wait(), other.wait()}
    assert 0 in codes
    again.check_moved()
    again.run_again()


def test_somebody_commits_while_it_runs(again: Again, wrap_git: Callable[..., None]) -> None:
    """Their commit is not overwritten; the next run puts it on top."""
    path = again.project.path
    theirs = (
        f'new=$("$real" -C {path} commit-tree -p {FIRST} -m theirs {FIRST}^{{tree}})\n'
        f'"$real" -C {path} update-ref refs/heads/{FIRST} $new\nexec "$real" "$@"'
    )
    wrap_git("fast-import", theirs)
    with pytest.raises(RefusedError, match=f"branch {FIRST} was changed by somebody") as caught:
        land(again.repository, again.plan, again.plan.phases)
    assert "run this again" in caught.value.hint
    assert again.project.git("log", "-1", "--format=%s", FIRST) == "theirs"
    assert again.project.git("rev-parse", SECOND) in again.before[5]
