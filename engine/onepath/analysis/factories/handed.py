"""What one call in the body of a factory gives on: its own parameters, literals, and the rest."""

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.arguments import (
    Argument,
    Giving,
    Signature,
    bind,
    give,
    is_constant,
    requoted,
)
from onepath.facts.extract.definitions import dotted
from onepath.model.refused import Refused

_SHOWN = 60


class Handed(NamedTuple):
    """What one call in a body gives on."""

    to: dict[str, str]
    added: dict[str, str]
    rest: str
    keywords: str
    more: list[str]
    supplied: frozenset[str] = frozenset()
    values: Mapping[str, ast.expr] = {}
    """What is supplied, by parameter."""
    fits: bool = True
    """Whether what is called last has a place for each argument; else nothing is in `to`."""


def handed_by(
    call: ast.Call, own: Signature, called: Signature, onward: tuple[Giving, Signature] | None
) -> Handed:
    """What a call in a body returns: own parameters, literals, and what can't be said at a call.

    Args:
        call: The call.
        own: The parameters of the function in whose body it is.
        called: Those of what is called.
        onward: Where what is called hands on itself: how, and the parameters of the last one.
    """
    to: dict[str, str] = {}
    added: dict[str, str] = {}
    more: list[str] = []
    supplied: dict[str, ast.expr] = {}
    stars: dict[str, str] = {p.kind: p.name for p in own.params if p.kind in ("*", "**")}
    passed: dict[str, str] = {"*": "", "**": ""}
    values: list[ast.expr] = []
    arguments: list[Argument] = []
    given = [("", value) for value in call.args] + [(k.arg or "**", k.value) for k in call.keywords]
    for keyword, value in given:
        star = "*" if isinstance(value, ast.Starred) else "**" if keyword == "**" else ""
        inner = value.value if isinstance(value, ast.Starred) else value
        if star:
            if dotted(inner) == stars.get(star, "?"):
                passed[star] = "kept"
            else:
                more.append(f"gives {star}{shown(inner)}")
            continue
        arguments.append(Argument(keyword, len(values)))
        values.append(value)
    try:
        bound = _loosely(arguments, called)
        if onward is not None:
            giving, goal = onward
            bound = {
                _name_at(goal, at, one): one
                for at, one in enumerate(give(bind(arguments, called), called, goal, giving))
            }
    except Refused as error:
        more.append(f"calls on with other arguments: {error.reason}")
        return Handed(to, added, "", "", more, fits=False)
    taken: set[str] = set()
    for name, argument in bound.items():
        if argument.place < 0:
            added[name] = argument.text
            continue
        value = values[argument.place]
        if isinstance(value, ast.Name) and value.id in own.named and value.id not in taken:
            taken.add(value.id)
            to[value.id] = name
        elif is_constant(text := ast.unparse(value)):
            added[name] = requoted(text, '"') or text
        else:
            supplied[name] = value
            more.append(f"gives {name}={shown(value)}")
    return Handed(to, added, passed["*"], passed["**"], more, frozenset(supplied), supplied)


def _loosely(arguments: Sequence[Argument], called: Signature) -> Mapping[str, Argument]:
    """Arguments by parameter, where some more may come through `*` and `**`."""
    optional = Signature(
        tuple(
            p if p.kind in ("*", "**") else p._replace(default=p.default or "None")
            for p in called.params
        )
    )
    bound = bind(arguments, optional)
    if bound.rest:
        raise Refused("no-parameter", "more positional arguments than it has parameters")
    return {**bound.by_name, **{argument.keyword: argument for argument in bound.keywords}}


def _name_at(signature: Signature, at: int, argument: Argument) -> str:
    return argument.keyword or signature.positional[at].name


def shown(node: ast.AST) -> str:
    """The text of a node on one line, cut where it is long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
