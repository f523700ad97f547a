"""Why a hunk is right: where its names led before, where they lead after, and what was proven."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from onepath.codemod.review.hunks import Hunk
from onepath.config.migrate_toml import Config
from onepath.facts.store.cache import FactsCache
from onepath.model import (
    Alias,
    Executor,
    Facts,
    ImportFact,
    Plan,
    Snapshot,
    Use,
)
from onepath.state.review.session import Item
from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World

_PROVEN = (
    "the file parses, and every name outside of the edits means what it meant",
    "no import leads nowhere, no new import cycle, no public name is lost",
    "everything that could be imported first still can, in every order that it could before",
    "planning again on the result changes nothing",
)


def reasons(
    snapshot: Snapshot,
    config: Config,
    plan: Plan,
    item: Item,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
) -> list[str]:
    """Say why a hunk is right, as lines.

    Args:
        snapshot: The code from which the plan was made.
        config: Its roots count.
        plan: The plan.
        item: One of its hunks.
        executor: Runs the reading.
        cache_dir: Where facts are kept between runs; None keeps none.
    """
    with FactsCache(cache_dir) as cache:
        before = World.open(snapshot, cache, executor, roots=config.roots)
        for phase in plan.phases:
            after = before.after({change.path: change.new for change in phase.changeset.changes})
            if phase is item.phase:
                break
            before = after
        return list(_reasons(before, after, item))


def _reasons(before: World, after: World, item: Item) -> Iterator[str]:
    yield item.phase.title
    if item.phase.why:
        yield item.phase.why
    yield from _why_together(item.hunk)
    path = item.hunk.path
    whole = next(change for change in item.phase.changeset.changes if change.path == path)
    if whole.new is not None and path.endswith((".py", ".pyi")):
        own = [(edit.start, edit.end) for edit in item.hunk.edits]
        new = list(whole.new_spans({edit.start for edit in item.hunk.edits}))
        yield from _routes("before", before, path, own)
        yield from _routes("after", after, path, new)
    if item.following:
        yield f"imports of the file follow: {item.following}"
    yield "proven of the plan that it is part of:"
    yield from (f"  {line}" for line in _PROVEN)


def _why_together(hunk: Hunk) -> Iterator[str]:
    """Why the edits of a hunk can't be accepted one by one."""
    count = len(hunk.edits)
    if count > 1 and hunk.starts:
        yield f"{count} edits in one: a name follows with all its uses, an example with its lines"
    elif count > 1:
        yield f"{count} edits in one: what is defined here changes with all of its own file"


def _routes(when: str, world: World, path: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Where the names in some spans lead, each once."""
    facts = world.facts(path)
    told: dict[str, None] = {}
    for use in facts.uses:
        if any(start <= use.start < end for start, end in spans):
            told |= dict.fromkeys(_of_use(world, path, facts, use))
    for statement in facts.imports:
        if any(start <= statement.start < end for start, end in spans):
            for alias in statement.names:
                line = _told(world, alias.bound, world.resolver.imported(path, statement, alias))
                told[line] = None
    yield from (f"{when}: {line}" for line in told)


def _of_use(world: World, path: str, facts: Facts, use: Use) -> Iterator[str]:
    binders: Sequence[tuple[int, int, Alias]] = facts.binders.get((use.bound_in, use.name), ())
    for index, _, alias in binders:
        statement: ImportFact = facts.imports[index]
        resolution = world.resolver.imported(path, statement, alias)
        attributes = [name for name, _ in use.chain]
        if resolution.kind == "module" and attributes:
            further = world.resolver.attributes(resolution.path, attributes)
            resolution = further._replace(route=resolution.route + further.route)
        elif attributes:
            resolution = resolution._replace(rest=(*resolution.rest, *attributes))
        yield _told(world, use.dotted, resolution)


def _told(world: World, written: str, resolution: Resolution) -> str:
    """Where a name leads, in words."""
    rest = "".join(f".{name}" for name in resolution.rest)
    if resolution.kind == "external":
        return f"{written} is {resolution.path}{rest}, which is not in this repository"
    if resolution.kind == "unresolved":
        return f"{written} leads nowhere: {resolution.reason or 'nobody knows'}"
    if resolution.kind == "module":
        return f"{written} is the module {world.modules.name(resolution.path)} ({resolution.path})"
    line = next(
        (
            definition.line
            for definition in world.facts(resolution.path).definitions
            if definition.qualname == resolution.name
        ),
        0,
    )
    stops = [path for path, _ in resolution.route if path != resolution.path]
    way = f", by way of {', '.join(dict.fromkeys(stops))}" if stops else ""
    return f"{written} is {resolution.name}{rest} of {resolution.path}:{line}{way}"
