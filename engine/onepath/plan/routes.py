"""Which of the configured paths a phase really took elsewhere, for those who read its commit."""

import re
from collections.abc import Sequence

from onepath.codemod.packs.version import Version
from onepath.config.migrate_toml import Config
from onepath.model import Changeset

_WORD = re.compile(rb"\w+")


def routes_taken(
    changeset: Changeset, versions: Sequence[Version], config: Config
) -> tuple[tuple[str, str, int], ...]:
    """Return old path, new path and the number of files in which an edit replaces the old one.

    The path is looked for by its last two words in the text that each edit replaces, since an
    import may write it relative to its package.
    """
    routes = {old: new for version in versions for old, new in version.routes(config).items()}
    if not routes:
        return ()
    wanted = {old: frozenset(old.encode().split(b".")[-2:]) for old in routes}
    files = dict.fromkeys(routes, 0)
    for change in changeset.changes:
        words = [
            (set(_WORD.findall(change.old, edit.start, edit.end)), set(_WORD.findall(edit.new)))
            for edit in change.edits
        ]
        for old, leaf in wanted.items():
            files[old] += any(leaf <= before and not leaf <= after for before, after in words)
    return tuple((old, routes[old], number) for old, number in files.items() if number)
