"""Verification that is ended while a gate runs: nothing of it is left."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

GATE = (
    "import os, pathlib, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "pathlib.Path(sys.argv[1]).write_text(f'{os.getpid()} {child.pid}')\n"
    "time.sleep(600)\n"
)


def started(path: Path) -> list[int]:
    """The processes of the gate, once it runs."""
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return [int(word) for word in text.split()]
        time.sleep(0.05)
    raise AssertionError("the gate does not start")


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_neither_a_checkout_nor_a_process(
    gated: Any, tmp_path: Path, number: signal.Signals
) -> None:
    marker, temporary = tmp_path / "marker", tmp_path / "temporary"
    temporary.mkdir()
    gated.land({}, shlex.join([sys.executable, "-c", GATE, str(marker)]))
    before = gated.repository.state()
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from onepath_cli.app import main; main()",
            "--repo",
            gated.path,
            "verify",
        ],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        children = started(marker)
        assert len(list(temporary.iterdir())) == 1
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (130 if number == signal.SIGINT else 128 + number, b"")
    assert list(temporary.iterdir()) == []
    for _ in range(100):
        if not any(map(is_alive, children)):
            break
        time.sleep(0.05)
    assert not any(map(is_alive, children))
    assert gated.repository.state() == before
    assert not (gated.path / ".git" / "onepath" / "checkouts").exists()


def test_a_signal_ends_all_imports_that_run_side_by_side(gated: Any, tmp_path: Path) -> None:
    marker, temporary = tmp_path / "marker", tmp_path / "temporary"
    temporary.mkdir()
    gated.land({})
    # The deprecated module hangs when it comes first, and not in company.
    hangs = GATE.replace("sys.argv[1]", repr(str(marker)))
    text = f"import sys\nif 'pkg.new' not in sys.modules:\n    exec({hangs!r})\n"
    gated.repository.write({"pkg/old.py": text + "from pkg.new import Manager\n"})
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from onepath_cli.app import main; main()",
            "--repo",
            gated.path,
            "--rev",
            "WORKTREE",
            "verify",
            "--runtime",
            "--python",
            sys.executable,
        ],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        children = started(marker)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    for _ in range(100):
        if not any(map(is_alive, children)):
            break
        time.sleep(0.05)
    assert not any(map(is_alive, children))
    assert list(temporary.iterdir()) == []


def test_a_run_that_was_killed_is_cleaned_up_by_the_next(gated: Any, tmp_path: Path) -> None:
    marker, temporary = tmp_path / "marker", tmp_path / "temporary"
    temporary.mkdir()
    gate = GATE.replace("time.sleep(600)\n", "")
    gated.land({}, shlex.join([sys.executable, "-c", GATE, str(marker)]))
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from onepath_cli.app import main; main()",
            "--repo",
            gated.path,
            "verify",
        ],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
    ) as process:
        children = started(marker)
        process.kill()
    os.killpg(children[0], signal.SIGKILL)  # a session of its own, which a kill can't reach
    assert len(list(temporary.iterdir())) == 1
    gated.configure(shlex.join([sys.executable, "-c", gate, str(marker)]))
    gated.verify()
    assert list(temporary.iterdir()) == []
