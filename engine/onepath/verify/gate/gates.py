"""Gates: the commands of the configuration on what is below a phase, and on the phase.

Only what newly fails counts. A test that failed before says nothing about the phase, and one that
passes when it runs again is flaky: it is named, and does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onepath.progress import Progress, quiet
from onepath.verify.gate.commands import CommandRun, Commands
from onepath.verify.gate.junit import CaseVerdict


class NewFailure(NamedTuple):
    """What passes below a phase and fails with it."""

    test: str
    """The node id of a test, the name of a module that can't be collected, or the command."""
    said: str
    """One line about it."""
    is_test: bool
    """Whether `test` can be run alone."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One command, below a phase and with it."""

    command: str
    failures: tuple[NewFailure, ...] = ()
    """By name."""
    flaky: tuple[str, ...] = ()
    """Tests that newly failed and passed when they ran again."""
    before: int = 0
    """How many tests failed below the phase already."""
    passed: int = 0
    """How many tests pass with the phase."""
    missing: tuple[str, ...] = ()
    """Tests that passed below the phase and are skipped or not there with it."""
    note: str = ""
    """Why the command says nothing; empty if it does."""

    @property
    def holds(self) -> bool:
        return not self.failures


class Gates:
    """Runs gates; a commit that is asked about twice is looked at once.

    Args:
        commands: Run on commits.
        wanted: The commands of the configuration.
        progress: Told, in words, what goes on.
    """

    def __init__(
        self, commands: Commands, wanted: Sequence[str], progress: Progress = quiet
    ) -> None:
        self.commands = commands
        self._wanted = wanted
        self._progress = progress
        self._ran: dict[tuple[str, str], CommandRun] = {}

    def compare(self, below: str, commit: str) -> tuple[Gate, ...]:
        """Run every command on two commits.

        Args:
            below: What the phase was made on.
            commit: With the phase.

        Raises:
            OutsideError: git failed, or a command can't be started.
        """
        return tuple(self._gate(command, below, commit) for command in self._wanted)

    def _gate(self, command: str, below: str, commit: str) -> Gate:
        before, after = self.run(command, below), self.run(command, commit)
        if before.tests is None and before.status != 0:
            return Gate(command, note=f"it fails without the phase too, {before.said}")
        failures = newly_failing(command, before, after)
        flaky: list[str] = []
        if failures:
            self._progress(f"'{command}' again, for {len(failures)} that newly fail")
            alone = (
                [failure.test for failure in failures]
                if all(failure.is_test for failure in failures)
                else []
            )
            again = self.commands.run(command, commit, only=alone)
            left = {failure.test for failure in newly_failing(command, before, again)}
            flaky = [failure.test for failure in failures if failure.test not in left]
            failures = [failure for failure in failures if failure.test in left]
        return Gate(
            command,
            tuple(failures),
            tuple(flaky),
            len(before.failing),
            _passed(after),
            _missing(before, after),
        )

    def run(self, command: str, commit: str) -> CommandRun:
        """Run a command on a commit, once."""
        key = command, commit
        if key not in self._ran:
            self._progress(f"'{command}' on {commit[:12]}")
            self._ran[key] = self.commands.run(command, commit)
        return self._ran[key]


def newly_failing(command: str, before: CommandRun, after: CommandRun) -> list[NewFailure]:
    """What fails in one run and not in an earlier one, by name.

    Args:
        command: What ran; it stands for itself where it reports no tests.
        before: The earlier run.
        after: The later one.
    """
    if after.tests is None:
        failed = after.status != 0 and (before.status == 0 or before.tests is not None)
        return [NewFailure(command, after.said, False)] if failed else []
    known = before.tests or {}
    # Parameters may be written into an id, and change with the code.
    lost = {_function(name) for name in before.failing if name not in after.tests}
    new = sorted(
        name
        for name in after.failing - before.failing
        if name in known or _function(name) not in lost
    )
    if not new and not after.failing and after.status != 0 and before.status == 0:
        return [NewFailure(command, after.said, False)]
    return [NewFailure(name, after.tests[name].said, after.tests[name].is_test) for name in new]


def _function(name: str) -> str:
    """A test's id without its parameters."""
    return name.partition("[")[0]


def _passed(ran: CommandRun) -> int:
    return sum(result.verdict is CaseVerdict.PASSED for result in (ran.tests or {}).values())


def _missing(before: CommandRun, after: CommandRun) -> tuple[str, ...]:
    if before.tests is None or after.tests is None:
        return ()
    there = {
        _function(name)
        for name, result in after.tests.items()
        if result.verdict is not CaseVerdict.SKIPPED
    }
    return tuple(
        sorted(
            name
            for name, result in before.tests.items()
            if result.verdict is CaseVerdict.PASSED and _function(name) not in there
        )
    )
