"""Modules of a package that are imported by their old names while the package is still loading.

The old module passes on what the new one has. Where importing the new one calls a function that
imports modules by names which can't be known, and the old name is written beside it, the old
module may be imported when the new one has nothing to pass on yet.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from onepath.codemod import Facts, World
from onepath.model import NamedModule
from onepath.symbols.graph.imports import reachable
from onepath_packs.canonical.definitions.refused import CannotMoveError

_CALL = rb"(?m)^(?!(?:async[ \t]+)?def[ \t]|class[ \t]|[\s#]).*?(?<!\w)%b\("
"""A call that runs when its module is imported."""


def check_half_loaded(
    world: World, old: str, files: Mapping[str, str], kept: Collection[str]
) -> None:
    """Refuse a move after which a module may come to the old path of itself while it is loading.

    Args:
        world: The code after everything that can follow has followed.
        old: The dotted path of what moves.
        files: Old path -> new path, of everything in it.
        kept: The old paths at which modules are kept.

    Raises:
        CannotMoveError: Names the first place that may do so.
    """
    moved = {files[path]: path for path in files if path.endswith(".py")}
    inside = reachable([files[path] for path in kept], world.imports, world.fact_store.load)
    data = world.read([*moved]) if kept else {}
    for path, was in moved.items():
        facts = world.facts(path)
        if path not in inside or facts.failure is not None:
            continue
        strings = [string for string in facts.strings if f"{string.value}.".startswith(f"{old}.")]
        for record in _importing_anything(facts) if strings else ():
            function = _function_around(facts, record)
            call = re.compile(_CALL % re.escape(function.encode()))
            if not function or any(map(call.search, data.values())):
                reason = f"'{strings[0].value}' may be imported by its name while it is loading"
                raise CannotMoveError(was, strings[0].line, reason)


def _importing_anything(facts: Facts) -> Iterator[NamedModule]:
    """The calls that import modules by names of which nothing is known."""
    for record in facts.named:
        if record.how in ("import", "object") and record.text == "*":
            yield record


def _function_around(facts: Facts, record: NamedModule) -> str:
    """The name of the function that a record is in; empty if it runs with its module."""
    around = [
        scope
        for scope in facts.scopes
        if scope.kind == "function" and scope.start <= record.start < scope.end
    ]
    return around[-1].name if around else ""
