"""Run-time verification: imports all routes to a symbol in the user's own Python.

This is the one place where code of the user is run, and only when it is asked for by name.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from onepath.errors import OutsideError
from onepath.symbols.world import Progress, quiet
from onepath.verify.routes import RuntimeCheck

_TAIL = 4096
_PROBE = Path(__file__).with_name("runtime_probe.py")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Outcome(NamedTuple):
    """What one route gave in one process."""

    error: str
    """Why it gave nothing; empty if it gave something."""
    what: str = ""
    """`class pkg.mod.Name`"""
    signature: str = ""
    """How it is called; empty where it can't be called, or its signature is not known."""
    same: bool | None = None
    """Whether it is the very object of the canonical path; None if that gave nothing."""
    warnings: int = 0
    """Deprecation warnings of the import."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One route in both import orders."""

    route: str
    canonical: str
    given: Outcome
    """In the order of the configuration, the canonical path first."""
    reversed: Outcome
    same_signature: tuple[bool | None, bool | None]
    """Whether it is called as the canonical one, in each order; None if not known."""

    @property
    def depends_on_order(self) -> bool:
        """Whether the two orders gave different things."""
        one, other = self.given, self.reversed
        if one.error or other.error:
            return bool(one.error) != bool(other.error)
        return one[1:4] != other[1:4]

    @property
    def holds(self) -> bool:
        """Whether the route gives the canonical object, whatever is imported first."""
        outcomes = self.given, self.reversed
        return all(one.same for one in outcomes) and not self.depends_on_order


@dataclass(frozen=True, slots=True)
class RuntimeResult:
    """What the user's Python says of all routes."""

    python: str
    """Its version."""
    verdicts: tuple[Verdict, ...]
    """By canonical path, in the order of the configuration; the canonical route comes first."""

    @property
    def holds(self) -> bool:
        return all(verdict.holds for verdict in self.verdicts)


def choose_python(top: Path, given: str | None) -> str:
    """The interpreter to use: the one named, that of the project's `.venv`, or that on the PATH.

    Raises:
        OutsideError: There is none.
    """
    if given is not None:
        found = shutil.which(given)
        if found is None:
            raise OutsideError(f"{given}: no such Python, or it can't be run")
        # Not resolved: a virtual environment is known by the link's own place.
        return os.path.abspath(found)
    inner = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    for candidate in (str(top / ".venv" / inner), "python3", "python"):
        found = shutil.which(candidate)
        if found is not None:
            return os.path.abspath(found)
    raise OutsideError("no Python is on the PATH", hint="name one: --python PATH")


def verify_runtime(
    top: Path, check: RuntimeCheck, *, python: str, timeout: float,
    progress: Progress = quiet,
) -> RuntimeResult:  # fmt: skip
    """Import every route twice, each time in a process of its own: in order, and in reverse.

    The processes run in `top` with the source roots in front of `sys.path`, and write no
    bytecode. What they print is dropped. When this returns they and their children are gone.

    Args:
        top: The top folder of the code.
        check: What to import.
        python: The interpreter.
        timeout: Seconds for each process; what it has not reached by then is a failure.
        progress: Told, in words, what goes on.

    Raises:
        OutsideError: The interpreter can't be started.
    """
    routes: list[tuple[str, dict[str, Any]]] = []
    for group in check.groups:
        first = len(routes)
        for route in (group.canonical, *group.others):
            request = {"module": route.module, "names": route.names, "canonical": first}
            routes.append((route.dotted, request))
    roots = [os.path.join(top, root) if root else os.fspath(top) for root in check.roots]
    progress("importing the routes in order")
    version, given = _run(python, top, roots, [one for _, one in routes], timeout)
    last = len(routes) - 1
    mirrored = [{**one, "canonical": last - one["canonical"]} for _, one in reversed(routes)]
    progress("importing the routes in reverse")
    backwards = _run(python, top, roots, mirrored, timeout)[1][::-1]
    return RuntimeResult(version, tuple(_verdicts(routes, given, backwards)))


def _verdicts(
    routes: Sequence[tuple[str, dict[str, Any]]], given: Sequence[Outcome],
    backwards: Sequence[Outcome],
) -> Iterator[Verdict]:  # fmt: skip
    for index, (dotted, request) in enumerate(routes):
        at = request["canonical"]
        yield Verdict(
            dotted, routes[at][0], given[index], backwards[index],
            (_alike(given[index], given[at]), _alike(backwards[index], backwards[at])),
        )  # fmt: skip


def _alike(one: Outcome, canonical: Outcome) -> bool | None:
    if one.error or canonical.error or not (one.signature or canonical.signature):
        return None
    return one.signature == canonical.signature


def _run(
    python: str, top: Path, roots: Sequence[str], routes: Sequence[dict[str, Any]], timeout: float
) -> tuple[str, list[Outcome]]:
    """One process: the version of its Python, and what each route gave."""
    request = {"top": os.fspath(top), "roots": roots, "routes": routes}
    # Files, not pipes: a process that an import has left behind would hold a pipe open.
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as answers,
        tempfile.TemporaryFile() as said,
    ):
        asked.write(json.dumps(request).encode("ascii"))
        asked.seek(0)
        ending = _process(python, top, (asked, answers, said), timeout)
        lines = _lines(answers)
        if not lines:
            reason = _last_line(said) or ending
            raise OutsideError(
                f"{python} can't be used: {reason}",
                hint="--python PATH names another; it must be Python 3.8 or newer",
            )
    return str(lines[0]["python"]), _outcomes(lines, len(routes), ending)


def _process(
    python: str, top: Path, files: tuple[IO[bytes], IO[bytes], IO[bytes]], timeout: float
) -> str:
    """Run the probe to its end, or end it with all it has started; say how it ended."""
    stdin, stdout, stderr = files
    try:
        process = subprocess.Popen(
            [python, os.fspath(_PROBE)],
            cwd=top,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
    except OSError as error:
        raise OutsideError(
            f"{python} can't be started: {error.strerror}", hint="--python PATH names another"
        ) from error
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        return f"not done after {timeout:g} s"
    finally:
        _end(process)
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with status {status}"


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    process.wait()


def _lines(file: IO[bytes]) -> list[dict[str, Any]]:
    file.seek(0)
    # The last line may be cut off.
    return [json.loads(line) for line in file.read().split(b"\n")[:-1]]


def _last_line(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _outcomes(lines: Sequence[dict[str, Any]], count: int, ending: str) -> list[Outcome]:
    ends = {line["end"]: line for line in lines if "end" in line}
    same = {line["same"]: bool(line["as_canonical"]) for line in lines if "same" in line}
    begun = {line["begin"] for line in lines if "begin" in line}
    return [
        Outcome(
            ends[index]["error"],
            ends[index]["what"],
            _ADDRESS.sub("", ends[index]["signature"]),
            same.get(index),
            ends[index]["warnings"],
        )
        if index in ends
        else Outcome(ending if index in begun else "not reached")
        for index in range(count)
    ]
