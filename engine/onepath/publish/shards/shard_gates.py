"""The gates of the configuration on each part of a phase: no part may need another to pass."""

from collections.abc import Sequence

from onepath.config.migrate_toml import Config
from onepath.errors import RefusedError
from onepath.model import Executor
from onepath.progress import Progress
from onepath.publish.part import PhasePart
from onepath.report.text import printable
from onepath.snapshot.repository import Repository
from onepath.verify.branches import open_gates

_TIMEOUT = 3600.0
_MOST = 5
"""So many tests of a part are named."""


def check_shards(
    repository: Repository,
    config: Config,
    parts: Sequence[PhasePart],
    executor: Executor,
    progress: Progress,
) -> None:
    """Run the gates on each part, against what it is made on. Nothing is published by this.

    Args:
        repository: Has the parts' branches.
        config: Its `verify` has the commands; without any, every part passes.
        parts: Landed.
        executor: Runs what can run in parallel.
        progress: Told, in words, what goes on.

    Raises:
        RefusedError: A part newly fails a gate; all such parts are named, with the tests.
        OutsideError: git failed, or a command can't be started.
    """
    if not config.verify or not parts:
        return
    problems = []
    with open_gates(repository, config, parts[0].base, executor, _TIMEOUT, progress) as gates:
        for part in parts:
            below = repository.resolve(f"{part.made}^")
            for gate in gates.compare(below, part.commit):
                names = [printable(failure.test) for failure in gate.failures]
                if names:
                    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
                    problems.append(f"{part.branch}: {', '.join(names[:_MOST])}{more} newly fails")
    if problems:
        raise RefusedError(
            "\n".join(problems) + "\nnothing was published",
            hint="`migrate verify` on the phase finds the places that break them, and the next "
            "landing leaves these out; --no-gates publishes all the same",
        )
