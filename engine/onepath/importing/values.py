"""What names are bound to while modules are imported, and how importing fails."""

from dataclasses import dataclass, field
from typing import NamedTuple

from onepath.importing.steps import FunctionSteps, ModuleBody, StepPlace, StringTable


class ModuleValue(NamedTuple):
    """A module, by the name under which `sys.modules` holds it."""

    name: str


class ObjectValue(NamedTuple):
    """Something that a statement of a module made: two of one place are the same object."""

    module: str
    name: str
    offset: int
    function: FunctionSteps | None = None
    """What runs when it is called, if that is known."""
    table: StringTable | None = None
    has: frozenset[str] | None = None
    """Its attributes; None if they are not known."""


class TextValue(NamedTuple):
    """A known string."""

    text: str


class Unknown(NamedTuple):
    """Anything."""


UNKNOWN = Unknown()
ImportValue = ModuleValue | ObjectValue | TextValue | Unknown


class Frame(NamedTuple):
    """A statement that was running when importing failed."""

    module: str
    path: str
    place: StepPlace


ValueSignature = tuple[str, str, str]
"""Kind, subject and file of a failure."""


class ImportFailed(Exception):  # noqa: N818 - it is what the imported program raises
    """The program that is followed raises an exception.

    Args:
        kind: The name of its class.
        text: What it says.
        subject: What could not be had: `a.b` for the name `b` of the module `a`.
    """

    def __init__(self, kind: str, text: str, subject: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.subject = subject
        self.frames: tuple[Frame, ...] = ()
        """Outermost first."""

    def kept(self) -> "ImportFailed":
        """The same to be kept, without what this program was at when it was raised.

        Its frames hold all that the program that is followed had loaded.
        """
        self.__traceback__ = self.__context__ = None
        return self

    @property
    def signature(self) -> ValueSignature:
        """By what the same failure is known in another state of the code."""
        path = self.frames[-1].path if self.frames else ""
        return self.kind, self.subject, path


@dataclass(eq=False, slots=True)
class Module:
    """A module that is being imported or has been."""

    name: str
    path: str
    """Its file; a folder with a final `/` for a namespace package."""
    is_package: bool
    body: ModuleBody | None
    """None where names are looked up without following the body."""
    namespace: dict[str, ImportValue] = field(default_factory=dict)
    done: bool = False
    open: bool = False
    """Whether it may have names that can't be known."""
