"""What a rename of a definition will search all files for, so that one pass answers it."""

from collections.abc import Sequence

from onepath.codemod import Config, Needles, World
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.users import StarImports
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.dispatched import NamedAfter
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import (
    searches_for_comparisons,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.unpicklers import ADMITTING
from onepath_packs.canonical.definitions.old_paths.still_read import searches_for_readers
from onepath_packs.canonical.definitions.places import passes_on
from onepath_packs.canonical.definitions.references import expect_references


def expect_rename(world: World, config: Config, targets: Sequence[Target], new: str) -> None:
    """Have the next pass through all files answer whatever will be searched for.

    Most definitions have their name in their own module alone: then the pass that looks for others
    is the only one, if it is told before.

    Args:
        world: The code.
        config: The environment.
        targets: The modules that have the name, as far as they are known, with the name.
        new: The new name.
    """
    store, old = world.fact_store, targets[0].name
    store.search_along((StarImports(), NamedAfter(old), ADMITTING))
    store.search_along(searches_for_readers(world, targets))
    store.search_along(searches_for_comparisons(old))
    store.note_along([old])
    modules = [world.modules.name(target.path) for target in targets]
    expect_references(
        world, config, {f"{module}.{old}": Destination(module, new) for module in modules}
    )


def likely_places(world: World, home: Step) -> list[Target]:
    """The module of a definition, and the packages around it that pass the definition on.

    Args:
        world: The code.
        home: (path, name) of the definition.
    """
    path, name = home
    word, parts = Needles.of([name]), world.modules.name(path).split(".")
    packages = (world.modules.find(".".join(parts[:count]), path) for count in range(1, len(parts)))
    inits = [init for init in packages if init is not None and not init.endswith("/")]
    return [
        Target(path, name),
        *(
            Target(init, name)
            for init, data in world.read(inits).items()
            if init != path and word.hit(data) and passes_on(world, init, home)
        ),
    ]
