"""What a name was that is no longer there, and what takes its place today."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onepath.analysis.arguments import Signature, same_default
from onepath.analysis.classes import in_tests
from onepath.analysis.factories.deprecated import DeprecatedFactory
from onepath.analysis.factories.forwarding import VariantForwarding, forwarding
from onepath.analysis.factories.variants import Callee, find_goal, find_variants
from onepath.analysis.index import Index
from onepath.analysis.mentions import read_function
from onepath.analysis.places import class_name
from onepath.analysis.top_classes import Place
from onepath.config.settings import Settings
from onepath.discover.lost_names.history import LostName, NameHistory
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.source import SourceText
from onepath.model import FUNCTION_KINDS, Definition
from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World

_DEEP = 6
"""How many functions that call one another are followed."""
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")


class Former(NamedTuple):
    """What a name was when it was last there."""

    to: str
    """The dotted path that takes its place today; empty where nothing says so."""
    is_certain: bool
    text: str
    """Where it was and what it was, in words."""
    is_related: bool = True
    """Whether it had to do with the canonical definition."""


class FunctionNames:
    """Where the functions of today are, outside tests, by their names.

    Args:
        world: The present; which of its names stand for what does not matter.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def defining(self, name: str) -> Sequence[str]:
        """The files with a function of this name at their top."""
        return self._by_name.get(name, ())

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        # Made once: each name that is gone asks, and all files have to be gone through for it.
        found: dict[str, dict[str, None]] = {}
        for path in self._world.fact_store.python:
            for definition in self._world.facts(path).definitions if not in_tests(path) else ():
                if definition.kind in FUNCTION_KINDS and "." not in definition.qualname:
                    found.setdefault(definition.qualname, {})[path] = None
        return {name: tuple(paths) for name, paths in found.items()}


class Past:
    """Answers what names were, for one canonical definition.

    Args:
        history: Where to look.
        canonical: The canonical path.
        definition: What it leads to today.
        functions: The functions of today.
    """

    def __init__(
        self,
        history: NameHistory,
        canonical: str,
        definition: Resolution,
        functions: FunctionNames,
    ) -> None:
        self._history = history
        self._canonical = canonical
        self._definition = definition
        self._functions = functions

    def of(self, world: World, revision: str, name: LostName) -> Former | None:
        """What a name was in a revision; None if it was nothing there.

        Args:
            world: The present, with what is known of dangling names.
            revision: The commit to look at.
            name: The name.
        """
        then = self._history.world(revision)
        if then is None:
            return None
        resolution = then.resolver.dotted(".".join(name))
        if resolution.kind != "definition" or resolution.rest:
            return None
        before = then.resolver.dotted(self._canonical)
        where = f"{resolution.name} in {resolution.path}"
        if before.kind == "definition" and resolution.target == before.target:
            text = f"Last there at {revision[:10]}, where it was the same: {where}."
            return Former(self._canonical, True, text)
        now = world.resolver.dotted(f"{then.modules.name(resolution.path)}.{resolution.name}")
        if now.target == self._definition.target:
            text = f"Last there at {revision[:10]}, where it led to {where}, as here."
            return Former(self._canonical, True, text)
        definition = _definition(then, resolution)
        if definition is not None and definition.kind in FUNCTION_KINDS:
            function = _Function(
                world, then, revision, name, resolution, definition, self._functions
            )
            return function.former(self._canonical, before)
        text = (
            f"Last there at {revision[:10]} as {where}, another definition than the canonical one."
            " Remove the # to declare it replaced."
        )
        return Former(self._canonical, False, text, is_related=False)


def _definition(world: World, resolution: Resolution) -> Definition | None:
    definitions = world.facts(resolution.path).definitions
    return next(
        (
            definition
            for definition in reversed(definitions)
            if definition.qualname == resolution.name
        ),
        None,
    )


class _Function:
    """A function of a former revision."""

    def __init__(
        self,
        world: World,
        then: World,
        revision: str,
        name: LostName,
        resolution: Resolution,
        definition: Definition,
        functions: FunctionNames,
    ) -> None:
        self._functions = functions
        self._world = world
        self._then = then
        self._name = name
        self._found = resolution
        self._definition = definition
        self._where = (
            f"Last there at {revision[:10]} as a function, {resolution.name} in {resolution.path}"
        )
        files = {resolution.path, *then.imports(resolution.path)}
        then.fact_store.load(files)
        self._index = Index(then, Settings(), files)

    def former(self, canonical: str, before: Resolution) -> Former:
        """What takes its place: what it only forwarded to, or what its text names."""
        place = self._found.path, self._found.name
        target = before.path, before.name
        reached = set(self._reached(place))
        told = next(iter(self._named_in_text()), "")
        is_related = target in reached or self._leads(told, canonical)
        callee = self._only_callee()
        if callee is not None and is_related:
            to = canonical if callee == target else self._today(callee)
            if to and self._is_same_call(callee, to):
                text = f"{self._where}, that only called {'.'.join(callee[1:])} with its arguments."
                return Former(to, True, text)
        to, awaiting = self._called_alike(told or canonical, canonical)
        if told and to == told:
            text = f"{self._where}; its text names what to use instead{awaiting}."
            return Former(told, False, f"{text} Remove the # to follow it.", is_related)
        text = f"{self._where}, that returned one in its own way{awaiting}."
        return Former(to, False, f"{text} Remove the # if it means the same.", is_related)

    def _called_alike(self, to: str, canonical: str) -> tuple[str, str]:
        """What may take its place so that its calls can stay as they are, and what to say of it.

        Args:
            to: What its text names, or the canonical path.
            canonical: The canonical path of the class.
        """
        kind = self._definition.kind
        resolution = self._world.resolver.dotted(to)
        there = _definition(self._world, resolution) if resolution.kind == "definition" else None
        if there is not None and there.kind == kind:
            return to, ""
        namesake = self._namesake()
        if namesake:
            return namesake, "; a function of its name with its parameters is there today"
        if kind != "async def":
            return to, ""
        coroutines = [*self._coroutines(canonical)]
        if len(coroutines) == 1:
            return coroutines[0], ", a coroutine as what stands below is"
        return to, "; it was a coroutine, which what stands below is not"

    def _namesake(self) -> str:
        """The one function of today, outside tests, of its name, kind and parameters, if any."""
        world, own = self._world, self._definition
        called = self._name[1], own.kind, [parameter[:2] for parameter in own.signature]
        paths = {
            path
            for path in self._functions.defining(self._name[1])
            for other in world.facts(path).definitions
            if (other.qualname, other.kind, [parameter[:2] for parameter in other.signature])
            == called
        }
        modules = {world.modules.name(path) for path in paths}
        importable = [one for one in sorted(modules) if world.modules.find(one) in paths]
        return f"{importable[0]}.{self._name[1]}" if len(importable) == 1 else ""

    def _coroutines(self, canonical: str) -> Iterator[str]:
        """The public coroutines of the canonical modules that say they give the class."""
        world = self._world
        target = world.resolver.dotted(canonical)
        homes = (world.modules.find(canonical.rpartition(".")[0]), target.path)
        for path in dict.fromkeys(home for home in homes if home and not home.endswith("/")):
            for definition in world.facts(path).definitions:
                is_public = (
                    not definition.qualname.startswith("_") and "." not in definition.qualname
                )
                name = (
                    class_name(definition.returns)
                    if definition.kind == "async def" and is_public
                    else ""
                )
                if name and world.resolver.name(path, name).target == target.target:
                    yield f"{world.modules.name(path)}.{definition.qualname}"

    def _reached(self, start: Place) -> Iterator[Place]:
        """What makes what a function returns, through the functions that it calls."""
        seen: set[Place] = set()
        waiting = [(start, 0)]
        while waiting:
            place, depth = waiting.pop()
            if place in seen or depth > _DEEP:
                continue
            seen.add(place)
            yield place
            definition = self._index.definitions(place[0]).get(place[1])
            if definition is not None and definition.kind in FUNCTION_KINDS:
                read = read_function(self._index, place[0], definition)
                waiting += [(one, depth + 1) for one in (read.origins if read else ())]

    def _only_callee(self) -> Place | None:
        """The one thing that it calls to get what it returns."""
        read = read_function(self._index, self._found.path, self._definition)
        if read is None or len(read.results) != 1 or len(read.origins) != 1:
            return None
        return next(iter(read.origins))

    def _today(self, place: Place) -> str:
        """The path by which something that was there then is there today; empty if it is not."""
        dotted = f"{self._then.modules.name(place[0])}.{place[1]}"
        resolution = self._world.resolver.dotted(dotted)
        if resolution.kind != "definition":
            return ""
        home = f"{self._world.modules.name(resolution.path)}.{resolution.name}"
        return ".".join((home, *resolution.rest))

    def _is_same_call(self, callee: Place, to: str) -> bool:
        """Whether a call of the function and one of what takes its place mean the same."""
        old = ".".join(self._name)
        then = f"{self._then.modules.name(callee[0])}.{callee[1]}"
        if find_goal(self._index, then) is None:
            return False
        variants, _ = find_variants(self._index, [DeprecatedFactory(old, then)])
        path = self._world.resolver.dotted(to).path
        self._world.fact_store.load([path])
        goal = find_goal(Index(self._world, Settings(), {path}), to)
        if not variants or variants[0].blocked is not None or goal is None:
            return False
        variant = variants[0]
        if not _same_parameters(variant.goal.callee.signature, goal.callee.signature):
            return False
        variant_forwarding = forwarding(self._index, variant, variants)
        return goal.callee.awaited == variant.callee.awaited and _is_identity(
            variant.callee, goal.callee, variant_forwarding
        )

    # -------------------------------------------------------------- its text

    def _named_in_text(self) -> Iterator[str]:
        """The definitions of today that its docstring or its warning, or its module's, names."""
        for text in self._texts():
            for dotted in _DOTTED.findall(text):
                resolution = self._world.resolver.dotted(dotted)
                if (
                    resolution.kind == "definition"
                    and not resolution.rest
                    and dotted != ".".join(self._name)
                ):
                    yield dotted

    def _texts(self) -> Iterator[str]:
        data = self._then.read([self._found.path]).get(self._found.path, b"")
        try:
            tree = ast.parse(SourceText(data).utf8)
        except (SyntaxError, ValueError, RecursionError):
            return
        for node in ast.walk(tree):
            is_it = isinstance(node, FunctionNode)
            if is_it and node.name == self._found.name:  # type: ignore[attr-defined]
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield inner.value
        yield ast.get_docstring(tree) or ""

    def _leads(self, told: str, canonical: str) -> bool:
        """Whether what a text names has to do with the canonical class."""
        if not told:
            return False
        resolution = self._world.resolver.dotted(told)
        home = self._world.resolver.dotted(canonical)
        return resolution.path == home.path


def _same_parameters(signature: Signature | None, other: Signature | None) -> bool:
    if signature is None or other is None:
        return False
    plain = [[(p.name, p.kind, p.default) for p in which.params] for which in (signature, other)]
    return plain[0] == plain[1]


def _is_identity(own: Callee, goal: Callee, variant_forwarding: VariantForwarding) -> bool:
    """Whether each argument of the one is the same argument of the other."""
    if (
        own.signature is None
        or goal.signature is None
        or variant_forwarding.more
        or variant_forwarding.own_class
    ):
        return False
    giving, theirs = variant_forwarding.giving, list(goal.signature.params)
    if giving.added or giving.dropped or "dropped" in (giving.rest, giving.keywords):
        return False
    for at, param in enumerate(own.signature.params):
        if param.kind in ("*", "**"):
            if not goal.signature.has(param.kind):
                return False
            continue
        other = next((parameter for parameter in theirs if parameter.name == param.name), None)
        if other is None or giving.to.get(param.name) != param.name or other.kind != param.kind:
            return False
        if param.kind != "kwonly" and theirs.index(other) != at:
            return False
        if param.default is not None and not same_default(other.default, param.default):
            return False
    return True
