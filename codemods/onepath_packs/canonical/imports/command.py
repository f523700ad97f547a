"""For `libcst.tool codemod`: `onepath_packs.canonical.imports.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.canonical.imports.codemod import CanonicalImports


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = CanonicalImports
    DESCRIPTION = CanonicalImports.title
