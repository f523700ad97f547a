"""What is to be renamed: deprecated paths, looked up by where they resolve, never by spelling."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from onepath.model import Alias, Guard, ImportFact, Use
from onepath.symbols.destinations import Destination
from onepath.symbols.modules import is_package
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Kind, Outside
from onepath.symbols.resolve import Resolver, Step
from onepath.symbols.unparsed import seems_used, words_of


class Match(NamedTuple):
    """A written path that is deprecated."""

    old: str
    """The deprecated path as the configuration has it (a module's, with what follows it)."""
    to: Destination
    length: int = 0
    """For a chain: how many attributes belong to the path; 0 for a module's name alone."""


class ChainStart(NamedTuple):
    """A module that a name is bound to."""

    module: str
    """Its dotted name."""
    named: bool
    """Whether the name is the module's own; False for the `a` of `import a.b`, which is written
    out, so that whatever replaces the module replaces the name."""
    loaded: frozenset[str] = frozenset()
    """The modules below it that imports of the same name load: `a.b` in `import a.b`."""


class Facade(NamedTuple):
    """A package as the canonical path of something that is defined inside it."""

    folder: str
    """With a final `/`."""
    steps: frozenset[Step]
    """(file, name): the way from the package to the definition."""
    definition: Destination
    is_certain: bool
    """Whether the package has the name by a statement, or by a `__getattr__` that can be followed;
    else it makes it at run time in some other way, and how early is not known."""


@dataclass(frozen=True)
class Renames:
    """All deprecated paths of a run.

    A module is known by the path of its file, or by `?` and its dotted name if it is gone.
    """

    resolver: Resolver
    symbols: Mapping[Step, Match]
    modules: Mapping[str, Destination]
    """Dotted name of a deprecated module -> its new module."""
    olds: Mapping[str, Destination] = field(default_factory=dict)
    inner: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Canonical path -> the files through which it reaches its definition: they can't use it."""
    facades: Mapping[str, Facade] = field(default_factory=dict)
    """Canonical path -> the package that is its facade; its own modules import from inside."""
    inside: bool = False
    """Whether modules of a package import by its facade as well."""
    outside: Outside = field(default_factory=lambda: Outside(running_environment()))
    """What is known of modules that are not in the repository."""
    minimum: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Library, or `python` -> the oldest version of it with which the code has to run."""
    homes: frozenset[str] = frozenset()
    """The olds at which the definition itself is, or was until this run: who names one of them
    means the definition, and never one route to it among others."""
    merged: frozenset[str] = frozenset()
    """The olds that are declared to be the same as the new: a place that uses both needs one."""

    @classmethod
    def build(
        cls,
        resolver: Resolver,
        pairs: Mapping[str, Destination],
        whole: Iterable[str],
        inside: bool = False,
        outside: Outside | None = None,
        minimum: Mapping[str, tuple[int, ...]] | None = None,
        homes: Iterable[str] = (),
    ) -> "Renames":
        """Make the table.

        Args:
            resolver: Over the snapshot that is migrated.
            pairs: Old dotted path -> destination.
            whole: Those olds that are modules.
            inside: Whether the modules of a package that is a facade for one of its own
                definitions shall import it by the facade, too.
            outside: What is known of other modules; None: what the running environment has.
            minimum: The oldest versions of libraries that count; None: nothing is known of them.
            homes: The olds that are places of definitions.
        """
        modules = {old: pairs[old] for old in whole}
        symbols = {}
        for old, to in pairs.items():
            if old not in modules:
                module, _, name = old.rpartition(".")
                symbols[module_id(resolver, module, ""), name] = Match(old, to)
        inner = {to.dotted: _inner_files(resolver, to.dotted) for to in set(pairs.values())}
        facades: dict[str, Facade] = {}
        for old, to in pairs.items():
            facade = None if to.dotted in facades else _facade(resolver, to, old)
            if facade is not None and not (inside and facade.is_certain):
                facades[to.dotted] = facade
        outside = outside or Outside(running_environment())
        return cls(
            resolver,
            symbols,
            modules,
            dict(pairs),
            inner,
            facades,
            inside,
            outside,
            minimum or {},
            frozenset(homes),
        )

    def over(self, resolver: Resolver) -> "Renames":
        """The same renames, looked up in another state of the code."""
        renames = Renames.build(
            resolver, self.olds, self.modules, self.inside, self.outside, self.minimum, self.homes
        )
        return replace(renames, merged=self.merged)

    def is_rebound(self, match: Match) -> bool:
        """Whether a definition gets another name in its module, so that patches of it follow."""
        return match.old in self.homes and match.old.rpartition(".")[0] == match.to.module

    @cached_property
    def alternatives(self) -> frozenset[str]:
        """The olds that are definitions, or modules with some, of their own beside the new ones."""
        found = set()
        for old, to in self.olds.items():
            own, other = self._defined(old), self._defined(to.dotted)
            if own is not None and other is not None and own != other:
                found.add(old)
        return frozenset(found)

    def _defined(self, dotted: str) -> Step | None:
        """What a path of the repository leads to: a definition, or a module that has some."""
        resolution = self.resolver.dotted(dotted)
        if resolution.rest or resolution.kind not in ("definition", "module"):
            return None
        if resolution.kind == "module" and not self.resolver.facts(resolution.path).definitions:
            return None
        return resolution.path, resolution.name

    @cached_property
    def tops(self) -> frozenset[str]:
        """Deprecated modules of one part: their name alone is a deprecated path."""
        return frozenset(old for old in self.modules if "." not in old)

    @cached_property
    def above(self) -> frozenset[str]:
        """Every path that deprecated ones begin with, and those themselves."""
        return frozenset(
            ".".join(parts[:count])
            for parts in (old.split(".") for old in self.olds)
            for count in range(1, len(parts) + 1)
        )

    def is_outside(self, dotted: str) -> bool:
        """Whether a path leads out of the repository."""
        return not self.resolver.modules.is_ours(dotted) and (
            self.resolver.modules.find(dotted.partition(".")[0]) is None
        )

    def is_missing(self, dotted: str) -> bool:
        """Whether a path leads to what a new module outside of the repository certainly has not.

        The paths of the table itself are taken as declared: the code may be meant for another
        environment. What merely follows from one of them is not.
        """
        new = next((to for to in _above(dotted) if to in self._new_modules), "")
        return (
            bool(new)
            and self.is_outside(new)
            and self.outside.kind(new) is Kind.MODULE
            and self.outside.kind(dotted) is Kind.MISSING
        )

    def declared(self, dotted: str) -> str:
        """What a path of the table, or one that goes on from one, shall be; any other as it is."""
        old = next((one for one in (dotted, *_above(dotted)) if one in self.olds), None)
        return dotted if old is None else self.olds[old].dotted + dotted.removeprefix(old)

    @cached_property
    def _new_modules(self) -> frozenset[str]:
        return frozenset(to.dotted for to in self.modules.values())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """One word for each deprecated path that any file must hold to use it."""
        return tuple(sorted({old.rpartition(".")[2] for old in self.olds}))

    @cached_property
    def holders(self) -> frozenset[str]:
        """The dotted names of the modules that hold deprecated names."""
        return frozenset(old.rpartition(".")[0] for old in self.olds if old not in self.modules)

    def spelled_in(self, text: bytes) -> str | None:
        """A deprecated path that a text which can't be parsed seems to import or to use."""
        words = words_of(text)
        for old in self.olds:
            parts = [part.encode() for part in old.split(".")[-2:]]
            if words.issuperset(parts) and seems_used(text, *parts):
                return old
        return None

    def symbol(self, module: str, name: str) -> Match | None:
        """The deprecation of a name in a module (by its id)."""
        return self.symbols.get((module, name))

    def module(self, dotted: str) -> Destination | None:
        """The new module of a deprecated one, also of a module below a deprecated package."""
        if not self.modules:
            return None
        parts = dotted.split(".")
        for count in range(len(parts), 0, -1):
            destination = self.modules.get(".".join(parts[:count]))
            if destination is not None:
                return Destination(".".join((destination.module, *parts[count:])), "")
        return None

    def on_the_way(self, to: Destination) -> tuple[Destination, ...]:
        """The paths through which a canonical path reaches its definition, the nearest first."""
        modules, resolution = self.resolver.modules, self.resolver.dotted(to.dotted)
        if resolution.kind != "definition" or resolution.rest:
            return ()
        steps = [*resolution.route[1:], (resolution.path, resolution.name)]
        ways = [Destination(modules.name(path), name) for path, name in steps]
        return tuple(destination for destination in dict.fromkeys(ways) if destination != to)

    def is_module(self, dotted: str, path: str) -> bool:
        """Whether a dotted name means the module of a file."""
        return self.resolver.modules.find(dotted, path) == path

    def is_inner(self, path: str, to: Destination) -> bool:
        """Whether a file is itself on the way from the canonical path to its definition."""
        return path in self.inner.get(to.dotted, ())

    def placed(self, path: str, match: Match) -> Match | None:
        """What a deprecated path becomes in a file; None if the file goes on using it.

        A module on the way from the canonical path to the definition can't use that path. The
        other modules of a package import what is defined in it from inside: from the module of the
        definition, or one on the way.
        """
        if self.is_inner(path, match.to):
            return None
        facade = self.facades.get(match.to.dotted)
        if facade is None or not path.startswith(facade.folder):
            return match
        module, _, name = match.old.rpartition(".")
        if (module_id(self.resolver, module, path), name) in facade.steps:
            return None
        return match._replace(to=facade.definition)

    # --------------------------------------------------- written paths

    def of_alias(self, path: str, statement: ImportFact, alias: Alias) -> Match | None:
        """The deprecation that one name of an import statement means, if any."""
        if not statement.is_from:
            to = self.module(self._main_name(alias.name, path))
            return None if to is None else Match(alias.name, to)
        dotted = self.resolver.modules.absolute(path, statement.level, statement.module)
        if not dotted:
            return None
        match = self.symbol(module_id(self.resolver, dotted, path), alias.name)
        if match is not None:
            return match
        if self.modules:
            dotted = self._main_name(dotted, path)
            whole = self.module(f"{dotted}.{alias.name}")
            if whole is not None:
                container = self.module(dotted)
                module, _, name = whole.module.rpartition(".")
                if container is not None and whole.module == f"{container.module}.{alias.name}":
                    module, name = container.module, alias.name
                to = Destination(module, name) if module else whole
                return Match(f"{dotted}.{alias.name}", to)
        return None

    def star_modules(self, path: str, statement: ImportFact) -> str | None:
        """The id of the module of a star import through which a deprecated path comes."""
        dotted = self.resolver.modules.absolute(path, statement.level, statement.module)
        if not dotted:
            return None
        module = module_id(self.resolver, dotted, path)
        if any(step[0] == module for step in self.symbols) or self.module(
            self._main_name(dotted, path)
        ):
            return module
        return None

    def of_chain(self, path: str, start: ChainStart, use: Use) -> Match | None:
        """The longest deprecated path in `a.b.C`, where `a` is bound to a module."""
        dotted, module = start.module, module_id(self.resolver, start.module, path)
        # Of a deprecated module with a name of its own the import itself changes, and what is
        # read from it follows.
        moving = self.module(self._main_name(dotted, path))
        best = None if start.named or moving is None else Match(dotted, moving, 0)
        for index, (name, _) in enumerate(use.chain):
            match = self.symbol(module, name)
            if match is not None:
                best = match._replace(length=index + 1)
            below = f"{dotted}.{name}"
            whole = self._module_below(path, start, below)
            if whole is not None and not (
                start.named
                and moving is not None
                and whole.module == moving.module + below.removeprefix(start.module)
            ):
                best = Match(below, whole, index + 1)
            if not module.startswith("?"):
                target = self.resolver.name(module, name)
                if target.kind == "module":
                    module, dotted = target.path, below
                    continue
                if target.kind != "unresolved":
                    return best
            dotted, module = below, module_id(self.resolver, below, path)
        return best

    def _module_below(self, path: str, start: ChainStart, dotted: str) -> Destination | None:
        """The new module of what a chain has come to, if that is a deprecated module."""
        main = self._main_name(dotted, path)
        whole = self.module(main)
        if whole is None or main in self.modules or dotted in start.loaded:
            return whole
        if self.resolver.modules.find(dotted, path) is not None:
            return whole
        # On either side: what is a module in the new place has to be imported there.
        sides = (dotted, whole.module)
        is_module = any(
            self.is_outside(side) and self.outside.kind(side) is Kind.MODULE for side in sides
        )
        return whole if is_module else None

    def _main_name(self, dotted: str, importer: str) -> str:
        """One spelling for a module that several source roots reach."""
        found = self.resolver.modules.find(dotted, importer)
        return dotted if found is None else self.resolver.modules.name(found)


def _above(dotted: str) -> Iterator[str]:
    """The paths that a path goes on from, the longest first."""
    while "." in dotted:
        dotted = dotted.rpartition(".")[0]
        yield dotted


def _facade(resolver: Resolver, to: Destination, old: str) -> Facade | None:
    """The package that a canonical path is in, if the definition is in another module of it."""
    init = resolver.modules.find(to.module)
    resolution = resolver.dotted(to.dotted)
    if resolution.kind == "unresolved" and resolution.reason == "dynamic":
        resolution = resolver.dotted(old)
    if init is None or not is_package(init) or resolution.kind != "definition" or resolution.rest:
        return None
    folder = init.rpartition("/")[0] + "/"
    if resolution.path == init or not resolution.path.startswith(folder):
        return None
    steps = frozenset((*resolution.route, (resolution.path, resolution.name)))
    binders = resolver.table(init).names.get(to.leaf, ())
    is_bound = any(not binder.guard & Guard.TYPE_CHECKING for binder in binders)
    facts = resolver.facts(init)
    is_certain = is_bound or facts.has_getattr or not facts.dynamic
    definition = Destination(resolver.modules.name(resolution.path), resolution.name)
    return Facade(folder, steps, definition, is_certain)


def _inner_files(resolver: Resolver, dotted: str) -> frozenset[str]:
    resolution = resolver.dotted(dotted)
    files = {path for path, _ in resolution.route}
    return frozenset(files | {resolution.path} if resolution.kind == "definition" else files)


def module_id(resolver: Resolver, dotted: str, importer: str) -> str:
    """What a module is known by: the path of its file, or `?dotted` if there is none."""
    return resolver.modules.find(dotted, importer) or f"?{dotted}"
