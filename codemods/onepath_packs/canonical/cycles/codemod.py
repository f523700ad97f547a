"""Version 5: import cycles are opened by moving imports."""

from onepath.codemod import Codemod, LeftOut, Proposal, World
from onepath_packs.canonical.cycles.table import Cycles


class BreakCycles(Codemod):
    """Opens import cycles by moving imports that nobody needs while modules are imported.

    `[cycles]` in the configuration turns it on; `paths` says in which files imports may move. Of
    each cycle the smallest set of imports that opens it is moved. A name that only annotations use
    is imported under `if TYPE_CHECKING:`, unless something reads those annotations while the
    program runs; where `annotations` is not imported from `__future__` they are quoted. With
    `defer = true` a name that only functions use may move into them; if annotations outside of
    these need it as well, it is imported in both places.

    What is looked up from outside keeps its import, and so does a module that does more than bind
    names. A cycle that can't be opened is listed with the imports that would open it, and with the
    reason why they remain.
    """

    number = 5
    name = "break_cycles"
    phase = "cycles"
    title = "Open import cycles"
    why = "A cycle of imports works or fails by which module is imported first."
    requires = (3,)
    table = Cycles
    earlier_digests = (
        "8c5736d99509193fbc241e93a553196d0b7bac9697a757dc4deb80c3fed691b8",
        "0ae640dc7118535090efb442905c6cc2439674018e23abeaa671254d87e46d85",
    )

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Move the cheapest imports that open the cycles which `[cycles]` allows to open."""
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.cycles.planning import propose_moves

        return propose_moves(world, left_out, self.config.table(Cycles))
