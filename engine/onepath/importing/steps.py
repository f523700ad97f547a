"""The steps that a module's body comes down to, as far as importing is concerned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_BASES = {"ModuleNotFoundError": "ImportError", "UnboundLocalError": "NameError"}
_ALL = frozenset(("Exception", "BaseException", "?"))

Chain = tuple[str, ...]
"""A name and the attributes that follow it: `("a", "b", "C")` for `a.b.C`."""


class StepPlace(NamedTuple):
    """Where a step is in its file."""

    line: int
    offset: int
    """In bytes, of the first character of the statement."""


class Import(NamedTuple):
    """`import a.b` or `import a.b as c`."""

    place: StepPlace
    module: str
    asname: str | None


class FromImport(NamedTuple):
    """`from ..a import b as c, d`; a star is the name `*`."""

    place: StepPlace
    level: int
    module: str
    names: tuple[tuple[str, str], ...]
    """Each name with the name that it is bound to."""


class Load(NamedTuple):
    """`import_module("a.b")`: the module is loaded; nothing is bound."""

    place: StepPlace
    module: str
    """With leading dots if it is relative."""


class Bind(NamedTuple):
    """A name gets a value."""

    place: StepPlace
    name: str
    source: "Chain | Load | None"
    """What is read for it; None for a value of which nothing is known."""
    table: "StringTable | None" = None
    """For a literal that maps names."""
    has: frozenset[str] | None = None
    """The attributes of the value; None if they are not known."""


StringTable = Mapping[str, tuple[str, ...]]
"""A literal dict or list of names: key -> the strings in its value."""


class BindNames(NamedTuple):
    """Names get values of which nothing is known."""

    place: StepPlace
    names: tuple[str, ...]


class Define(NamedTuple):
    """A function is bound to its name."""

    place: StepPlace
    name: str
    function: "FunctionSteps"
    has: frozenset[str] | None
    """The attributes of the function; None if a decorator may have given it others."""


class Make(NamedTuple):
    """The body of a class runs, then the class is bound to its name."""

    place: StepPlace
    name: str
    body: "tuple[BodyStep, ...]"
    initializer: "FunctionSteps | None"
    has: frozenset[str] | None
    """The attributes of the class; None if it may have others."""


class Read(NamedTuple):
    """A name, and attributes of what it means, are read."""

    place: StepPlace
    chain: Chain


class Call(NamedTuple):
    """What a name means is called."""

    place: StepPlace
    chain: Chain


class Store(NamedTuple):
    """An attribute of something that has a name is set."""

    place: StepPlace
    chain: Chain
    source: Chain | None
    has: frozenset[str] | None = None
    """The attributes of a constant that is set."""


class Delete(NamedTuple):
    """A name, or an attribute of something that has a name, is deleted."""

    place: StepPlace
    chain: Chain


class Remove(NamedTuple):
    """A name is taken out of the namespace of its module, if it is there."""

    place: StepPlace
    name: str


class Raise(NamedTuple):
    """An exception that says that something can't be imported, or any other."""

    place: StepPlace
    kind: str
    """The name of the exception; empty if it is raised again."""


class Return(NamedTuple):
    """A function ends."""

    place: StepPlace
    source: Chain | None


class Condition(NamedTuple):
    """`name in table`, or `name == "text"`, of a variable."""

    variable: str
    names: frozenset[str]
    table: str
    """The variable that holds the names; empty if `names` are all."""
    negated: bool


class Branch(NamedTuple):
    """One of two bodies runs; a loop is one whose other body is empty."""

    place: StepPlace
    test: bool | Condition | None
    """Whether the first one runs; None if that can't be known."""
    body: "tuple[BodyStep, ...]"
    orelse: "tuple[BodyStep, ...]"


class Handler(NamedTuple):
    """An `except` clause."""

    kinds: frozenset[str]
    """The last parts of the names of the exceptions; empty for all."""
    name: str
    body: "tuple[BodyStep, ...]"


class Try(NamedTuple):
    """A `try` statement."""

    place: StepPlace
    body: "tuple[BodyStep, ...]"
    handlers: tuple[Handler, ...]
    orelse: "tuple[BodyStep, ...]"
    final: "tuple[BodyStep, ...]"


BodyStep = (
    Import
    | FromImport
    | Load
    | Bind
    | BindNames
    | Define
    | Make
    | Read
    | Call
    | Store
    | Delete
    | Remove
    | Raise
    | Return
    | Branch
    | Try
)


class FunctionBody(NamedTuple):
    """What is known of a function once its body has been looked at."""

    local: frozenset[str]
    """The names that it binds itself, parameters included."""
    steps: tuple[BodyStep, ...]
    """Its body."""
    takes: frozenset[str]
    """The names that it takes out of the namespace of the module that calls it."""


class FunctionSteps:
    """A function, whose body is looked at only when it may be called.

    Args:
        name: Its name.
        parameters: The names of its parameters.
        read: Gives its body; asked once.
        around: The names that functions around it bind, of whose values nothing is known.
        text: Its lines.
    """

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        read: Callable[[], FunctionBody],
        around: frozenset[str],
        text: bytes,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.around = around
        self.text = text
        self._read: Callable[[], FunctionBody] | None = read

    @cached_property
    def _body(self) -> FunctionBody:
        assert self._read is not None
        body = self._read()
        self._read = None
        return body

    @property
    def local(self) -> frozenset[str]:
        """The names that it binds itself."""
        return self._body.local

    @property
    def steps(self) -> tuple[BodyStep, ...]:
        """Its body."""
        return self._body.steps

    @property
    def takes(self) -> frozenset[str]:
        """The names that it takes out of the namespace of the module that calls it."""
        return self._body.takes


@dataclass(frozen=True, slots=True)
class ModuleBody:
    """A module."""

    steps: tuple[BodyStep, ...]
    bound: frozenset[str]
    """The names that statements of the module bind, `global` in functions included."""
    dynamic: bool
    """Whether names may be bound in ways that can't be read."""


def bound_by(step: BodyStep) -> Sequence[str]:
    """The names that a step binds."""
    match step:
        case FromImport():
            return [bound for _, bound in step.names if bound != "*"]
        case Import():
            return [step.asname or step.module.partition(".")[0]]
        case Bind() | Define() | Make():
            return [step.name]
    return ()


def catches(handler: Handler, kind: str) -> bool:
    """Whether a handler catches an exception whose class has a name."""
    if not handler.kinds or handler.kinds & _ALL:
        return True
    return kind in handler.kinds or _BASES.get(kind) in handler.kinds
