"""What a reviewer asks of landed phases: that they can be made again, and break no test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from onepath.config.migrate_toml import Config
from onepath.model import Executor, Withheld
from onepath.progress import Progress, quiet
from onepath.snapshot import open_snapshot
from onepath.snapshot.repository import Repository
from onepath.state.withheld import note_withheld, with_withheld
from onepath.verify.checkout import open_checkout
from onepath.verify.gate.commands import Commands
from onepath.verify.gate.gates import Gate, Gates
from onepath.verify.gate.isolate import isolate
from onepath.verify.imports.routes import source_roots
from onepath.verify.landed import Verified
from onepath.verify.regenerate import Places, Regeneration


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gates say of a landed phase."""

    branch: str
    gates: tuple[Gate, ...]
    """One for each command."""
    withheld: tuple[Withheld, ...] = ()
    """The places that the next landing leaves alone, because a gate fails with them."""
    problem: str = ""
    """Why there are none although a gate fails."""

    @property
    def holds(self) -> bool:
        return all(gate.holds for gate in self.gates)


def run_gates(
    repository: Repository,
    config: Config,
    branches: Sequence[Verified],
    regeneration: Regeneration,
    *,
    timeout: float,
    progress: Progress = quiet,
) -> list[Gated]:
    """Run the gates of the configuration on landed phases, each against what is below it.

    What newly fails is traced to the places that break it, and these are noted so that the next
    landing leaves them alone.

    Args:
        repository: Has the branches.
        config: Its `verify` has the commands.
        branches: Compared already; a branch that differs is not traced.
        regeneration: Plans the phases again.
        timeout: For each run of a command, in seconds.
        progress: Told, in words, what goes on.

    Raises:
        OutsideError: git or the disk failed, or a command can't be started.
    """
    known = [verified for verified in branches if verified.stack is not None]
    if not known or not config.verify:
        return []
    executor = regeneration.executor
    with open_gates(repository, config, known[0].base, executor, timeout, progress) as gates:
        gating = _Gating(repository, config, regeneration, gates, progress)
        return [gating.gate(verified) for verified in known]


@contextmanager
def open_gates(
    repository: Repository,
    config: Config,
    base: str,
    executor: Executor,
    timeout: float,
    progress: Progress = quiet,
) -> Iterator[Gates]:
    """Give the gates of a configuration, with a checkout that is gone when the context ends.

    Args:
        repository: Has the commits.
        config: Its `verify` has the commands.
        base: A commit whose source roots are those of all that is run.
        executor: Runs what can run in parallel.
        timeout: For each run of a command, in seconds.
        progress: Told, in words, what goes on.
    """
    roots = source_roots(open_snapshot(repository.top, base), config, executor=executor)
    with open_checkout(repository) as checkout:
        commands = Commands(checkout, repository.top, roots, timeout)
        yield Gates(commands, config.verify, progress)


@dataclass(frozen=True)
class _Gating:
    repository: Repository
    config: Config
    regeneration: Regeneration
    gates: Gates
    progress: Progress

    def gate(self, verified: Verified) -> Gated:
        stack = verified.stack
        assert stack is not None
        gates = self.gates.compare(stack.top.below, verified.commit)
        gated = Gated(verified.branch, gates)
        failed = [gate for gate in gates if not gate.holds]
        if not failed:
            return gated
        if verified.differences:
            return replace(gated, problem="it is not what its phase gives, so it is not traced")
        places = isolate(self.regeneration, self.gates, verified, failed, self.progress)
        if places is None:
            said = (
                "it fails without these changes too: by people's commits, a new file, or by chance"
            )
            return replace(gated, problem=said)
        self._note(stack.top.own.oid, places)
        return replace(
            gated, withheld=tuple(sorted({withheld for of in places.values() for withheld in of}))
        )

    def _note(self, commit: str, places: Places) -> None:
        snapshot = open_snapshot(self.repository.top, commit)
        note_withheld(
            self.repository, with_withheld(self.config, snapshot, self.repository), places
        )
