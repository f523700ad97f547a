"""Modules that copy all names of another one: `globals().update(vars(core))`.

Whoever reads a name of them reads it of the other module, and no import says so.
"""

import re
from collections.abc import Sequence

from onepath.codemod import World
from onepath.facts.prefilter.words import Needles, SearchByItself, SearchByWords
from onepath.symbols.find_references.targets import Target
from onepath_packs.canonical.definitions.old_paths.composed_reads import has_module
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader

_SIGNS = (b"globals()", b"locals()", b"vars()", b"__dict__.update(", b"modules[__name__]")
"""Texts of which each copy has one."""
_WORDS = Needles.of(("globals", "locals", "vars", "__dict__", "modules"))
"""The words with which these begin."""
_COPIES = re.compile(
    rb"\b(?:globals|locals|vars)\(\)\s*(?:\.update\(|\.setdefault\(|\[[^\]\"'\n]*\]\s*=(?!=))"
    rb"|\b__dict__\.update\(|\bsetattr\(\s*sys\.modules\[__name__\]"
)


_LAZY = re.compile(rb"^def __getattr__\(\s*(\w+)[^\n]*(?:\n(?:[ \t][^\n]*)?)*", re.MULTILINE)
"""The `__getattr__` of a module, and what its parameter is called."""


class Copies(SearchByWords, SearchByItself):
    """The search for Python files that bind names which they don't spell."""

    digest = "copies of names"

    @property
    def sought(self) -> Needles:
        """The words without which nothing is copied."""
        return _WORDS

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether there are any."""
        return any(data.startswith(_SIGNS, at) for at in places) and _copies(data) is not None


def _copies(data: bytes) -> re.Match[bytes] | None:
    """The first place that binds names which it does not spell; None for none.

    A lazy module that keeps what `__getattr__` has been asked for has the names in a table.
    """
    lazy = [
        function.span()
        for function in _LAZY.finditer(data)
        if re.search(rb"(?<![\w)])\w+\[%b\]" % function[1], function[0])
    ]
    return next(
        (
            match
            for match in _COPIES.finditer(data)
            if not any(start < match.start() < end for start, end in lazy)
        ),
        None,
    )


def copied_into(world: World, target: Target) -> RemainingReader | None:
    """A place that may copy a name into another module with all others; None for none.

    Args:
        world: The code.
        target: The name, and its module.
    """
    store = world.fact_store
    leaf = world.modules.name(target.path).rpartition(".")[2]
    named = re.compile(rb"[\"'](?:[\w.]*\.)?%b[\"']" % re.escape(leaf.encode()))
    for path, data in world.read([*store.others_mentioning(store.python, Copies())]).items():
        copies = _copies(data)
        if path == target.path or copies is None:
            continue
        if has_module(world, path, target.path) or named.search(data):
            line = data.count(b"\n", 0, copies.start()) + 1
            return RemainingReader(path, line, "may copy it, with all names that there are")
    return None
