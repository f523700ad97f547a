"""Collapses factory variants: every configured way to an instance becomes the one that stays.

What goes, and to what, stands in the configuration:

    [factories."app.hubs.make_hub"]
    to = "app.hub.Hub"
    rename = { name = "title" }     # its parameter = the parameter that takes the argument
    drop = ["request"]              # parameters that are not needed any more
    add = { mode = "'fast'" }       # parameter = the literal that every call gives it
    accept = true                   # what it does beyond forwarding may be lost

A variant is a function, a method (`app.hubs.Factory.create`, `app.hub.Hub.get_instance`), another
name for one, or the class itself where a factory stays. Calls are rewritten with their arguments,
`await` comes or goes as the two demand, and imports follow. A simple variant needs no `rename` and
no `add`: they are read from its body. One that does more than forward is refused with the
difference. A definition that nothing refers to any more goes.

The counts under `factory-variant` are the configured variants that are there and their uses. What
the codemod does to each form, and what it refuses, is shown by the pairs in `examples/`.
"""

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config
from onepath.facts.prefilter.words import Needles
from onepath.symbols.world import World


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase.

    Raises:
        ConfigError: What is to stay does not exist.
    """
    # Here, so that who does without this phase need not load it.
    from onepath_packs.canonical.factories.planning import plan_factories

    return plan_factories(world, config)


VERSION = Version(
    number=2,
    name="collapse_factories",
    phase="factories",
    title="Make instances in one way",
    plan=plan,
    why="Every instance is to be made in one way. A variant is deleted once nothing refers to it.",
    routes=lambda config: {one.old: one.to for one in config.factories},
    requires=(1,),
    configured=lambda config: bool(config.factories),
    reads=lambda config: Needles.of(one.old.rpartition(".")[2] for one in config.factories),
)
