"""For `libcst.tool codemod`: `onepath_packs.canonical.shims.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.canonical.shims.codemod import DeleteShims


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = DeleteShims
    DESCRIPTION = DeleteShims.title
