"""Who uses a name, in a repository that defines it or in one that has it from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import dirname
from typing import NamedTuple

from onepath.config.migrate_toml import CONFIG_NAME
from onepath.discover.paths import find_paths
from onepath.facts.prefilter.words import Needles
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.progress import Progress, quiet
from onepath.symbols.find_references.targets import Holder, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.modules import is_package
from onepath.symbols.world import World

_SKIPPED = (CONFIG_NAME,)
"""What the migration is told of a name uses nothing."""


class UsersOf(NamedTuple):
    """Who uses some names in one repository."""

    revision: str
    names: tuple[str, ...]
    defined: tuple[tuple[str, str], ...]
    """(name, file): those that are in this repository, by the module that has them."""
    others: tuple[tuple[str, str], ...]
    """(name, path): by which other paths the same is reached here; who uses these was not asked."""
    users: tuple[tuple[str, Holder], ...]
    """(name, place), by name, file and line."""
    unread: tuple[tuple[str, str], ...]
    """(path, reason): what could not be looked into."""

    @property
    def is_free(self) -> bool:
        """Whether everything was read, and nothing would break here without the names."""
        return not self.unread and not any(place.breaks for _, place in self.users)


def users_of(
    snapshot: Snapshot,
    names: Sequence[str],
    *,
    executor: Executor,
    roots: tuple[str, ...] | None = None,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> UsersOf:
    """Find every place that uses one of some names by these very paths.

    A name that is defined elsewhere is looked for as if its module lay here with nothing but the
    name in it: what would refer to it then does so now.

    Args:
        snapshot: The code.
        names: Dotted paths of modules, or of what is in modules.
        executor: Runs the reading.
        roots: Source roots; None finds them.
        cache_dir: Where facts are kept; None keeps none.
        progress: Told, in words, what goes on.
    """
    defined: list[tuple[str, str]] = []
    others: set[tuple[str, str]] = set()
    users: set[tuple[str, Holder]] = set()
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=roots, progress=progress)
        for name in dict.fromkeys(names):
            target = _own(world, name)
            if target is not None:
                defined.append((name, target.path))
                others.update((name, path) for path in _other_paths(world, name))
                users.update((name, place) for place in holders(world, [target], _SKIPPED))
            else:
                users.update((name, place) for place in _outside(world, name))
        missing = {
            path: "its content is not here"
            for path, entry in snapshot.entries.items()
            if entry.oid in world.fact_store.missing
        }
    submodules = {note.path: note.text for note in snapshot.notes() if note.kind == "submodule"}
    unread = sorted({**missing, **submodules}.items())
    return UsersOf(
        snapshot.name,
        tuple(names),
        tuple(defined),
        tuple(sorted(others)),
        tuple(sorted(users)),
        tuple(unread),
    )


def _own(world: World, dotted: str) -> Target | None:
    """What a path means in this repository; None if it leads out of it."""
    path = world.modules.find(dotted)
    if path is not None and not path.endswith("/"):
        return Target(path)
    module, _, name = dotted.rpartition(".")
    holder = world.modules.find(module) if module else None
    if holder is None or holder.endswith("/"):
        return None
    return Target(holder, name)


def _other_paths(world: World, dotted: str) -> list[str]:
    """By which paths a definition is reached as well; none for a module."""
    resolution = world.resolver.dotted(dotted)
    if resolution.kind != "definition" or resolution.rest:
        return []
    return [route.dotted for route in find_paths(world, dotted, resolution).routes]


def _outside(world: World, dotted: str) -> set[Holder]:
    """The places that use what is defined elsewhere, be it a module or a name in one."""
    module, _, name = dotted.rpartition(".")
    found = set(_with(world, dotted, ""))
    if module:
        found.update(_with(world, module, name))
        found.update(_stars(world, module))
    # Both readings of the path find most places; what would break counts, then what is more exact.
    first: dict[tuple[str, int], Holder] = {}
    for place in sorted(
        found, key=lambda holder: (not holder.breaks, holder.target.name == "", holder)
    ):
        first.setdefault((place.path, place.line), place)
    return set(first.values())


def _stars(world: World, module: str) -> Iterator[Holder]:
    """The star imports of a module: who imports from there by way of these is not seen here."""
    word = module.rpartition(".")[2]
    for path in world.fact_store.others_mentioning(world.fact_store.python, Needles.of([word])):
        for statement in world.facts(path).imports:
            if any(alias.name == "*" for alias in statement.names):
                dotted = world.modules.absolute(path, statement.level, statement.module)
                if dotted == module:
                    yield Holder(path, statement.line, "star", f"{module}.*", Target("?", "*"))


def _with(world: World, module: str, name: str) -> tuple[Holder, ...]:
    """Who would refer to a module, or to a name in it, if it were here."""
    path, stubs = _stubs(world, module, name)
    seen = world.after(stubs)
    return tuple(
        holder
        for holder in holders(seen, [Target(path, name)], _SKIPPED)
        if holder.path not in stubs
    )


def _stubs(world: World, module: str, name: str) -> tuple[str, Mapping[str, bytes]]:
    """The file that a module would be, and it with the packages around it that are not here."""
    modules = world.modules
    parts = module.split(".")
    folder = next(iter(modules.roots), "")
    stubs = {}
    for count, part in enumerate(parts[:-1], 1):
        there = modules.find(".".join(parts[:count]))
        if there is not None and (there.endswith("/") or is_package(there)):
            folder = dirname(there)
            continue
        folder = f"{folder}/{part}" if folder else part
        stubs[f"{folder}/__init__.py"] = b""
    path = f"{folder}/{parts[-1]}.py" if folder else f"{parts[-1]}.py"
    stubs[path] = f"{name} = None\n".encode() if name else b""
    return path, stubs
