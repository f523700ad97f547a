"""Why a definition can't get another name or place: one error, with the place that stands against
it."""

from onepath.errors import RefusedError


class CannotMoveError(RefusedError):
    """A definition has to stay as it is.

    Args:
        path: The file that stands against it.
        line: Where in it.
        reason: Why, in words.
        hint: What would work, if anything is known.
    """

    def __init__(self, path: str, line: int, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {reason}", hint=hint)
