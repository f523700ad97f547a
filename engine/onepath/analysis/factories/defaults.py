"""Defaults of two functions that are one object, though no text of them can stand elsewhere."""

import ast
from collections.abc import Mapping

from onepath.analysis.factories.variants import CLASS, Callee
from onepath.analysis.index import Index
from onepath.analysis.places import defining
from onepath.analysis.top_classes import Place
from onepath.model import FUNCTION_KINDS, Facts
from onepath.symbols.resolve import Resolution

_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")


def same_defaults(index: Index, old: Callee, new: Callee, to: Mapping[str, str]) -> frozenset[str]:
    """The parameters whose defaults name one object in both modules.

    Args:
        index: The repository.
        old: A variant.
        new: What stays.
        to: Parameter of the one -> parameter of the other.
    """
    if old.signature is None or new.signature is None:
        return frozenset()
    theirs = new.signature.named
    found = set()
    for name, param in old.signature.named.items():
        other = theirs.get(to.get(name, ""))
        if param.default and other is not None and other.default:
            place = _object(index, _home(index, old), param.default)
            if place is not None and place == _object(index, _home(index, new), other.default):
                found.add(name)
    return frozenset(found)


def is_default(index: Index, path: str, value: ast.expr, callee: Callee, name: str) -> bool:
    """Whether a value is the very object that a parameter has by default.

    Args:
        index: The repository.
        path: The file in which the value is written.
        value: An expression that reads names of the module alone.
        callee: What has the parameter.
        name: The parameter.
    """
    param = callee.signature.named.get(name) if callee.signature is not None else None
    if param is None or not param.default:
        return False
    place = _object(index, path, ast.unparse(value))
    return place is not None and place == _object(index, _home(index, callee), param.default)


def _home(index: Index, callee: Callee) -> str:
    """The file in which the parameters are written."""
    cls = index.classes.get(callee.place) if callee.kind == CLASS else None
    holder = defining(index, cls, "__init__") if cls is not None else None
    return holder.path if holder is not None else callee.place[0]


def _object(index: Index, path: str, text: str) -> Place | None:
    """What a dotted name stands for wherever and whenever it is read; None where that may change.

    That is a class or a function, a variable of a module that is bound once, or a member of an
    enumeration.
    """
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    resolution = index.named(path, ast.unparse(node))
    if resolution.kind != "definition" or not _is_fixed(index, resolution):
        return None
    return resolution.path, ".".join((resolution.name, *resolution.rest))


def _is_fixed(index: Index, resolution: Resolution) -> bool:
    definition = index.definitions(resolution.path).get(resolution.name)
    if definition is None or not _is_bound_once(index.facts(resolution.path), resolution.name):
        return False
    if not resolution.rest:
        return definition.kind in (*FUNCTION_KINDS, "class", "assign")
    member = index.definitions(resolution.path).get(".".join((resolution.name, *resolution.rest)))
    is_enum = any(base.rpartition(".")[2] in _ENUMS for base in definition.bases)
    return is_enum and member is not None and member.kind == "assign"


def _is_bound_once(facts: Facts, name: str) -> bool:
    """Whether nothing at the top of a module, and no function of it, binds a name again."""
    imported = sum(
        alias.bound == name for fact in facts.imports if fact.scope == 0 for alias in fact.names
    )
    defined = sum(definition.qualname == name for definition in facts.definitions)
    return defined + imported == 1 and not any(name in scope.redirected for scope in facts.scopes)
