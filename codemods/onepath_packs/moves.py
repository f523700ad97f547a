"""What packs share that take a repository over a version of an outside library, by a table."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onepath.codemod import BaseCodemod, Config, Outcome, World
from onepath.codemod.waiting import DOCUMENTS, TESTS
from onepath.config.rename_files import read_rename_file
from onepath.model import Withheld

_TABLE = "moves.csv"


class Moves(BaseCodemod):
    """Takes every use of a path in `moves.csv`, beside the codemod, to the new path."""

    waits_for: Mapping[str, str] = {
        **dict.fromkeys(("patched-where-used", "tests-the-path"), TESTS),
        **dict.fromkeys(("document", "document-contrast", "mentioned"), DOCUMENTS),
    }

    @classmethod
    def moves(cls) -> Mapping[str, str]:
        """Old path -> new path."""
        return read_rename_file(Path(inspect.getfile(cls)).with_name(_TABLE)).renames

    def plan(self, world: World, withheld: Sequence[Withheld] = ()) -> Outcome:
        """Rewrite, prove place by place, and leave alone what fails."""
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.imports.planning import plan_renames
        from onepath_packs.canonical.imports.renames import build_renames

        config = replace(self.config, imports=self.moves(), lines={})
        return plan_renames(world, build_renames(world, config), config)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """Every old path, with the one that takes its place."""
        return cls.moves()


def recipes() -> Mapping[str, Path]:
    """The tables of the packs that come with onepath, by the pack's name."""
    return {path.parent.name: path for path in Path(__file__).parent.glob(f"*/{_TABLE}")}
