"""Runs a package's own tests."""

import re
import shlex
import time
from collections.abc import Sequence
from pathlib import Path

from processes import OUT_OF_TIME, run
from results import Suite

_LONGEST = 240
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)|^(?:FAIL|ERROR): (.+)$", re.M)
_PASSED = re.compile(r"(\d+) passed")
_RAN = re.compile(r"^Ran (\d+) tests", re.M)


class Runner:
    """Runs the tests of a package by pytest or unittest.

    Args:
        command: Begins with `python`.
        python: The interpreter that stands for it.
        top: Where it runs.
        root: The folder that the package is imported from.
    """

    def __init__(self, command: str, python: Path, top: Path, root: Path) -> None:
        self._command = [str(python), *shlex.split(command)[1:]]
        self._is_pytest = "pytest" in self._command
        self._top = top
        self._environment = {"PYTHONPATH": f"{root}:{top}"}

    def run(self, only: Sequence[str] = ()) -> Suite:
        """Run them all, or those given by their identifiers."""
        command = self._command
        if self._is_pytest:
            command = [*command, "-rfE", "--tb=no", "-p", "no:cacheprovider", "-W", "default"]
        if only:
            # The last word is the folder of all tests.
            command = [*(word for word in command if not (self._top / word).is_dir()), *only]
        start = time.monotonic()
        code, said = run(command, self._top, longest=_LONGEST, environment=self._environment)
        suite = Suite(seconds=time.monotonic() - start)
        suite.failed = sorted({a or b.strip() for a, b in _FAILED.findall(said)})
        suite.passed = sum(int(count) for count in _PASSED.findall(said)[-1:])
        for count in _RAN.findall(said)[-1:]:
            suite.passed = int(count) - len(suite.failed)
        if code == OUT_OF_TIME or (code and not suite.failed):
            suite.failed.append(f"the run: {(said.strip().splitlines() or ['-'])[-1]}")
        return suite

    def again(self, failed: Sequence[str]) -> list[str]:
        """Those of some tests that fail once more: some fail by chance."""
        if not failed or not self._is_pytest or any(" " in test for test in failed):
            return list(failed)
        return sorted(set(failed) & set(self.run(failed).failed))
