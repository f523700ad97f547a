import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import OutsideError, RefusedError
from onepath.land.quarantine import exclusive
from onepath.model import Plan
from onepath.state.branches.landing import land

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"

LAND = """
import pickle, sys
from pathlib import Path
from onepath.errors import OnepathError
from onepath.state.branches.landing import land
from onepath.snapshot.repository import Repository
plan = pickle.loads(Path(sys.argv[2]).read_bytes())
with Repository.discover(Path(sys.argv[1])) as repository:
    try:
        print(*(item.status for item in land(repository, plan, plan.phases)))
    except OnepathError as error:
        print(type(error).__name__)
"""


@pytest.fixture
def start(project: Any, plan: Plan, tmp_path: Path) -> Callable[[], "subprocess.Popen[str]"]:
    """Start a landing in a process of its own."""
    stored = tmp_path / "plan"
    stored.write_bytes(pickle.dumps(plan))
    arguments = [sys.executable, "-c", LAND, os.fspath(project.path), os.fspath(stored)]
    return lambda: subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def branches(project: Any) -> list[str]:
    return str(
        project.git("for-each-ref", "--format=%(refname:short)", "refs/heads/migrate")
    ).split()


def leftovers(project: Any) -> list[str]:
    """What only a landing that was cut short leaves in the git folder."""
    folder = project.path / ".git"
    patterns = ("objects/tmp_*", "objects/pack/tmp_*", "fast_import_crash_*", "refs/**/*.lock")
    found = [os.fspath(path) for pattern in patterns for path in folder.glob(pattern)]
    return [*found, *project.git("for-each-ref", "refs/onepath").split()]


def check_clean_and_landed(project: Any, plan: Plan) -> None:
    assert branches(project) == [FIRST, SECOND]
    assert leftovers(project) == []
    assert project.git("rev-parse", f"{SECOND}~2") == plan.commit
    assert project.git("show", f"{SECOND}:run.py").endswith("print(Name())")
    assert project.git("fsck", "--strict", "--no-dangling") == ""


# --------------------------------------------------------- something outside


def check_fails(project: Any, repository: Any, plan: Plan) -> str:
    before = project.state()
    with pytest.raises(OutsideError) as caught:
        land(repository, plan, plan.phases)
    assert project.state() == before
    return caught.value.message


def test_a_full_disk(project: Any, repository: Any, plan: Plan, kit: Any) -> None:
    run = kit.FILES["run.py"]
    big = kit.changed("run.py", run, b"Name()", os.urandom(30_000).hex().encode())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        message = check_fails(
            project, repository, kit.plan(plan.commit, [kit.phase(1, "big", [big])])
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "git fast-import failed" in message
    assert leftovers(project) == []
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


@pytest.mark.parametrize("place", ["onepath", "objects/pack"])
def test_a_git_folder_that_can_not_be_written(
    project: Any, repository: Any, plan: Plan, place: str
) -> None:
    folder = project.path / ".git" / place
    if folder.exists():
        folder.rmdir()
    folder.write_bytes(b"")
    message = check_fails(project, repository, plan)
    assert place in message
    assert "no branch was made" in message
    folder.unlink()
    assert leftovers(project) == []
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


def test_a_branch_that_another_git_holds(project: Any, repository: Any, plan: Plan) -> None:
    lock = project.path / ".git/refs/heads" / f"{SECOND}.lock"
    lock.parent.mkdir(parents=True)
    lock.write_bytes(b"")
    message = check_fails(project, repository, plan)
    assert f"{SECOND}.lock" in message
    lock.unlink()
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


@pytest.mark.parametrize("command", ["fast-import", "update-ref"])
def test_git_is_killed(
    project: Any,
    repository: Any,
    plan: Plan,
    command: str,
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    wrap_git(command, "kill -9 $$")
    message = check_fails(project, repository, plan)
    assert command in message
    unwrap_git()
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


def test_git_is_killed_between_two_branches(
    repository: Any,
    project: Any,
    plan: Plan,
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    wrap_git("update-ref", 'sed /02-/d | "$real" "$@"; kill -9 $$')
    with pytest.raises(OutsideError, match=f"; made: {FIRST}$"):
        land(repository, plan, plan.phases)
    unwrap_git()
    landed = land(repository, plan, plan.phases)
    assert [item.status for item in landed] == ["unchanged", "created"]
    check_clean_and_landed(project, plan)


# ------------------------------------------------------------ killed landings


@pytest.mark.parametrize(
    ("command", "script", "landed"),
    [
        ("ls-tree", "kill -9 $PPID", []),
        ("config", "kill -9 $PPID", []),
        ("fast-import", "kill -9 $PPID", []),
        ("fast-import", '(head -c 700; kill -9 $PPID) | "$real" "$@"', []),
        ("fast-import", '"$real" "$@"; kill -9 $PPID', []),
        ("update-ref", "kill -9 $PPID", []),
        ("update-ref", '(head -c 120; kill -9 $PPID) | "$real" "$@"', []),
        ("update-ref", '(cat | sed /commit/d; kill -9 $PPID) | "$real" "$@"', []),
        ("update-ref", '"$real" "$@"; kill -9 $PPID', [FIRST, SECOND]),
    ],
)
def test_a_killed_landing_leaves_all_branches_or_none(
    project: Any,
    repository: Any,
    plan: Plan,
    command: str,
    script: str,
    landed: list[str],
    start: Callable[[], "subprocess.Popen[str]"],
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    before = project.state()[:5]
    wrap_git(command, script)
    with start() as process:
        assert process.wait() == -signal.SIGKILL
    unwrap_git()
    assert branches(project) == landed
    assert project.state()[:5] == before
    status = {item.status for item in land(repository, plan, plan.phases)}
    assert status == {"unchanged" if landed else "created"}
    check_clean_and_landed(project, plan)


def dead_lock(
    project: Any,
    start: Callable[[], "subprocess.Popen[str]"],
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> Path:
    """Kill a landing and its git between the lock of a branch and the branch."""
    wrap_git("update-ref", "kill -9 $PPID")
    with start() as process:
        process.wait()
    unwrap_git()
    [note, *_] = (project.path / ".git/onepath/landing").read_text().splitlines()
    ref, commit = note.split()
    lock = project.path / ".git" / f"{ref}.lock"
    lock.parent.mkdir(parents=True)
    lock.write_text(f"{commit}\n")
    return lock  # type: ignore[no-any-return]


@pytest.mark.parametrize("content", [None, "", "partial"])
def test_the_lock_of_a_dead_landing_goes(
    project: Any,
    repository: Any,
    plan: Plan,
    start: Any,
    wrap_git: Any,
    unwrap_git: Any,
    content: str | None,
) -> None:
    """Also one that git had not yet written its commit to."""
    lock = dead_lock(project, start, wrap_git, unwrap_git)
    if content is not None:
        lock.write_text(lock.read_text()[: len(content)])
    os.utime(lock, (time.time() - 60,) * 2)
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


@pytest.mark.parametrize(("age", "content"), [(0, None), (60, "0" * 40), (0, "")])
def test_a_lock_that_may_be_in_use_stays(
    project: Any,
    repository: Any,
    plan: Plan,
    start: Any,
    wrap_git: Any,
    unwrap_git: Any,
    age: int,
    content: str | None,
) -> None:
    lock = dead_lock(project, start, wrap_git, unwrap_git)
    if content is not None:
        lock.write_text(content)
    os.utime(lock, (time.time() - age,) * 2)
    assert lock.name in check_fails(project, repository, plan)
    assert lock.exists()


def test_a_lock_of_a_clock_that_was_set_back_goes(
    project: Any, repository: Any, plan: Plan, start: Any, wrap_git: Any, unwrap_git: Any
) -> None:
    lock = dead_lock(project, start, wrap_git, unwrap_git)
    os.utime(lock, (time.time() + 3600,) * 2)
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


KILL_GIT = """
exec 3<&0
(sed /^commit/d <&3; exec sleep 5) 2>/dev/null | "$real" "$@" &
for i in $(seq 500); do
    ls $GIT_FOLDER/refs/heads/migrate/demo/*02*.lock >/dev/null 2>&1 && break
    sleep 0.02
done
sleep 0.1; kill -9 $!; %s
"""


@pytest.mark.parametrize("ending", ["kill -9 $$", "kill -9 $PPID", "exit 1"])
@pytest.mark.parametrize("tries", [0, 1, 3])
def test_the_locks_of_a_git_that_was_killed_go(
    project: Any,
    repository: Any,
    plan: Plan,
    start: Any,
    wrap_git: Any,
    unwrap_git: Any,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    tries: int,
) -> None:
    """Real locks of a real git, whoever dies with it and however soon the next tries are."""
    monkeypatch.setenv("GIT_FOLDER", os.fspath(project.path / ".git"))
    wrap_git("update-ref", KILL_GIT % ending)
    with start() as process:
        process.wait(timeout=30)
    unwrap_git()
    locks = list((project.path / ".git/refs/heads").glob("**/*.lock"))
    assert len(locks) == 2
    for number in range(tries):
        # A later second gives the commits other ids than those in the locks.
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2025-09-14T10:00:{number + 1:02}+0000")
        with pytest.raises(OutsideError, match=r"\.lock") as caught:
            land(repository, plan, plan.phases)
        assert "ten seconds" in caught.value.hint
    for lock in locks:
        os.utime(lock, (time.time() - 11,) * 2)
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)
    assert (project.path / ".git/onepath/landing").read_bytes() == b""


def test_a_note_that_a_disk_has_garbled_harms_nothing(
    project: Any, repository: Any, plan: Plan
) -> None:
    note = project.path / ".git/onepath/landing"
    note.parent.mkdir()
    head = project.path / ".git/HEAD.lock"
    head.write_bytes(b"")
    os.utime(head, (time.time() - 60,) * 2)
    note.write_bytes(b"HEAD \nrefs/heads/../../HEAD x\n\0\xff\nrefs/heads/main\nrefs/heads/a 12")
    land(repository, plan, plan.phases)
    assert head.exists()
    head.unlink()
    check_clean_and_landed(project, plan)


# ------------------------------------------------------------------ at once


def test_a_landing_that_is_running_is_left_alone(project: Any, repository: Any, plan: Plan) -> None:
    before = project.state()
    with exclusive(repository):
        theirs = project.path / ".git/objects/tmp_objdir-onepath-theirs"
        theirs.mkdir()
        with pytest.raises(RefusedError, match="another landing is running"):
            land(repository, plan, plan.phases)
        assert theirs.exists()
    assert project.state() == before
    land(repository, plan, plan.phases)
    check_clean_and_landed(project, plan)


def test_two_landings_at_once(
    project: Any, plan: Plan, start: Callable[[], "subprocess.Popen[str]"]
) -> None:
    with start() as one, start() as other:
        said = sorted(process.communicate()[0].strip() for process in (one, other))
    assert "created created" in said
    said.remove("created created")
    assert said in (["unchanged unchanged"], ["RefusedError"])
    check_clean_and_landed(project, plan)


def test_the_same_branches_appear_just_before(
    project: Any, repository: Any, plan: Plan, tmp_path: Path, wrap_git: Callable[..., None]
) -> None:
    stored = tmp_path / "input"
    wrap_git("update-ref", f'cat >{stored}; "$real" "$@" <{stored}; "$real" "$@" <{stored}')
    landed = land(repository, plan, plan.phases)
    assert {item.status for item in landed} == {"unchanged"}
    check_clean_and_landed(project, plan)


def test_another_branch_of_that_name_appears_just_before(
    project: Any, repository: Any, plan: Plan, wrap_git: Callable[..., None]
) -> None:
    wrap_git("update-ref", f'"$real" -C {project.path} branch {SECOND}; exec "$real" "$@"')
    with pytest.raises(RefusedError, match=f"branch {SECOND} was changed by somebody"):
        land(repository, plan, plan.phases)
    assert branches(project) == [SECOND]
