"""What packs share that take a repository over a version of an outside library, by a table."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from onepath.codemod import Codemod, Config, LeftOut, Proposal, World
from onepath.codemod.refusals.waiting import DOCUMENTS, TESTS
from onepath.config.tables.rename_files import read_rename_file

if TYPE_CHECKING:
    from onepath_packs.canonical.imports.planning import Renaming

_TABLE = "moves.csv"


class Moves(Codemod):
    """Takes every use of a path in `moves.csv`, beside the codemod, to the new path."""

    waits_for: Mapping[str, str] = {
        **dict.fromkeys(("patched-where-used", "tests-the-path"), TESTS),
        **dict.fromkeys(("document", "document-contrast", "mentioned"), DOCUMENTS),
    }

    @classmethod
    def moves(cls) -> Mapping[str, str]:
        """Old path -> new path."""
        return read_rename_file(Path(inspect.getfile(cls)).with_name(_TABLE)).renames

    def __init__(self, config: Config) -> None:
        super().__init__(replace(config, imports=self.moves(), lines={}))
        self._renaming: Renaming | None = None

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite the imports and uses that may change."""
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.imports.planning import Renaming
        from onepath_packs.canonical.imports.renames import build_renames

        if self._renaming is None:
            self._renaming = Renaming(world, build_renames(world, self.config), self.config)
        return self._renaming.propose(world, left_out)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """Every old path, with the one that takes its place."""
        return cls.moves()


def recipes() -> Mapping[str, Path]:
    """The tables of the packs that come with onepath, by the pack's name."""
    return {path.parent.name: path for path in Path(__file__).parent.glob(f"*/{_TABLE}")}
