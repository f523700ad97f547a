"""Definitions that others may know by their own name, which no module's name can stand for.

`class Old(Base)`, where `Base.__init_subclass__` files its classes by `__name__`, `@app.route`
above `def old()`, for `url_for("old")`, or `{f.__name__: f for f in (old, other)}`: an old name
that the module keeps is of no use there.
"""

from collections.abc import Iterable

from onepath.codemod import World
from onepath.model import BLOCK_KINDS
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.asked_names import asked_for
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import (
    NAMES,
    ComparedString,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.declared_names import check_declared
from onepath_packs.canonical.definitions.old_paths.by_own_name.dispatched import dispatched_to
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import Telling, tellings
from onepath_packs.canonical.definitions.old_paths.by_own_name.shown_members import (
    check_members_shown,
)
from onepath_packs.canonical.definitions.refused import CannotMoveError


def check_registered(world: World, home: Step, compared: Iterable[ComparedString]) -> list[Telling]:
    """Refuse to rename what tells others of itself where a string has its name.

    Args:
        world: The code.
        home: (path, name) of the definition.
        compared: The strings that are compared with what objects say of themselves.

    Returns:
        The places by which others may know it by its name, though no string has that.

    Raises:
        CannotMoveError: Others may look it up by this name.
    """
    _check_dispatched(world, home)
    _check_compared(world, home, compared)
    check_members_shown(world, home)
    check_declared(world, home)
    told = [*tellings(world, home)]
    reader = asked_for(world, home, told) if told else None
    if reader is not None:
        path, line, *_ = told[0]
        text = world.read([path])[path].splitlines()[line - 1].decode("utf-8", "replace").strip()
        reason = f"'{home[1]}' tells others of itself ({text}), and {reader}"
        raise CannotMoveError(path, line, reason)
    return told


def _check_compared(world: World, home: Step, compared: Iterable[ComparedString]) -> None:
    """Refuse to rename what code knows by a string that is its own name."""
    path, name = home
    if not any(
        definition.qualname == name and definition.kind in BLOCK_KINDS
        for definition in world.facts(path).definitions
    ):
        return
    for one in compared:
        is_asked = not (one.attributes.isdisjoint(NAMES) or one.is_beginning or one.is_shown)
        if is_asked and one.value.partition(".")[0] == name:
            reason = f"this is compared with the own name of something, which '{name}' may be"
            raise CannotMoveError(one.path, one.line, reason)


def _check_dispatched(world: World, home: Step) -> None:
    """Refuse to rename a class by whose name a function is found: `visit_Old`."""
    path, name = home
    for definition in world.facts(path).definitions:
        if definition.qualname == name and definition.kind == "class":
            reader = dispatched_to(world, name)
            if reader is not None:
                raise CannotMoveError(reader.path, reader.line, reader.why)
