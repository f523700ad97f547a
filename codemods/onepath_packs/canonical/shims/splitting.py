"""Modules that forward some names and define others: the part that forwards goes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.codemod.refusals.own_text import without_own_text
from onepath.config.migrate_toml import Config
from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.removal import Removal
from onepath.model import BLOCK_KINDS, Edit, Facts, Refusal
from onepath.model.refused import Refused
from onepath.symbols.find_references.targets import Holder, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.renames import Renames
from onepath.symbols.world import World

_SHOWN = 3


@dataclass
class Split:
    """What becomes of the modules that are to be split."""

    edits: dict[str, tuple[Edit, ...]] = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    places: dict[str, list[Location]] = field(default_factory=dict)
    """The imports that go, by file."""
    pending: int = 0
    """Modules that forward something."""
    done: int = 0
    """Those of them that forward nothing any more."""


def split_modules(
    world: World, config: Config, modules: Mapping[str, str], left_out: LeftOut
) -> Split:
    """Take out what modules forward and nobody reads from them any more.

    A name that is imported at the top of a module, that the module does not use itself and to which
    nothing refers goes, from `__all__` as well. What the module defines stays.

    Args:
        world: The code.
        config: Its own lines hold nothing.
        modules: Module -> its file, which may change.
        left_out: The names of them that stay, as bindings.
    """
    passed_on = {path: _forwarded(world, path) for path in modules.values()}
    offered = {
        path: {name: place for name, place in names.items() if not left_out.holds(path, (0, name))}
        for path, names in passed_on.items()
    }
    targets = [Target(path, name) for path, names in offered.items() for name in names]
    held: dict[Target, list[Holder]] = {}
    for holder in without_own_text(world, config, holders(world, targets)) if targets else ():
        if holder.breaks and not (holder.path == holder.target.path and holder.kind == "name"):
            held.setdefault(holder.target, []).append(holder)
    makers = _makers(world, offered)
    stuck: dict[Target, str] = {}
    while True:
        going = _going(targets, held, makers, stuck)
        split, more = _without(world, modules, offered, going)
        if not more:
            break
        stuck |= more
    for module, path in modules.items():
        names = offered[path]
        kept = [name for name in names if Target(path, name) not in going]
        split.pending += bool(passed_on[path])
        split.done += bool(names) and not kept and len(names) == len(passed_on[path])
        for name in kept:
            target = Target(path, name)
            line = world.facts(path).imports[names[name][0]].line
            dotted = f"{module}.{name}"
            if target in stuck:
                reason = f"'{dotted}' is kept: {stuck[target]}"
                split.refusals.append(Refusal(path, line, "not-removed", reason))
            else:
                places = [
                    holder for holder in held[target] if makers.get(_key(holder)) not in going
                ]
                split.refusals.append(Refusal(path, line, "held", _held(dotted, places)))
        own = sorted(_defined(world.facts(path)))
        if own and path in split.edits:
            split.remarks.append(f"'{module}' keeps what it defines: {', '.join(own)}")
    return split


def is_split(world: World, path: str) -> bool:
    """Whether nothing is left in a module for a split to take out."""
    return not _forwarded(world, path)


_Key = tuple[str, int, str]
"""The file and the line of an import, and the name that it takes from another module."""


def _key(holder: Holder) -> _Key:
    return holder.path, holder.line, holder.target.name


def _makers(
    world: World, offered: Mapping[str, Mapping[str, tuple[int, int]]]
) -> Mapping[_Key, Target]:
    """The imports of the modules themselves -> the names that go with them."""
    found = {}
    for path, names in offered.items():
        for name, (index, place) in names.items():
            statement = world.facts(path).imports[index]
            found[path, statement.line, statement.names[place].name] = Target(path, name)
    return found


def _going(
    targets: Sequence[Target],
    held: Mapping[Target, Sequence[Holder]],
    makers: Mapping[_Key, Target],
    stuck: Collection[Target],
) -> set[Target]:
    """The names that nothing reads but names that go as well."""
    going = {*targets} - {*stuck}
    while True:
        kept = {
            target
            for target in going
            if any(makers.get(_key(holder)) not in going for holder in held.get(target, ()))
        }
        if not kept:
            return going
        going -= kept


def _without(
    world: World,
    modules: Mapping[str, str],
    offered: Mapping[str, Mapping[str, tuple[int, int]]],
    going: Collection[Target],
) -> tuple[Split, dict[Target, str]]:
    """The modules without names; and which of these have to stay after all, and why."""
    split = Split()
    stuck: dict[Target, str] = {}
    for path in modules.values():
        free = {name: place for name, place in offered[path].items() if Target(path, name) in going}
        if free:
            problems = _take_out(world, path, free, split)
            stuck |= {Target(path, name): problem for name, problem in problems.items()}
    return split, stuck


def _held(dotted: str, places: Sequence[Holder]) -> str:
    shown = ", ".join(f"{holder.path}:{holder.line}" for holder in places[:_SHOWN])
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return f"'{dotted}' is kept: it is referred to by {shown}{more}"


def _defined(facts: Facts) -> Iterator[str]:
    for definition in facts.definitions:
        if (
            definition.kind in BLOCK_KINDS
            and "." not in definition.qualname
            and not definition.qualname.startswith("_")
        ):
            yield definition.qualname


def _forwarded(world: World, path: str) -> dict[str, tuple[int, int]]:
    """The names that a module only passes on, each with its import (statement, place in it)."""
    facts = world.facts(path)
    if facts.has_getattr or facts.dynamic:
        return {}
    bound = [alias.bound for fact in facts.imports if fact.scope == 0 for alias in fact.names]
    read = {use.name for use in facts.uses if use.bound_in == 0}
    read |= set(facts.scopes[0].multiple).union(*(scope.redirected for scope in facts.scopes))
    found = {}
    for index, statement in enumerate(facts.imports):
        if statement.scope or statement.guard or not statement.is_from:
            continue
        for place, alias in enumerate(statement.names):
            name = alias.bound
            if alias.name == "*" or name in read or bound.count(name) > 1:
                continue
            meant = world.resolver.imported(path, statement, alias)
            if meant.kind == "definition" and meant.path != path:
                found[name] = index, place
    return found


def _take_out(
    world: World, path: str, names: Mapping[str, tuple[int, int]], split: Split
) -> Mapping[str, str]:
    """Take names out of a module; those that can't be, with the reason."""
    facts, data = world.facts(path), world.read([path])[path]
    draft = Draft(path, data, facts, Renames(world.resolver, {}, {}), frozenset())
    removal = Removal(draft, BringIn(draft))
    problems: dict[str, str] = {}
    for name, (index, place) in sorted(names.items(), key=lambda one: one[1]):
        problem = ""
        try:
            removal.take_out_of_exports(name)
            if not draft.take_out(index, place):
                problem = "its block would be left empty"
        except Refused as error:
            problem = str(error)
        if problem:
            problems[name] = problem
        else:
            split.gone.add((path, name))
            split.places.setdefault(path, []).append(_place(world, path, index, name))
    if not problems:
        split.edits[path] = removal.edits()
    return problems


def _place(world: World, path: str, index: int, name: str) -> Location:
    """An import that goes, known by what it binds and by the module that it may have loaded."""
    statement = world.facts(path).imports[index]
    module = world.modules.absolute(path, statement.level, statement.module) or ""
    return Location(
        statement.start,
        statement.line,
        (0, name),
        frozenset({(0, name)}),
        frozenset({name, module}),
    )
