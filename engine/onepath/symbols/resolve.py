"""From a name as written to its definition, with the route it takes."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Literal, NamedTuple

from onepath.model import Alias, Facts, Guard, ImportFact
from onepath.symbols.binders import (
    Binder,
    NameTable,
    binder_table,
    effective,
    is_fallback,
    standing,
)
from onepath.symbols.modules import Modules
from onepath.symbols.stars import StarStep, brought_by_stars

Step = tuple[str, str]
"""(path of a module, name in it): one stop on a route."""

ResolutionKind = Literal["definition", "module", "external", "unresolved"]
"""`external` is what is not in this repository."""
Unresolved = Literal[
    "", "no such module", "no such name", "dynamic", "ambiguous", "cycle", "unparseable",
    "beyond the top package",
]  # fmt: skip
"""Why a name leads nowhere; empty if it leads somewhere."""

_MAX_STEPS = 100
_DEEP = 60
"""How many names that lead to one another are followed at once."""


class Resolution(NamedTuple):
    """Where a name leads."""

    kind: ResolutionKind
    path: str
    """File of the definition or module; for `external` and `unresolved` the dotted name."""
    name: str
    """Name in that file; empty for a module."""
    rest: tuple[str, ...] = ()
    """Attributes left over: `method` in `Class.method`."""
    route: tuple[Step, ...] = ()
    """Every stop on the way, the first one included."""
    reason: Unresolved = ""

    @property
    def target(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What two names must share to mean one thing."""
        return self.kind, self.path, self.name, self.rest


class _TooDeep(Exception):  # noqa: N818 - it is no error of the program
    """A chain of names is long: what it leads to from here has to be resolved before."""

    def __init__(self, key: Step) -> None:
        super().__init__(key)
        self.key = key


class Resolver:
    """Resolves names over the facts of a snapshot, which are asked for file by file.

    Args:
        modules: The snapshot's modules.
        facts: Gives the facts of a path.
        assumed: (dotted module, name) -> what a name that no statement binds stands for.
    """

    def __init__(
        self,
        modules: Modules,
        facts: Callable[[str], Facts],
        assumed: Mapping[tuple[str, str], Resolution] | None = None,
    ) -> None:
        self.assumed = assumed or {}
        self.modules = modules
        self.facts = facts
        self._resolved: dict[Step, Resolution] = {}
        self._depth = 0
        self._imported: dict[tuple[object, ...], Resolution] = {}
        self._looked_for: set[Step] = set()
        self._star_brings: dict[str, tuple[frozenset[str], bool]] = {}
        self.starred: set[str] = set()
        """The modules whose names all of them were asked for, as a star import does."""

    @property
    def asked(self) -> Set[Step]:
        """Every name of a file that was asked for, there or not."""
        return self._resolved.keys() | self._looked_for

    # ------------------------------------------------------------ entry

    def dotted(self, name: str, importer: str = "") -> Resolution:
        """What a dotted path such as `a.b.C` leads to: the longest module, then attributes."""
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            path = self.modules.find(".".join(parts[:count]), importer)
            if path is not None:
                # An attribute of the package wins over a submodule of that name.
                if count > 1 and count == len(parts):
                    parent = self.modules.find(".".join(parts[:-1]), importer)
                    if parent and self.binds(parent, parts[-1]):
                        return self.attributes(parent, parts[-1:])
                if path.endswith("/") and count < len(parts):
                    break
                return self.attributes(path, parts[count:])
        if self.modules.is_ours(name, importer):
            module, _, leaf = name.rpartition(".")
            known = self.assumed.get((module, leaf))
            return known or Resolution("unresolved", name, "", reason="no such module")
        return Resolution("external", name, "")

    def attributes(self, path: str, parts: list[str]) -> Resolution:
        """What `parts` lead to, starting from a module."""
        route: tuple[Step, ...] = ()
        for index, part in enumerate(parts):
            resolution = self.name(path, part)
            route += resolution.route
            if resolution.kind != "module":
                return resolution._replace(
                    rest=resolution.rest + tuple(parts[index + 1 :]), route=route
                )
            path = resolution.path
        return Resolution("module", path, "", route=route)

    def imported(self, path: str, statement: ImportFact, alias: Alias) -> Resolution:
        """What one name of an import statement in `path` is bound to."""
        # Thousands of files import the same names, and what they mean depends on little.
        key = (
            statement.is_from, statement.module, alias.name, alias.asname is None,
            path if statement.level else self.modules.local_roots(path), statement.level,
        )  # fmt: skip
        resolution = self._imported.get(key)
        if resolution is None:
            resolution = self._imported[key] = self._import(path, statement, alias)
        return resolution

    def _import(self, path: str, statement: ImportFact, alias: Alias) -> Resolution:
        if not statement.is_from:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            return self.module(path, name)
        module = self.modules.absolute(path, statement.level, statement.module)
        if module is None:
            return Resolution("unresolved", statement.module, "", reason="beyond the top package")
        source = self.module(path, module)
        if source.kind != "module":
            if source.kind == "external":
                return Resolution("external", f"{module}.{alias.name}", "")
            known = self.assumed.get((module, alias.name))
            if known is not None:
                return known
            return Resolution("unresolved", module, alias.name, reason=source.reason)
        if source.path == path:
            # `from . import sub` in the package itself: the name can't be bound there yet.
            return self._submodule(path, alias.name) or self.name(path, alias.name)
        return self.name(source.path, alias.name)

    def module(self, importer: str, dotted: str) -> Resolution:
        """What `import dotted` in a file reads."""
        path = self.modules.find(dotted, importer)
        if path is not None:
            return Resolution("module", path, "")
        if self.modules.is_ours(dotted, importer):
            return Resolution("unresolved", dotted, "", reason="no such module")
        return Resolution("external", dotted, "")

    # ------------------------------------------------------------ names

    def name(self, path: str, name: str) -> Resolution:
        """What a module-level name of a file is bound to."""
        key = (path, name)
        resolution = self._resolved.get(key)
        if resolution is None:
            if self._depth >= _DEEP:
                raise _TooDeep(key)
            # A name met again while it is being resolved is a cycle of re-exports.
            self._resolved[key] = Resolution("unresolved", path, name, (), (key,), "cycle")
            self._depth += 1
            try:
                resolution = (
                    self._name(path, name) if self._depth > 1 else self._in_parts(path, name)
                )
            except BaseException:
                del self._resolved[key]
                raise
            finally:
                self._depth -= 1
            self._resolved[key] = resolution
        return resolution

    def _in_parts(self, path: str, name: str) -> Resolution:
        """What a name is bound to, the far end of a long chain first."""
        waiting: list[Step] = []
        while True:
            try:
                while waiting:
                    self.name(*waiting[-1])
                    waiting.pop()
                return self._name(path, name)
            except _TooDeep as deep:
                if deep.key in waiting:  # a cycle that is longer than what is followed at once
                    key = deep.key
                    self._resolved[key] = Resolution("unresolved", *key, (), (key,), "cycle")
                else:
                    waiting.append(deep.key)

    def table(self, path: str) -> NameTable:
        """The module-level bindings of a file."""
        return NameTable({}, ()) if path.endswith("/") else self.facts(path).once(binder_table)

    def binds(self, path: str, name: str) -> bool:
        """Whether a statement at the top of a file binds a name."""
        self._looked_for.add((path, name))
        return name in self.table(path).names

    def star_names(self, path: str) -> tuple[frozenset[str], bool]:
        """What `from module import *` brings, and whether that is all that it may bring."""
        if path not in self._star_brings:
            self._star_brings[path] = brought_by_stars(path, self._star_step)
        return self._star_brings[path]

    def _name(self, path: str, name: str) -> Resolution:
        key = (path, name)
        if path.endswith("/"):
            return self._submodule(path, name) or _missing(key, "no such name")
        binders = self._binders(path, name)
        if binders:
            return self._of_binders(key, binders)
        return self._submodule(path, name) or self._unbound(path, name)

    def _binders(self, path: str, name: str) -> list[Binder]:
        """All statements that bind a name, star imports that bring it among them, in order."""
        table = self.table(path)
        binders = list(table.names.get(name, ()))
        for statement in table.stars:
            source = self._star_source(path, statement)
            if source.kind != "module" or name not in self.star_names(source.path)[0]:
                continue
            if self.name(source.path, name).reason != "no such name":
                alias = Alias(name, None, statement.start, statement.end)
                guard = statement.guard
                if self._is_for_types(source.path, name):
                    guard |= Guard.TYPE_CHECKING
                binders.append(Binder(statement.start, guard, (statement, alias), None))
        return sorted(binders, key=lambda binder: binder.start) if table.stars else binders

    def _is_for_types(self, path: str, name: str) -> bool:
        """Whether a module has a name only while types are checked, so that no star brings it."""
        seen, waiting = {path}, [path]
        while waiting:
            at = waiting.pop()
            table = self.table(at)
            guards = [binder.guard for binder in table.names.get(name, ())]
            sources = [(fact.guard, self._star_source(at, fact)) for fact in table.stars]
            bringing = [
                (guard, source.path)
                for guard, source in sources
                if source.kind == "module" and name in self.star_names(source.path)[0]
            ]
            # What only `__all__` has is made in some other way.
            if not (guards or bringing) or not all(guard & Guard.TYPE_CHECKING for guard in guards):
                return False
            real = [one for guard, one in bringing if not guard & Guard.TYPE_CHECKING]
            waiting += (fromkey for fromkey in dict.fromkeys(real) if fromkey not in seen)
            seen.update(real)
        return True

    def _of_binders(self, key: Step, binders: Sequence[Binder]) -> Resolution:
        path, name = key
        resolutions = [self._bound(path, binder) for binder in effective(binders)]
        known = [resolution for resolution in resolutions if resolution.kind != "unresolved"]
        if not known:
            # `except ImportError: from other import X` counts once the first choice is gone.
            rest = [self._bound(path, one) for one in standing(binders) if is_fallback(one)]
            known = [
                resolution for resolution in rest if resolution.kind != "unresolved"
            ] or resolutions
        if len({resolution.target for resolution in known}) > 1:
            return Resolution("unresolved", path, name, (), (key,), "ambiguous")
        return known[0]._replace(route=(key, *known[0].route)[:_MAX_STEPS])

    def _bound(self, path: str, binder: Binder) -> Resolution:
        if binder.imported is not None:
            return self.imported(path, *binder.imported)
        definition = binder.definition
        if definition is None:  # pragma: no cover - a binder is one or the other
            raise AssertionError(binder)
        if definition.kind == "alias":
            head, *rest = definition.target.split(".")
            resolution = self._name_before(path, head, binder)
            if resolution is not None and resolution.kind == "module":
                after = self.attributes(resolution.path, rest)
                resolution = after._replace(route=resolution.route + after.route)
            elif resolution is not None and resolution.kind != "unresolved":
                resolution = resolution._replace(rest=resolution.rest + tuple(rest))
            else:
                resolution = None
            if resolution is not None and self._is_other_name(resolution):
                return resolution
        return Resolution("definition", path, definition.qualname)

    def _is_other_name(self, resolution: Resolution) -> bool:
        """Whether what is on the right of an alias is something that has a name there.

        An attribute of a class has; what an attribute of an instance gives is a new value.
        """
        if resolution.kind != "definition" or not resolution.rest:
            return True
        owner = ".".join((resolution.name, *resolution.rest[:-1]))
        definitions = self.facts(resolution.path).definitions
        return any(
            definition.kind == "class" and definition.qualname == owner
            for definition in definitions
        )

    def _name_before(self, path: str, name: str, binder: Binder) -> Resolution | None:
        """What a name is bound to where another statement of the module reads it."""
        binders = self._binders(path, name)
        before = [one for one in binders if one.start < binder.start]
        if not before:
            return None
        if effective(before) == effective(binders):
            return self.name(path, name)
        return self._of_binders((path, name), before)

    def _star_source(self, path: str, statement: ImportFact) -> Resolution:
        """The module whose names a star import brings."""
        dotted = self.modules.absolute(path, statement.level, statement.module)
        if not dotted:
            return Resolution("unresolved", statement.module, "", reason="beyond the top package")
        source = self.module(path, dotted)
        if source.path == path:
            return Resolution("unresolved", path, "", reason="cycle")
        return source

    def _submodule(self, path: str, name: str) -> Resolution | None:
        inner = self.modules.submodule(path, name)
        if inner is None or inner == path:
            return None
        return Resolution("module", inner, "", route=((path, name),))

    def _unbound(self, path: str, name: str) -> Resolution:
        known = self.assumed.get((self.modules.name(path), name)) if self.assumed else None
        if known is not None:
            return known._replace(route=((path, name), *known.route))
        facts = self.facts(path)
        if facts.failure is not None:
            return _missing((path, name), "unparseable")
        if facts.has_getattr or facts.dynamic or self._may_come_by_star(path):
            return _missing((path, name), "dynamic")
        if facts.scopes and name in facts.scopes[0].multiple:
            return Resolution("definition", path, name, (), ((path, name),))  # `:=`, `case`, ...
        if facts.scopes and name in facts.scopes[0].bound:
            return _missing((path, name), "dynamic")  # `global` and an import in a function
        if name in (
            "__name__",
            "__file__",
            "__doc__",
            "__path__",
            "__all__",
            "__dict__",
            "__spec__",
        ):
            return Resolution("definition", path, name, (), ((path, name),))
        return _missing((path, name), "no such name")

    def _may_come_by_star(self, path: str) -> bool:
        """Whether a star import of a file may bring names that can't be known."""
        for statement in self.table(path).stars:
            source = self._star_source(path, statement)
            if source.kind == "external":
                return True
            if source.kind == "module" and not self.star_names(source.path)[1]:
                return True
        return False

    def _star_step(self, path: str) -> StarStep:
        """What a module itself gives to a star import."""
        self.starred.add(path)
        facts, table = self.facts(path), self.table(path)
        complete = not (facts.has_getattr or facts.dynamic or facts.failure)
        if facts.exports is not None:
            own = frozenset(name for name, _, _ in facts.exports.names)
            complete = complete and facts.exports.complete
            resolutions = [
                self.attributes(path, source.split(".")) for source in facts.exports.sources
            ]
        else:
            own = frozenset(name for name in table.names if not name.startswith("_"))
            resolutions = [self._star_source(path, statement) for statement in table.stars]
        inner = [resolution.path for resolution in resolutions if resolution.kind == "module"]
        is_whole = complete and len(inner) == len(resolutions)
        return StarStep(own, is_whole, inner, facts.exports is not None)


def _missing(key: Step, reason: Unresolved) -> Resolution:
    return Resolution("unresolved", key[0], key[1], (), (key,), reason)
