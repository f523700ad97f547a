"""Run a command as a whole and measure its time, and the memory of all its processes together."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

INTERVAL = 0.01
PROC = Path("/proc")


class Measurement(NamedTuple):
    """What one run took."""

    wall: float
    """Seconds from start to end."""
    peak: int | None
    """Bytes of all its processes together at the worst moment; None where there is no /proc."""
    largest: int
    """Bytes of its largest process, as the kernel says; never less than this program's own."""
    cpu: float
    """Seconds of processor time, those of child processes included."""


class Sampler(threading.Thread):
    """Adds up the memory of a session's processes every few milliseconds.

    Shared pages count once (PSS) where the kernel tells them apart, else once a process (RSS). A
    process counts from the second time that it is seen: until it begins its own program, one that
    was made by vfork is shown with all that its parent holds.
    """

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._session = session
        self._others: set[str] = set()
        self._end = threading.Event()

    def run(self) -> None:
        seen: set[str] = {str(self._session)}
        while not self._end.is_set():
            members = {*self._members()}
            self.peak = max(self.peak, sum(map(memory, members & seen)))
            seen = members
            self._end.wait(INTERVAL)

    def stop(self) -> int:
        self._end.set()
        self.join()
        return self.peak

    def _members(self) -> list[str]:
        members = []
        for name in os.listdir(PROC):
            if name.isdigit() and name not in self._others:
                session = session_of(name)
                if session == self._session:
                    members.append(name)
                elif session is not None:
                    self._others.add(name)
        return members


def session_of(process: str) -> int | None:
    """The session a process belongs to; None when it has ended."""
    try:
        fields = (PROC / process / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[3])


def memory(process: str) -> int:
    """Bytes that a process holds; 0 when it has ended."""
    try:
        for line in (PROC / process / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except FileNotFoundError:
        pass
    except OSError:
        return 0
    try:
        resident = (PROC / process / "statm").read_bytes().split()[1]
    except OSError:
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def measure(
    command: Sequence[str], folder: Path, accepted: Collection[int] = (0,), *, fed: bytes = b""
) -> Measurement:
    """Run `command` in `folder`, in a session of its own, and measure it.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        accepted: The codes that it may end with.
        fed: What it reads from its standard input.

    Raises:
        SystemExit: It ended with a code that is not among `accepted`; with the end of what it
            said.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as read:
        read.write(fed)
        read.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=read,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        sampler = Sampler(child.pid) if PROC.is_dir() else None
        if sampler:
            sampler.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = sampler.stop() if sampler else None
        if child.returncode not in accepted:
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)[:300]}\nended with {child.returncode}\n{words}")
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Measurement(wall, peak, usage.ru_maxrss * unit, cpu)
