"""A factory that somebody has said is deprecated."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DeprecatedFactory:
    """A factory, and what takes its place."""

    old: str
    """Its dotted path: `pkg.mod.make`, `pkg.mod.Factory.create`."""
    to: str
    """The dotted path of what takes its place: a class, a function or a class method."""
    line: int = 0
    """Where the configuration says so; 0 if nothing does."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """Its parameter -> the parameter of `to` that takes the argument."""
    drop: tuple[str, ...] = ()
    """Parameters whose arguments are not needed any more."""
    add: Mapping[str, str] = field(default_factory=dict)
    """Parameter of `to` -> the Python literal that each call gives it."""
    accept: bool = False
    """Whether it is all right to lose what it does beyond forwarding."""
