"""Which places versions leave alone because a gate failed with them.

`migrate verify` finds them and notes them in the folder of what this tool keeps. The next landing
plans without them and writes them into the ledger, so that everybody plans the same from then on.
What is noted here for a version counts more than what the ledger says of it, also when it is
nothing: so places are tried again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.errors import unknown_name
from onepath.model import Snapshot, Withheld
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import read_ledger
from onepath.state.notes import read_note, write_note

_NAME = "withheld.json"


def with_withheld(config: Config, snapshot: Snapshot, repository: Repository | None) -> Config:
    """Return the configuration with the places that are to be left alone.

    Args:
        config: Says where the ledger is.
        snapshot: Has the ledger.
        repository: Has what was noted; None for the ledger alone.
    """
    known = ledger_withheld(config, snapshot)
    if repository is not None:
        known |= read_withheld(repository)
    return replace(
        config, withheld={version: known[version] for version in sorted(known) if known[version]}
    )


def ledger_withheld(config: Config, snapshot: Snapshot) -> dict[str, tuple[Withheld, ...]]:
    """Return what the ledger of a snapshot says, by version."""
    entries = read_ledger(snapshot, config.ledger).values()
    return {entry.version: tuple(sorted(entry.withheld)) for entry in entries if entry.withheld}


def read_withheld(repository: Repository) -> dict[str, tuple[Withheld, ...]]:
    """Return what was noted, by version; a file that makes no sense says nothing."""
    content = read_note(repository, _NAME)
    try:
        return {
            str(version): tuple(sorted(Withheld(*map(str, place)) for place in places))
            for version, places in content.items()
        }
    except (AttributeError, TypeError):
        return {}


def note_withheld(
    repository: Repository, config: Config, found: Mapping[str, Iterable[Withheld]]
) -> None:
    """Note places, beside those that the versions leave alone already.

    Args:
        repository: Where it is noted.
        config: Its `withheld` counts so far.
        found: By version.

    Raises:
        OutsideError: The disk failed; nothing was changed.
    """
    known = read_withheld(repository)
    for version, places in found.items():
        known[version] = tuple(sorted({*config.withheld.get(version, ()), *places}))
    _write(repository, known)


def forget_withheld(
    repository: Repository, pack: Pack, config: Config, phases: Sequence[str]
) -> None:
    """Let the next landing try all places of phases again.

    Args:
        repository: Where it is noted.
        pack: Has the phases.
        config: Groups versions into phases.
        phases: Their names; none for all.

    Raises:
        InputError: There is no such phase.
        OutsideError: The disk failed; nothing was changed.
    """
    groups = pack.phases(config)
    missing = [name for name in phases if name not in groups]
    if missing:
        raise unknown_name("phase", missing, groups)
    known = read_withheld(repository)
    for name in phases or groups:
        known |= {str(pack.identify(version)): () for version in groups[name]}
    _write(repository, known)


def _write(repository: Repository, known: Mapping[str, Sequence[Withheld]]) -> None:
    content = {version: [list(place) for place in known[version]] for version in sorted(known)}
    write_note(repository, _NAME, content)
