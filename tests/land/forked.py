"""Processes that are forked from one which has loaded what they need: hundreds in a few seconds."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_FORK = """
import json, os, sys, tempfile, traceback
from onepath.land.worktree import rollback, work_tree

program = sys.argv[1]
for line in sys.stdin:
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.argv[1:] = json.loads(line)
            code = 0
            try:
                exec(program, {"__name__": "__main__"})
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
                code = 1
            sys.stdout.flush()
            os._exit(code)
        status = os.waitpid(child, 0)[1]
        said.seek(0)
        answer = [os.waitstatus_to_exitcode(status), said.read().decode("utf-8", "surrogateescape")]
        print(json.dumps(answer), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said before."""

    returncode: int
    """The negative number of a signal, as `subprocess` has it."""
    said: str


@contextmanager
def forked(program: str) -> Iterator[Callable[[list[str]], Ended]]:
    """A function that runs a program with some arguments in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", _FORK, program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        assert parent.stdin is not None
        assert parent.stdout is not None
        asked, answers = parent.stdin, parent.stdout

        def run(arguments: list[str]) -> Ended:
            print(json.dumps(arguments), file=asked, flush=True)
            return Ended(*json.loads(answers.readline()))

        yield run
        asked.close()
