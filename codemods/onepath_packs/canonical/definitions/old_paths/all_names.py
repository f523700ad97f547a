"""Who goes through all names of a module, and meets other ones there: `vars(core)`, `dir(core)`.

What is done with them is not known: a test may compare them with those of another module.
"""

from collections.abc import Collection, Iterator

from onepath.codemod import Refusal, World
from onepath.symbols.find_references.targets import Target
from onepath.symbols.spelling.module_objects import goes_through
from onepath_packs.canonical.definitions.old_paths.copied_names import copied_into

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


def met_as_submodule(world: World, old: str) -> Iterator[Refusal]:
    """The places that meet a module among all names of its package, which loses it.

    Args:
        world: The code as it was.
        old: The dotted path of the module.
    """
    parent, _, leaf = old.rpartition(".")
    package = world.modules.find(parent) if parent else None
    if package is None or package.endswith("/"):
        return
    change = f"'{leaf}' is none of them any more where nothing imports it"
    yield from met_in(world, {package}, change)
    copy = copied_into(world, Target(package, leaf))
    if copy is not None:
        yield Refusal(copy.path, copy.line or 1, WHOLE_READ, f"'{old}': this {copy.why}")
