"""The classes at the top of a module, with their members."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from onepath.model import FUNCTION_KINDS, Definition, Facts

Place = tuple[str, str]
"""(path of a file, name in it)."""


class Class(NamedTuple):
    """A class at the top of a module."""

    path: str
    name: str
    line: int
    bases: tuple[str, ...]
    """As written, arguments left out."""
    start: int
    public: str
    """Names of its own public methods, a space between: sets of all of them fill the memory, as
    members do."""
    attributes: str
    """Names of its own members that are no functions, a space between."""
    facts: Callable[[str], Facts]
    """Gives the facts of its file, whenever its members are asked for."""

    @property
    def members(self) -> Mapping[str, Definition]:
        """Its own methods and attributes by name."""
        return self.facts(self.path).once(_members)[self.start]

    @property
    def place(self) -> Place:
        return self.path, self.name

    @property
    def methods(self) -> Mapping[str, Definition]:
        """Its own functions, also properties and class and static methods."""
        return {n: d for n, d in self.members.items() if d.kind in FUNCTION_KINDS}

    @property
    def interface(self) -> frozenset[str]:
        """Names of its own public methods."""
        return frozenset(self.public.split())


class ReachedClasses(Mapping[Place, Class]):
    """The classes of some files, and those of any other one for who asks for them.

    Args:
        known: Those of some files; who goes through all goes through these.
        of_file: Gives those of any file.
    """

    def __init__(
        self, known: Mapping[Place, Class], of_file: Callable[[str], Mapping[Place, Class]]
    ) -> None:
        self._known = known
        self._of_file = of_file

    def __getitem__(self, place: Place) -> Class:
        return self._known[place] if place in self._known else self._of_file(place[0])[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def classes_of(path: str, facts: Callable[[str], Facts]) -> Iterator[Class]:
    """The classes at the top of a module.

    Args:
        path: The file.
        facts: Gives the facts of a file, also later.
    """
    for definition in facts(path).definitions:
        if definition.kind == "class" and "." not in definition.qualname:
            bases = tuple(base.partition("[")[0] for base in definition.bases)
            members = facts(path).once(_members)[definition.start]
            methods = [name for name, one in members.items() if one.kind in FUNCTION_KINDS]
            yield Class(
                path,
                definition.qualname,
                definition.line,
                bases,
                definition.start,
                " ".join(name for name in methods if not name.startswith("_")),
                " ".join(members.keys() - methods),
                facts,
            )


def by_qualname(facts: Facts) -> Mapping[str, Definition]:
    """The definitions of a file by their qualified names, the last of each."""
    return {definition.qualname: definition for definition in facts.definitions}


def _members(facts: Facts) -> Mapping[int, Mapping[str, Definition]]:
    """Where a class at the top of a module starts -> its members by name."""
    owned: dict[str, list[Definition]] = {}
    for definition in facts.definitions:
        owner, dot, name = definition.qualname.partition(".")
        if dot and "." not in name:
            owned.setdefault(owner, []).append(definition)
    # A name that is bound to two classes has the members of each apart.
    return {
        cls.start: {
            inner.qualname.partition(".")[2]: inner
            for inner in owned.get(cls.qualname, ())
            if cls.start <= inner.start < cls.end
        }
        for cls in facts.definitions
        if cls.kind == "class" and "." not in cls.qualname
    }
