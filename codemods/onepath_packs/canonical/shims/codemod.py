"""Version 3: shims that nothing refers to are deleted."""

from collections.abc import Iterable, Mapping

from onepath.codemod import Codemod, Config, LeftOut, Proposal, Propose, World
from onepath.codemod.refusals.left_out import EXCLUDED
from onepath.codemod.refusals.waiting import DECISION, DOCUMENTS, HOLDERS
from onepath.facts.prefilter.modules import ModuleNeedles
from onepath_packs.canonical.shims.table import Moves, Shims


class DeleteShims(Codemod):
    """Deletes shims to which nothing refers any more, or makes them warn.

    Which modules is configured, `[shims]`: `"old.module" = "delete"`, `"warn"`, `"split"` or
    `"keep"`. A module that only forwards is deleted, with its stub and the packages that it leaves
    empty, if no import, string, entry point, configuration or data file, notebook or doctest refers
    to it; otherwise it is kept, and everything that refers to it is listed.

    `warn` puts a generated module in its place that forwards and warns with DeprecationWarning, for
    users outside of the repository. `split` removes from a module what it forwards and nobody reads
    from it, and keeps what it defines; where it defines nothing, it goes like a shim. A module that
    adds something of its own, or that does something when it is imported, is kept and listed.

    What a module defines goes elsewhere before, where `[moves]` says so: `"old.module.Name" =
    "other.module"`, as `migrate move` does it and with its proof.
    """

    number = 3
    name = "delete_shims"
    phase = "shims"
    title = "Delete the shims that nothing refers to"
    why = (
        "A module that only forwards is one more path to the same thing, and a place "
        "where imports go in cycles."
    )
    requires = (1, 2)
    table = Shims
    further_tables = (Moves,)
    waits_for: Mapping[str, str] = {
        EXCLUDED: DECISION,
        "held": HOLDERS,
        "mentioned": DOCUMENTS,
        "old-path-kept": HOLDERS,
        "not-removed": HOLDERS,
    }
    earlier_digests = (
        "a7897679feddbca9f6f022463898f5ad2e9bb69ff71d8e06ecaba94f1e54b460",
        "cc65d2f2ef5a2571b35d1f7dad0c9242bfb934a03626963fbfaea91354c92a25",
    )

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Delete the modules to which nothing refers, and generate those that warn."""
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.shims.emptied import with_emptied
        from onepath_packs.canonical.shims.planning import propose_deletions

        places = left_out.also_places(self.config.left_alone)
        return propose_deletions(world, places, with_emptied(world, self.config))

    def steps(self, world: World) -> Iterable[Propose]:
        """What is defined moves first; then what only forwards goes, also what only does now."""
        deletions = [*super().steps(world)]
        if self.config.table(Moves).destinations:
            from onepath_packs.canonical.shims.moving import ConfiguredMoves

            yield ConfiguredMoves(self.config).propose
        yield from deletions
        if "split" in self.config.table(Shims).fates.values():
            yield self._propose_rest

    def _propose_rest(self, world: World, left_out: LeftOut) -> Proposal:
        """Split the modules that could have gone as a whole, had nothing held them."""
        from onepath_packs.canonical.shims.emptied import only_emptied
        from onepath_packs.canonical.shims.planning import propose_deletions

        places = left_out.also_places(self.config.left_alone)
        rest = propose_deletions(world, places, only_emptied(world, self.config))
        return rest._replace(before={}, after={})  # the step before has counted them

    @classmethod
    def in_one_step(cls, config: Config) -> bool:
        fates = config.table(Shims).fates.values()
        return "split" not in fates and not config.table(Moves).destinations

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether anything shall become of any shim, or anything shall move."""
        fates = config.table(Shims).fates.values()
        return any(fate != "keep" for fate in fates) or bool(config.table(Moves).destinations)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """Where definitions and modules go."""
        moves = config.table(Moves).destinations
        return {old: f"{module}.{old.rpartition('.')[2]}" for old, module in moves.items()}

    @classmethod
    def reads(cls, config: Config) -> ModuleNeedles:
        """The files that may mean one of the shims, by the last names of their paths."""
        parts = [["", *dotted.split(".")] for dotted in config.table(Shims).fates]
        return ModuleNeedles.of((names[-1] for names in parts), (names[-2] for names in parts))
