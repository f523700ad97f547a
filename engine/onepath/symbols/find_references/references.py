"""Which module-level names of other files a file refers to."""

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from onepath.model import Facts, Guard
from onepath.symbols.resolve import Resolver
from onepath.symbols.spelling.composed import named_in, spelled_names


class Reference(NamedTuple):
    """A mention of a module-level name, by the place that is named, not by its definition."""

    module: str
    """Path of the file whose name it is; `?` if a string leaves that open."""
    name: str
    """The name; `*` for a star import, and for a string that leaves it open."""
    kind: Literal["import", "chain", "string"]
    line: int
    string: int = -1
    """For `string`: index into `Facts.strings`."""
    composed: int = -1
    """For `string`, where it is put together from parts: index into `Facts.composed`."""


def references(
    path: str, facts: Facts, resolver: Resolver, names: Collection[str]
) -> Iterator[Reference]:
    """What a file names in other modules, as far as it is one of `names`.

    Args:
        path: The file.
        facts: Its facts.
        resolver: Over the snapshot it is in.
        names: The names of interest.
    """
    yield from _imported(path, facts, resolver, names)
    yield from _chained(path, facts, resolver, names)
    for index, string in enumerate(facts.strings):
        if string.target >= 0:
            if string.value in names:
                use = facts.use(string.target)
                for owner in modules_bound(path, facts, resolver, use.bound_in, use.name):
                    resolution = resolver.attributes(owner, [name for name, _ in use.chain])
                    if resolution.kind == "module":
                        yield Reference(resolution.path, string.value, "string", string.line, index)
            continue
        parts = string.value.replace(":", ".").split(".")
        for at in range(1, len(parts)):
            if parts[at] in names:
                module = resolver.modules.find(".".join(parts[:at]), path)
                if module is not None:
                    yield Reference(module, parts[at], "string", string.line, index)
    for composed_name in spelled_names(path, facts, resolver):
        for module, name in named_in(composed_name.value, path, resolver):
            if name in names or name == "*":
                yield Reference(
                    module,
                    name,
                    "string",
                    composed_name.composed.line,
                    composed=composed_name.number,
                )


def _imported(
    path: str, facts: Facts, resolver: Resolver, names: Collection[str]
) -> Iterator[Reference]:
    for statement in facts.imports:
        if not statement.is_from:
            continue
        wanted = [alias for alias in statement.names if alias.name == "*" or alias.name in names]
        if not wanted:
            continue
        dotted = resolver.modules.absolute(path, statement.level, statement.module)
        module = resolver.modules.find(dotted, path) if dotted else None
        if module is not None:
            for alias in wanted:
                yield Reference(module, alias.name, "import", statement.line)


def _chained(
    path: str, facts: Facts, resolver: Resolver, names: Collection[str]
) -> Iterator[Reference]:
    imported: dict[tuple[int, str], list[str]] = {}
    for use in facts.uses:
        if not any(name in names for name, _ in use.chain):
            continue
        key = (use.bound_in, use.name)
        if key not in imported:
            imported[key] = list(modules_bound(path, facts, resolver, *key))
        for module in imported[key]:
            at = module
            for name, _ in use.chain:
                if name in names:
                    yield Reference(at, name, "chain", 0)
                inner = resolver.name(at, name)
                if inner.kind != "module":
                    break
                at = inner.path


def modules_bound(
    path: str, facts: Facts, resolver: Resolver, scope: int, name: str, *, for_types: bool = True
) -> Iterator[str]:
    """The files of the modules that imports of a file bind to a name in a scope.

    Args:
        path: The file.
        facts: Its facts.
        resolver: Resolves what it imports.
        scope: Where the name is bound.
        name: The name.
        for_types: Whether imports count that only type checkers run.
    """
    for statement in facts.imports:
        if not for_types and statement.guard & Guard.TYPE_CHECKING:
            continue
        if statement.scope == scope:
            for alias in statement.names:
                if alias.name != "*" and alias.bound == name:
                    target = resolver.imported(path, statement, alias)
                    if target.kind == "module":
                        yield target.path
