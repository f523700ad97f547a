"""From a name as written to its definition, with the route it takes."""

from collections.abc import Callable
from typing import NamedTuple

from onepath.model import Alias, Definition, Facts, Guard, ImportFact
from onepath.symbols.modules import Modules, is_package

Step = tuple[str, str]
"""(path of a module, name in it): one stop on a route."""

_MAX_STEPS = 100


class Resolution(NamedTuple):
    """Where a name leads."""

    kind: str
    """`definition`, `module`, `external` (not in this repository) or `unresolved`"""
    path: str
    """File of the definition or module; for `external` and `unresolved` the dotted name."""
    name: str
    """Name in that file; empty for a module."""
    rest: tuple[str, ...] = ()
    """Attributes left over: `method` in `Class.method`."""
    route: tuple[Step, ...] = ()
    """Every stop on the way, the first one included."""
    reason: str = ""
    """Why not: `no such module`, `no such name`, `dynamic`, `ambiguous`, `cycle`"""

    @property
    def target(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What two names must share to mean one thing."""
        return self.kind, self.path, self.name, self.rest


class Binder(NamedTuple):
    """One statement that binds a module-level name."""

    start: int
    guard: int
    imported: tuple[ImportFact, Alias] | None
    definition: Definition | None


class Table(NamedTuple):
    """The module-level names of one file."""

    names: dict[str, list[Binder]]
    stars: tuple[ImportFact, ...]


class Resolver:
    """Resolves names over the facts of a snapshot, which are asked for file by file.

    Args:
        modules: The snapshot's modules.
        facts: Gives the facts of a path.
    """

    def __init__(self, modules: Modules, facts: Callable[[str], Facts]) -> None:
        self.modules = modules
        self.facts = facts
        self._tables: dict[str, Table] = {}
        self._resolved: dict[Step, Resolution] = {}
        self._imported: dict[tuple[object, ...], Resolution] = {}

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
                    if parent and parts[-1] in self.table(parent).names:
                        return self.attributes(parent, parts[-1:])
                if path.endswith("/") and count < len(parts):
                    break
                return self.attributes(path, parts[count:])
        if self.modules.is_ours(name, importer):
            return Resolution("unresolved", name, "", reason="no such module")
        return Resolution("external", name, "")

    def attributes(self, path: str, parts: list[str]) -> Resolution:
        """What `parts` lead to, starting from a module."""
        route: tuple[Step, ...] = ()
        for index, part in enumerate(parts):
            found = self.name(path, part)
            route += found.route
            if found.kind != "module":
                return found._replace(rest=found.rest + tuple(parts[index + 1 :]), route=route)
            path = found.path
        return Resolution("module", path, "", route=route)

    def imported(self, path: str, statement: ImportFact, alias: Alias) -> Resolution:
        """What one name of an import statement in `path` is bound to."""
        # Thousands of files import the same names, and what they mean depends on little.
        key = (
            statement.is_from, statement.module, alias.name, alias.asname is None,
            path if statement.level else self.modules.local_roots(path), statement.level,
        )  # fmt: skip
        found = self._imported.get(key)
        if found is None:
            found = self._imported[key] = self._import(path, statement, alias)
        return found

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
            return Resolution("unresolved", module, alias.name, reason=source.reason)
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
        found = self._resolved.get(key)
        if found is None:
            # A name met again while it is being resolved is a circle of re-exports.
            self._resolved[key] = Resolution("unresolved", path, name, (), (key,), "cycle")
            found = self._resolved[key] = self._name(path, name)
        return found

    def table(self, path: str) -> Table:
        """The module-level bindings of a file."""
        table = self._tables.get(path)
        if table is None:
            table = self._tables[path] = (
                _table_of(self.facts(path)) if not path.endswith("/") else Table({}, ())
            )
        return table

    def star_names(self, path: str) -> tuple[frozenset[str], bool]:
        """What `from module import *` brings, and whether that is all that it may bring."""
        return self._star_names(path, frozenset())

    def _name(self, path: str, name: str) -> Resolution:
        key = (path, name)
        if path.endswith("/"):
            return self._submodule(path, name) or _missing(key, "no such name")
        binders = effective(self.table(path).names.get(name, ()))
        if binders:
            found = [self._bound(path, binder) for binder in binders]
            known = [one for one in found if one.kind != "unresolved"] or found
            if len({one.target for one in known}) > 1:
                return Resolution("unresolved", path, name, (), (key,), "ambiguous")
            return known[0]._replace(route=(key, *known[0].route)[:_MAX_STEPS])
        return (
            self._from_star(path, name) or self._submodule(path, name) or self._unbound(path, name)
        )

    def _bound(self, path: str, binder: Binder) -> Resolution:
        if binder.imported is not None:
            return self.imported(path, *binder.imported)
        definition = binder.definition
        if definition is None:  # pragma: no cover - a binder is one or the other
            raise AssertionError(binder)
        if definition.kind == "alias":
            head, *rest = definition.target.split(".")
            if head in self.table(path).names and head != definition.qualname:
                start = self.name(path, head)
                if start.kind == "module":
                    after = self.attributes(start.path, rest)
                    return after._replace(route=start.route + after.route)
                if start.kind != "unresolved":
                    return start._replace(rest=start.rest + tuple(rest))
        return Resolution("definition", path, definition.qualname)

    def _from_star(self, path: str, name: str) -> Resolution | None:
        outside = None
        for statement in reversed(self.table(path).stars):
            dotted = self.modules.absolute(path, statement.level, statement.module)
            source = self.module(path, dotted) if dotted else None
            if source is None or source.kind != "module":
                outside = source
            elif source.path != path and name in self.star_names(source.path)[0]:
                found = self.name(source.path, name)
                if found.reason != "no such name":
                    return found._replace(route=((path, name), *found.route)[:_MAX_STEPS])
        if outside is not None and outside.kind == "external":
            return Resolution("unresolved", path, name, (), ((path, name),), "dynamic")
        return None

    def _submodule(self, path: str, name: str) -> Resolution | None:
        inner = self.modules.submodule(path, name)
        if inner is None or inner == path:
            return None
        return Resolution("module", inner, "", route=((path, name),))

    def _unbound(self, path: str, name: str) -> Resolution:
        facts = self.facts(path)
        if facts.failure is not None:
            return _missing((path, name), "unparseable")
        if facts.has_getattr or facts.dynamic:
            return _missing((path, name), "dynamic")
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

    def _star_names(self, path: str, seen: frozenset[str]) -> tuple[frozenset[str], bool]:
        if path in seen or path.endswith("/"):
            return frozenset(), False
        facts, table = self.facts(path), self.table(path)
        complete = not (facts.has_getattr or facts.dynamic or facts.failure)
        if facts.exports is not None:
            names = frozenset(name for name, _, _ in facts.exports.names)
            return names, complete and facts.exports.complete and not facts.exports.sources
        names = frozenset(name for name in table.names if not name.startswith("_"))
        for statement in table.stars:
            dotted = self.modules.absolute(path, statement.level, statement.module)
            source = self.module(path, dotted) if dotted else None
            if source is None or source.kind != "module":
                complete = False
                continue
            inner, whole = self._star_names(source.path, seen | {path})
            names, complete = names | inner, complete and whole
        return names, complete


def effective(binders: "list[Binder] | tuple[Binder, ...]") -> list[Binder]:
    """Those statements that may have bound a name last.

    An unconditional statement undoes the ones before it; type-checking imports and fallbacks
    (`except ImportError: X = None`) count only where there is nothing else.
    """
    last = 0
    for index, binder in enumerate(binders):
        if not binder.guard & ~(Guard.WITH | Guard.TRY) and not _is_annotation(binder):
            last = index
    rest = [one for one in binders[last:] if not _is_annotation(one)] or list(binders[last:])
    running = [one for one in rest if not one.guard & Guard.TYPE_CHECKING] or rest
    return [one for one in running if not _is_fallback(one)] or running


def _is_annotation(binder: Binder) -> bool:
    return binder.definition is not None and binder.definition.kind == "annotation"


def _is_fallback(binder: Binder) -> bool:
    return bool(binder.guard & Guard.HANDLER) or (
        bool(binder.guard & Guard.BRANCH)
        and binder.definition is not None
        and binder.definition.kind == "assign"
    )


def _missing(key: Step, reason: str) -> Resolution:
    return Resolution("unresolved", key[0], key[1], (), (key,), reason)


def _table_of(facts: Facts) -> Table:
    names: dict[str, list[Binder]] = {}
    stars = []
    for statement in facts.imports:
        if statement.scope != 0:
            continue
        for alias in statement.names:
            if alias.name == "*":
                stars.append(statement)
                continue
            binder = Binder(statement.start, statement.guard, (statement, alias), None)
            names.setdefault(alias.bound, []).append(binder)
    for definition in facts.definitions:
        if "." not in definition.qualname:
            binder = Binder(definition.start, definition.guard, None, definition)
            names.setdefault(definition.qualname, []).append(binder)
    for binders in names.values():
        binders.sort(key=lambda binder: binder.start)
    return Table(names, tuple(stars))


__all__ = ["Binder", "Resolution", "Resolver", "Step", "Table", "effective", "is_package"]
