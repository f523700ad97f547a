"""Modules that a lazy package loads when a name is read, and that an import would load at once."""

from collections.abc import Iterator

from onepath.model import FileChange
from onepath.symbols.sites import Sites
from onepath.symbols.world import World


def loaded_at_once(world: World, change: FileChange, sites: Sites) -> Iterator[str]:
    """What is said of reads of a package's lazy attributes (PEP 562) that an import replaced.

    `pkg.Name` ran `__getattr__` of `pkg`, which imported a module by then: after what the file did
    before, perhaps never. An import of that module runs it where the import is.

    Args:
        world: The code before.
        change: A file that changed.
        sites: The deprecated paths in it.
    """
    facts = world.facts(change.path)
    edited = {edit.start for edit in change.edits}
    named: dict[tuple[str, str], list[int]] = {}
    for site in sites.chains:
        use, to = facts.uses[site.use], site.match.to
        package, _, name = site.match.old.rpartition(".")
        if (
            use.start in edited
            and _is_lazy(world, package, name)
            and not _imports(world, change.path, to.module)
        ):
            line = change.old.count(b"\n", 0, use.start) + 1
            named.setdefault((package, to.module), []).append(line)
    for (package, module), lines in named.items():
        places = ", ".join(map(str, dict.fromkeys(lines)))
        yield (
            f"{change.path}: '{module}' is now imported with this file; '{package}' imported it "
            f"only when it was read from there (line {places})"
        )


def _is_lazy(world: World, package: str, name: str) -> bool:
    """Whether a module's `__getattr__` gives a name that the module does not bind."""
    path = world.modules.find(package)
    if path is None or path.endswith("/"):
        return False
    bound = world.facts(path).scopes[0].bound
    return "__getattr__" in bound and name not in bound


def _imports(world: World, path: str, module: str) -> bool:
    """Whether a file imports a module already, outside functions."""
    facts = world.facts(path)
    for statement in facts.imports:
        if statement.scope:
            continue
        start = world.modules.absolute(path, statement.level, statement.module) or ""
        names = (alias.name for alias in statement.names)
        loads = [start, *(f"{start}.{name}" for name in names)] if statement.is_from else [*names]
        if any(load == module or load.startswith(f"{module}.") for load in loads):
            return True
    return False
