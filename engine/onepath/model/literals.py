"""What the literals of a file say: strings that may be paths, displays with string keys."""

from typing import Literal, NamedTuple


class DottedString(NamedTuple):
    """A string literal that may be a path: `a.b.C`, `a.b:C`, or the `C` of `setattr(b, "C", x)`."""

    value: str
    start: int
    end: int
    """Span of the literal with its quotes."""
    line: int
    plain: bool
    """Whether the literal is one token whose text is the value itself, between quotes."""
    callee: str
    """The call it sits in, as written: `mock.patch`, `importlib.import_module`; else empty."""
    callee_use: int
    """Index into `Facts.uses` of the callee's name if that is imported, else -1."""
    argument: str
    """Which argument of that call: `0`, `1`, ... or the keyword's name; else empty."""
    scope: int
    target: int = -1
    """Index into `Facts.uses` of the object whose attribute the string names, else -1."""


class Composed(NamedTuple):
    """A dotted name that a call is given in parts: `f"{MODULE}.Name"`, `patch.object(m, NAME)`."""

    parts: tuple[tuple[str, str, int, int], ...]
    """Kind, text, and the span of exactly that text in the file, -1 where there is none.

    `text` is a literal of this expression, `fixed` one that others may read as well; `any` is not
    known; `object` is an expression that gives a module, `module` the `__name__` of one; `name`,
    `package`, `parent` and `top` are of the file's own `__name__`."""
    start: int
    end: int
    """Span of the expression."""
    line: int
    callee: str
    """The call, as written; empty if it has no name."""
    callee_use: int
    """As in `DottedString`."""
    argument: str
    """Which argument of the call: `0`, a keyword's name, `attribute` where another argument gives
    the module, `keyword` where the name is a keyword of the call."""
    scope: int


class Key(NamedTuple):
    """A string key of a dict display, and its value."""

    name: str
    value: str
    """What the value is: `str done`, `call time.time`, `name x`, `number`, `dict`, ..."""


class DictDisplay(NamedTuple):
    """A `{...}` with string keys."""

    start: int
    end: int
    line: int
    keys: tuple[Key, ...]
    complete: bool
    """False if it has other keys too, or `**`."""
    callee: str
    """The call it is part of, as written; else empty."""
    target: str
    """The name it is assigned to; else empty."""
    scope: int


class KeyRead(NamedTuple):
    """A string key of something that has a name: `job["state"]`, `job.get("state")`."""

    base: str
    """`job`, as written."""
    key: str
    start: int
    """Where the key's literal begins."""
    line: int
    how: Literal["read", "write", "get", "pop", "setdefault"]
    scope: int
