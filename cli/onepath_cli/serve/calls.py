"""Runs `migrate` for a server: each call in a process of its own.

So a plan that takes long can be ended, what it held is given back, and nothing that it prints gets
into the protocol, which has this process's stdout for itself.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onepath_cli.context import Options

_GRACE = 5.0
"""Seconds in which an ended call may put things right."""


class State(StrEnum):
    """How a call ended: the exit codes of the commands, as words."""

    DONE = "done"
    FOUND = "found"
    """Findings, or pending changes."""
    BAD_INPUT = "bad-input"
    """What was asked for makes no sense here; `message` says why and what to try."""
    REFUSED = "refused"
    """The proof, a gate, a moved branch or another plan than the one shown stands against it."""
    OUTSIDE_FAILED = "outside-failed"
    """git, the forge or the disk failed."""
    DEFECT = "defect"
    """A fault of onepath; `message` names the file with its traceback."""
    TIMED_OUT = "timed-out"


_STATES = {
    0: State.DONE, 1: State.FOUND, 2: State.BAD_INPUT, 3: State.REFUSED, 4: State.OUTSIDE_FAILED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What a command gave."""

    state: State
    document: Any
    """Its JSON document; None if it printed none."""
    text: str
    """What it printed, where that is no document."""
    message: str
    """Notes and errors, without progress."""


@dataclass(frozen=True, slots=True)
class CommandRunner:
    """Runs commands with the global options of the server."""

    options: Options
    timeout: float
    """Seconds for each call."""

    async def run(self, *arguments: str) -> CallAnswer:
        """Run `migrate` with arguments; a call that is cancelled ends its process."""
        # -P: the current folder is the user's, and nothing of theirs is imported from it.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "onepath_cli",
            *_global(self.options),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), self.timeout)
        except TimeoutError:
            await _end(process)
            return CallAnswer(State.TIMED_OUT, None, "", f"not done after {self.timeout:g} s")
        except asyncio.CancelledError:
            await _end(process)
            raise
        state = _STATES.get(process.returncode or 0, State.DEFECT)
        message = err.decode("utf-8", "replace").strip()
        text = out.decode("utf-8", "replace")
        try:
            return CallAnswer(state, json.loads(text), "", message)
        except ValueError:
            return CallAnswer(state, None, text, message)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GRACE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _global(options: Options) -> Sequence[str]:
    """The global options, as they are given on the command line."""
    given = {
        "--repo": options.repo, "--config": options.config, "--rev": options.rev,
        "--jobs": options.jobs, "--environment": options.environment,
    }  # fmt: skip
    return [
        word for name, value in given.items() if value is not None for word in (name, str(value))
    ]
