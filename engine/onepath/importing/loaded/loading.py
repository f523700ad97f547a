"""Modules that somebody needs to be loaded, and that a changed import had loaded.

A module that registers something when it is imported does so only as long as something imports it.
`pkg.sub.x` after `import pkg` works only as long as something has imported `pkg.sub`; and where a
package binds a name that is a submodule's as well, the first import of the submodule replaces it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onepath.facts.prefilter.words import Needles, Search, SearchByWords
from onepath.importing.loaded.silenced import Silenced, silenced
from onepath.model import Facts, FileChange, Use
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.graph.imports import import_edges, reachable
from onepath.symbols.modules import is_package
from onepath.symbols.resolve import Resolver
from onepath.symbols.world import World

_START_OF_CHAIN = re.compile(rb"(?:^|[^\w.\"'])(?:\w+\.)*\Z")
_FROM_IMPORT = re.compile(rb"[\w.]+[ \t\\]+import\b")
_IMPORT = re.compile(rb"\bimport\b")
_BELOW = re.compile(rb"\w+\.")
_QUOTES = (b"'", b'"')
_BY_NAME = re.compile(rb"(?:attr|object|spy)\([^()]*\Z")
"""A call that takes the name of an attribute, as far as to the name."""
_LONGEST = 500
"""So long a chain of names may be, in bytes."""


class Unloaded(NamedTuple):
    """A module that a changed file does not load any more, though it should."""

    path: str
    """The changed file."""
    module: str
    """Dotted."""
    by: str
    """The module that the file imported, dotted: the same, or one that loads it."""
    reason: str
    """In words: who reads it, or what it does when it is imported."""
    must_come_first: bool = False
    """Whether loading it besides does not help: a name that the file binds would be replaced, or
    it is read by a name that an import would have to bind."""


class _Attributes(SearchByWords):
    """The search for modules that are read as attributes of their packages.

    A chain spells the package and the module, or the package is imported by its last name. The last
    name of the module is there in any case.

    Args:
        modules: The dotted names of the modules.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        pairs = sorted({tuple(module.split(".")[-2:]) for module in modules if "." in module})
        self.digest = f"attributes, or their names {pairs}"
        self._chains = Needles.of(f"{package}.{leaf}" for package, leaf in pairs)
        self._packages = Needles.of(package for package, _ in pairs)
        self.leaves = [leaf for _, leaf in pairs]
        self._leaves = Needles.of(self.leaves)

    @property
    def sought(self) -> Needles:
        """The last names of the modules."""
        return self._leaves

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        return bool(places) and (
            (any(data[at - 1 : at] == b"." for at in places) and self._is_chained(data))
            or _is_named(data, places)
            or (_is_attribute(data, places) and self._is_package_imported(data))
        )

    def _is_chained(self, data: bytes) -> bool:
        """Whether a chain of names, and not an import or a string, has a package and its module."""
        return any(
            _START_OF_CHAIN.search(data, max(0, at - _LONGEST), at)
            and not _FROM_IMPORT.match(data, at)
            for at in self._chains.places(data)
        )

    def _is_package_imported(self, data: bytes) -> bool:
        """Whether a statement imports a package itself, and not something below it."""
        return any(
            _IMPORT.search(data, data.rfind(b"\n", 0, at) + 1, at) and not _BELOW.match(data, at)
            for at in self._packages.places(data)
        )

    def within(self, other: Search) -> bool:
        return other.digest == self.digest or self._leaves.within(other)


def _is_named(data: bytes, leaves: Iterable[int]) -> bool:
    """Whether a module's name is given to a call that reads attributes by their names."""
    return any(
        data[at - 1 : at] in _QUOTES and _BY_NAME.search(data, max(0, at - _LONGEST), at)
        for at in leaves
    )


def _is_attribute(data: bytes, leaves: Iterable[int]) -> bool:
    return any(data[max(0, at - _LONGEST) : at].rstrip(b" \t").endswith(b".") for at in leaves)


def unloaded(before: World, after: World, changes: Iterable[FileChange]) -> list[Unloaded]:
    """What changed files do not load any more, as `Loading` tells it."""
    return list(Loading(before, after, changes).unloaded())


class Loading:
    """Tells what changed files do not load any more, though it acts or is read as an attribute.

    Args:
        before: The code as it is.
        after: The code as it would be.
        changes: What leads from one to the other.
    """

    def __init__(self, before: World, after: World, changes: Iterable[FileChange]) -> None:
        self._before = before
        self._after = after
        self._changed = [
            change.path
            for change in changes
            if change.path.endswith(".py") and change.new and not change.is_new
        ]
        self._reached: dict[tuple[bool, str], frozenset[str]] = {}
        self._attributes = _Attributes(map(after.modules.name, self._lost))

    @property
    def foreseen(self) -> Sequence[Search]:
        """The search that will follow, if any."""
        return (self._attributes,) if self._attributes.leaves else ()

    @cached_property
    def _silenced(self) -> list[Silenced]:
        return list(silenced(self._before, self._after, self._changed))

    @cached_property
    def _lost(self) -> Mapping[str, frozenset[str]]:
        """Module -> the files that do not import it any more."""
        found: dict[str, set[str]] = {}
        for path in self._changed:
            for module in self._loads(path, self._before) - self._loads(path, self._after):
                if module in self._after.modules.files:
                    found.setdefault(module, set()).add(path)
        return {module: frozenset(paths) for module, paths in found.items()}

    def _loads(self, path: str, world: World) -> frozenset[str]:
        """What a file imports, in functions as well."""
        edges = import_edges(path, world.facts(path), world.modules)
        return frozenset(edge.target for edge in edges if not edge.for_types)

    def unloaded(self) -> Iterator[Unloaded]:
        """Each module that is missed, once for each file that had loaded it."""
        if not (self._lost or self._silenced):
            return
        called = self._after.modules.name
        names = {path: called(path) for path in self._lost}
        told: set[tuple[str, str]] = set()
        for package, module in self._exposed():
            told.add((package, module))
            name = names[module].rpartition(".")[2]
            reason = f"importing '{names[module]}' later would replace the '{name}' bound here"
            yield Unloaded(package, names[module], names[module], reason, must_come_first=True)
        for path, module, acting in self._silenced:
            told.add((path, module))
            (first, effect), *more = acting
            reason = f"nothing would import '{called(first)}' in time, which acts: '{effect.text}' "
            reason += f"({first}:{effect.line})" + f", and {len(more)} more that act" * bool(more)
            # One is loaded for itself, several by what had loaded them.
            yield Unloaded(path, called(module if more else first), called(module), reason)
        for path, module, package in self._bare():
            if (path, module) not in told:
                told.add((path, module))
                leaf = names[module].rpartition(".")[2]
                reason = f"nothing would load '{names[module]}', which {package} reads as '{leaf}'"
                yield Unloaded(path, names[module], names[module], reason, must_come_first=True)
        store = self._after.fact_store
        readers = [
            reader
            for attributes in self.foreseen
            for reader in store.others_mentioning(store.python, attributes)
        ]
        store.load(readers)
        for reader in readers:
            for module, offset in self._read(reader):
                for path in sorted(self._lost[module]):
                    if (path, module) not in told and self._is_missed(path, module, reader):
                        told.add((path, module))
                        place = self._place(reader, offset)
                        reason = f"nothing would load '{names[module]}', which {place} reads"
                        yield Unloaded(path, names[module], names[module], reason)

    def _exposed(self) -> Iterator[tuple[str, str]]:
        """Packages that bind the name of a module of theirs that they do not load any more.

        The first import of a submodule binds it in its package. A package that has loaded it
        before it binds the name keeps what it binds; one that has not would lose it.
        """
        for module, paths in self._lost.items():
            parent, _, leaf = self._after.modules.name(module).rpartition(".")
            package = self._after.modules.find(parent, module) if parent else None
            if package is None or package not in paths:
                continue
            is_bound = leaf in self._after.facts(package).scopes[0].bound
            if is_bound and module not in self._reach(package, after=True):
                yield package, module

    def _bare(self) -> Iterator[tuple[str, str, str]]:
        """Files that do not load a module any more whose package reads it by its bare name.

        A submodule that has been imported is a global of its package, which nothing there binds.
        """
        for module, paths in self._lost.items():
            parent, _, leaf = self._after.modules.name(module).rpartition(".")
            package = self._after.modules.find(parent, module) if parent else None
            if package is None or not is_package(package):
                continue
            self._after.fact_store.load([package])
            if _reads_unbound(self._after.facts(package), leaf):
                for path in sorted(paths):
                    if self._is_missed(path, module, package):
                        yield path, module, package

    def _read(self, reader: str) -> Iterator[tuple[str, int]]:
        """The lost modules that a file reads as attributes, each with a place."""
        facts, resolver = self._after.facts(reader), self._after.resolver
        for use, chain in _chains(facts):
            for at in modules_bound(
                reader, facts, resolver, use.bound_in, use.name, for_types=False
            ):
                for name in chain:
                    resolution = resolver.name(at, name)
                    if resolution.kind != "module":
                        break
                    at = resolution.path
                    if at in self._lost:
                        yield at, use.start

    def _is_missed(self, path: str, module: str, reader: str) -> bool:
        """Whether a reader had a module by way of a changed file, and has it no more."""
        if module in self._reach(reader, after=True):
            return False
        if path != reader and path not in self._reach(reader, after=False):
            return False
        return module in self._reach(reader, after=False)

    def _reach(self, path: str, *, after: bool) -> frozenset[str]:
        """What is loaded once a file has been imported and its functions have run."""
        known = self._reached.get((after, path))
        if known is None:
            world = self._after if after else self._before
            own = self._loads(path, world)
            known = own | reachable(own, world.imports, world.fact_store.load)
            self._reached[after, path] = known
        return known

    def _place(self, path: str, offset: int) -> str:
        data = self._after.read([path]).get(path, b"")
        line = data.count(b"\n", 0, offset) + 1
        return f"{path}:{line}"


def _chains(facts: Facts) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """The uses of names with the attributes that are read of them, in `getattr` as well."""
    for use in facts.uses:
        if use.chain:
            yield use, tuple(name for name, _ in use.chain)
    for string in facts.strings:
        if string.target >= 0:
            use = facts.uses[string.target]
            yield use, (*(name for name, _ in use.chain), string.value)


def _reads_unbound(facts: Facts, name: str) -> bool:
    """Whether something in a file reads a name that nothing in the file binds."""
    for index, scope in enumerate(facts.scopes):
        if name in scope.free:
            while index != -1 and name not in facts.scopes[index].bound:
                index = facts.scopes[index].parent
            if index == -1:
                return True
    return False


def hidden_in(resolver: Resolver, dotted: str, importer: str = "") -> str:
    """The package that binds the name of a module, or of one above it, to something else.

    Returns:
        The dotted name of the package; empty if the module is reached by its attributes.
    """
    parts = dotted.split(".")
    for count in range(1, len(parts)):
        package = resolver.modules.find(".".join(parts[:count]), importer)
        module = resolver.modules.find(".".join(parts[: count + 1]), importer)
        if package is None or module is None or not is_package(package):
            continue
        if resolver.binds(package, parts[count]):
            resolution = resolver.name(package, parts[count])
            if resolution.kind not in ("unresolved", "module") or (
                resolution.kind == "module" and resolution.path != module
            ):
                return ".".join(parts[:count])
    return ""


def overwrites(world: World, dotted: str) -> str:
    """What the first import of a module would replace, in words; empty if nothing.

    A package that loads the submodule itself has decided what its name means by then.
    """
    package = hidden_in(world.resolver, dotted)
    if not package:
        return ""
    init, module = world.modules.find(package), world.modules.find(dotted)
    if init is None or module in reachable([init], world.imports, world.fact_store.load):
        return ""
    leaf = dotted[len(package) + 1 :].partition(".")[0]
    return f"'{package}' binds '{leaf}' to something else, which importing '{dotted}' would replace"
