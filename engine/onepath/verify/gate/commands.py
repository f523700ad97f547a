"""The commands of `verify = [...]`, run on the files of a commit."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onepath.errors import OutsideError
from onepath.land.tree import FileWrite
from onepath.verify.checkout import Checkout
from onepath.verify.gate.junit import CaseVerdict, TestResult, read_junit
from onepath.verify.process import describe_exit, last_line, run_to_end

_PLUGIN = Path(__file__).with_name("pytest_gate.py")
_PLUGIN_NAME = "onepath_pytest_gate"
_LOCAL_TO_GIT = "GIT_"


@dataclass(frozen=True, slots=True)
class CommandRun:
    """One command, run once."""

    status: int | None
    """Its exit status; None if it was not done in time."""
    said: str
    """How it ended, and the last line that it printed."""
    tests: Mapping[str, TestResult] | None = field(default=None, repr=False)
    """By node id; None for a command that reports no tests."""

    @property
    def failing(self) -> frozenset[str]:
        """The tests that failed."""
        return frozenset(
            name
            for name, result in (self.tests or {}).items()
            if result.verdict is CaseVerdict.FAILED
        )


class Commands:
    """Runs commands in a checkout, as they would run in the user's own folder.

    Args:
        checkout: Shows the commits.
        top: The user's own folder: a virtual environment `.venv` in it comes first on the PATH.
        roots: Source roots relative to the top folder. They come first on Python's path, so that
            an editable installation of the user's folder doesn't take the place of the commit.
        timeout: For each run of a command, in seconds.
    """

    def __init__(self, checkout: Checkout, top: Path, roots: Sequence[str], timeout: float) -> None:
        self._checkout = checkout
        self._timeout = timeout
        plugins = checkout.spare / "plugin"
        plugins.mkdir()
        shutil.copy(_PLUGIN, plugins / f"{_PLUGIN_NAME}.py")
        self._environment = _environment(top, checkout.files, [os.fspath(plugins)], roots)

    def run(
        self,
        command: str,
        commit: str,
        writes: Sequence[FileWrite] = (),
        only: Collection[str] = (),
    ) -> CommandRun:
        """Run a command on a commit.

        Args:
            command: As the configuration has it.
            commit: The full id.
            writes: Files that lie over it.
            only: Node ids of the tests to run; empty for all.

        Raises:
            OutsideError: git failed, or the command can't be started.
        """
        folder = self._checkout.show(commit, writes)
        arguments, environment = shlex.split(command), dict(self._environment)
        report = None
        if calls_pytest(arguments):
            report = self._checkout.spare / "report.xml"
            report.unlink(missing_ok=True)
            arguments = _with_options(arguments, report)
            if only:
                chosen = self._checkout.spare / "tests.json"
                chosen.write_text(json.dumps(sorted(only)), "utf-8")
                environment["ONEPATH_GATE_TESTS"] = os.fspath(chosen)
        arguments[0] = _program(arguments[0], folder, environment)
        with tempfile.TemporaryFile(dir=self._checkout.spare) as said:
            try:
                status = run_to_end(
                    arguments, folder, environment, (subprocess.DEVNULL, said, said), self._timeout
                )
            except OSError as error:
                raise OutsideError(
                    f"'{command}' can't be started: {error.strerror}",
                    hint="`verify` in the configuration takes commands without a shell; "
                    "sh -c '...' runs one",
                ) from error
            how = describe_exit(status, self._timeout)
            last = last_line(said)
        return CommandRun(
            status,
            f"{how}: {last}" if last else how,
            None if report is None else read_junit(report),
        )


def calls_pytest(arguments: Sequence[str]) -> bool:
    """Whether a command runs pytest itself: `pytest ...`, `python -m pytest ...`."""
    return _pytest_at(arguments) is not None


def _pytest_at(arguments: Sequence[str]) -> int | None:
    for at, word in enumerate(arguments):
        if os.path.basename(word) in ("pytest", "py.test", "pytest.exe"):
            return at
    return None


def _with_options(arguments: Sequence[str], report: Path) -> list[str]:
    """The command with what it takes to hear of each test."""
    at = _pytest_at(arguments)
    assert at is not None
    end = next(
        (number for number, word in enumerate(arguments) if number > at and word == "--"),
        len(arguments),
    )
    options = [
        "-p", _PLUGIN_NAME, "--continue-on-collection-errors", f"--junitxml={report}",
    ]  # fmt: skip
    return [*arguments[:end], *options, *arguments[end:]]


def _environment(
    top: Path, folder: Path, plugins: Sequence[str], roots: Sequence[str]
) -> dict[str, str]:
    """The user's environment, for a program that runs in `folder` instead of `top`."""
    kept = {name: value for name, value in os.environ.items() if not _is_of_git(name)}
    own = [os.path.normpath(folder / root) for root in roots]
    given = [part for part in kept.get("PYTHONPATH", "").split(os.pathsep) if part]
    there = [_moved(part, top, folder) for part in given]
    path = [*plugins, *own, *there]
    result = {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(path)}
    programs = top / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
    if programs.is_dir():
        result["PATH"] = os.pathsep.join([os.fspath(programs), kept.get("PATH", os.defpath)])
    return result


def _is_of_git(name: str) -> bool:
    """Whether a variable would lead git from the checkout to another repository."""
    return name.startswith(_LOCAL_TO_GIT) and not name.startswith(
        ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_", "GIT_SSH", "GIT_TERMINAL", "GIT_EXEC")
    )


def _moved(part: str, top: Path, folder: Path) -> str:
    """A folder of the user's work tree, where the checkout has it."""
    path = Path(os.path.abspath(part))
    return os.fspath(folder / path.relative_to(top)) if path.is_relative_to(top) else part


def _program(name: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Where a program is; its name if it is not on the PATH."""
    if os.path.dirname(name):
        return name if os.path.isabs(name) else os.path.join(folder, name)
    return shutil.which(name, path=environment.get("PATH")) or name
