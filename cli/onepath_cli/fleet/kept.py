"""Where the results and notes of a single command go while it works for a fleet."""

from collections.abc import Mapping
from typing import Any

from onepath_cli.output import Output


class KeptOutput(Output):
    """Keeps the document and the notes, and prints nothing."""

    def __init__(self) -> None:
        super().__init__(quiet=True, verbose=False, no_color=True)
        self.kept: Mapping[str, Any] | None = None
        """The JSON document that is the result; None until there is one."""
        self.notes: list[str] = []

    def result(self, text: str) -> None:
        pass

    def result_bytes(self, data: bytes) -> None:
        pass

    def document(self, content: Mapping[str, Any]) -> None:
        self.kept = content

    def note(self, text: str) -> None:
        self.notes.append(text.strip())
