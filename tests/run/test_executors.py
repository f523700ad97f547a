import errno
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from onepath.codemod.packs.installed import local_pack
from onepath.errors import InputError, OutsideError
from onepath.run import ProcessExecutor, SerialExecutor, available_cores, child, make_executor, pool


def double(number: int) -> int:
    return 2 * number


def where(_: int) -> int:
    return os.getpid()


def collects_garbage(_: int) -> bool:
    return gc.isenabled()


def fail_on_three(number: int) -> int:
    if number == 3:
        raise InputError("three is wrong", hint="take four")
    return number


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_is_something_outside() -> None:
    with (
        pytest.raises(OutsideError, match="worker process ended") as raised,
        make_executor(2) as executor,
    ):
        list(executor.map(die, range(4)))
    assert "--jobs" in raised.value.hint
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_function_arrives_whole_and_the_workers_end(jobs: int) -> None:
    with pytest.raises(InputError) as raised, make_executor(jobs) as executor:
        list(executor.map(fail_on_three, range(6)))
    assert (raised.value.message, raised.value.hint) == ("three is wrong", "take four")
    assert multiprocessing.active_children() == []


def interrupt_at_six(results: Iterator[int]) -> None:
    for number in results:
        if number == 6:
            raise KeyboardInterrupt


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_passes_and_the_workers_end(jobs: int) -> None:
    with pytest.raises(KeyboardInterrupt), make_executor(jobs) as executor:
        interrupt_at_six(executor.map(double, range(40)))
    assert multiprocessing.active_children() == []


def test_workers_end_when_their_parent_is_killed() -> None:
    program = (
        "import os, signal, time\n"
        "from onepath.run import make_executor\n"
        "def report(number):\n"
        "    os.write(1, b'.')\n"
        "    return number\n"
        "with make_executor(2) as executor:\n"
        "    assert sorted(executor.map(report, range(4))) == [0, 1, 2, 3]\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The pipe is at its end only when the last process that holds it is gone.
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == b"...."


def test_all_results_come_once() -> None:
    with make_executor(2) as executor:
        assert sorted(executor.map(double, range(50))) == list(range(0, 100, 2))
        assert list(executor.map(double, [])) == []
        assert sorted(executor.map(double, [1, 2, 3])) == [2, 4, 6]
    assert multiprocessing.active_children() == []


def test_batches_are_taken_only_as_far_ahead_as_needed() -> None:
    taken = 0

    def batches() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    with make_executor(2) as executor:
        next(executor.map(double, batches()))
        assert taken < 20


def test_the_work_is_done_elsewhere_without_garbage_collection() -> None:
    with make_executor(2) as executor:
        assert os.getpid() not in set(executor.map(where, range(8)))
        assert set(executor.map(collects_garbage, range(8))) == {False}


def test_a_single_batch_starts_no_process() -> None:
    with make_executor(2) as executor:
        assert list(executor.map(where, [1])) == [os.getpid()]
        assert multiprocessing.active_children() == []


def test_one_job_is_this_process() -> None:
    with make_executor(1) as executor:
        assert isinstance(executor, SerialExecutor)
        assert list(executor.map(where, range(3))) == [os.getpid()] * 3


def test_no_number_of_jobs_means_all_cores_of_this_process() -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
    with make_executor(None) as executor:
        wanted = ProcessExecutor if available_cores() > 1 else SerialExecutor
        assert isinstance(executor, wanted)


@pytest.mark.parametrize("jobs", [1, 2])
def test_tasks_see_what_this_process_holds_and_answer_in_order(jobs: int) -> None:
    held = ["held"]
    with make_executor(jobs) as executor:
        assert list(executor.map(double, range(4))) != []
        assert executor.apart([lambda: [*held, "a"], lambda: [*held, "b"]]) == [
            ["held", "a"],
            ["held", "b"],
        ]
        assert sorted(executor.map(double, range(4))) == [0, 2, 4, 6]
    assert multiprocessing.active_children() == []


@pytest.fixture
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may have left threads in this process, as stores and schedulers do."""
    monkeypatch.setattr(child, "may_fork", lambda: True)


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
@pytest.mark.usefixtures("without_threads")
def test_each_task_but_the_last_has_a_process() -> None:
    with make_executor(2) as executor:
        first, last = executor.apart([os.getpid, os.getpid])
    assert first != last == os.getpid()


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_of_a_task_arrives_and_no_process_stays(failing: int) -> None:
    numbers = [3, 1] if failing == 0 else [1, 3]
    with pytest.raises(InputError, match="three is wrong"), make_executor(2) as executor:
        executor.apart([partial(fail_on_three, number) for number in numbers])
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
@pytest.mark.usefixtures("without_threads")
def test_a_process_of_a_task_that_dies_is_something_outside() -> None:
    with pytest.raises(OutsideError, match="worker process ended"), make_executor(2) as executor:
        executor.apart([partial(die, 0), lambda: None])
    assert multiprocessing.active_children() == []


def touch(path: Path) -> None:
    path.with_suffix(".nice").write_text(str(os.nice(0)))
    path.with_suffix(".nice").rename(path)


@pytest.fixture(autouse=True)
def tasks_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    top = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(top), *filter(None, sys.path)]))


def appears(path: Path) -> bool:
    for _ in range(3000):
        if path.exists():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="priorities differ")
def test_a_task_beside_is_done_by_a_process_that_gives_way(tmp_path: Path) -> None:
    done, before = tmp_path / "done", os.nice(0)
    with ProcessExecutor(2) as executor:
        executor.beside(partial(touch, done))
        assert executor.apart([lambda: 1, lambda: 2]) == [1, 2]
        assert appears(done)
    assert int(done.read_text()) > before
    assert os.nice(0) == before


def test_a_task_beside_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pickle", "onepath"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w')\n")
    monkeypatch.chdir(tmp_path)
    with ProcessExecutor(2) as executor:
        executor.beside(partial(touch, tmp_path / "done"))
        assert appears(tmp_path / "done")
    assert not (tmp_path / "imported").exists()


def touch_and_sleep(path: Path) -> None:
    path.with_suffix(".pid").write_text(str(os.getpid()))
    path.with_suffix(".pid").rename(path)
    time.sleep(600)


def test_a_task_beside_ends_with_the_executor(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    with ProcessExecutor(2) as executor:
        executor.beside(partial(touch_and_sleep, begun))
        assert appears(begun)
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


def test_a_task_beside_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    task = f"partial(test_executors.touch_and_sleep, Path({str(begun)!r}))"
    script = (
        f"import sys, time; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_executors; from functools import partial; from pathlib import Path\n"
        f"test_executors.ProcessExecutor(2).beside({task}); time.sleep(600)"
    )
    path = os.pathsep.join((str(Path(__file__).parent), os.environ["PYTHONPATH"]))
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as parent:
        assert appears(begun)
        parent.kill()
    assert ends(int(begun.read_text()))


def ends(pid: int) -> bool:
    for _ in range(1000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_a_task_beside_that_fails_harms_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    with ProcessExecutor(2) as executor:
        executor.beside(partial(die, 0))
        executor.beside(partial(fail_on_three, 3))  # type: ignore[arg-type]
        assert sorted(executor.map(double, range(4))) == [0, 2, 4, 6]
    assert capfd.readouterr().err == ""


def test_a_task_beside_is_left_undone_without_a_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    with ProcessExecutor(2) as executor:
        executor.beside(partial(die, 0))


def test_a_task_beside_is_left_undone_if_it_can_not_be_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with ProcessExecutor(2) as executor:
        executor.beside(partial(die, 0))


def test_a_task_beside_is_left_undone_by_one_process(tmp_path: Path) -> None:
    for executor in (SerialExecutor(), ProcessExecutor(1)):
        executor.beside(partial(touch, tmp_path / "done"))
    time.sleep(0.5)
    assert not (tmp_path / "done").exists()


def test_a_worker_that_was_not_forked_knows_packs_in_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "for_workers"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from onepath.codemod import Pack\n\nPACK = Pack('for_workers', ())\n\n\n"
        "def triple(number):\n    return 3 * number\n"
    )
    local_pack(folder)
    triple = sys.modules["local_pack_for_workers"].triple
    monkeypatch.setattr(pool, "may_fork", lambda: False)
    with ProcessExecutor(2) as executor:
        assert sorted(executor.map(triple, [1, 2])) == [3, 6]


def test_workers_that_may_rest_are_gone_until_there_is_much_to_do() -> None:
    with ProcessExecutor(2) as executor:
        assert os.getpid() not in set(executor.map(where, range(4)))
        executor.rest()
        assert multiprocessing.active_children() == []
        assert set(executor.map(where, range(4))) == {os.getpid()}
        assert os.getpid() not in set(executor.map(where, range(40)))
        assert os.getpid() not in set(executor.map(where, range(4)))
    assert multiprocessing.active_children() == []
