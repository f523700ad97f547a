"""Under which name the text that `init` writes is kept, so that it is not made a second time."""

import hashlib
from collections.abc import Sequence

from onepath.codemod.packs.code_digest import engine_digest
from onepath.codemod.packs.installed import load_packs
from onepath.model import Snapshot
from onepath.plan.memory import key_at
from onepath.snapshot import Repository
from onepath.symbols.outside.environment import running_environment


def discovery_key(
    snapshot: Snapshot,
    canonical: Sequence[str],
    canonical_factory: Sequence[str],
    repository: Repository | None,
) -> str:
    """A name for what is discovered: code, history, tool and environment decide it.

    A commit's id names its history, but for what a shallow clone leaves out of it.
    """
    packs = sorted((name, pack.code) for name, pack in load_packs().items())
    shallow = repository.common_dir / "shallow" if repository is not None else None
    left_out = shallow.read_bytes() if shallow is not None and shallow.is_file() else b""
    parts = (
        engine_digest(),
        repr(packs),
        running_environment().stamp,
        repr((tuple(canonical), tuple(canonical_factory))),
        repr((snapshot.commit, repository is not None, left_out)),
    )
    asked = "\0".join(("init", *parts)).encode("utf-8", "surrogateescape")
    return key_at(hashlib.sha256(asked).hexdigest(), snapshot)
