"""What the rules ask of a whole repository, each thing computed once."""

from bisect import bisect_left
from collections.abc import (
    Callable,
    Collection,
    Container,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

from onepath.analysis.imports import NameImport, imported_names
from onepath.analysis.top_classes import Class, Place, ReachedClasses, by_qualname, classes_of
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.model import Alias, Definition, Facts, ImportFact
from onepath.snapshot.asked import RecordedTops, paths_among
from onepath.symbols.graph.imports import Edge, import_edges
from onepath.symbols.modules import is_test
from onepath.symbols.outside.declared import destination
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Outside
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.routes import PathUse, heads_of, path_uses
from onepath.symbols.world import World

T = TypeVar("T")


class Canonical(NamedTuple):
    """A canonical symbol of the settings, found in the code."""

    symbol: CanonicalSymbol
    resolution: Resolution
    cls: Class | None
    """None where the definition is not a class."""


class _Surveyed(NamedTuple):
    """What most rules ask for, as far as files have been gone through."""

    classes: dict[Place, Class]
    edges: dict[str, Sequence[Edge]]
    uses: list[PathUse]
    aliases: list[tuple[str, Definition]]


class Index:
    """A repository as the rules see it.

    Args:
        world: The code; all of it loaded, unless only some files are looked at.
        settings: What the user configured.
        looked_at: The files whose violations are wanted; None for all. Only rules that are local
            can do with less than all.
        names: The names that matter. Imports and uses by which nothing of these names is reached
            are left out, so that what they lead to need not be read; None leaves out nothing.
    """

    def __init__(
        self,
        world: World,
        settings: Settings,
        looked_at: Collection[str] | None = None,
        names: Set[str] | None = None,
    ) -> None:
        self.world = world
        self.settings = settings
        self._looked_at = looked_at
        self._names = names
        self._made: dict[Hashable, Any] = {}
        self._passing: dict[Hashable, Any] = {}
        self._last_uses: tuple[str, Sequence[PathUse]] = ("", ())
        self._last_imports: tuple[str, Sequence[NameImport]] = ("", ())

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
        return paths_among(self.paths, self._looked_at)

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
    def tops(self) -> Container[str]:
        """The first words of the names of all modules."""
        return RecordedTops(self.paths, lambda path: self.module(path).partition(".")[0])

    @staticmethod
    def is_test(path: str) -> bool:
        """Whether a file holds tests or serves them."""
        return is_test(path)

    def survey(
        self, functions: Iterable[Callable[["Index", str], object]], *, whole: bool = True
    ) -> None:
        """Go through all files once, for what most rules ask for and for `of_files`.

        Args:
            functions: They are asked of each file while its facts are at hand.
            whole: Whether to make what most rules ask for.
        """
        said: dict[Callable[[Index, str], object], dict[str, object]] = {
            function: {} for function in (*functions, *([modules_imported] if whole else ()))
        }
        made = _Surveyed({}, {}, [], [])
        for path in self.paths:
            if whole:
                self._survey(path, made)
            for function, by_path in said.items():
                answer = function(self, path)
                if answer:
                    by_path[path] = answer
        if whole:
            self.classes, self.edges, self.uses, self.aliases = made
        self._made |= {("of files", function): by_path for function, by_path in said.items()}

    def _survey(self, path: str, made: "_Surveyed") -> None:
        classes = self._classes_of(path)
        if self.settings.canonical or self.settings.imports:
            for cls in classes.values():  # the resolver knows them from here on
                self.bases(cls)
        made.classes.update(classes)
        made.edges[path] = self._edges_of(path)
        made.uses.extend(self.uses_of(path))
        made.aliases.extend(self.aliases_of(path))

    def of_files(self, function: Callable[["Index", str], T | None]) -> Mapping[str, T]:
        """What a function says of each file that is looked at, those left out where that is empty.

        It may ask for the file's facts, for what it imports and for what names mean.
        """

        def ask() -> Mapping[str, T]:
            answers = ((path, function(self, path)) for path in self.looked_at)
            return {path: answer for path, answer in answers if answer}

        return self.once(("of files", function), ask)

    @cached_property
    def uses(self) -> Sequence[PathUse]:
        """Every use of a name of this repository by a path, in the order of the files."""
        return [use for path in self.looked_at for use in self.uses_of(path)]

    def uses_of(self, path: str) -> Sequence[PathUse]:
        """Those of one file."""
        if self._last_uses[0] != path:
            self._last_uses = (
                path,
                tuple(path_uses(path, self.facts(path), self.resolver, self._names)),
            )
        return self._last_uses[1]

    @cached_property
    def imports(self) -> Sequence[NameImport]:
        """Every import of this repository's own modules and names, in the order of the files."""
        return [one for path in self.looked_at for one in self.imports_of(path)]

    def imports_of(self, path: str) -> Sequence[NameImport]:
        """Those of one file; those of all files together fill the memory."""
        if self._last_imports[0] != path:
            facts = self.facts(path)
            chosen: Callable[[ImportFact, Alias], bool] | None = None
            if self._names is not None:
                chosen = partial(self._may_matter, path, heads_of(facts, self._names))
            self._last_imports = path, tuple(imported_names(path, facts, self.resolver, chosen))
        return self._last_imports[1]

    def _may_matter(
        self, path: str, heads: Set[tuple[int, str]], statement: ImportFact, alias: Alias
    ) -> bool:
        """Whether a name that matters may be reached by what a statement imports."""
        return (
            self.may_matter(alias.name)
            or not statement.is_from
            or alias.name == "*"
            or (statement.scope, alias.bound) in heads
            or self.renames.of_alias(path, statement, alias) is not None
        )

    def may_matter(self, *names: str) -> bool:
        """Whether one of these names matters."""
        return self._names is None or not self._names.isdisjoint(names)

    @cached_property
    def users(self) -> Mapping[str, Sequence[str]]:
        """Module -> the other files that name it or something in it, in order."""
        found: dict[str, dict[str, None]] = {}
        for use in self.uses:
            if use.resolution.route:
                found.setdefault(use.resolution.route[0][0], {})[use.file] = None
        for path, modules in self.of_files(modules_imported).items():
            for module in modules:
                found.setdefault(module, {})[path] = None
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
        return [one for path in self.paths for one in self.aliases_of(path)]

    def aliases_of(self, path: str) -> Iterator[tuple[str, Definition]]:
        """Those of one file."""
        for name, definition in self.definitions(path).items():
            if definition.kind == "alias" and "." not in name:
                yield path, definition

    def reaching(self) -> "Index":
        """The same files, where also a class of another one is known to who asks for it."""
        index = Index(self.world, self.settings, self._looked_at, self._names)
        index.classes = ReachedClasses(self.classes, self._classes_of)
        return index

    @cached_property
    def classes(self) -> Mapping[Place, Class]:
        """Every class at the top of a module."""
        classes: dict[Place, Class] = {}
        for path in self.looked_at:
            classes |= self._classes_of(path)
        return classes

    def take_in(self, cls: Class) -> None:
        """Know a class that no statement defines, or know it better."""
        self.classes = {**self.classes, cls.place: cls}
        self._made.clear()

    def _classes_of(self, path: str) -> Mapping[Place, Class]:
        return {cls.place: cls for cls in classes_of(path, self.facts)}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each key: for what several rules share."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def passing(self, key: Hashable, make: Callable[[], T]) -> T:
        """As `once`, until `forget`: for what one rule needs, and no other."""
        if key not in self._passing:
            self._passing[key] = make()
        found: T = self._passing[key]
        return found

    def forget(self) -> None:
        """Give up what a rule has made for itself, and the bytes that it has read."""
        self._passing.clear()
        self.world.forget()

    def definitions(self, path: str) -> Mapping[str, Definition]:
        """What a file defines, by qualified name; the last one where there are several."""
        return self.facts(path).once(by_qualname)

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
        """The canonical symbols, with the classes that they are."""
        return [
            Canonical(symbol, resolution, self.classes.get((resolution.path, resolution.name)))
            for symbol, resolution in self.canonical_names
        ]

    @cached_property
    def canonical_names(self) -> Sequence[tuple[CanonicalSymbol, Resolution]]:
        """The canonical symbols: those of the settings, and the right sides of its imports."""
        symbols = {symbol.path: symbol for symbol in self.settings.canonical}
        for path in self.settings.imports.values():
            symbols.setdefault(path, CanonicalSymbol(path))
        meant = ((symbol, self.resolver.dotted(symbol.path)) for symbol in symbols.values())
        return [
            (symbol, resolution)
            for symbol, resolution in meant
            if resolution.kind == "definition" and not resolution.rest
        ]

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


def modules_imported(index: Index, path: str) -> Sequence[str]:
    """The modules of this repository that a file imports as such, in order."""
    found = (one.resolution for one in index.imports_of(path))
    return tuple(dict.fromkeys(one.path for one in found if one.kind == "module"))
