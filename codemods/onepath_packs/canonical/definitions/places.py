"""Where a definition is read from: its own module, and those that pass it on under its name."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.codemod import Needles, World
from onepath.model import Facts, Guard
from onepath.symbols.find_references.references import references
from onepath.symbols.find_references.users import star_users
from onepath.symbols.modules import is_package
from onepath.symbols.resolve import Resolution, Step
from onepath_packs.canonical.definitions.refused import CannotMoveError


class NamingModule(NamedTuple):
    """A module in which the name means the definition."""

    path: str
    is_bound: bool
    """Whether a statement of the module binds it; False where a star import brings it."""
    is_public: bool
    """Whether others take it from here, or may."""


def places_of(world: World, home: Step) -> list[NamingModule]:
    """The modules in which a definition's own name means it, that of the definition first.

    Args:
        world: The code.
        home: (path, name) of the definition.
    """
    path, name = home
    found = {path: NamingModule(path, is_bound=True, is_public=True)}
    referred: set[str] = set()
    for user in world.fact_store.mentioning(Needles.of([name])):
        facts = world.facts(user)
        if facts.failure is not None:
            continue
        referred |= {
            reference.module
            for reference in references(user, facts, world.resolver, {name})
            if reference.module != user and reference.name == name
        }
        if user not in found and passes_on(world, user, home):
            is_bound = name in facts.scopes[0].bound
            if is_bound or _is_read(facts, name):
                found[user] = NamingModule(user, is_bound, _is_public(user, facts, name))
    for module in referred - found.keys():
        if not module.endswith("/") and module != "?" and passes_on(world, module, home):
            found[module] = NamingModule(module, name in world.facts(module).scopes[0].bound, True)
    public = {place.path for place in found.values() if place.is_public or place.path in referred}
    return [
        place._replace(is_public=place.path in public)
        for place in found.values()
        if place.path in public or not place.is_bound
    ]


def passes_on(world: World, path: str, home: Step) -> bool:
    """Whether a name of a module is that of a definition, and would have its new name as well.

    One that is there for type checkers alone is made in another way when the code runs, under the
    name that is written there.
    """
    binders = world.resolver.table(path).names.get(home[1], ())
    for_types = binders and all(binder.guard & Guard.TYPE_CHECKING for binder in binders)
    return not for_types and leads_to(world.resolver.name(path, home[1]), home)


def leads_to(resolution: Resolution, home: Step) -> bool:
    """Whether a name is, or passes on, that of a definition, whatever that stands for."""
    return home in resolution.route or (resolution.kind == "definition" and resolution[1:3] == home)


def _is_read(facts: Facts, name: str) -> bool:
    exported = facts.exports is not None and any(name == one for one, _, _ in facts.exports.names)
    return exported or any(name in scope.free for scope in facts.scopes)


def _is_public(path: str, facts: Facts, name: str) -> bool:
    exported = facts.exports is not None and any(name == one for one, _, _ in facts.exports.names)
    return exported or is_package(path) or path.endswith(".pyi")


def stub_of(world: World, path: str) -> str:
    """The stub beside a module; empty if there is none."""
    stub = f"{path}i"
    return stub if path.endswith(".py") and stub in world.modules.files else ""


def binds(world: World, path: str, name: str) -> bool:
    """Whether a file binds a module-level name.

    Raises:
        CannotMoveError: It can't be read.
    """
    failure = world.facts(path).failure
    if failure is not None:
        raise CannotMoveError(path, failure.line, failure.reason)
    return name in world.facts(path).scopes[0].bound


def check_star_imports(world: World, places: Sequence[NamingModule], new: str) -> None:
    """Refuse a new name that a star import would bring where it means something else.

    Raises:
        CannotMoveError: Names the first such file.
    """
    files = {place.path for place in places}
    for user in star_users(world, {new}):
        facts = world.facts(user)
        if facts.failure is not None or user in files:
            continue
        for source, line in star_sources(world, user):
            taken = new in facts.scopes[0].bound or any(new in scope.free for scope in facts.scopes)
            if source in files and taken:
                reason = f"'{new}' would come by this star import, and means something else here"
                raise CannotMoveError(user, line, reason)


def star_sources(world: World, path: str) -> Iterator[tuple[str, int]]:
    """The modules whose names a file takes by star imports, also by way of others."""
    waiting, seen = [(path, 0)], {path}
    while waiting:
        at, line = waiting.pop()
        for statement in world.resolver.table(at).stars:
            dotted = world.modules.absolute(at, statement.level, statement.module)
            source = world.modules.find(dotted, at) if dotted else None
            if source is not None and not source.endswith("/") and source not in seen:
                seen.add(source)
                yield source, line or statement.line
                waiting.append((source, line or statement.line))


def passed_on(world: World, places: Sequence[NamingModule], old: str, new: str) -> Iterator[str]:
    """What to know of the modules that pass a renamed definition on, and get the name as well.

    Args:
        world: The code.
        places: The modules that have the name, that of the definition first.
        old: The old name.
        new: The new one.
    """
    for place in places[1:]:
        if place.is_bound and place.is_public:
            module = world.modules.name(place.path)
            yield f"'{module}.{old}', which passes it on, is '{module}.{new}' now"
