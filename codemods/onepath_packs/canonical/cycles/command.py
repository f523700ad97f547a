"""For `libcst.tool codemod`: `onepath_packs.canonical.cycles.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.canonical.cycles.codemod import BreakCycles


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = BreakCycles
    DESCRIPTION = BreakCycles.title
