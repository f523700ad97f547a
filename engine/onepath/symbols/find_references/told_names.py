"""Patches of names that another file tells: `def swap(name): patch(f"pkg.mod.{name}")`."""

import re
from collections.abc import Collection, Iterator, Sequence

from onepath.facts.prefilter.words import Needles, SearchByItself
from onepath.symbols.find_references.late import Patch, patches
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

_END = re.compile(rb"\.[\"'{%]")
"""Where a dotted name ends in a string, or goes on with what is put in."""
_DOTTED = re.compile(rb"[\w.]+\Z")
_LONGEST = 200
"""Bytes before such an end in which the name of a module is looked for."""
_PUT_TOGETHER = re.compile(rb"\s*(?![rRbBuU]?[\"'][\w.:]*[\"']\s*[,)])")
_OBJECT = re.compile(rb"\s*([^\W\d][\w.]*)\s*(?:\)|,\s*[^\W\d][\w.]*\s*[,)])")
"""An object and the name of its attribute, which is no literal or comes later."""
_BY_PATH = (b"patch(", b"setattr(", b"delattr(")
_BY_OBJECT = (b"object(", b"setattr(", b"delattr(", b"spy(")


class ToldNames(SearchByItself):
    """The search for files that may replace names of some modules that they are told.

    Args:
        modules: The dotted names of the modules.
    """

    def __init__(self, modules: Collection[str]) -> None:
        self._modules = {module.encode() for module in modules}
        self._leaves = {module.rpartition(b".")[2] for module in self._modules}
        self.digest = f"told names of {' '.join(sorted(modules))}"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        if b"patch" not in data:
            return False
        # An expression that begins with several words takes ten times as long as these.
        if any(_PUT_TOGETHER.match(data, at) for at in _after(data, _BY_PATH)):
            ends = (match.start() for match in _END.finditer(data))
            begun = (_DOTTED.search(data, max(0, end - _LONGEST), end) for end in ends)
            if any(dotted and dotted[0] in self._modules for dotted in begun):
                return True
        objects = (_OBJECT.match(data, at) for at in _after(data, _BY_OBJECT))
        names = {match[1].rpartition(b".")[2] for match in objects if match}
        return not names.isdisjoint(self._leaves) or any(
            b"%b as %b" % (leaf, name) in data for name in names for leaf in self._leaves
        )


def _after(data: bytes, words: Sequence[bytes]) -> Iterator[int]:
    """Where the text goes on after each of some words."""
    for word in words:
        at = data.find(word)
        while at >= 0:
            at += len(word)
            yield at
            at = data.find(word, at)


def patches_of_told_names(
    world: World, steps: Collection[Step], search: ToldNames
) -> Iterator[Patch]:
    """The patches of names that are not known where they are made, and that a test tells.

    Args:
        world: The code.
        steps: The names that matter.
        search: For names of their modules.
    """
    store = world.fact_store
    paths = store.others_mentioning(store.python, search)
    store.load(paths)
    told: dict[str, bool] = {}
    for path in paths:
        facts = world.facts(path)
        for patch in () if facts.failure else patches(path, facts, world.resolver, steps):
            name = patch.step[1]
            if patch.spelled is not None and not patch.spelled.is_known:
                if name not in told:
                    told[name] = _is_told(world, name)
                if told[name]:
                    yield patch


def _is_told(world: World, name: str) -> bool:
    """Whether a test gives a call this name: as a string, or as that of an argument."""
    word = re.escape(name.encode())
    spelled = re.compile(rb"[\"']%b[\"']|[(,]\s*%b\s*=(?!=)" % (word, word))
    paths = world.fact_store.mentioning(Needles.of([name]))
    tests = [path for path in paths if path.endswith(".py") and is_test(path)]
    return any(map(spelled.search, world.read(tests).values()))
