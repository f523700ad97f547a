"""Names of a module that are put together: `getattr(handlers, f"on_{event}")`.

The same in code that is written at run time: `exec(f"from handlers import on_{event}")`.
"""

import re
from collections.abc import Sequence

from onepath.codemod import World
from onepath.facts.prefilter.words import Needles, SearchByItself, SearchByWords
from onepath.symbols.find_references.targets import Target
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader

_READ = rb"\bgetattr\([^,()]+,\s*(?:[fF]?[\"'](?:%b)[{%%]|[\"'](?:%b)[\"']\s*[+%%])"
_READ_BY_END = (
    rb"\bgetattr\([^,()]+,\s*(?:[fF][\"']\{[^{}]*\}(?:%b)[\"']|[\w.]+\s*\+\s*[\"'](?:%b)[\"'])"
)
_RUN = re.compile(rb"\b(?:exec|eval|compile)\(")
_CALLS = Needles.of(("getattr", "exec", "eval", "compile"))
_WRITTEN = rb"(?<!\w)(?:%b)(?:\{|\$|%%s|[\"']\s*[+%%])"
"""A part of a name in a text, up to what is put in or added there."""


class ComposedReads(SearchByWords, SearchByItself):
    """The search for Python files that read what may have a name, of which they know a part.

    Args:
        name: The name, of several words.
    """

    def __init__(self, name: str) -> None:
        cuts = [match.end() for match in re.finditer(r"(?<=\w)_(?=\w)", name)]
        self._starts = [name[:cut].encode() for cut in cuts]
        starts = b"|".join(map(re.escape, self._starts))
        ends = b"|".join(re.escape(name[cut - 1 :].encode()) for cut in cuts)
        either = (_READ % (starts, starts), _READ_BY_END % (ends, ends))
        self.pattern = re.compile(b"|".join(either)) if cuts else None
        self._written = re.compile(_WRITTEN % starts)
        self.digest = f"attributes and code that may be {name}"

    @property
    def sought(self) -> Needles:
        """What reads attributes, or runs code."""
        return _CALLS

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether there is one."""
        if self.pattern is None:
            return False
        if any(self.pattern.match(data, at) for at in places):
            return True
        return any(_RUN.match(data, at) for at in places) and self._in_code(data) is not None

    def first(self, data: bytes) -> int | None:
        """Where the first one is; None for nowhere."""
        if self.pattern is None:
            return None
        read = self.pattern.search(data) if b"getattr(" in data else None
        if read is None and _RUN.search(data):
            read = self._in_code(data)
        return read.start() if read is not None else None

    def _in_code(self, data: bytes) -> re.Match[bytes] | None:
        """Where code that is written at run time may have the name."""
        return self._written.search(data) if any(one in data for one in self._starts) else None


def composed_read(world: World, target: Target) -> RemainingReader | None:
    """A place that may read a name as an attribute, of which it knows a part; None if none does.

    Args:
        world: The code.
        target: The name, and its module.
    """
    search, store = ComposedReads(target.name), world.fact_store
    found = store.others_mentioning(store.python, search) if search.pattern else ()
    dotted = world.modules.name(target.path).encode()
    for path, data in world.read([*found]).items():
        at = search.first(data)
        if at is not None and (has_module(world, path, target.path) or dotted in data):
            line = data.count(b"\n", 0, at) + 1
            return RemainingReader(path, line, "may read it by a name that is put together")
    return None


def has_module(world: World, path: str, module: str) -> bool:
    """Whether a file has a module as an object: it imports it, or is it.

    Args:
        world: The code.
        path: The file.
        module: The file of the module.
    """
    resolver = world.resolver
    return path == module or any(
        world.modules.find(alias.name, path) == module
        if not statement.is_from
        else resolver.imported(path, statement, alias)[:2] == ("module", module)
        for statement in world.facts(path).imports
        for alias in statement.names
    )
