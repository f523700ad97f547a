"""Opens import cycles by moving imports that nobody needs while modules are imported.

`[cycles]` in the configuration turns it on; `paths` says in which files imports may move. Of each
circle the smallest set of imports that opens it is moved. A name that only annotations use goes
under `if TYPE_CHECKING:`, unless something reads those annotations while the program runs; where
`annotations` is not imported from `__future__` they are quoted. With `defer = true` a name that
only functions use may move into them; if annotations outside of these need it as well, it goes to
both places. What is looked up from outside stays, and so does the import of a module that does
more than bind names. What can't be opened is listed with the imports that would do it, and why they
have to stay. See `examples/`.
"""

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config
from onepath.symbols.world import World


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase."""
    # Here, so that who does without this phase need not load it.
    from onepath_packs.canonical.cycles.planning import plan_cycles

    return plan_cycles(world, config)


VERSION = Version(
    number=5,
    name="break_cycles",
    phase="cycles",
    title="Open import cycles",
    plan=plan,
    why="A cycle of imports works or fails by which module is imported first.",
    requires=(3,),
    configured=lambda config: config.cycles is not None,
)
