"""Deletes shims to which nothing refers any more, or lets them warn.

Which modules stands in the configuration, `[shims]`: `"old.module" = "delete"`, `"warn"`,
`"split"` or `"keep"`. A module that only forwards goes, with its stub and the packages that it
leaves empty, if no import, string, entry point, configuration or data file, notebook or doctest
refers to it; else everything that does is listed, and it stays. `warn` puts a generated module in
its place that forwards and warns with DeprecationWarning, for users outside of the repository.
`split` takes out of a module what it forwards and nobody reads from it, and leaves what it defines.
A module that adds something of its own, or that does something when it is imported, stays and is
listed. The pairs in `examples/` beside this file show it.
"""

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config
from onepath.facts.prefilter.modules import ModuleNeedles
from onepath.symbols.world import World


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase."""
    # Here, so that who does without this phase need not load it.
    from onepath_packs.canonical.shims.planning import plan_shims

    return plan_shims(world, config)


def configured(config: Config) -> bool:
    """Whether any shim shall go."""
    return any(fate != "keep" for fate in config.shims.values())


def reads(config: Config) -> ModuleNeedles:
    """The files that may mean one of the shims, by the names that these and their packages have."""
    parts = [["", *dotted.split(".")] for dotted in config.shims]
    return ModuleNeedles.of((one[-1] for one in parts), (one[-2] for one in parts))


VERSION = Version(
    number=3,
    name="delete_shims",
    phase="shims",
    title="Delete the shims that nothing refers to",
    plan=plan,
    why="A module that only forwards is one more path to the same thing, and a place "
    "where imports go in cycles.",
    requires=(1, 2),
    configured=configured,
    reads=reads,
)
