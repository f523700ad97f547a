"""For `libcst.tool codemod`: `onepath_packs.canonical.factories.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.canonical.factories.codemod import CollapseFactories


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = CollapseFactories
    DESCRIPTION = CollapseFactories.title
