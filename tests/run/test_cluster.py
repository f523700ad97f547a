"""The executor of a cluster, on a real one: a scheduler and workers in processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import onepath
from onepath.facts.prefilter.words import Needles
from onepath.facts.store.batches import Batch, CarriedSource, carried, read_batch
from onepath.model import Entry
from onepath.snapshot import Folder

PROGRAM = (sys.executable, "-c", "from onepath_cli.app import main; main()")
_READY = 60.0
"""Seconds for a scheduler or a worker to be there, on a busy machine."""
_POISON = """
import ast, os, time
parse = ast.parse

def parsing(source, *arguments, **more):
    text = source if isinstance(source, bytes) else str(source).encode()
    if b"POISON" in text:
        os._exit(9)
    if b"SLOW" in text:
        with open({read!r}, "a") as file:
            file.write(".")
        time.sleep(1)
    return parse(source, *arguments, **more)

ast.parse = parsing
"""
"""What a worker does first: a file then may end it, or take long."""


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--no-dashboard")
        self._until(self.file.exists)
        self.address: str = json.loads(self.file.read_text())["address"]

    def worker(self, name: str, path: str = "", **more: str) -> "subprocess.Popen[bytes]":
        """Start a worker with one thread, below a process that starts it again when it ends.

        Args:
            name: What it is called.
            path: Before all others in its path.
            more: Added to its environment.
        """
        return self._start(
            "dask_worker",
            "--nthreads",
            "1",
            "--nworkers",
            "1",
            "--no-dashboard",
            "--name",
            name,
            "--local-directory",
            str(self._folder / name),
            path=path,
            more=more,
        )

    def wait_for(self, count: int) -> None:
        """Wait until so many workers are there."""
        import distributed

        with distributed.Client(self.address, set_as_default=False, timeout=_READY) as client:
            client.wait_for_workers(count, timeout=_READY)

    def _start(
        self, program: str, *arguments: str, path: str = "", more: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (path, os.environ.get("PYTHONPATH", "")))),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            # What a test shows of a worker that is stopped must not be Dask's own patience.
            "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "1h",
            **(more or {}),
        }
        with open(self._folder / f"{program}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}",
                 "--scheduler-file", str(self.file), *arguments],
                env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._stack.callback(_end, process)
        return process

    @staticmethod
    def _until(is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + _READY
        while not is_so():
            assert time.monotonic() < until
            time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


@pytest.fixture
def prepared(tmp_path: Path) -> str:
    """A path for workers that a file with POISON ends, and that take long over one with SLOW."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_POISON.format(read=str(folder / "read")))
    return str(folder)


def wait_until_read(prepared: str, count: int) -> None:
    """Wait until workers have begun with so many files that take long."""
    read = Path(prepared) / "read"
    until = time.monotonic() + _READY
    while not read.exists() or read.stat().st_size < count:
        assert time.monotonic() < until
        time.sleep(0.05)


def audit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "audit", "--repo", str(folder), "--format", "json", *arguments],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def files(count: int) -> dict[str, str]:
    return {
        f"p{number % 7}/m{number}.py": f"import os\nfrom p0 import m{number}\n\nx = {number}\n"
        for number in range(count)
    }


def forget(repository: Any) -> None:
    for path in (repository.path / ".git" / "onepath").iterdir():
        path.unlink()


@pytest.mark.slow
def test_a_cluster_gives_what_this_machine_gives(cluster: Cluster, make_repository: Any) -> None:
    for name in "ab":
        cluster.worker(name)
    repository = make_repository(files(300))
    cluster.wait_for(2)
    here = audit(repository.path)
    forget(repository)
    there = audit(repository.path, "--executor", "dask", "--scheduler", cluster.address)
    assert there.stdout == here.stdout, there.stderr
    assert there.returncode == here.returncode


SLOW = {f"s{n}.py": f"x = 'SLOW {n}'\n" for n in range(24)}


def begun(folder: Path, cluster: Cluster, prepared: str, count: int) -> "subprocess.Popen[str]":
    """Start an audit on a cluster, and wait until so many files that take long are begun."""
    process = subprocess.Popen(
        [*PROGRAM, "audit", "--repo", str(folder), "--format", "json", "--executor", "dask",
         "--scheduler", cluster.address],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until_read(prepared, count)
    return process


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_ends_or_stops_in_the_middle_changes_nothing(
    cluster: Cluster, make_repository: Any, prepared: str, ending: signal.Signals
) -> None:
    workers = [cluster.worker(name, prepared) for name in "abcd"]
    repository = make_repository({**files(40), **SLOW})
    cluster.wait_for(4)
    here = audit(repository.path)
    forget(repository)
    process = begun(repository.path, cluster, prepared, 4)
    os.killpg(workers[0].pid, ending)
    out, err = process.communicate(timeout=300)
    assert out == here.stdout, err
    assert "SLOW" not in err


@pytest.mark.slow
def test_a_worker_that_is_stopped_and_goes_on_changes_nothing(
    cluster: Cluster, make_repository: Any, prepared: str
) -> None:
    workers = [cluster.worker(name, prepared) for name in "ab"]
    repository = make_repository({**files(40), **SLOW})
    cluster.wait_for(2)
    here = audit(repository.path)
    forget(repository)
    process = begun(repository.path, cluster, prepared, 2)
    os.killpg(workers[0].pid, signal.SIGSTOP)
    wait_until_read(prepared, 20)
    os.killpg(workers[0].pid, signal.SIGCONT)
    out, err = process.communicate(timeout=300)
    assert out == here.stdout, err


@pytest.mark.slow
def test_a_worker_that_pauses_since_its_memory_is_full_changes_nothing(
    cluster: Cluster, make_repository: Any
) -> None:
    cluster.worker("full", DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE="0.000001")
    cluster.worker("a")
    repository = make_repository(files(40))
    cluster.wait_for(2)
    here = audit(repository.path)
    forget(repository)
    there = audit(repository.path, "--executor", "dask", "--scheduler", cluster.address)
    assert there.stdout == here.stdout, there.stderr


@pytest.mark.slow
def test_a_fleet_is_planned_on_a_cluster(
    cluster: Cluster, make_repository: Any, tmp_path: Path
) -> None:
    table = {"migrate.toml": '[imports]\n"p0.m0.x" = "p1.m1.x"\n'}
    for name in "ab":
        origin = make_repository({**files(20 if name == "a" else 30), **table}).path
        shutil.copytree(origin, tmp_path / "fleet" / name)
    (tmp_path / "fleet" / "fleet.toml").write_text('[[repositories]]\npath = "*"\n')
    run = [*PROGRAM, "fleet", str(tmp_path / "fleet" / "fleet.toml"), "plan", "--format", "jsonl"]
    here = subprocess.run(run, capture_output=True, text=True, timeout=300)
    for name in "ab":
        shutil.rmtree(tmp_path / "fleet" / name / ".git" / "onepath")
    cluster.worker("a")
    cluster.wait_for(1)
    there = subprocess.run(
        [*run, "--executor", "dask", "--scheduler", cluster.address],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    results = [
        [{**json.loads(line), "seconds": 0} for line in done.stdout.splitlines()]
        for done in (here, there)
    ]
    assert results[0] == results[1], there.stderr
    assert [one["code"] for one in results[0]] == [0, 0]


@pytest.mark.slow
def test_a_cluster_that_loses_all_its_workers_is_told(
    cluster: Cluster, make_repository: Any, prepared: str
) -> None:
    worker = cluster.worker("a", prepared)
    repository = make_repository(SLOW)
    cluster.wait_for(1)
    process = begun(repository.path, cluster, prepared, 1)
    os.killpg(worker.pid, signal.SIGKILL)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 4, err
    assert "no worker was heard of for 60 seconds" in err


@pytest.mark.slow
def test_a_scheduler_that_is_killed_is_told_and_what_was_read_is_kept(
    cluster: Cluster, make_repository: Any, prepared: str, tmp_path: Path
) -> None:
    cluster.worker("a", prepared)
    repository = make_repository({f"s{n}.py": f"x = 'SLOW {n}'\n" * 50 for n in range(12)})
    cluster.wait_for(1)
    process = begun(repository.path, cluster, prepared, 8)  # six of them are a batch
    os.killpg(cluster.scheduler.pid, signal.SIGKILL)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 4, err
    assert "was lost" in err
    shown = subprocess.run(
        [*PROGRAM, "cache", "show", "--repo", str(repository.path), "--format", "json"],
        capture_output=True, check=True,
    )  # fmt: skip
    kept = json.loads(shown.stdout)["own"]["facts"]
    assert 0 < kept < 12
    # The same command on a scheduler that was started again reads the others, and no more.
    (Path(prepared) / "read").unlink()
    (tmp_path / "again").mkdir()
    with ExitStack() as stack:
        again = Cluster(tmp_path / "again", stack)
        again.worker("b", prepared)
        again.wait_for(1)
        there = audit(repository.path, "--executor", "dask", "--scheduler", again.address)
    assert json.loads(there.stdout)["files"]["parsed"] == 12, there.stderr
    assert (Path(prepared) / "read").stat().st_size == 12 - kept
    forget(repository)
    assert audit(repository.path).stdout == there.stdout


@pytest.mark.slow
def test_a_file_that_ends_its_worker_is_found_and_set_aside(
    cluster: Cluster, make_repository: Any, prepared: str
) -> None:
    for name in "ab":
        cluster.worker(name, prepared)
    repository = make_repository({**files(30), "bad.py": "x = 'POISON'\n"})
    cluster.wait_for(2)
    there = audit(repository.path, "--executor", "dask", "--scheduler", cluster.address)
    document = json.loads(there.stdout)
    assert [one["path"] for one in document["files"]["unparseable"]] == ["bad.py"]
    assert "has ended every process" in document["files"]["unparseable"][0]["reason"]
    assert [one["path"] for one in document["notes"]] == ["bad.py"]
    # Nothing of it is kept: this machine can read the file.
    here = json.loads(audit(repository.path).stdout)
    assert here["files"]["unparseable"] == []


@pytest.mark.slow
def test_another_version_on_a_worker_is_refused(
    cluster: Cluster, make_repository: Any, tmp_path: Path
) -> None:
    top = Path(onepath.__file__).parents[1]
    other = tmp_path / "other"
    shutil.copytree(top / "onepath", other / "onepath")
    with open(other / "onepath" / "facts" / "source.py", "a") as file:
        file.write("\n# another version\n")
    cluster.worker("a", str(other))
    repository = make_repository(files(3))
    cluster.wait_for(1)
    done = audit(repository.path, "--executor", "dask", "--scheduler", cluster.address)
    assert done.returncode == 3
    assert "a worker has onepath" in done.stderr
    assert "the same onepath, libcst and Python" in done.stderr


@pytest.mark.slow
def test_a_cluster_without_workers_or_without_a_scheduler_is_told(
    cluster: Cluster, make_repository: Any
) -> None:
    repository = make_repository(files(3))
    for address, problem in (
        (cluster.address, "has no workers"),
        ("tcp://127.0.0.1:9", "no scheduler answers"),
    ):
        done = audit(repository.path, "--executor", "dask", "--scheduler", address)
        assert (done.returncode, problem in done.stderr) == (4, True), done.stderr


def test_the_two_options_go_together(make_repository: Any) -> None:
    done = audit(make_repository(files(1)).path, "--executor", "dask")
    assert done.returncode == 2
    assert "go together" in done.stderr


def whole(folder: Path) -> tuple[Batch, tuple[Entry, ...]]:
    snapshot = Folder(folder)
    entries = tuple(snapshot.entries.values())
    return Batch(snapshot.source(), entries, Needles.of(["alpha"])), entries


def test_carried_batches_give_the_same_whatever_they_are_cut_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        (tmp_path / f"m{number}.py").write_text("alpha = 1\n" * number)
    batch, entries = whole(tmp_path)
    right = read_batch(batch)
    for limit in (1, 50, 10_000):
        monkeypatch.setattr("onepath.facts.store.batches._CARRIED", limit)
        parts = list(carried([batch]))
        assert [found for part in parts for found in read_batch(part)] == right
        assert tuple(entry for part in parts for entry in part.entries) == entries
        assert all(isinstance(part.source, CarriedSource) for part in parts)
        sizes = [sum(len(data or b"") for _, data in part.source.content) for part in parts]
        assert all(
            size <= limit or len(part.entries) == 1 for size, part in zip(sizes, parts, strict=True)
        )


def test_halves_are_the_whole_and_one_thing_has_none(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"m{number}.py").write_text("alpha = 1\n" * number)
    (batch,) = carried([whole(tmp_path)[0]])
    waiting, single = [batch], []
    while waiting:
        one = waiting.pop(0)
        halves = one.halves()
        waiting += halves
        single += [] if halves else [one]
    assert [found for one in single for found in read_batch(one)] != []
    assert sorted(found for one in single for found in read_batch(one)) == sorted(read_batch(batch))
    assert all(
        len(one.source.content) == 1 for one in single if isinstance(one.source, CarriedSource)
    )
