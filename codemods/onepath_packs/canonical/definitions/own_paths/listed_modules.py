"""Modules that a package lists in `__all__` without importing them: star imports load them."""

from collections.abc import Iterator
from posixpath import dirname

from onepath.codemod import Edit, Needles, World
from onepath.edit.edits import apply_edits
from onepath_packs.canonical.definitions.refused import CannotMoveError


def followed_list(world: World, old: str, new: str) -> dict[str, bytes | None]:
    """The package around a module that gets another name, with that name in its `__all__`.

    Args:
        world: The code, with the module at both paths.
        old: The module, dotted.
        new: Its new path.

    Raises:
        CannotMoveError: A star import binds the module by its old name, or it leaves the package.
    """
    parent, _, leaf = old.rpartition(".")
    path = world.modules.find(parent) if parent else None
    if path is None or path.endswith("/"):
        return {}
    exports = world.facts(path).exports
    entries = [entry for entry in exports.names if entry[0] == leaf] if exports else []
    if not entries or world.resolver.binds(path, leaf):
        return {}
    data = world.read([path])[path]
    line = data.count(b"\n", 0, entries[0][1]) + 1
    reader = next(_star_readers(world, path), None)
    if reader is not None:
        reason = (
            f"'__all__' lists the module '{leaf}' here, and the star import in {reader} binds it"
        )
        raise CannotMoveError(path, line, reason)
    around, _, name = new.rpartition(".")
    if around != parent:
        reason = f"'__all__' lists the module '{leaf}', which would not be in this package"
        raise CannotMoveError(path, line, reason)
    edits = []
    for _, start, end in entries:
        at = data.find(leaf.encode(), start, end)
        if at < 0:
            raise CannotMoveError(path, line, f"'{leaf}' is written in parts here")
        edits.append(Edit(at, at + len(leaf.encode()), name.encode(), "exports", line))
    return {path: apply_edits(data, tuple(edits))}


def _star_readers(world: World, package: str) -> Iterator[str]:
    """The places that import all of a package."""
    name = world.modules.name(package).rpartition(".")[2]
    near = [path for path in world.fact_store.python if dirname(path) == dirname(package)]
    for path in dict.fromkeys((*world.fact_store.mentioning(Needles.of([name])), *near)):
        for statement in world.facts(path).imports:
            if any(alias.name == "*" for alias in statement.names):
                dotted = world.modules.absolute(path, statement.level, statement.module)
                if dotted is not None and world.modules.find(dotted, path) == package:
                    yield f"{path}:{statement.line}"
