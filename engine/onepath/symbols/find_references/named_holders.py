"""What is referred to by strings that name modules: whole, in parts, or in a table."""

from collections.abc import Container, Iterator, Sequence

from onepath.model import Facts, NamedModule
from onepath.symbols.find_references.targets import (
    COMPUTED,
    MENTION,
    Holder,
    HolderKind,
    SoughtTargets,
    Target,
)
from onepath.symbols.resolve import Resolver
from onepath.symbols.spelling.named import ANY, matches, paths_named

WALKS = ("walk", "listing")


def named_holders(
    path: str, facts: Facts, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Holder]:
    """The references of a file by strings that name modules; those of a module to itself don't
    count."""
    for record in facts.named:
        for name in paths_named(path, facts, resolver, record):
            if record.how in WALKS:
                yield from _walked(path, record, name, resolver, sought)
            elif ANY in name:
                yield from _computed(path, record, name, resolver, sought)
            else:
                for target in dict.fromkeys(_exact(path, record, name, resolver, sought)):
                    if target.path != path or target.name:
                        yield Holder(path, record.line, "string", name, target)


def _walked(
    path: str, record: NamedModule, package: str, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Holder]:
    """A call that goes through the modules below a package."""
    kind: HolderKind = COMPUTED if record.how == "walk" else MENTION
    modules = resolver.modules
    for target in sought.modules.values():
        names = (*modules.names(target.path), *modules.local_names(target.path, path))
        if target.path != path and any(name.startswith(f"{package}.") for name in names):
            yield Holder(path, record.line, kind, f"{package}.{ANY}", target)


def _computed(
    path: str, record: NamedModule, name: str, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Holder]:
    """A name of which a part can't be known."""
    if record.how == "object":
        # What can't be known may hold the attribute as well, and so may what follows.
        head, _, _ = name.partition(ANY)
        name = f"{head}{ANY}" if head else name
    for target in sought.modules.values():
        if target.path != path and matches(name, target.path, resolver.modules, path):
            yield Holder(path, record.line, COMPUTED, name, target)


def _exact(
    path: str, record: NamedModule, name: str, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Target]:
    parts = name.split(".")
    yield from targets_of_path(path, parts, resolver, sought)
    for attribute in record.attributes:
        yield from targets_of_path(path, [*parts, attribute.name], resolver, sought)


def targets_of_path(
    path: str, parts: Sequence[str], resolver: Resolver, sought: SoughtTargets
) -> Iterator[Target]:
    """The targets on the way of a dotted path that is imported as a whole.

    Args:
        path: The file that holds it.
        parts: The path's parts.
        resolver: Over the snapshot.
        sought: What may be referred to.
    """
    if sought.words.isdisjoint(parts):
        return
    for count in range(len(parts), 0, -1):
        module = resolver.modules.find(".".join(parts[:count]), path)
        if module is not None:
            if module in sought.modules:
                yield sought.modules[module]
            yield from passed(module, [*parts[count:]], resolver, sought)
            return


def passed(
    at: str,
    chain: list[str],
    resolver: Resolver,
    sought: SoughtTargets,
    loaded: Container[str] | None = None,
) -> Iterator[Target]:
    """The targets on the way of a chain that begins at a module.

    What lies below a package is reached without what the package holds itself, if the file
    imports it (`loaded`), or if it is a string, which is imported as a whole.
    """
    for place, name in enumerate(chain):
        resolution = resolver.name(at, name)
        for step in resolution.route:
            if step in sought.names:
                yield sought.names[step]
        if resolution.kind != "module":
            return
        at = resolution.path
        if at in sought.modules:
            below = resolver.modules.submodule(at, (*chain[place + 1 :], "")[0])
            if below is None or (loaded is not None and below not in loaded):
                yield sought.modules[at]
