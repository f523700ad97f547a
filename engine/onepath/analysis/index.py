"""What the rules ask of a whole repository, each thing computed once."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from onepath.analysis.imports import NameImport, imported_names
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.model import FUNCTION_KINDS, Definition, Facts
from onepath.symbols.graph.imports import Edge, import_edges
from onepath.symbols.modules import is_test
from onepath.symbols.outside.declared import destination
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Outside
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.routes import PathUse, path_uses
from onepath.symbols.world import World

Place = tuple[str, str]
"""(path of a file, name in it)."""
T = TypeVar("T")


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


class Canonical(NamedTuple):
    """A canonical symbol of the settings, found in the code."""

    symbol: CanonicalSymbol
    resolution: Resolution
    cls: Class | None
    """None where the definition is not a class."""


class Index:
    """A repository as the rules see it.

    Args:
        world: The code; all of it loaded, unless only some files are looked at.
        settings: What the user configured.
        looked_at: The files whose violations are wanted; None for all. Only rules that are local
            can do with less than all.
    """

    def __init__(
        self, world: World, settings: Settings, looked_at: Collection[str] | None = None
    ) -> None:
        self.world = world
        self.settings = settings
        self._looked_at = looked_at
        self._made: dict[Hashable, Any] = {}

    @property
    def resolver(self) -> Resolver:
        return self.world.resolver

    @property
    def paths(self) -> Sequence[str]:
        """All Python files, in order."""
        return self.world.fact_store.python

    @cached_property
    def looked_at(self) -> Sequence[str]:
        """The Python files whose violations are wanted, in order."""
        if self._looked_at is None:
            return self.paths
        return [path for path in self.paths if path in self._looked_at]

    @property
    def is_partial(self) -> bool:
        """Whether files are not read that have nothing to do with those that are looked at."""
        return self._looked_at is not None

    def facts(self, path: str) -> Facts:
        return self.world.facts(path)

    def module(self, path: str) -> str:
        """The dotted name of a file."""
        return self.world.modules.name(path)

    @cached_property
    def tops(self) -> Set[str]:
        """The first words of the names of all modules."""
        return frozenset(self.module(path).partition(".")[0] for path in self.paths)

    @staticmethod
    def is_test(path: str) -> bool:
        """Whether a file holds tests or serves them."""
        return is_test(path)

    def survey(self) -> None:
        """Make what most rules ask for, going through all files once."""
        classes: dict[Place, Class] = {}
        edges: dict[str, Sequence[Edge]] = {}
        imports: list[NameImport] = []
        uses: list[PathUse] = []
        aliases: list[tuple[str, Definition]] = []
        for path in self.paths:
            classes |= self._classes_of(path)
            edges[path] = self._edges_of(path)
            imports += self._imports_of(path)
            uses += self._uses_of(path)
            aliases += self._aliases_of(path)
        self.classes, self.edges, self.aliases = classes, edges, aliases
        self.imports, self.uses = imports, uses

    @cached_property
    def uses(self) -> Sequence[PathUse]:
        """Every use of a name of this repository by a path, in the order of the files."""
        return [use for path in self.looked_at for use in self._uses_of(path)]

    def _uses_of(self, path: str) -> Iterator[PathUse]:
        return path_uses(path, self.facts(path), self.resolver)

    @cached_property
    def imports(self) -> Sequence[NameImport]:
        """Every import of this repository's own modules and names, in the order of the files."""
        return [one for path in self.looked_at for one in self._imports_of(path)]

    def _imports_of(self, path: str) -> Iterator[NameImport]:
        return imported_names(path, self.facts(path), self.resolver)

    @cached_property
    def users(self) -> Mapping[str, Sequence[str]]:
        """Module -> the other files that name it or something in it, in order."""
        found: dict[str, dict[str, None]] = {}
        for use in self.uses:
            if use.resolution.route:
                found.setdefault(use.resolution.route[0][0], {})[use.file] = None
        for name_import in self.imports:
            if name_import.resolution.kind == "module":
                found.setdefault(name_import.resolution.path, {})[name_import.path] = None
        return {path: sorted(files.keys() - {path}) for path, files in found.items()}

    @cached_property
    def looked_up(self) -> Mapping[str, Set[str]]:
        """Module -> the names in it that other files name."""
        found: dict[str, set[str]] = {}
        for use in self.uses:
            for module, name in use.resolution.route[:1]:
                if module != use.file:
                    found.setdefault(module, set()).add(name)
        return found

    def below(self, folder: str) -> Sequence[str]:
        """The Python files below a folder, which ends with a slash."""
        start = bisect_left(self.paths, folder)
        return self.paths[start : bisect_left(self.paths, f"{folder[:-1]}0", start)]

    @cached_property
    def unread(self) -> frozenset[str]:
        """Python files whose bytes can't be had."""
        store = self.world.fact_store
        if not store.missing:
            return frozenset()
        entries = self.world.snapshot.entries
        return frozenset(path for path in self.paths if entries[path].oid in store.missing)

    def place(self, path: str, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column in characters.

        Read many files with `world.read` before asking.
        """
        data = self.world.read([path]).get(path, b"")
        start = data.rfind(b"\n", 0, offset) + 1
        before = data[start:offset].decode(self.facts(path).encoding, "replace")
        return data.count(b"\n", 0, offset) + 1, len(before) + 1

    @cached_property
    def edges(self) -> Mapping[str, Sequence[Edge]]:
        """What every file imports from this repository."""
        return {path: self._edges_of(path) for path in self.paths}

    def _edges_of(self, path: str) -> Sequence[Edge]:
        return tuple(import_edges(path, self.facts(path), self.world.modules))

    @cached_property
    def aliases(self) -> Sequence[tuple[str, Definition]]:
        """Every other name that a module gives something at its top, with the file."""
        return [one for path in self.paths for one in self._aliases_of(path)]

    def _aliases_of(self, path: str) -> Iterator[tuple[str, Definition]]:
        for name, definition in self.definitions(path).items():
            if definition.kind == "alias" and "." not in name:
                yield path, definition

    @cached_property
    def classes(self) -> Mapping[Place, Class]:
        """Every class at the top of a module."""
        classes: dict[Place, Class] = {}
        for path in self.looked_at:
            classes |= self._classes_of(path)
        return classes

    def _classes_of(self, path: str) -> Mapping[Place, Class]:
        return {cls.place: cls for cls in _classes(path, self.facts)}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each key: for what several rules share."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def definitions(self, path: str) -> Mapping[str, Definition]:
        """What a file defines, by qualified name; the last one where there are several."""
        return self.facts(path).once(_by_qualname)

    def bases(self, cls: Class) -> list[Resolution]:
        """What the base classes of a class are."""
        return [self.named(cls.path, base) for base in cls.bases]

    def ancestors(self, cls: Class) -> Iterator[Class]:
        """The classes of this repository from which a class inherits, nearest first."""
        seen = {cls.place}
        waiting = [cls]
        while waiting:
            for base in self.bases(waiting.pop(0)):
                found = self.classes.get((base.path, base.name))
                if found is not None and found.place not in seen:
                    seen.add(found.place)
                    waiting.append(found)
                    yield found

    def named(self, path: str, dotted: str) -> Resolution:
        """What a dotted name means at the top of a module."""
        head, *rest = dotted.split(".")
        resolution = self.resolver.name(path, head)
        if resolution.kind == "module" and rest:
            return self.resolver.attributes(resolution.path, rest)
        if resolution.kind == "unresolved" and resolution.reason == "no such name":
            return Resolution("external", dotted, "")  # a builtin
        return resolution._replace(rest=(*resolution.rest, *rest))

    @cached_property
    def canonical(self) -> Sequence[Canonical]:
        """The canonical symbols: those of the settings, and the right sides of its imports."""
        symbols = {symbol.path: symbol for symbol in self.settings.canonical}
        for path in self.settings.imports.values():
            symbols.setdefault(path, CanonicalSymbol(path))
        canonicals = []
        for symbol in symbols.values():
            resolution = self.resolver.dotted(symbol.path)
            if resolution.kind == "definition" and not resolution.rest:
                cls = self.classes.get((resolution.path, resolution.name))
                canonicals.append(Canonical(symbol, resolution, cls))
        return canonicals

    @cached_property
    def renames(self) -> Renames:
        """The deprecated paths of the settings."""
        outside = Outside(self.settings.environment or running_environment())
        pairs = {
            old: destination(self.resolver, outside, old, new)
            for old, new in self.settings.imports.items()
        }
        whole = [old for old, to in pairs.items() if not to.name]
        return Renames.build(self.resolver, pairs, whole, self.settings.inside, outside)


def _by_qualname(facts: Facts) -> Mapping[str, Definition]:
    return {definition.qualname: definition for definition in facts.definitions}


def _classes(path: str, facts: Callable[[str], Facts]) -> Iterator[Class]:
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
