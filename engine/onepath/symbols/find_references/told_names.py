"""Patches of names that another file tells: `def swap(name): patch(f"pkg.mod.{name}")`."""

import re
from collections.abc import Collection, Iterable, Iterator

from onepath.facts.computed.composed import NAMING
from onepath.facts.prefilter.words import AllOf, Needles, SearchByItself, has, places_of
from onepath.symbols.find_references.late import Patch, patches
from onepath.symbols.find_references.told import may_patch_by_object
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
_CALLEE = re.compile(rb"\w+\Z", re.ASCII)
_HAS_PATCH = has(b"patch")
_CALLS = places_of(b"patch(", b"setattr(", b"delattr(", b"object(", b"spy(")
_BY_PATH, _BY_OBJECT = (0, 1, 2), (1, 2, 3, 4)
"""Which of these calls may be given a path, and which ones an object and the name of its
attribute."""


class ToldCalls(SearchByItself):
    """The search for files that may replace what they are told, of whatever module or object.

    Few files do; the searches for certain ones look at these alone.
    """

    digest = "calls that may be told what to replace"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return _HAS_PATCH(data) and any(
            (call in _BY_PATH and _PUT_TOGETHER.match(data, end))
            or (call in _BY_OBJECT and _OBJECT.match(data, end))
            for call, _, end in _CALLS(data)
        )


TOLD_CALLS = ToldCalls()


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


class ObjectPatches(SearchByItself):
    """The search for files that may replace an attribute, and are told which, of what object."""

    digest = "told attributes of objects"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return _HAS_PATCH(data) and any(
            call in _BY_OBJECT and _OBJECT.match(data, end) for call, _, end in _CALLS(data)
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
    paths = store.others_mentioning(store.python, AllOf((TOLD_CALLS, search)))
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


def patches_of_modules_handed_on(
    world: World, steps: Collection[Step], paths: Iterable[str]
) -> Iterator[Patch]:
    """The calls by which tests have a name of a module replaced by a helper, which is given both.

    Args:
        world: The code.
        steps: The names that matter.
        paths: The files that may name their modules.

    Yields:
        The first such call for each name.
    """
    store = world.fact_store
    patching = AllOf((TOLD_CALLS, ObjectPatches()))
    if not steps or not store.others_mentioning(store.python, patching):
        return
    waiting: dict[str, list[str]] = {}
    for home, name in sorted(steps):
        waiting.setdefault(name, []).append(home)
    spelled = {name: name.encode() for name in waiting}
    tests = sorted(path for path in paths if is_test(path))
    for path, data in world.read(tests).items():
        for name in [name for name, word in spelled.items() if word in data]:
            for line, given in _calls_with(data, spelled[name]):
                met = [home for home in waiting[name] if given & _called(world, path, home)]
                if met and may_patch_by_object(path, world.resolver):
                    yield from (Patch(path, line, (home, name)) for home in met)
                    waiting[name] = [home for home in waiting[name] if home not in met]


def _called(world: World, path: str, home: str) -> set[bytes]:
    """What a module is called in a file: by the end of its path, or as what it is imported."""
    facts = world.facts(path)
    words = {world.modules.name(home).rpartition(".")[2]}
    for statement in facts.imports:
        for alias in statement.names:
            target = world.resolver.imported(path, statement, alias)
            if target.kind == "module" and target.path == home and not target.rest:
                words.add(alias.bound)
    return {word.encode() for word in words}


def _calls_with(data: bytes, name: bytes) -> Iterator[tuple[int, frozenset[bytes]]]:
    """The calls in a file that are given a name, with the last parts of what is given before it.

    Yields:
        The line, and these words; calls of what replaces things itself are left out.
    """
    for match in re.finditer(rb"%b(?:[\"']|\s*=(?!=))" % re.escape(name), data):
        before = data[match.start() - 1 : match.start()]
        is_argument = before in b" \t\n(," if match[0].endswith(b"=") else before in b"\"'"
        if not is_argument:
            continue
        begins = data.rfind(b"(", max(0, match.start() - _LONGEST), match.start())
        callee = _CALLEE.search(data, max(0, begins - _LONGEST), max(0, begins))
        given = data[begins + 1 : match.start()]
        if callee is None or b")" in given or callee[0].decode() in NAMING:
            continue
        parts = [part.strip().rpartition(b".")[2] for part in given.split(b",")[:-1]]
        if parts:
            yield data.count(b"\n", 0, match.start()) + 1, frozenset(parts)


def _is_told(world: World, name: str) -> bool:
    """Whether a test gives a call this name: as a string, or as that of an argument."""
    word = re.escape(name.encode())
    spelled = re.compile(rb"[\"']%b[\"']|[(,]\s*%b\s*=(?!=)" % (word, word))
    paths = world.fact_store.mentioning(Needles.of([name]))
    tests = [path for path in paths if is_test(path)]
    return any(map(spelled.search, world.read(tests).values()))
