"""Whether files that use a definition by several paths have a choice between them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import partial
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.symbols.graph.imports import reachable
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.resolve import Step
from onepath.symbols.routes import PathUse

Reach = Mapping[str, frozenset[str]]
"""Module of a path -> those of the files that use the definition which importing it imports."""


class CountedUse(NamedTuple):
    """A use of a path to a definition."""

    dotted: str
    """The path as written."""
    file: str
    """The file that uses it."""
    module: str
    """The file of the module that the path names."""
    route: tuple[str, ...]
    """The files on the way to the definition."""
    named: str
    """The file that gives the definition the name by which it is used."""
    offered: bool
    """Whether the module that the path names offers what another one defines."""
    listed: bool
    """Whether that module has the name in its `__all__`."""
    deferred: bool
    """Whether it is imported in a function, or for type checkers alone."""
    tested: bool
    """Whether a test that uses it may mean the module that the path names: it reads an attribute
    of that, or the module warns."""
    owner: str
    """The folder whose modules have the definition for themselves; `-` where the path leads
    through a module that has no say in it."""


def is_several(uses: Iterable[CountedUse | PathUse]) -> bool:
    """Whether there is more than one path."""
    return len({use.dotted for use in uses}) > 1


def has_choice(index: Index, definition: Step, uses: Sequence[CountedUse], reach: Reach) -> bool:
    """Whether somebody who uses one path could as well use another one.

    Args:
        index: Knows which packages there are.
        definition: What the paths lead to.
        uses: The uses that count, by several paths.
        reach: What the modules of these paths import.
    """
    # Who imports late, from the very module, does so to load no more than that.
    early = [use for use in uses if not (use.deferred and use.module == definition[0])]
    if not is_several(early) or _is_forced(early, reach):
        return False
    return not _is_convention(early, outermost_package(index, definition[0]))


def _is_forced(uses: Sequence[CountedUse], reach: Reach) -> bool:
    """Whether the module of one path imports all who use another one, and none that uses itself."""
    free = {use.dotted for use in uses}
    for dotted, module in {(use.dotted, use.module) for use in uses}:
        below = {use.dotted for use in uses if use.file in reach[module]}
        if dotted not in below:
            free -= {other for other in below if _all_in(other, uses, reach[module])}
    return len(free) < 2


def _all_in(dotted: str, uses: Iterable[CountedUse], files: Set[str]) -> bool:
    return all(use.file in files for use in uses if use.dotted == dotted)


def _is_convention(uses: Iterable[CountedUse], package: str) -> bool:
    """Whether the project uses one path, and all that is around it, with its tests, that of a
    package or of another module that offers the name."""
    inside: set[str] = set()
    outside: set[str] = set()
    for use in uses:
        if package and use.file.startswith(package) and not is_test(use.file):
            inside.add(use.dotted)
        elif use.offered or use.listed or is_package(use.module):
            outside.add(use.dotted)
        else:
            return False
    return len(inside) == len(outside) == 1


def outermost_package(index: Index, path: str) -> str:
    """The folder of the outermost package around a file; empty if it is in none."""
    folders = path.split("/")[:-1]
    top = ""
    for count in range(len(folders), 0, -1):
        folder = "/".join(folders[:count])
        if f"{folder}/__init__.py" not in index.world.snapshot.entries:
            break
        top = f"{folder}/"
    return top


def reach_of(index: Index, counted: Iterable[CountedUse], uses: Iterable[CountedUse]) -> Reach:
    """Which of the files that use a definition the modules of its counted paths import."""
    numbers = _numbers(index)
    files = {file: divmod(numbers[file], 8) for file in (use.file for use in uses)}
    reach: dict[str, frozenset[str]] = {}
    for module in dict.fromkeys(use.module for use in counted):
        bits = index.passing(("imported by", module), partial(_bits, index, module))
        reach[module] = frozenset(
            file for file, (byte, bit) in files.items() if bits[byte] >> bit & 1
        )
    return reach


def _numbers(index: Index) -> Mapping[str, int]:
    return index.passing(
        "numbers of files", lambda: {path: number for number, path in enumerate(index.paths)}
    )


def _bits(index: Index, path: str) -> bytes:
    """A bit for each file: whether importing a module imports it.

    As sets, these grow with the square of the repository: thousands of modules import thousands.
    """

    def neighbours(module: str) -> list[str]:
        return [edge.target for edge in index.edges.get(module, ()) if not edge.deferred]

    numbers = _numbers(index)
    bits = bytearray(len(numbers) // 8 + 1)
    for other in reachable([path], neighbours, load=lambda _: None):
        if other in numbers:
            byte, bit = divmod(numbers[other], 8)
            bits[byte] |= 1 << bit
    return bytes(bits)
