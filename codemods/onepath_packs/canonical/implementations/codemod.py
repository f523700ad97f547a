"""Takes other implementations of a class to the canonical one, as far as that is certain.

Which ones stands in the configuration, `[implementations]`: `"dotted.Old" = "canonical.Class"`.
Aliases and subclasses that add nothing collapse into the canonical class: their uses follow, and
the definition goes if nothing refers to it. A subclass that something can tell from its base stays.
Real duplicates are not merged by guess: the phase says how they differ and which methods are used,
lets those functions make the canonical class that need no more than it does, and lists the others.
Where `[canonical."pkg.Class"]` names a `protocol`, one of its public methods is written. The pairs
in `examples/` beside this file show it.
"""

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config
from onepath.symbols.world import World


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase.

    Raises:
        ConfigError: A canonical class does not exist.
    """
    # Here, so that who does without this phase need not load it.
    from onepath_packs.canonical.implementations.planning import plan_unification

    return plan_unification(world, config)


def configured(config: Config) -> bool:
    """Whether there are other implementations, or a protocol is wanted."""
    return bool(config.implementations) or any(one.protocol for one in config.canonical)


VERSION = Version(
    number=4,
    name="unify_implementations",
    phase="managers",
    title="Unify the implementations of canonical classes",
    plan=plan,
    why="A role is to have one class. Aliases and subclasses that add nothing become that class.",
    routes=lambda config: config.implementations,
    requires=(1,),
    configured=configured,
)
