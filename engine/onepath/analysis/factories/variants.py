"""The configured ways to an instance that shall go, found in the code."""

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from onepath.analysis.arguments import Signature
from onepath.analysis.factories.deprecated import DeprecatedFactory
from onepath.analysis.index import Index
from onepath.analysis.interfaces import constructor, parameters
from onepath.analysis.mentions import read_function
from onepath.analysis.places import member
from onepath.analysis.top_classes import Place
from onepath.errors import ConfigError
from onepath.facts.computed.nodes import FunctionNode
from onepath.model import FUNCTION_KINDS, Definition, Param
from onepath.model.facts import ParameterKind
from onepath.symbols.destinations import Destination
from onepath.symbols.resolve import Step

FUNCTION, METHOD, CLASSMETHOD, STATIC, CLASS = (
    "function", "method", "classmethod", "staticmethod", "class",
)  # fmt: skip
_NEUTRAL = ("staticmethod", "classmethod", "lru_cache", "cache", "override", "final", "deprecated")
"""Decorators that leave a function's signature as it is written."""
_CACHES = ("lru_cache", "cache")
_OTHER_USE = (
    "property", "cached_property", "contextmanager", "asynccontextmanager", "fixture",
    "abstractmethod", "overload",
)  # fmt: skip
"""Decorators that make a function something that is not called for what it returns."""


class Callee(NamedTuple):
    """Something that gives an instance when it is called."""

    place: Place
    kind: str
    """One of `function`, `method`, `classmethod`, `staticmethod`, `class`."""
    definition: Definition
    signature: Signature | None
    """None where it can't be known."""
    awaited: bool
    """Whether what it returns has to be awaited."""

    @property
    def owner(self) -> Place | None:
        """The class of a method."""
        path, name = self.place
        return (path, name.rpartition(".")[0]) if "." in name else None

    @property
    def leaf(self) -> str:
        return self.place[1].rpartition(".")[2]


class Goal(NamedTuple):
    """The one way that is kept."""

    dotted: str
    to: Destination
    """What is imported."""
    rest: tuple[str, ...]
    """The attributes that follow."""
    callee: Callee


@dataclass(frozen=True)
class Variant:
    """A way that shall go."""

    config: DeprecatedFactory
    callee: Callee
    goal: Goal
    step: Step | None
    """Of an alias: the name itself; the callee is what it stands for."""
    blocked: tuple[str, str] | None = None
    """Code and reason, where none of its uses can be changed."""

    @property
    def name(self) -> str:
        """As the configuration has it."""
        return self.config.old

    @property
    def place(self) -> Place:
        """The definition that is removed."""
        return self.callee.place if self.step is None else self.step

    @property
    def removes_definition(self) -> bool:
        """Whether the definition is one that shall go, too: not that of the class itself."""
        return self.step is not None or self.callee.kind != CLASS

    @property
    def is_member(self) -> bool:
        return self.step is None and self.callee.owner is not None


def find_variants(
    index: Index,
    factories: Iterable[DeprecatedFactory],
    canonical: Collection[str] = (),
    *,
    config_name: str = "migrate.toml",
) -> tuple[tuple[Variant, ...], tuple[str, ...]]:
    """The deprecated factories that are there; and a line for each that is not.

    Args:
        index: The code, as far as it can have to do with them.
        factories: What is deprecated.
        canonical: Paths that are canonical: an alias that is one of them stands for its class.
        config_name: The file that says so, for messages.

    Raises:
        ConfigError: What is to stay does not exist, or is nothing that can be called.
    """
    problems: list[tuple[int, str]] = []
    variants: list[Variant] = []
    absent: list[str] = []
    for factory in factories:
        goal = find_goal(index, factory.to)
        if goal is None:
            no_goal = f"'{factory.to}' is no class, function or class method of this repository"
            problems.append((factory.line, f"factories: {no_goal}"))
            continue
        variant = _variant(index, factory, goal, is_canonical=factory.old in canonical)
        if variant is None:
            absent.append(f"{factory.old}: there is no such factory (any more)")
        else:
            variants.append(variant)
    open_ones = {one.place: one for one in reversed(variants) if one.blocked is None}
    variants = [_unless_chained(one, open_ones.get(one.goal.callee.place)) for one in variants]
    if problems:
        raise ConfigError(config_name, problems)
    return tuple(variants), tuple(absent)


def _unless_chained(variant: Variant, other: Variant | None) -> Variant:
    """A variant whose goal is to become something else is left until that is settled."""
    if other is None:
        return variant
    text = f"'{variant.goal.dotted}' is to become '{other.goal.dotted}' itself"
    return replace(variant, blocked=("chained", text))


def find_goal(index: Index, dotted: str) -> Goal | None:
    """What stays, if there is something of that name that can be called."""
    resolution = index.resolver.dotted(dotted)
    if resolution.kind != "definition":
        return None
    callee = callee_at(index, member(index, resolution))
    if callee is None or callee.kind == METHOD:
        return None
    parts = dotted.split(".")
    names = len(parts) - len(resolution.rest)
    to = Destination(".".join(parts[: names - 1]), parts[names - 1])
    return Goal(dotted, to, resolution.rest, callee)


def _variant(
    index: Index, config: DeprecatedFactory, goal: Goal, *, is_canonical: bool
) -> Variant | None:
    resolution = index.resolver.dotted(config.old)
    if resolution.kind != "definition":
        return None
    step = None
    # An alias that is the canonical path stands for the class, by whatever path that is called.
    first = resolution.route[0] if resolution.route and not is_canonical else None
    if first is not None and first != (resolution.path, resolution.name) and not resolution.rest:
        definition = index.definitions(first[0]).get(first[1])
        if definition is not None and definition.kind == "alias":
            step = first
    callee = callee_at(index, member(index, resolution))
    if callee is None:
        return None
    variant = Variant(config, callee, goal, step)
    return replace(variant, blocked=_blocked(index, variant))


def callee_at(index: Index, place: Place) -> Callee | None:
    """What is called at a place; None if that is nothing that gives an instance."""
    definition = index.definitions(place[0]).get(place[1])
    if definition is None or definition.kind not in (*FUNCTION_KINDS, "class", "assign"):
        return None
    if definition.kind == "assign":
        params = _lambda(index, place, definition)
        signature = None if params is None else Signature(params)
        return Callee(place, FUNCTION, definition, signature, awaited=False)
    if definition.kind == "class":
        return Callee(place, CLASS, definition, _constructor(index, place), awaited=False)
    decorators = [_last(decorator) for decorator in definition.decorators]
    kind = FUNCTION
    if "." in definition.qualname:
        kind = next((one for one in (CLASSMETHOD, STATIC) if one in decorators), METHOD)
    known = all(decorator in _NEUTRAL for decorator in decorators)
    given = Signature(parameters(definition)) if known else None
    return Callee(place, kind, definition, given, definition.kind == "async def")


def _lambda(index: Index, place: Place, definition: Definition) -> tuple[Param, ...] | None:
    """The parameters of `make = lambda ...: ...`."""
    read = read_function(index, place[0], definition)
    value = getattr(read.node, "value", None) if read is not None else None
    if not isinstance(value, ast.Lambda):
        return None
    args = value.args
    plain: list[tuple[str, ParameterKind]] = [
        (argument.arg, "posonly") for argument in args.posonlyargs
    ]
    plain += [(argument.arg, "normal") for argument in args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + [ast.unparse(d) for d in args.defaults]
    params = [Param(n, k, d, None) for (n, k), d in zip(plain, defaults, strict=True)]
    if args.vararg:
        params.append(Param(args.vararg.arg, "*", None, None))
    for argument, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        text = None if default is None else ast.unparse(default)
        params.append(Param(argument.arg, "kwonly", text, None))
    if args.kwarg:
        params.append(Param(args.kwarg.arg, "**", None, None))
    return tuple(params)


_UNSURE = (b"kw_only", b"KW_ONLY", b"init=False", b"init = False", b"InitVar", b"metaclass=")


def _constructor(index: Index, place: Place) -> Signature | None:
    """What a class is called with."""
    cls = index.classes.get(place)
    params = constructor(index, cls) if cls is not None else None
    if cls is None or params is None:
        return None
    for one in (cls, *index.ancestors(cls)):
        definition = index.definitions(one.path)[one.name]
        text = index.world.read([one.path]).get(one.path, b"")[definition.start : definition.end]
        if any(word in text for word in _UNSURE) and "__init__" not in one.members:
            return None
    # What a field's default is was not read: it is no value that others share.
    return Signature(
        tuple(
            parameter._replace(default="field()") if parameter.default == "..." else parameter
            for parameter in params
        )
    )


def _blocked(index: Index, variant: Variant) -> tuple[str, str] | None:
    """Why nothing can be done about a variant at all."""
    callee, goal = variant.callee, variant.goal
    if callee.place == goal.callee.place and variant.step is None:
        return "same", f"it is '{goal.dotted}' itself"
    for decorator in callee.definition.decorators:
        if _last(decorator) in _OTHER_USE:
            return "other-use", f"it is no plain factory: it is decorated with '{decorator}'"
    if goal.callee.signature is None:
        return "unknown-signature", f"the parameters of '{goal.dotted}' can't be known"
    if callee.signature is None:
        return "unknown-signature", "its parameters can't be known"
    read = read_function(index, callee.place[0], callee.definition)
    if read is not None and callee.definition.kind in FUNCTION_KINDS and _yields(read.node):
        return "other-use", "it yields what it makes, and does not return it"
    return None


def _yields(node: ast.stmt) -> bool:
    waiting: list[ast.AST] = list(ast.iter_child_nodes(node))
    while waiting:
        child = waiting.pop()
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(child, FunctionNode | ast.Lambda):
            waiting += ast.iter_child_nodes(child)
    return False


def is_cached(definition: Definition) -> str:
    """The decorator that makes a function give the same thing each time, if there is one."""
    return next(
        (decorator for decorator in definition.decorators if _last(decorator) in _CACHES), ""
    )


def _last(decorator: str) -> str:
    return decorator.partition("(")[0].rpartition(".")[2]


def reached_from(index: Index, goal: Goal, limit: int = 200) -> frozenset[Place]:
    """The functions that the one that stays calls, itself included, as far as can be seen."""
    places: set[Place] = set()
    waiting: list[Place] = [goal.callee.place]
    if goal.callee.kind == CLASS:
        waiting = [(goal.callee.place[0], f"{goal.callee.place[1]}.__init__")]
    while waiting and len(places) < limit:
        place = waiting.pop()
        definition = index.definitions(place[0]).get(place[1])
        if place in places or definition is None or definition.kind not in FUNCTION_KINDS:
            continue
        places.add(place)
        body = read_function(index, *(place[0], definition))
        waiting += [call.callee for call in body.calls] if body is not None else []
    return frozenset(places)
