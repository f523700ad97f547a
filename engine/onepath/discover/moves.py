"""What holds a package that only forwards: modules in it that define something, which can move."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import dirname
from typing import NamedTuple

from onepath.analysis.forwarding_modules import own_definitions
from onepath.analysis.index import Index
from onepath.discover.text import WrittenTables, comment
from onepath.model import BLOCK_KINDS
from onepath.symbols.modules import is_package, is_test

_MOST = 12
"""A package with more modules that define something is no old path, but a part of the program."""
_SHOWN = 5


class MovableModule(NamedTuple):
    """A module in a package that only forwards."""

    path: str
    module: str
    names: Sequence[str]
    """What it defines at its top, and is public."""
    destination: str
    """The package to which it goes, or the module to which what it defines goes."""
    as_a_whole: bool
    namesakes: Mapping[str, str]
    """Of these names, those that a module of that package defines as well -> that module."""

    @property
    def is_second_version(self) -> bool:
        """Whether most of it is there already: which one stays is no question of place."""
        return len(self.namesakes) * 2 > len(self.names)


def movable_modules(
    index: Index, shims: Collection[str], imports: Mapping[str, str], canonical: Sequence[str]
) -> list[MovableModule]:
    """The modules below packages that only forward, and where what they define can go.

    A module whose name is free beside the canonical definition goes there as it is, unless it is on
    the way to that definition itself; of others the definitions go to a new module.

    Args:
        index: The code.
        shims: The files that only forward to a canonical definition.
        imports: Deprecated path -> canonical path.
        canonical: The canonical paths.
    """
    forwarding = {old.rpartition(".")[0] for old in imports}
    homes = [path.rpartition(".")[0] for path in canonical]
    found = []
    for init in sorted(shims):
        package = index.module(init)
        if not is_package(init) or any(f"{home}.".startswith(f"{package}.") for home in homes):
            continue
        home = _home(package, imports)
        below = [path for path in _below(index, dirname(init)) if path not in shims]
        defining = {path: names for path in below if (names := _own(index, path))}
        if home and 0 < len(defining) <= _MOST:
            there = _defined_in(index, home)
            found += [
                _movable(index, path, names, home, forwarding, there)
                for path, names in defining.items()
            ]
    return found


def _home(package: str, imports: Mapping[str, str]) -> str:
    """The package of the canonical definition to which a package forwards."""
    targets = [new for old, new in imports.items() if old.startswith(f"{package}.")]
    return targets[0].rpartition(".")[0].rpartition(".")[0] if targets else ""


def _below(index: Index, folder: str) -> list[str]:
    files = index.world.modules.files
    return sorted(path for path in files if dirname(path) == folder and path.endswith(".py"))


def _own(index: Index, path: str) -> list[str]:
    """What a module defines for others; nothing of a test."""
    data = index.world.read([path]).get(path, b"")
    if is_test(path) or index.world.facts(path).failure is not None or not [*own_definitions(data)]:
        return []
    return [
        name
        for name, definition in index.definitions(path).items()
        if "." not in name and definition.kind in BLOCK_KINDS and not name.startswith("_")
    ]


def _defined_in(index: Index, package: str) -> dict[str, str]:
    """What the modules of a package define -> the first module that does."""
    place = index.world.modules.find(package)
    paths = _below(index, dirname(place)) if place is not None and is_package(place) else []
    index.world.fact_store.load(paths)
    defined: dict[str, str] = {}
    for path in paths:
        for name in _own(index, path):
            defined.setdefault(name, index.module(path))
    return defined


def _movable(
    index: Index,
    path: str,
    names: Sequence[str],
    home: str,
    forwarding: Collection[str],
    there: Mapping[str, str],
) -> MovableModule:
    module = index.module(path)
    package, _, leaf = module.rpartition(".")
    namesakes = {name: there[name] for name in names if name in there}
    find = index.world.modules.find
    if module not in forwarding and find(f"{home}.{leaf}") is None:
        return MovableModule(path, module, names, home, as_a_whole=True, namesakes=namesakes)
    free = f"{home}.{package.rpartition('.')[2]}_{leaf}"
    while find(free) is not None:
        free += "_parts"
    return MovableModule(path, module, names, free, as_a_whole=False, namesakes=namesakes)


def moves_table(modules: Sequence[MovableModule], written: WrittenTables) -> Iterator[str]:
    """`[moves]` with what each module defines, all of it as comments."""
    if not modules:
        return
    yield ""
    yield "# Modules in a package that only forwards: what they define keeps it. Remove the # to"
    yield "# have that moved, with all that refers to it; what is left of them goes by [shims]."
    yield "[moves]"
    for one in modules:
        yield from comment(f"{one.module} defines {_some(one.names)}.")
        for module in sorted({*one.namesakes.values()}):
            twice = [name for name, other in one.namesakes.items() if other == module]
            yield from comment(f"{module} defines {_some(twice)} as well.")
        if one.is_second_version:
            yield "# Which one stays is to be decided before anything moves."
            continue
        olds = [one.module] if one.as_a_whole else [f"{one.module}.{name}" for name in one.names]
        for old in olds:
            yield written.pair("moves", old, one.destination, active=False)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
