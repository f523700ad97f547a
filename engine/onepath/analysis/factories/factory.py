"""One way to an instance of a class, and how it is told of."""

from collections.abc import Sequence
from typing import NamedTuple

from onepath.analysis.bodies import Body
from onepath.analysis.mentions import top
from onepath.analysis.top_classes import Place
from onepath.model import FUNCTION_KINDS, Definition

FUNCTION, CLASS, METHOD, STATIC, SINGLETON, ALIAS, DYNAMIC, ANNOTATED = KINDS = (
    "function_factory", "class_factory", "class_method", "static_factory", "singleton_pattern",
    "alias_pattern", "dynamic", "annotated",
)  # fmt: skip
DIRECT = "direct_call"
"""The class is called where a factory is canonical."""

_SHOWN = 3


class Factory(NamedTuple):
    """One way to an instance."""

    path: str
    line: int
    name: str
    """Its qualified name in the file."""
    kind: str
    """One of `KINDS`, or `direct_call`."""
    signature: str
    """Its parameters as a person would write them."""
    forwards_to: tuple[str, ...]
    """The class and the other factories that it calls, by their names."""
    beyond: tuple[str, ...]
    """What it does besides: `calls a, b`, `branches`, `keeps it in _instance`."""
    calls: int
    """How often it is called, tests included."""
    files: int
    """In how many files."""

    @property
    def place(self) -> Place:
        return self.path, self.name


def beyond(body: Body | None, making: frozenset[Place]) -> tuple[str, ...]:
    """What a function does besides calling what gives its instance, in words.

    Args:
        body: The function; None, or what is no function, does nothing besides.
        making: The classes and factories that give the instance.
    """
    if body is None or body.definition.kind not in FUNCTION_KINDS:
        return ()
    said = []
    others = body.others(making)
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        said.append(f"calls {', '.join(others[:_SHOWN])}{more}")
    said += body.statements
    if body.may_give_none:
        said.append("gives None in some cases")
    kept = [key for key, value in body.stored if body.made(value) & making]
    said += [f"keeps it in {key.removesuffix('[]')}" for key in dict.fromkeys(kept)]
    return tuple(said)


def signature(definition: Definition) -> str:
    """The parameters of a function as they would be written, without annotations.

    Empty for what is not a function.
    """
    if definition.kind not in FUNCTION_KINDS:
        return ""
    parts, slash, star = [], False, False
    for param in definition.params:
        if slash and param.kind != "posonly":
            parts.append("/")
        slash = param.kind == "posonly"
        if param.kind == "kwonly" and not star:
            parts.append("*")
        star = star or param.kind in ("*", "kwonly")
        prefix = param.kind if param.kind in ("*", "**") else ""
        default = "" if param.default is None else f"={param.default}"
        parts.append(f"{prefix}{param.name}{default}")
    return f"({', '.join((*parts, '/') if slash else parts)})"


def makers(found: Sequence[Factory]) -> frozenset[Place]:
    """The classes whose methods are among the factories."""
    return frozenset(top(factory.place) for factory in found if "." in factory.name)
