"""Run-time verification: imports all routes to a symbol in the user's own Python.

This is the one place where code of the user is run, and only when it is asked for by name.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from onepath.errors import OutsideError
from onepath.progress import Progress, quiet
from onepath.verify.imports.routes import RuntimeCheck
from onepath.verify.process import Running, describe_exit, last_line, run_to_end

_PROBE = Path(__file__).with_name("runtime_probe.py")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class RouteOutcome(NamedTuple):
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
class RouteVerdict:
    """One route, in company and by itself."""

    route: str
    canonical: str
    given: RouteOutcome
    """In one process with all others, in the order of the configuration, canonical paths first."""
    first: RouteOutcome
    """In a process of its own, in which its module is the first one imported."""
    same_signature: tuple[bool | None, bool | None]
    """Whether it is called as the canonical one, in each process; None if not known."""

    @property
    def depends_on_order(self) -> bool:
        """Whether the two processes gave different things."""
        outcome, other = self.given, self.first
        if outcome.error or other.error:
            return bool(outcome.error) != bool(other.error)
        return outcome[1:4] != other[1:4]

    @property
    def holds(self) -> bool:
        """Whether the route gives the canonical object, whatever is imported first."""
        outcomes = self.given, self.first
        return all(outcome.same for outcome in outcomes) and not self.depends_on_order


@dataclass(frozen=True, slots=True)
class RuntimeResult:
    """What the user's Python says of all routes."""

    python: str
    """Its version."""
    verdicts: tuple[RouteVerdict, ...]
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
    top: Path,
    check: RuntimeCheck,
    *,
    python: str,
    timeout: float,
    jobs: int = 1,
    progress: Progress = quiet,
) -> RuntimeResult:
    """Import every route twice: all in one process, and each module first in one of its own.

    The processes run in `top` with the source roots in front of `sys.path`, and write no
    bytecode. What they print is dropped. When this returns they and their children are gone.

    Args:
        top: The top folder of the code.
        check: What to import.
        python: The interpreter.
        timeout: Seconds for each process; what it has not reached by then is a failure.
        jobs: How many processes run side by side.
        progress: Told, in words, what goes on.

    Raises:
        OutsideError: The interpreter can't be started.
    """
    routes: list[_Route] = []
    for group in check.groups:
        canonical = len(routes)
        for route in (group.canonical, *group.others):
            routes.append(_Route(route.module, route.names, canonical))
    roots = [os.path.join(top, root) if root else os.fspath(top) for root in check.roots]
    probes = _Probes(python, top, roots, routes, timeout)
    progress("importing the routes in order")
    version, given = probes.run(range(len(routes)))
    first = probes.each_module_first(jobs, progress)
    return RuntimeResult(version, tuple(_verdicts(routes, given, first)))


class _Route(NamedTuple):
    module: str
    names: Sequence[str]
    canonical: int
    """The index of the canonical route."""

    @property
    def dotted(self) -> str:
        return ".".join((self.module, *self.names))


def _verdicts(
    routes: Sequence[_Route],
    given: Mapping[int, RouteOutcome],
    first: Mapping[int, tuple[RouteOutcome, RouteOutcome]],
) -> Iterator[RouteVerdict]:
    for index, route in enumerate(routes):
        alone, canonical = first[index]
        yield RouteVerdict(
            route.dotted,
            routes[route.canonical].dotted,
            given[index],
            alone,
            (_alike(given[index], given[route.canonical]), _alike(alone, canonical)),
        )


@dataclass
class _Probes:
    """Processes that import routes, and end with this one."""

    python: str
    top: Path
    roots: Sequence[str]
    routes: Sequence[_Route]
    timeout: float
    running: Running = field(default_factory=Running)

    def each_module_first(
        self, jobs: int, progress: Progress
    ) -> dict[int, tuple[RouteOutcome, RouteOutcome]]:
        """By route, what it and its canonical route gave where its module came first."""
        modules: dict[str, list[int]] = {}
        for index, route in enumerate(self.routes):
            modules.setdefault(route.module, []).append(index)

        def run(module: str) -> dict[int, tuple[RouteOutcome, RouteOutcome]]:
            progress(f"importing {module} first")
            own = modules[module]
            canonical = [self.routes[index].canonical for index in own]
            found = self.run(dict.fromkeys([*own, *canonical]))[1]
            return {index: (found[index], found[self.routes[index].canonical]) for index in own}

        result: dict[int, tuple[RouteOutcome, RouteOutcome]] = {}
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for part in pool.map(run, modules):
                    result |= part
            except BaseException:
                self.running.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return result

    def run(self, chosen: Iterable[int]) -> tuple[str, dict[int, RouteOutcome]]:
        """One process: the version of its Python, and what each chosen route gave, in order."""
        order = list(chosen)
        places = {index: place for place, index in enumerate(order)}
        asked = [
            {
                "module": self.routes[index].module,
                "names": self.routes[index].names,
                "canonical": places[self.routes[index].canonical],
            }
            for index in order
        ]
        version, outcomes = self._ask({"top": os.fspath(self.top), "roots": self.roots,
                                    "routes": asked}, len(asked))  # fmt: skip
        return version, dict(zip(order, outcomes, strict=True))

    def _ask(self, request: Mapping[str, Any], count: int) -> tuple[str, list[RouteOutcome]]:
        # Files, not pipes: a process that an import has left behind would hold a pipe open.
        with (
            tempfile.TemporaryFile() as asked,
            tempfile.TemporaryFile() as answers,
            tempfile.TemporaryFile() as said,
        ):
            asked.write(json.dumps(request).encode("ascii"))
            asked.seek(0)
            try:
                status = run_to_end(
                    [self.python, os.fspath(_PROBE)], self.top,
                    {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, (asked, answers, said),
                    self.timeout, self.running,
                )  # fmt: skip
            except OSError as error:
                raise OutsideError(
                    f"{self.python} can't be started: {error.strerror}",
                    hint="--python PATH names another",
                ) from error
            how = describe_exit(status, self.timeout)
            lines = _lines(answers)
            if not lines:
                raise OutsideError(
                    f"{self.python} can't be used: {last_line(said) or how}",
                    hint="--python PATH names another; it must be Python 3.8 or newer",
                )
        return str(lines[0]["python"]), _outcomes(lines, count, how)


def _alike(outcome: RouteOutcome, canonical: RouteOutcome) -> bool | None:
    if outcome.error or canonical.error or not (outcome.signature or canonical.signature):
        return None
    return outcome.signature == canonical.signature


def _lines(file: IO[bytes]) -> list[dict[str, Any]]:
    file.seek(0)
    # The last line may be cut off.
    return [json.loads(line) for line in file.read().split(b"\n")[:-1]]


def _outcomes(lines: Sequence[dict[str, Any]], count: int, ending: str) -> list[RouteOutcome]:
    ends = {line["end"]: line for line in lines if "end" in line}
    same = {line["same"]: bool(line["as_canonical"]) for line in lines if "same" in line}
    begun = {line["begin"] for line in lines if "begin" in line}
    return [
        RouteOutcome(
            ends[index]["error"],
            ends[index]["what"],
            _ADDRESS.sub("", ends[index]["signature"]),
            same.get(index),
            ends[index]["warnings"],
        )
        if index in ends
        else RouteOutcome(ending if index in begun else "not reached")
        for index in range(count)
    ]
