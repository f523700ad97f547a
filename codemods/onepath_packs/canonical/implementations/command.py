"""For `libcst.tool codemod`: `onepath_packs.canonical.implementations.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.canonical.implementations.codemod import UnifyImplementations


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = UnifyImplementations
    DESCRIPTION = UnifyImplementations.title
