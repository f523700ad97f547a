"""Which functions and statements mention a definition, and which call it."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from onepath.analysis.bodies import Body
from onepath.analysis.index import Index
from onepath.analysis.places import member
from onepath.analysis.top_classes import Place
from onepath.errors import InputError
from onepath.model import (
    FUNCTION_KINDS,
    Alias,
    Definition,
    Facts,
    Function,
    ImportFact,
    Use,
    UseKind,
)
from onepath.symbols.resolve import Resolution, Step

_KEPT_CALLS = 40
"""Facts of a function that name so many calls may not name them all."""
_WILD = re.compile(r"[*?\[]")


class CallMention(NamedTuple):
    """One call."""

    path: str
    offset: int


class NamedUse(NamedTuple):
    """A use of a definition by its name or by an alias of it."""

    path: str
    use: Use
    place: Place
    route: tuple[Step, ...]
    """The names by which it is reached."""
    inside: Definition | None
    """The function of the module or of a class in which it is."""


def top(place: Place) -> Place:
    """The module-level definition that a place is or is in."""
    return place[0], place[1].partition(".")[0]


def tops_asked_for(index: Index) -> set[Place]:
    """Of what `files_using` was asked, to be added to."""
    return index.once("tops asked for", set)


def files_using(index: Index, tops: Iterable[Place]) -> tuple[str, ...]:
    """The files that define, import or name one of these definitions, in order."""
    by_target = index.once("files by target", lambda: _files_by_target(index))
    found: set[str] = set()
    tops = frozenset(tops)
    tops_asked_for(index).update(tops)
    for place in tops:
        found.update(by_target.get(place, ()), (place[0],))
    return tuple(sorted(found))


def mentions(index: Index, path: str, tops: frozenset[Place]) -> Iterator[NamedUse]:
    """Where a file uses one of these module-level definitions, or their members."""
    facts = index.facts(path)
    bound = _bound(index, path, facts, tops)
    if not bound:
        return
    functions = _functions(facts)
    starts = [definition.start for definition in functions]
    for use, chain in _chains(facts, bound):
        resolution = bound[use.bound_in, use.name]
        if resolution.kind == "module":
            resolution = index.resolver.attributes(resolution.path, chain) if chain else resolution
        else:
            resolution = resolution._replace(rest=(*resolution.rest, *chain))
        if resolution.kind == "definition" and (resolution.path, resolution.name) in tops:
            at = bisect_right(starts, use.start) - 1
            inside = functions[at] if at >= 0 and use.start < functions[at].end else None
            yield NamedUse(path, use, member(index, resolution), resolution.route, inside)


def variable_readers(index: Index, path: str, name: str) -> Sequence[Definition]:
    """The functions of a file that read a variable of its module."""
    return index.facts(path).once(_readers).get(name, ())


def _readers(facts: Facts) -> Mapping[str, Sequence[Definition]]:
    """Name -> the functions of a file in which it is free."""
    functions = _functions(facts)
    starts = [definition.start for definition in functions]
    found: dict[str, list[Definition]] = {}
    for scope in facts.scopes:
        at = bisect_right(starts, scope.start) - 1
        if scope.kind == "function" and at >= 0 and scope.start < functions[at].end:
            for name in scope.free:
                known = found.setdefault(name, [])
                if not known or known[-1] is not functions[at]:
                    known.append(functions[at])
    return found


def read_function(index: Index, path: str, definition: Definition) -> Body | None:
    """A function, read; None if its text can't be had."""

    def make() -> Body | None:
        try:
            return Body(index, path, definition)
        except InputError:
            return None

    return index.once(("body", path, definition.start), make)


def call_sites(
    index: Index, places: frozenset[Place], files: Collection[str] | None = None
) -> Mapping[Place, Sequence[CallMention]]:
    """Every call of these functions and methods, tests included.

    A method is found at a call by its class, and at one by a receiver whose class is known in
    the calling function: made there, or a parameter that is annotated with it.

    Args:
        index: The repository.
        places: The functions and methods.
        files: The files whose calls are wanted; None for all.
    """
    found: dict[Place, set[CallMention]] = {place: set() for place in places}
    by_receiver = frozenset(top(place) for place in places if _needs_receiver(index, place))
    aliased = [index.resolver.name(*place) for place in places if "." not in place[1]]
    tops = frozenset(
        (*map(top, places), *((resolution.path, resolution.name) for resolution in aliased))
    )
    names = frozenset(place[1].rpartition(".")[2] for place in places)
    reading: dict[tuple[str, int], Definition] = {}
    for path in files_using(index, tops):
        if files is not None and path not in files:
            continue
        for mention in mentions(index, path, tops):
            inside = mention.inside
            if inside is not None and top(mention.place) in by_receiver:
                if may_call(index, path, inside, names):
                    reading[path, inside.start] = inside
            elif mention.use.kind & UseKind.CALLEE:
                for place in found.keys() & {mention.place, *mention.route}:
                    found[place].add(CallMention(path, mention.use.start))
    for owner in by_receiver:
        if files is not None and owner[0] not in files:
            continue
        for definition in index.classes[owner].methods.values():
            if may_call(index, owner[0], definition, names):
                reading[owner[0], definition.start] = definition
    index.world.read(sorted({path for path, _ in reading}))
    for (path, _), definition in reading.items():
        body = read_function(index, path, definition)
        for call in body.calls if body is not None else ():
            if call.callee in found:
                found[call.callee].add(CallMention(path, call.offset))
    return {place: sorted(sites) for place, sites in found.items()}


def may_call(index: Index, path: str, definition: Definition, names: frozenset[str]) -> bool:
    """Whether a function calls something of these last names, or something without a name."""
    shape = shape_of(index, path, definition)
    if shape is None or len(shape.calls) >= _KEPT_CALLS or "..." in shape.calls:
        return True
    return any(call.rpartition(".")[2] in names for call in shape.calls)


def shape_of(index: Index, path: str, definition: Definition) -> Function | None:
    """What the facts say of a function's body."""
    shapes = index.facts(path).once(_shapes)
    return shapes.get((definition.qualname, definition.line))


def _shapes(facts: Facts) -> Mapping[tuple[str, int], Function]:
    return {(function.qualname, function.line): function for function in facts.functions}


def written_calls(index: Index, globs: Sequence[str]) -> Iterator[tuple[CallMention, str]]:
    """Every call whose path, as its import writes it, matches a glob, with that path."""
    heads = tuple(_WILD.split(glob, maxsplit=1)[0] for glob in globs)
    for path in index.paths if globs else ():
        facts = index.facts(path)
        written = {
            (statement.scope, alias.bound): dotted
            for statement in facts.imports
            for alias in statement.names
            if (dotted := _written(index, path, statement, alias))
            and any(dotted.startswith(head) or head.startswith(dotted) for head in heads)
        }
        for use in facts.uses if written else ():
            prefix = written.get((use.bound_in, use.name))
            if prefix is not None and use.kind & UseKind.CALLEE:
                dotted = ".".join((prefix, *(name for name, _ in use.chain)))
                if any(fnmatchcase(dotted, glob) for glob in globs):
                    yield CallMention(path, use.start), dotted


def _written(index: Index, path: str, statement: ImportFact, alias: Alias) -> str:
    if not statement.is_from:
        return alias.name if alias.asname else alias.bound
    module = index.resolver.modules.absolute(path, statement.level, statement.module)
    return f"{module}.{alias.name}" if module and alias.name != "*" else ""


def _needs_receiver(index: Index, place: Place) -> bool:
    if "." not in place[1] or top(place) not in index.classes:
        return False
    definition = index.definitions(place[0]).get(place[1])
    return definition is not None and definition.kind in FUNCTION_KINDS


def _chains(facts: Facts, bound: Collection[tuple[int, str]]) -> Iterator[tuple[Use, list[str]]]:
    """Each use of these names with its attributes, those of `getattr(x, "name")` included."""
    # Records are made of those uses alone: there are hundreds in a file.
    uses = facts.plain_uses
    for raw in uses:
        if (raw[2], raw[0]) in bound:
            use = Use._make(raw)
            yield use, [name for name, _ in use.chain]
    for string in facts.strings:
        if string.target >= 0:
            use = Use._make(uses[string.target])
            if (use.bound_in, use.name) in bound:
                yield use, [*(name for name, _ in use.chain), string.value]


def _functions(facts: Facts) -> list[Definition]:
    return sorted(
        (definition for definition in facts.definitions if definition.kind in FUNCTION_KINDS),
        key=lambda definition: definition.start,
    )


def _bound(
    index: Index, path: str, facts: Facts, tops: frozenset[Place]
) -> Mapping[tuple[int, str], Resolution]:
    """The names in a file that are one of these definitions, or a module, by their scope."""
    found: dict[tuple[int, str], Resolution] = {}
    for statement in facts.imports:
        for alias in statement.names:
            if alias.name != "*":
                target = index.resolver.imported(path, statement, alias)
                if target.kind == "module" or (target.path, target.name) in tops:
                    found.setdefault((statement.scope, alias.bound), target)
    for definition in facts.definitions:
        name = definition.qualname
        if "." not in name and (definition.kind == "alias" or (path, name) in tops):
            target = index.resolver.name(path, name)
            if (target.path, target.name) in tops:
                found[0, name] = target
    return found


def _files_by_target(index: Index) -> Mapping[Place, set[str]]:
    found: dict[Place, set[str]] = {}
    for use in index.uses:
        if use.resolution.kind == "definition":
            found.setdefault((use.resolution.path, use.resolution.name), set()).add(use.file)
    return found
