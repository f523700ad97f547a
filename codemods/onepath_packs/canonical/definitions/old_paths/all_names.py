"""Who goes through all names of a module, and meets other ones there: `vars(core)`, `dir(core)`.

What is done with them is not known: a test may compare them with those of another module.
"""

import re
from collections.abc import Collection, Iterator

from onepath.codemod import Refusal, World
from onepath.symbols.find_references.targets import Target
from onepath.symbols.graph.imports import reachable
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.module_objects import WholeRead, goes_through
from onepath_packs.canonical.definitions.old_paths.copied_names import copied_into
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.old_paths.still_read import loads_by_part
from onepath_packs.canonical.definitions.refused import CannotMoveError

WHOLE_READ = "all-names-read"
_GOES_THROUGH = re.compile(rb"\b(?:getmembers|vars|dir)\(|\.__dict__\b")
_CHOSEN = re.compile(rb"\.(startswith|endswith)\(\s*[\"'](\w+)[\"']\s*\)")


def met_in(world: World, paths: Collection[str], change: str) -> Iterator[Refusal]:
    """The places that go through all names of modules in which one changes.

    Args:
        world: The code as it was.
        paths: The modules' files.
        change: What becomes of the name, in words.
    """
    for read in goes_through(world, paths):
        module = world.modules.name(read.module)
        reason = f"this goes through all names of '{module}', and {change}"
        yield Refusal(read.path, read.line, WHOLE_READ, reason)


def met_by(world: World, path: str) -> Iterator[WholeRead]:
    """The places that go through all names of a module, or of modules that they load by a name.

    Args:
        world: The code.
        path: The module's file.
    """
    yield from goes_through(world, {path})
    for user, line in loads_by_part(world, world.modules.name(path).rpartition(".")[0]):
        if _GOES_THROUGH.search(world.read([user])[user]):
            yield WholeRead(path, user, line)


def check_chosen(world: World, home: Step, new: str) -> None:
    """Refuse another name where names of the module are chosen by how they begin or end.

    Args:
        world: The code.
        home: (path, name) of the definition.
        new: Its new name.

    Raises:
        CannotMoveError: One of the two is chosen, and not the other one.
    """
    path, old = home
    for read in met_by(world, path):
        data = world.read([read.path])[read.path]
        for match in _CHOSEN.finditer(data):
            how, text = match[1].decode(), match[2].decode()
            if getattr(old, how)(text) != getattr(new, how)(text):
                line = data.count(b"\n", 0, match.start()) + 1
                module = world.modules.name(path)
                verb = "begin" if how == "startswith" else "end"
                reason = (
                    f"this chooses among the names of '{module}' those that {verb} with '{text}', "
                    f"and of '{old}' and '{new}' it chooses one alone"
                )
                raise CannotMoveError(read.path, line, reason)


def copied_as_submodule(world: World, old: str) -> RemainingReader | None:
    """A place that may copy a module into another one, with all names of its package.

    Args:
        world: The code.
        old: The dotted path of the module.
    """
    package = _package_around(world, old)
    return (package and copied_into(world, Target(package, old.rpartition(".")[2]))) or None


def met_as_submodule(before: World, after: World, old: str, new: str) -> Iterator[Refusal]:
    """The places that meet a module among all names of its package, which loses it.

    Args:
        before: The code as it was.
        after: The code in which the module has moved.
        old: The dotted path of the module.
        new: Its new path.
    """
    package = _package_around(before, old)
    if package is None:
        return
    leaf, gone = old.rpartition(".")[2], before.modules.find(old)
    loads = reachable([package], after.imports, after.fact_store.load)
    change = f"'{leaf}' is none of them any more where nothing imports it"
    if gone in loads:
        change = f"'{new.rpartition('.')[2]}' may be one of them now"
    yield from met_in(before, {package}, change)


def _package_around(world: World, dotted: str) -> str | None:
    """The file of the package around a module; None if there is none."""
    parent = dotted.rpartition(".")[0]
    package = world.modules.find(parent) if parent else None
    return None if package is None or package.endswith("/") else package
