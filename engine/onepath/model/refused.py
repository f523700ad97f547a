"""The one exception by which code that rewrites a place says that the place is left alone."""


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """A place is left alone.

    Args:
        code: One or two words with hyphens, `double-star`: what the summary counts.
        reason: Why, for the one who reads the summary: a clause without a full stop.
        line: Where, if that is not the place that was asked about; else 0.
    """

    def __init__(self, code: str, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.line = line

    @property
    def bare(self) -> "Refused":
        """The same, which does not hold on to the frames that it came through."""
        return Refused(self.code, self.reason, self.line)
