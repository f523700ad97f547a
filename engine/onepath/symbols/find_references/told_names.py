"""Patches of names that another file tells: `def swap(name): patch(f"pkg.mod.{name}")`."""

import re
from collections.abc import Collection, Iterator

from onepath.facts.computed.composed import NAMING
from onepath.facts.prefilter.words import Needles, SearchByItself, has, places_of
from onepath.symbols.find_references.late import Patch, patches
from onepath.symbols.find_references.told import may_patch_by_object
from onepath.symbols.find_references.users import names_in_code
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
_HAS_PATCH = has(b"patch")
_CALLS = places_of(b"patch(", b"setattr(", b"delattr(", b"object(", b"spy(")
_BY_PATH, _BY_OBJECT = (0, 1, 2), (1, 2, 3, 4)
"""Which of these calls may be given a path, and which ones an object and the name of its
attribute."""


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
        if not _HAS_PATCH(data):
            return False
        calls = _CALLS(data)
        by_path = (end for call, _, end in calls if call in _BY_PATH)
        if any(_PUT_TOGETHER.match(data, at) for at in by_path):
            ends = (match.start() for match in _END.finditer(data))
            begun = (_DOTTED.search(data, max(0, end - _LONGEST), end) for end in ends)
            if any(dotted and dotted[0] in self._modules for dotted in begun):
                return True
        objects = (_OBJECT.match(data, end) for call, _, end in calls if call in _BY_OBJECT)
        names = {match[1].rpartition(b".")[2] for match in objects if match}
        return not names.isdisjoint(self._leaves) or any(
            b"%b as %b" % (leaf, name) in data for name in names for leaf in self._leaves
        )


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


def handed_on(world: World, step: Step) -> tuple[str, int] | None:
    """Where a test gives a helper that patches a module together with a name of it.

    Args:
        world: The code.
        step: The module's file, and the name.

    Returns:
        The file and the line of the first such call; None for none.
    """
    module, name = world.modules.name(step[0]), step[1]
    known = names_in_code(world, {module.rpartition(".")[2]})
    called = re.compile(
        rb"(\w+)\(\s*(?:[^()]*,\s*)?(?:[\w.]*\.)?(?:%b)\s*,[^()]*(?:[\"']%b[\"']|\b%b\s*=(?!=))"
        % (
            b"|".join(re.escape(one.encode()) for one in sorted(known)),
            *[re.escape(name.encode())] * 2,
        )
    )
    paths = world.fact_store.mentioning(Needles.of([name]))
    tests = [path for path in paths if path.endswith(".py") and is_test(path)]
    for path, data in world.read(tests).items():
        for match in called.finditer(data):
            if match[1].decode() not in NAMING and may_patch_by_object(path, world.resolver):
                return path, data.count(b"\n", 0, match.start()) + 1
    return None


def _is_told(world: World, name: str) -> bool:
    """Whether a test gives a call this name: as a string, or as that of an argument."""
    word = re.escape(name.encode())
    spelled = re.compile(rb"[\"']%b[\"']|[(,]\s*%b\s*=(?!=)" % (word, word))
    paths = world.fact_store.mentioning(Needles.of([name]))
    tests = [path for path in paths if path.endswith(".py") and is_test(path)]
    return any(map(spelled.search, world.read(tests).values()))
