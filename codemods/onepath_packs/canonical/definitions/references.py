"""References follow what is renamed or moved itself."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from onepath.codemod import Config, Outcome, World
from onepath.symbols.destinations import Destination
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Outside
from onepath.symbols.renames import Renames
from onepath_packs.canonical.imports.planning import expect_renames, plan_renames


def take_references(
    world: World, config: Config, pairs: Mapping[str, Destination], whole: Collection[str] = ()
) -> Outcome:
    """Take every reference to the new paths, while both are there.

    Args:
        world: The code in which each new path gives what the old one does.
        config: What is excluded, what happens to documents, and the environment. One without a
            path is no file of a migration; those that there are follow then like any other text.
        pairs: Old dotted path -> what takes its place. The old ones are where definitions were,
            and no ways to them.
        whole: Those of them that are modules.
    """
    renames = _renames(world, config, pairs, whole)
    return plan_renames(world, renames, replace(config, follows=config.path is None))


def expect_references(world: World, config: Config, pairs: Mapping[str, Destination]) -> None:
    """Get ready to take references to names: the next pass through all files answers for them.

    Args:
        world: The code, in which the new paths need not be there yet.
        config: The environment.
        pairs: As for `take_references`.
    """
    expect_renames(world, _renames(world, config, pairs, ()))


def _renames(
    world: World, config: Config, pairs: Mapping[str, Destination], whole: Collection[str]
) -> Renames:
    outside = Outside(config.environment or running_environment())
    return Renames.build(world.resolver, pairs, whole, inside=True, outside=outside, homes=pairs)
