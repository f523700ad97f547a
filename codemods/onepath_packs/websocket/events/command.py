"""For `libcst.tool codemod`: `onepath_packs.websocket.events.command.Command`."""

from onepath.run.libcst_command import PhaseCommand
from onepath_packs.websocket.events.codemod import CanonicalEvents


class Command(PhaseCommand):
    """The version as a command of `libcst.tool`, file by file."""

    CODEMOD = CanonicalEvents
    DESCRIPTION = CanonicalEvents.title
