"""What a reviewer asks of landed phases: that they are what the phases give, and break no test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onepath.config.migrate_toml import Config
from onepath.model import Withheld
from onepath.snapshot import open_snapshot
from onepath.snapshot.repository import Repository
from onepath.state.withheld import note_withheld, with_withheld
from onepath.symbols.world import Progress, quiet
from onepath.verify.checkout import open_checkout
from onepath.verify.commands import Commands
from onepath.verify.gates import Gate, Gates
from onepath.verify.isolate import isolate
from onepath.verify.landed import Verified
from onepath.verify.regenerate import Places, Regeneration
from onepath.verify.routes import source_roots


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
    repository: Repository, config: Config, branches: Sequence[Verified],
    regeneration: Regeneration, *, timeout: float, progress: Progress = quiet,
) -> list[Gated]:  # fmt: skip
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
    with open_checkout(repository) as checkout:
        snapshot = open_snapshot(repository.top, known[0].base)
        roots = source_roots(snapshot, config, executor=regeneration.executor)
        commands = Commands(checkout, repository.top, roots, timeout)
        gates = Gates(commands, config.verify, progress)
        gating = _Gating(repository, config, regeneration, gates, progress)
        return [gating.gate(verified) for verified in known]


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
        below = stack.base if stack.top.appended else stack.top.below
        found = self.gates.compare(below, verified.commit)
        gated = Gated(verified.branch, found)
        failed = [gate for gate in found if not gate.holds]
        if not failed:
            return gated
        if verified.differences:
            return replace(gated, problem="it is not what its phase gives, so it is not traced")
        if stack.top.appended:
            return replace(gated, problem="commits were appended to it, so it is not traced")
        places = isolate(self.regeneration, self.gates, verified, failed, self.progress)
        if places is None:
            said = "it fails without the phase's changes too: by people's commits, or by chance"
            return replace(gated, problem=said)
        self._note(stack.top.own.oid, places)
        return replace(gated, withheld=tuple(sorted({one for of in places.values() for one in of})))

    def _note(self, commit: str, places: Places) -> None:
        snapshot = open_snapshot(self.repository.top, commit)
        note_withheld(
            self.repository, with_withheld(self.config, snapshot, self.repository), places
        )
