"""Where a running function, class or module looks names up, and how a function ends."""

from onepath.importing.steps import FunctionSteps
from onepath.importing.values import ImportValue, Module


class Returned(Exception):  # noqa: N818 - a function ends
    """A `return` statement was reached.

    Args:
        value: What is returned.
    """

    def __init__(self, value: ImportValue) -> None:
        super().__init__()
        self.value = value


class NameScope:
    """Where names are looked up: in a function or class, and in its module."""

    def __init__(self, module: Module, function: FunctionSteps | None = None) -> None:
        self.module = module
        self.function = function
        self.names: dict[str, ImportValue] | None = None if function is None else {}
        self.is_class = False
        self.outer: NameScope | None = None
        """Of a class in a function, that of the function: its body reads names there."""
