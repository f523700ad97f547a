"""Functions that are found by the name of a class: `visit_Old`, by `"visit_" + cls.__name__`."""

import re

from onepath.codemod import World
from onepath.facts.prefilter.words import Needles, SearchByItself
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader

_OWN_NAME = Needles.of(["__name__", "__qualname__"])


class NamedAfter(SearchByItself):
    """The search for Python files with a function whose name ends with that of a class.

    Args:
        name: The name of the class.
    """

    def __init__(self, name: str) -> None:
        word = re.escape(name.encode())
        self._end = name.encode()
        self.pattern = re.compile(rb"\bdef[ \t]+(\w*_)%b[ \t]*\(" % word)
        self.digest = f"functions named after {name}"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return b"_" + self._end in data and self.pattern.search(data) is not None


def dispatched_to(world: World, name: str) -> RemainingReader | None:
    """A function that something finds by the name of a class; None if there is none.

    Args:
        world: The code.
        name: The name of the class.
    """
    search, store = NamedAfter(name), world.fact_store
    named = world.read([*store.others_mentioning(store.python, search)])
    if not named:
        return None
    asking = world.read([*store.others_mentioning(store.python, _OWN_NAME)])
    for path, data in named.items():
        for match in search.pattern.finditer(data):
            if any(_puts_before(match[1], text) for text in asking.values()):
                line = data.count(b"\n", 0, match.start()) + 1
                text = (match[1] + name.encode()).decode("utf-8", "replace")
                return RemainingReader(path, line, f"'{text}' is found by the name of the class")
    return None


def _puts_before(prefix: bytes, data: bytes) -> bool:
    """Whether a file puts some text before the name of a class or function."""
    text = re.escape(prefix)
    composed = rb"[\"']%b(?:[\"']\s*\+|\{|%%s|\{\})[^\n]*(?:\n[^\n]*)?__(?:qual)?name__" % text
    return re.search(composed, data) is not None
