"""Landings in the work tree that end at every step in every way, in processes of their own.

Python tells an audit hook of each operation on files before it is done. The hook ends the process
there, or makes that operation fail; the test goes through all of them, one after the other. The
processes are forked from one that has loaded what they need.
"""

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.land.forked import Ended, forked

from onepath.errors import RefusedError
from onepath.land.worktree.journal import places
from onepath.land.worktree.rollback import recover
from onepath.land.worktree.work_tree import write_work_tree
from onepath.model import Changeset, FileChange

WRITE = """
import errno, os, pickle, signal, sys, time
from pathlib import Path
from onepath.errors import OnepathError
from onepath.land.worktree.rollback import recover
from onepath.land.worktree.work_tree import write_work_tree

root, git_dir, stored, how, nth, what = sys.argv[1:]
root, git_dir = Path(root), Path(git_dir) if git_dir else None
changeset = pickle.loads(Path(stored).read_bytes())
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
places = {os.fspath(root), os.fspath(git_dir or root)}
count = 0

def watch(event, arguments):
    global count
    if event == "open":
        mode, flags = arguments[1:3]
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    else:
        writes = event in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod")
    if not writes or not any(os.fspath(arguments[0]).startswith(place) for place in places):
        return
    count += 1
    if how == "at the end" and event == "os.rename" and os.fspath(arguments[1]).endswith("/done"):
        os.kill(os.getpid(), signal.SIGKILL)
    full = how == "ENOSPC" and count > int(nth) > 0 and event in ("open", "os.mkdir")
    if count == int(nth) or full:
        if how.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, how))
            time.sleep(0)
        else:
            raise OSError(getattr(errno, how), "injected", os.fspath(arguments[0]))

sys.addaudithook(watch)
try:
    write_work_tree(root, changeset, git_dir) if what == "write" else recover(root, git_dir)
except OnepathError as error:
    print(error.message)
    sys.exit(error.exit_code)
except KeyboardInterrupt:
    sys.exit(130)
finally:
    how = ""
    nth = -1
print("done", count)
"""

OLD = {
    "pkg/__init__.py": b"",
    "pkg/mode.py": b"from pkg.old import Name\n",
    "pkg/latin\udce9.py": b"old \xe9\n",
    "pkg/gone/shim.py": b"from pkg.new import Name\n",
    "other.txt": b"not touched\n",
}
MADE = {"pkg/made/deep/new.py": b"class Name: pass\n", "pkg/beside.py": b"x = 1\n"}
NEW = {
    **{path: text for path, text in OLD.items() if path != "pkg/gone/shim.py"},
    "pkg/mode.py": b"from pkg.new import Name\n",
    "pkg/latin\udce9.py": b"new \xe9\n",
    **MADE,
}


def changes(kit: Any) -> Changeset:
    return Changeset(
        (
            kit.deleted("pkg/gone/shim.py", OLD["pkg/gone/shim.py"]),
            *(FileChange.made(path, text) for path, text in MADE.items()),
            kit.changed("pkg/latin\udce9.py", OLD["pkg/latin\udce9.py"], b"old", b"new"),
            kit.changed("pkg/mode.py", OLD["pkg/mode.py"], b"old", b"new", 0o100755),
        ),
        (),
    )


Write = Callable[[list[str]], Ended]


@pytest.fixture(scope="module")
def write() -> Iterator[Write]:
    """`write(arguments)` runs WRITE with these arguments in a process of its own."""
    with forked(WRITE) as run:
        yield run


class Files:
    """A folder with OLD, in a repository or not, and processes that write NEW into it."""

    def __init__(
        self, root: Path, git_dir: Path | None, kit: Any, stored: Path, write: Write
    ) -> None:
        self.root, self.git_dir, self._stored, self._write = root, git_dir, stored, write
        stored.write_bytes(pickle.dumps(changes(kit)))
        for path, text in OLD.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text)
        (root / "pkg/mode.py").chmod(0o751)

    def run(self, how: str, nth: int, what: str = "write") -> Ended:
        place = os.fspath(self.git_dir) if self.git_dir else ""
        return self._write(
            [os.fspath(self.root), place, os.fspath(self._stored), how, str(nth), what]
        )

    def all(self, *, empty: bool = True) -> dict[str, bytes]:
        """Every file with what it holds, our own between the user's too; also empty folders."""
        return {
            os.fspath(path.relative_to(self.root)): path.read_bytes() if path.is_file() else b"/"
            for path in self.root.rglob("*")
            if not {".git", ".onepath"} & set(path.parts)
            and (path.is_file() or (empty and not any(path.iterdir())))
        }

    def recover(self) -> None:
        recover(self.root, self.git_dir)
        assert not list(places(self.root, self.git_dir)), "something is left"

    def is_before(self) -> bool:
        return self.all() == OLD and self.mode == 0o751

    def is_after(self, *, empty: bool = True) -> bool:
        return self.all(empty=empty) == NEW and self.mode == 0o751

    @property
    def mode(self) -> int:
        return (self.root / "pkg/mode.py").stat().st_mode & 0o777

    def reset(self) -> None:
        """Take everything back to OLD."""
        for path in MADE:
            (self.root / path).unlink(missing_ok=True)
        for folder in ("pkg/made/deep", "pkg/made"):
            if (self.root / folder).exists():
                (self.root / folder).rmdir()
        (self.root / "pkg/gone").mkdir(exist_ok=True)
        for path, text in OLD.items():
            (self.root / path).write_bytes(text)
        assert self.is_before()


@pytest.fixture(params=["git", "plain"])
def files(
    request: Any, tmp_path: Path, make_repository: Callable[..., Any], kit: Any, write: Write
) -> Files:
    if request.param == "git":
        root = make_repository({"a": "b"}).path
        (root / "a").unlink()
        return Files(root, root / ".git", kit, tmp_path / "changes", write)
    (tmp_path / "plain").mkdir()
    return Files(tmp_path / "plain", None, kit, tmp_path / "changes", write)


def ends(files: Files, how: str) -> Iterator[tuple[int, Ended]]:
    """Landings that end at the first, the second, ... step, until one goes through."""
    for nth in range(1, 200):
        done = files.run(how, nth)
        if done.said.startswith("done") and int(done.said.split()[1]) < nth:
            assert files.is_after()
            assert nth > 25, "the hook has seen fewer steps than there are"
            return
        yield nth, done
    raise AssertionError("it never ends")


def test_killed_at_every_step(files: Files) -> None:
    """The next run makes it whole: as before, or as after if all files were there already."""
    outcomes = []
    for nth, done in ends(files, "SIGKILL"):
        assert done.returncode == -signal.SIGKILL, nth
        files.recover()
        assert files.is_before() or files.is_after(), nth
        outcomes.append(files.is_after())
        files.reset()
    # First it is rolled back, at the very end it is completed, and never the other way round.
    assert outcomes == sorted(outcomes)
    assert True in outcomes


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT"])
def test_interrupted_at_every_step(files: Files, how: str) -> None:
    """It makes itself whole before it ends; nothing is left for the next run."""
    for nth, done in ends(files, how):
        assert done.returncode in (143, 130), (nth, done.said)
        assert files.is_before() or files.is_after(), nth
        files.recover()
        files.reset()


@pytest.mark.parametrize("how", ["EIO", "ENOSPC"])
def test_the_disk_fails_at_every_step(files: Files, how: str) -> None:
    """Once, or (a full disk) for all that is written from then on."""
    for nth, done in ends(files, how):
        assert done.returncode in (0, 4), (nth, done.said)
        if done.returncode == 4 and "could not be put back yet" not in done.said:
            assert files.is_before(), (nth, done.said)
        files.recover()
        # A folder that can't be removed is no reason to take everything back.
        is_after = files.is_after(empty=False)
        assert files.is_before() or is_after, (nth, done.said)
        assert is_after == (done.returncode == 0), (nth, done.said)
        files.reset()


def half_written(files: Files) -> None:
    """Kill a landing when all files are in place, and before that is noted."""
    assert files.run("at the end", 0).returncode == -signal.SIGKILL
    assert files.all(empty=False) == NEW


def test_a_rollback_is_killed_at_every_step(files: Files) -> None:
    half_written(files)
    for nth in range(1, 100):
        done = files.run("SIGKILL", nth, "recover")
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert nth > 5
    files.recover()
    assert files.is_before()


def test_what_somebody_wrote_in_between_is_never_overwritten(files: Files) -> None:
    half_written(files)
    (files.root / "pkg/mode.py").write_bytes(b"mine\n")
    (files.root / "pkg/beside.py").write_bytes(b"mine too\n")
    (files.root / "pkg/gone").mkdir(exist_ok=True)
    (files.root / "pkg/gone/shim.py").write_bytes(b"mine as well\n")
    with pytest.raises(RefusedError) as caught:
        recover(files.root, files.git_dir)
    message = caught.value.message
    assert (files.root / "pkg/mode.py").read_bytes() == b"mine\n"
    assert (files.root / "pkg/beside.py").read_bytes() == b"mine too\n"
    assert (files.root / "pkg/gone/shim.py").read_bytes() == b"mine as well\n"
    assert (files.root / "pkg/latin\udce9.py").read_bytes() == OLD["pkg/latin\udce9.py"]
    assert "pkg/beside.py: it has been changed since; it was not there before" in message
    for path in ("pkg/mode.py", "pkg/gone/shim.py"):
        [line] = [line for line in message.splitlines() if line.startswith(path)]
        assert Path(line.partition(" is in ")[2]).read_bytes() == OLD[path]
    assert recover(files.root, files.git_dir) is None
    assert not list(files.root.rglob(".onepath-*"))


def test_a_removed_file_is_not_brought_back(files: Files) -> None:
    half_written(files)
    (files.root / "pkg/mode.py").unlink()
    with pytest.raises(RefusedError, match="it has been removed since; its content before is in"):
        recover(files.root, files.git_dir)
    assert not (files.root / "pkg/mode.py").exists()


def test_a_file_that_was_not_replaced_yet_is_the_users_own(files: Files) -> None:
    """It is linked with what is saved of it: what is written to it is no conflict."""
    for nth in range(1, 100):
        files.run("SIGKILL", nth)
        pending = [place for place in places(files.root, files.git_dir) if place.is_pending]
        if pending and len(list(pending[0].folder.glob("saved/*"))) == 3:
            break
        files.recover()
    assert files.root.joinpath("pkg/mode.py").read_bytes() == OLD["pkg/mode.py"]
    with files.root.joinpath("pkg/mode.py").open("ab") as file:
        file.write(b"mine\n")
    files.recover()
    assert files.root.joinpath("pkg/mode.py").read_bytes() == OLD["pkg/mode.py"] + b"mine\n"


def test_a_link_in_the_way_is_not_followed(files: Files, tmp_path: Path) -> None:
    half_written(files)
    outside = tmp_path / "outside"
    outside.write_bytes(NEW["pkg/mode.py"])
    (files.root / "pkg/mode.py").unlink()
    (files.root / "pkg/mode.py").symlink_to(outside)
    with pytest.raises(RefusedError, match=r"pkg/mode\.py: it has been changed since"):
        recover(files.root, files.git_dir)
    assert outside.read_bytes() == NEW["pkg/mode.py"]


def test_a_landing_rolls_back_the_one_before_it(files: Files, kit: Any) -> None:
    half_written(files)
    with pytest.raises(RefusedError, match="another run") as caught, Locked(files):
        write_work_tree(files.root, changes(kit), files.git_dir)
    assert "wait" in caught.value.hint
    write_work_tree(files.root, changes(kit), files.git_dir)
    assert files.is_after()


class Locked:
    """Another run that is at work in the files."""

    def __init__(self, files: Files) -> None:
        [self._place] = places(files.root, files.git_dir)

    def __enter__(self) -> None:
        self._lock = self._place.exclusive()
        self._lock.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._lock.__exit__(*error)


def test_a_journal_leads_nowhere_else(files: Files) -> None:
    half_written(files)
    [place] = places(files.root, files.git_dir)
    journal = place.folder / "journal"
    text = journal.read_text()
    for bad in ("../outside", "/etc/passwd", "pkg/../../x"):
        journal.write_text(text.replace("pkg/mode.py", bad))
        with pytest.raises(RefusedError, match="is not below the folder"):
            recover(files.root, files.git_dir)
    for broken in ("", "{}", "[1]", text.replace('"format": 1', '"format": 2')):
        journal.write_text(broken)
        with pytest.raises(RefusedError, match="its journal can't be read"):
            recover(files.root, files.git_dir)
    journal.write_text(text)
    files.recover()
    assert files.is_before()


def test_everything_is_on_the_disk_before_the_next_step_rests_on_it(
    files: Files, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a power cut may take back is never what the next step needs."""
    log: list[tuple[str, str]] = []
    real = {name: getattr(os, name) for name in ("fsync", "replace", "link", "unlink")}

    def fsync(descriptor: int) -> None:
        log.append(("fsync", os.readlink(f"/proc/self/fd/{descriptor}")))
        real["fsync"](descriptor)

    def noting(name: str) -> Callable[..., None]:
        def call(*paths: Any, **options: Any) -> None:
            log.append((name, os.fspath(paths[-1])))
            real[name](*paths, **options)

        return call

    monkeypatch.setattr(os, "fsync", fsync)
    for name in ("replace", "link", "unlink"):
        monkeypatch.setattr(os, name, noting(name))
    write_work_tree(files.root, changes(kit), files.git_dir)
    folder = files.git_dir / "onepath-work-tree" if files.git_dir else files.root / ".onepath"
    place = os.fspath(folder)
    synced = [path for what, path in log if what == "fsync"]
    journal = log.index(("replace", f"{place}/journal"))
    assert ("fsync", f"{place}/journal.new") in log[:journal]
    at_rest = log.index(("fsync", place), journal)
    targets = [os.fspath(files.root / path) for path in {**OLD, **NEW}]
    changed = [at for at, (what, path) in enumerate(log) if what != "fsync" and path in targets]
    assert len(changed) == 5
    assert at_rest < changed[0]
    staged = [path for path in synced if "/.onepath-" in path]
    saved = [path for path in synced if f"{place}/saved/" in path]
    assert (len(staged), len(saved)) == (4, 3)
    assert all(log.index(("fsync", path)) < changed[0] for path in (*staged, *saved))
    done = log.index(("replace", f"{place}/done"))
    folders = {os.path.dirname(log[at][1]) for at in changed}
    assert folders <= {path for what, path in log[changed[-1] : done] if what == "fsync"}
