"""Modules that a file names by something else than an import statement."""

from typing import Literal, NamedTuple

Parts = tuple[tuple[str, str], ...]
"""A string that is put together, as (kind, value): see `facts.computed.patterns.Part`."""


class NamedAttribute(NamedTuple):
    """An attribute that is taken from a named module."""

    name: str
    start: int
    end: int
    """Span of the name, or of the literal with its quotes; both 0 if it has none of its own."""
    plain: bool
    """Whether the span is one token whose text is the name itself."""


NamedHow = Literal[
    "import", "object", "resource", "walk", "listing", "table", "bare", "target", "entry", "spelled"
]
NamedForm = Literal["", "behind", "key", "pair", "keyed", "assigned", "grown"]


class NamedModule(NamedTuple):
    """A module's name in a string: `import_module(".old", __package__)`, `{"X": ".old"}`."""

    how: NamedHow
    """`import` (a call that imports it), `object` (a call that imports it and an attribute of it,
    in one path), `resource` (a call that reads its files), `walk` (a call that gives the modules
    below it, and something imports them), `listing` (a call that gives their names alone), `table`
    (an entry of a table from which modules are imported), `bare` (the same, for a name without a
    dot in front), `target` (a path that a framework imports, as its configuration), `entry` (the
    same as part of an entry point) or `spelled` (a relative name of which nothing else is
    known)"""
    parts: Parts
    package: Parts
    """What it is relative to, if it begins with dots; empty if nothing is given."""
    start: int
    end: int
    """Span of the expression; that of the literal with its quotes if it is `plain`."""
    line: int
    plain: bool
    """Whether it is one literal token whose text is the value itself."""
    form: NamedForm = ""
    """How the attributes are named: `behind` (`.X` of a call's result), `key` (the key of a
    display), `pair` (beside the module), `keyed` (a list, of which the module is the key in a
    display), `assigned` (the same, assigned to an item) or `grown` (the same, added to an item)"""
    attributes: tuple[NamedAttribute, ...] = ()

    @property
    def text(self) -> str:
        """The name as people would write it: `*` for what can't be known."""
        words = {"package": "{package}", "name": "{__name__}", "parent": "{package}",
                 "top": "{top}", "any": "*"}  # fmt: skip
        return "".join(
            value if kind == "text" else words.get(kind, f"{{{value}}}")
            for kind, value in self.parts
        )

    @property
    def is_computed(self) -> bool:
        """Whether part of it can't be known."""
        return any(kind == "any" for kind, _ in (*self.parts, *self.package))
