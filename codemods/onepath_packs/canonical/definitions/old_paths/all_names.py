"""Who goes through all names of a module, and meets other ones there: `vars(core)`, `dir(core)`.

What is done with them is not known: a test may compare them with those of another module.
"""

from collections.abc import Collection, Iterator

from onepath.codemod import Refusal, World
from onepath.symbols.find_references.targets import Target
from onepath.symbols.graph.imports import reachable
from onepath.symbols.spelling.module_objects import goes_through
from onepath_packs.canonical.definitions.old_paths.copied_names import copied_into
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader

WHOLE_READ = "all-names-read"


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
