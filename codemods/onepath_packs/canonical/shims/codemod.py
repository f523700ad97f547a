"""Version 3: shims that nothing refers to are deleted."""

from collections.abc import Mapping

from onepath.codemod import Codemod, Config, LeftOut, Proposal, World
from onepath.codemod.refusals.left_out import EXCLUDED
from onepath.codemod.refusals.waiting import DECISION, DOCUMENTS, HOLDERS
from onepath.facts.prefilter.modules import ModuleNeedles
from onepath_packs.canonical.shims.table import Shims


class DeleteShims(Codemod):
    """Deletes shims to which nothing refers any more, or makes them warn.

    Which modules is configured, `[shims]`: `"old.module" = "delete"`, `"warn"`, `"split"` or
    `"keep"`. A module that only forwards is deleted, with its stub and the packages that it leaves
    empty, if no import, string, entry point, configuration or data file, notebook or doctest refers
    to it; otherwise it is kept, and everything that refers to it is listed.

    `warn` puts a generated module in its place that forwards and warns with DeprecationWarning, for
    users outside of the repository. `split` removes from a module what it forwards and nobody reads
    from it, and keeps what it defines. A module that adds something of its own, or that does
    something when it is imported, is kept and listed.
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
    waits_for: Mapping[str, str] = {
        EXCLUDED: DECISION,
        "held": HOLDERS,
        "mentioned": DOCUMENTS,
        "not-removed": HOLDERS,
    }
    earlier_digests = (
        "a7897679feddbca9f6f022463898f5ad2e9bb69ff71d8e06ecaba94f1e54b460",
        "cc65d2f2ef5a2571b35d1f7dad0c9242bfb934a03626963fbfaea91354c92a25",
    )

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Delete the modules to which nothing refers, and generate those that warn."""
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.shims.planning import propose_deletions

        return propose_deletions(world, left_out, self.config)

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether anything shall become of any shim."""
        return any(fate != "keep" for fate in config.table(Shims).fates.values())

    @classmethod
    def reads(cls, config: Config) -> ModuleNeedles:
        """The files that may mean one of the shims, by the last names of their paths."""
        parts = [["", *dotted.split(".")] for dotted in config.table(Shims).fates]
        return ModuleNeedles.of((names[-1] for names in parts), (names[-2] for names in parts))
