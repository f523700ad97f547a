"""Classes of one role: who plays it, who only looks like it."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from fnmatch import fnmatchcase, translate
from typing import Final, Literal, NamedTuple

from onepath.analysis.index import Canonical, Index
from onepath.analysis.top_classes import Class, Place
from onepath.model import Definition
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolution

IMPLEMENTATION: Final = "implementation"
RoleVerdict = Literal[
    "implementation", "subclass", "base", "alias", "factory", "protocol", "enum", "exception",
    "data", "mock", "test", "namesake",
]  # fmt: skip

_UNCOMMON = 20
_UNCOMMON_SHARE = 0.005
"""A method name is uncommon if at most this many classes, or this share of them, define it."""
_SHARED, _OVERLAP = 4, 0.4
"""What the interface alone must show."""
_SHARED_WITH_NAME, _OVERLAP_WITH_NAME = 3, 0.25
"""What it must show where the name claims the role already."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DOUBLES = frozenset({"mock", "mocked", "mocking", "fake", "stub", "dummy", "spy", "double"})
_EXTERNAL: Mapping[str, frozenset[str]] = {
    "enum": frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"}),
    "mock": frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock"}),
    "test": frozenset({"TestCase", "IsolatedAsyncioTestCase"}),
    "data": frozenset({"BaseModel", "BaseSettings", "NamedTuple", "TypedDict"}),
}
_OWN_BASES = frozenset({"object", "ABC", "abc.ABC", "Generic", "Protocol", "typing.Protocol"})
_EXCEPTIONS = ("Exception", "Error", "Warning", "BaseException", "KeyboardInterrupt")


class MethodCounts(NamedTuple):
    """In how many classes outside tests each public method is, and how many there are."""

    having: Mapping[str, int]
    """Method -> classes that have it, inherited or not; a name without an entry is in none."""
    classes: int

    def is_uncommon(self, name: str) -> bool:
        """Whether so few classes have a method that having it says something."""
        return self.having.get(name, 0) <= max(_UNCOMMON, int(self.classes * _UNCOMMON_SHARE))

    def weight(self, names: Iterable[str]) -> float:
        """What some methods together say of a class that has them: rare ones more."""
        weights = (math.log((self.classes + 2) / max(self.having.get(n, 0), 1)) for n in names)
        return math.fsum(weights)

    def enough(self, interface: Collection[str], names: Collection[str]) -> bool:
        """Whether a class with these methods may play a role by them alone."""
        return sum(name in names and self.is_uncommon(name) for name in interface) >= _SHARED

    def likeness(self, mine: Set[str], theirs: Set[str]) -> tuple[tuple[str, ...], float]:
        """The uncommon methods that two classes share, sorted, and how much of the smaller
        interface the other one has, rare names counting more: 0 to 1."""
        least = min(self.weight(mine), self.weight(theirs))
        shared = tuple(sorted(name for name in mine & theirs if self.is_uncommon(name)))
        return shared, self.weight(mine & theirs) / least if least else 0.0


class Candidate(NamedTuple):
    """A class, or another name for the canonical one, that might play its role."""

    path: str
    name: str
    line: int
    verdict: RoleVerdict
    shared: tuple[str, ...] = ()
    """Uncommon public methods that it has in common with the canonical class, sorted."""
    overlap: float = 0.0
    """Weight of the shared methods over that of the smaller interface, 0 to 1."""

    @property
    def place(self) -> Place:
        return self.path, self.name


def foreign_base(index: Index, cls: Class) -> str:
    """A base of a class that is not of this repository and may call its methods; or nothing."""
    line = (cls, *index.ancestors(cls))
    known = {one.name for one in line}
    outside = (base for one in line for base in one.bases if base not in _OWN_BASES)
    return next((base for base in outside if base.rpartition(".")[2] not in known), "")


def interface(index: Index, cls: Class) -> frozenset[str]:
    """The public methods of a class and of its ancestors in the repository."""
    return cls.interface.union(*(ancestor.interface for ancestor in ancestors(index, cls)))


def ancestors(index: Index, cls: Class) -> tuple[Class, ...]:
    """As `Index.ancestors`, looked up once."""
    if not cls.bases:
        return ()
    return index.once(("ancestors", cls.place), lambda: tuple(index.ancestors(cls)))


def descendants(index: Index, cls: Class) -> frozenset[Place]:
    """The classes of the repository that inherit from one."""

    def by_ancestor() -> dict[Place, set[Place]]:
        found: dict[Place, set[Place]] = {}
        for other in index.classes.values():
            for ancestor in ancestors(index, other):
                found.setdefault(ancestor.place, set()).add(other.place)
        return found

    return frozenset(index.once("descendants", by_ancestor).get(cls.place, ()))


def interfaces_apart(
    index: Index, cls: Class, other: Class
) -> tuple[frozenset[str], frozenset[str]]:
    """The interfaces of two classes without what they have by being of one family.

    A protocol makes no family: those that implement it play its role.
    """
    places = {base.place for base in ancestors(index, other)}
    family = frozenset[str]().union(
        *(
            interface(index, base)
            for base in ancestors(index, cls)
            if base.place in places and special_kind(index, base) != "protocol"
        )
    )
    return interface(index, cls) - family, interface(index, other) - family


def method_counts(index: Index) -> MethodCounts:
    """In how many classes outside tests each public method is."""

    def count() -> MethodCounts:
        own = [cls for cls in index.classes.values() if not in_tests(cls.path)]
        having = Counter(name for cls in own for name in interface(index, cls))
        return MethodCounts(having, len(own))

    return index.once("method counts", count)


def role_classes(index: Index) -> Sequence[tuple[Canonical, Class]]:
    """The canonical symbols that are classes, each class once."""
    found: dict[Place, tuple[Canonical, Class]] = {}
    for canonical in index.canonical:
        if canonical.cls is not None:
            found.setdefault(canonical.cls.place, (canonical, canonical.cls))
    return tuple(found.values())


def candidates(
    index: Index, canonical: Canonical, makers: Iterable[Place] = ()
) -> tuple[Candidate, ...]:
    """Everything that claims the role of a canonical class by its name or by its methods.

    Args:
        index: The repository.
        canonical: The canonical symbol; one that is not a class has no candidates.
        makers: Classes known to make instances of it.

    Returns:
        Each candidate with its verdict, by file and name.
    """
    cls, making = canonical.cls, frozenset(makers)
    if cls is None:
        return ()

    def look() -> tuple[Candidate, ...]:
        found = (
            _candidate(index, canonical, cls, index.classes[place], making)
            for place in pool(index, canonical, cls) - {cls.place}
        )
        return tuple(
            sorted(
                (*aliases(index, cls), *(candidate for candidate in found if candidate is not None))
            )
        )

    return index.once(("candidates", cls.place, role_names(canonical), making), look)


def pool(index: Index, canonical: Canonical, cls: Class) -> frozenset[Place]:
    """The classes that may be candidates for the role of a canonical class."""
    named = _by_name(index, role_names(canonical))
    return descendants(index, cls).union(named, _by_interface(index, cls))


def _by_name(index: Index, roles: Sequence[str]) -> set[Place]:
    wanted = re.compile("|".join(translate(role.lower()) for role in roles))
    return {place for place in index.classes if wanted.match(place[1].lower())}


def _by_interface(index: Index, cls: Class) -> set[Place]:
    """The classes that share enough uncommon methods."""
    roles = role_classes(index)
    known = any(one.place == cls.place for _, one in roles)
    asked = [one for _, one in roles] if known else [cls]
    key = ("classes by method", "" if known else cls.place)
    having = index.once(key, lambda: _by_method(index, asked))
    uncommon = filter(method_counts(index).is_uncommon, interface(index, cls))
    counts = Counter(place for name in uncommon for place in having[name])
    return {place for place, count in counts.items() if count >= _SHARED}


def _by_method(index: Index, asked: Iterable[Class]) -> Mapping[str, Sequence[Place]]:
    """The methods that some classes have -> all classes that have them; most names, such as those
    of tests, are in no class that anybody asks for."""
    found: dict[str, list[Place]] = {name: [] for one in asked for name in interface(index, one)}
    for place, other in index.classes.items():
        for name in interface(index, other) & found.keys():
            found[name].append(place)
    return found


def _candidate(
    index: Index, canonical: Canonical, cls: Class, other: Class, making: frozenset[Place]
) -> Candidate | None:
    named = claims(other.name, role_names(canonical))
    inherits = other.place in descendants(index, cls)
    mine, theirs = interfaces_apart(index, cls, other)
    shared, weight = method_counts(index).likeness(mine, theirs)
    plays = plays_by_methods(named, len(shared), weight)
    if not (named or inherits or plays):
        return None
    is_base = any(ancestor.place == other.place for ancestor in ancestors(index, cls))
    verdict = special_kind(index, other)
    if not verdict and (inherits or is_base):
        verdict = "subclass" if inherits else "base"
    elif not verdict and plays:
        verdict = IMPLEMENTATION
    elif not verdict:
        verdict = "factory" if other.place in making else "namesake"
    return Candidate(other.path, other.name, other.line, verdict, shared, round(weight, 2))


def special_kind(index: Index, cls: Class) -> RoleVerdict | Literal[""]:
    """What a class is, if that keeps it from being an implementation; else an empty string."""
    external = external_bases(index, cls)
    if external & _EXTERNAL["enum"]:
        return "enum"
    if external & _EXTERNAL["mock"]:
        return "mock"
    words = {word.lower() for word in _WORD.findall(cls.name)}
    if words & _DOUBLES:
        return "mock"
    if in_tests(cls.path) or external & _EXTERNAL["test"] or "test" in words:
        return "test"
    if any(base.endswith(_EXCEPTIONS) for base in external):
        return "exception"
    # A class that inherits from a protocol implements it.
    if any(base.rpartition(".")[2] == "Protocol" for base in cls.bases) or _is_abstract(cls):
        return "protocol"
    data = external & _EXTERNAL["data"] or is_dataclass(index, cls)
    return "data" if data and not interface(index, cls) else ""


def external_bases(index: Index, cls: Class) -> frozenset[str]:
    """The last names of those bases, its ancestors' too, that are not of the repository."""
    return frozenset(
        outside_name(base)
        for one in (cls, *ancestors(index, cls))
        for base in index.bases(one)
        if base.kind == "external"
    )


def outside_name(base: Resolution) -> str:
    """The last name of what is not of the repository: `ABC` for `abc.ABC`, however imported."""
    return base.rest[-1] if base.rest else base.path.rpartition(".")[2]


def is_dataclass(index: Index, cls: Class) -> bool:
    """Whether `@dataclass` makes its constructor."""
    decorators = definition_of(index, cls.place).decorators
    return any(
        decorator.partition("(")[0].rpartition(".")[2] == "dataclass" for decorator in decorators
    )


def definition_of(index: Index, place: Place) -> Definition:
    """The definition at a place.

    Raises:
        KeyError: There is none.
    """
    return index.definitions(place[0])[place[1]]


def method(index: Index, cls: Class, name: str) -> tuple[Class, Definition] | None:
    """The method of a class by name, and the class of the repository that defines it."""
    for one in (cls, *ancestors(index, cls)):
        definition = one.members.get(name)
        if definition is not None:
            return one, definition
    return None


def in_tests(path: str) -> bool:
    """Whether a file holds tests or serves them, packages of test helpers included."""
    return is_test(path) or any(folder.startswith("test_") for folder in path.split("/"))


def claims(name: str, roles: Iterable[str]) -> bool:
    """Whether a name matches one of the role patterns, in any case."""
    lowered = name.lower()
    return any(fnmatchcase(lowered, role.lower()) for role in roles)


def role_names(canonical: Canonical) -> tuple[str, ...]:
    """The patterns of names that claim the role: those declared, or the name itself."""
    leaf = canonical.symbol.path.rpartition(".")[2]
    return canonical.symbol.roles or (f"*{leaf.strip('_')}*",)


def plays_by_methods(named: bool, shared: int, overlap: float) -> bool:
    """Whether a class plays the role of another one for all that they have in common."""
    if shared >= _SHARED and overlap >= _OVERLAP:
        return True
    return named and shared >= _SHARED_WITH_NAME and overlap >= _OVERLAP_WITH_NAME


def _is_abstract(cls: Class) -> bool:
    own = [definition for name, definition in cls.methods.items() if not name.startswith("_")]
    return bool(own) and all(
        any(deco.rpartition(".")[2].startswith("abstract") for deco in definition.decorators)
        for definition in own
    )


def aliases(index: Index, cls: Class) -> tuple[Candidate, ...]:
    """Other names that assignments give a class."""

    def by_target() -> dict[Place, list[Candidate]]:
        found: dict[Place, list[Candidate]] = {}
        for path, definition in index.aliases:
            verdict: RoleVerdict = "test" if in_tests(path) else "alias"
            meant = index.resolver.name(path, definition.qualname)
            if meant.kind == "definition" and not meant.rest:
                candidate = Candidate(path, definition.qualname, definition.line, verdict)
                found.setdefault((meant.path, meant.name), []).append(candidate)
        return found

    named = index.once("aliases of classes", by_target).get(cls.place, ())
    return tuple(candidate for candidate in named if candidate.place != cls.place)
