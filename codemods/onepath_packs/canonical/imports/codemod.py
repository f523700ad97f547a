"""Version 1: deprecated imports, and every use of them, become imports of the canonical path."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from onepath.codemod import Codemod, Config, LeftOut, Proposal, World
from onepath.codemod.refusals.left_out import EXCLUDED
from onepath.codemod.refusals.waiting import DECISION, DOCUMENTS, TESTS
from onepath.facts.prefilter.words import CodeNeedles

if TYPE_CHECKING:
    from onepath_packs.canonical.imports.planning import Renaming


class CanonicalImports(Codemod):
    """Rewrites deprecated imports, and every use of them, to the canonical path.

    What is deprecated is configured, `[imports]`: `"old.path" = "canonical.path"`. The table is the
    engine's, because the rules of the audit read it as well. Import statements, names, attribute
    chains, strings that are certainly looked up, and Python in documents follow; shims are kept for
    a later phase.
    """

    number = 1
    name = "canonical_imports"
    phase = "canonical-imports"
    title = "Import by the canonical paths"
    why = (
        "Every symbol is to be imported by one path. Deprecated paths keep working until "
        "their modules are deleted, so this changes names only."
    )
    waits_for: Mapping[str, str] = {
        EXCLUDED: DECISION,
        "patched-where-used": TESTS,
        "tests-the-path": TESTS,
        **dict.fromkeys(("document", "document-contrast", "mentioned"), DOCUMENTS),
    }
    earlier_digests = (
        "0d838b233a93a4a47a87991a50f2d08113f317dc77ac94357ce1c8c9e2d5bfab",
        "bbaa022abf3f737c732cd89c11f5867989059a45278c557681eacc438be8720c",
    )

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._renaming: Renaming | None = None
        self._remarks: tuple[str, ...] = ()

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite the imports and uses that may change.

        Raises:
            ConfigError: A canonical path does not exist.
        """
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.imports.counted import findings_in, search_for_names
        from onepath_packs.canonical.imports.differing import differences
        from onepath_packs.canonical.imports.planning import Renaming
        from onepath_packs.canonical.imports.renames import build_renames
        from onepath_packs.canonical.imports.unknown_names import remarks_on

        if self._renaming is None:
            renames = build_renames(world, self.config)
            world.fact_store.search_along(search_for_names(world, self.config))
            self._renaming = Renaming(world, renames, self.config)
            remarks = remarks_on(world, renames, self.config.followed, self._renaming.used)
            self._remarks = (*remarks, *differences(renames))
        proposal = self._renaming.propose(world, left_out)
        return proposal._replace(
            before=findings_in(world, self._renaming.files(world), self.config),
            remarks=(*proposal.remarks, *self._remarks),
        )

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether any path is deprecated."""
        return bool(config.imports)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """The deprecated paths, and the canonical ones."""
        return config.imports

    @classmethod
    def reads(cls, config: Config) -> CodeNeedles:
        """The files that mention the last word of a deprecated path, and not in comments alone."""
        return CodeNeedles.of(old.rpartition(".")[2] for old in config.imports)
