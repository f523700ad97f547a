"""Unpicklers that admit what they know by its path: `(module, name) in {("pkg.mod", "Name")}`.

What is pickled afterwards says its new path, and what was pickled before the old one.
"""

import re
from collections.abc import Iterable

from onepath.codemod import Needles, World
from onepath_packs.canonical.definitions.refused import CannotMoveError

ADMITTING = Needles.of(("find_class",))
"""The search for files that have an unpickler."""


def check_admitted(world: World, targets: Iterable[tuple[str, str]]) -> None:
    """Refuse another path for what an unpickler admits by the one that it has.

    Args:
        world: The code.
        targets: The dotted path of a module and the name in it; empty for the module itself.

    Raises:
        CannotMoveError: Names the place.
    """
    store = world.fact_store
    users = world.read([*store.others_mentioning(store.python, ADMITTING)])
    for module, name in targets if users else ():
        path, leaf = re.escape(module.encode()), re.escape(name.encode())
        apart = re.compile(rb"[\"']%b[\"']" % path)
        joined = re.compile(rb"[\"']%b[.:]%b[\"']" % (path, leaf or rb"[\w.]+"))
        own = re.compile(rb"[\"']%b[\"']" % leaf) if name else apart
        for user, data in users.items():
            match = joined.search(data) or (apart.search(data) if own.search(data) else None)
            if match is not None:
                line = data.count(b"\n", 0, match.start()) + 1
                raise CannotMoveError(user, line, "what is pickled is admitted by this path")
