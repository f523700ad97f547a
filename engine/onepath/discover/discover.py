"""Discovery: the configuration that a person would otherwise write by hand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from onepath.codemod.packs.installed import load_packs
from onepath.discover.alternatives import alternative
from onepath.discover.kept import discovery_key
from onepath.discover.lazy import lazy_names
from onepath.discover.lost_names.dangling import dangling_names
from onepath.discover.lost_names.former import FunctionNames, Past
from onepath.discover.lost_names.history import LostName, NameHistory
from onepath.discover.parameters import parameter_tables
from onepath.discover.paths import (
    CanonicalDiscovery,
    Dangling,
    Formers,
    definition_at,
    find_paths,
    known_formers,
    leading_names,
)
from onepath.discover.ranking import ranking
from onepath.discover.serving import with_pack
from onepath.discover.text import WrittenTables, comment, plain, readable
from onepath.errors import InputError
from onepath.facts.store.cache import FactsCache
from onepath.model import BLOCK_KINDS, Executor, Snapshot
from onepath.plan.notes import is_whole, notes_of
from onepath.progress import Progress, quiet
from onepath.snapshot import Repository
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import Route
from onepath.symbols.world import World

_REVISIONS = 3
"""In how many revisions a name is looked for that went away more than once."""

_OPEN = 300
"""Files whose facts are unpacked at a time: those that spell a canonical name are come back to."""


def discover(
    snapshot: Snapshot,
    canonical: Sequence[str],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    repository: Repository | None = None,
    progress: Progress = quiet,
    canonical_factory: Sequence[str] = (),
) -> str:
    """Find every path to the canonical names.

    Args:
        snapshot: The code.
        canonical: Dotted paths; with none, the most fragmented names are ranked instead.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        repository: Its history says what dangling paths were; None leaves that out.
        progress: Told, in words, what goes on.
        canonical_factory: Functions by which instances of the canonical classes are to be made.

    Returns:
        The text of a `migrate.toml` for review, or the ranking.

    Raises:
        InputError: A canonical path does not exist, two of them are one thing, or a canonical
            factory gives no instance of one.
    """
    with FactsCache(cache_dir) as cache:
        key = discovery_key(snapshot, canonical, canonical_factory, repository)
        kept = cache.outcome(key)
        if kept is not None:
            return str(kept["text"])
        world = World.open(snapshot, cache, executor, progress=progress, most_open=_OPEN)
        if not canonical:
            text, was_whole = ranking(world), True
        else:
            history = None
            if repository is not None and snapshot.commit is not None:
                roots = world.modules.roots
                history = NameHistory(repository, snapshot.commit, cache, executor, roots)
            text = _configuration(world, canonical, canonical_factory, history, progress)
            was_whole = history is None or history.is_whole
        if was_whole and is_whole(notes_of(world)):
            cache.put_outcome(key, {"text": text})
    return text


def _configuration(
    world: World,
    canonical: Sequence[str],
    canonical_factory: Sequence[str],
    history: NameHistory | None,
    progress: Progress,
) -> str:
    """The text of a `migrate.toml`, as `discover` gives it."""
    world = world.assuming(lazy_names(world, canonical))
    targets = [(path, definition_at(world, path)) for path in canonical]
    _check_distinct(targets)
    formers: Formers | None = None
    if history is not None:
        world, formers = _what_was(world, history, targets, progress)
        history.forget()
    discoveries = [find_paths(world, path, target, formers, progress) for path, target in targets]
    world.fact_store.rest()  # nearly all is read by now
    written = WrittenTables()
    lines = render(world, discoveries, written)
    imports = written.active("imports")
    shims = {path for discovery in discoveries for path in discovery.shims}
    mixed = {path for discovery in discoveries for path in _mixed(world, discovery)} - shims
    packs = load_packs()
    codemods = dict.fromkeys(
        codemod for _, pack in sorted(packs.items()) for codemod in pack.codemods
    )
    lines += parameter_tables(
        world, imports, canonical, shims, mixed, written, codemods, progress, canonical_factory
    )
    return readable(with_pack(lines, packs))


def _check_distinct(targets: Sequence[tuple[str, Resolution]]) -> None:
    seen: dict[object, str] = {}
    for path, target in targets:
        other = seen.setdefault(target.target, path)
        if other != path:
            raise InputError(
                f"'{path}' and '{other}' are one definition; only one can be canonical"
            )


def _what_was(
    world: World,
    history: NameHistory,
    targets: Sequence[tuple[str, Resolution]],
    progress: Progress,
) -> tuple[World, Formers]:
    """Ask the history what dangling names were, until what it proves leads to no more.

    Returns:
        The code in which the names that were proven stand for what they were; and what was found.
    """
    progress("looking for names that are gone")
    world.fact_store.load(world.fact_store.python)
    dangling = dangling_names(world)
    present = {name: world.modules.find(name[0]) for name in dangling}
    formers: Formers = {}
    assumed: dict[LostName, Resolution] = {}
    functions = FunctionNames(world)
    while True:
        before = len(assumed)
        for canonical, definition in targets:
            past = Past(history, canonical, definition, functions)
            words = _words(world, canonical, definition, formers, progress)
            # What is proven changes what others were, so all that is open is asked again.
            new = {name: one for name, one in present.items() if name not in assumed}
            progress(f"searching the history for {len(new)} names")
            by_revision = sorted(
                (revisions[0], name, revisions)
                for name, revisions in history.revisions(new, words).items()
                if revisions
            )
            for _, name, revisions in by_revision:
                found = (past.of(world, one, name) for one in revisions[:_REVISIONS])
                former = next((one for one in found if one is not None), None)
                if former is None:
                    continue
                formers.setdefault(name, {})[canonical] = former
                resolution = world.resolver.dotted(former.to) if former.is_certain else None
                if resolution is not None and resolution.kind == "definition":
                    assumed.setdefault(name, resolution._replace(route=()))
        if len(assumed) == before:
            return world, formers
        world = world.assuming(assumed)


def _words(
    world: World, canonical: str, definition: Resolution, formers: Formers, progress: Progress
) -> frozenset[str]:
    """One of these is in every file that had to do with a definition."""
    known = known_formers(formers, canonical)
    names, _, _ = leading_names(world, canonical, definition, known, progress)
    beside = (
        one.qualname
        for one in world.facts(definition.path).definitions
        if one.kind in BLOCK_KINDS and "." not in one.qualname
    )
    return frozenset((*names, *beside))


def _mixed(world: World, finding: CanonicalDiscovery) -> Iterator[str]:
    """The modules on the routes that forward the definition, and define things of their own."""
    ways = {path for route in finding.routes for path, _ in route.steps}
    for path in ways - finding.inner:
        kinds = {definition.kind for definition in world.facts(path).definitions}
        if not is_test(path) and not kinds.isdisjoint(BLOCK_KINDS):
            yield path


# ------------------------------------------------------------------- text


def render(
    world: World, discoveries: Iterable[CanonicalDiscovery], written: WrittenTables
) -> list[str]:
    """The configuration up to the end of `[imports]`, as lines."""
    base = plain(world.snapshot.name[:12])
    lines = [
        f"# What `migrate init` found at {base}. Review it, then run `migrate --dry-run`.",
        "# A line says: what is imported by the path on the left shall be imported by the path on",
        "# the right. Delete a line to leave that path alone; add one for what is missing.",
        "",
        "schema = 1",
        "",
        "[imports]",
    ]
    for finding in discoveries:
        lines += ["", *_section(world, finding, written)]
    return lines


def _section(world: World, finding: CanonicalDiscovery, written: WrittenTables) -> list[str]:
    definition = finding.definition
    place = f"is {definition.name} in {definition.path}:{finding.line};"
    uses = f"{_times(finding.canonical_uses)} imported by this path."
    lines = [f"# {plain(finding.canonical)}", *comment(f"{place} {uses}")]
    if not finding.routes and not finding.dangling:
        return [*lines, "# There is no other path to it: nothing to do."]
    for route in finding.routes:
        if route.count:
            other = alternative(world, route.steps, definition)
            way = f"Not active: {other}." if other else _way(world, finding, route)
            lines += ["", f"# {_usage(route)}", *comment(way)]
            pair = written.pair("imports", route.dotted, finding.canonical, active=not other)
            lines.append(pair)
    for dangling in finding.dangling:
        active, text, to = _explained(dangling, finding)
        lines += ["", f"# Dangling. {_usage(dangling.route)}", *comment(text)]
        lines.append(written.pair("imports", dangling.route.dotted, to, active=active))
    unused = [route for route in finding.routes if not route.count]
    if unused:
        lines += ["", "# Not used inside this repository:"]
        lines += [
            written.pair(
                "imports",
                one.dotted,
                finding.canonical,
                active=not alternative(world, one.steps, definition),
            )
            for one in unused
        ]
    return lines


def _usage(route: Route) -> str:
    files = "1 file" if len(route.files) == 1 else f"{len(route.files)} files"
    return f"Used {_times(route.count)} in {files}."


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _way(world: World, finding: CanonicalDiscovery, route: Route) -> str:
    """The chain of modules that the path goes through, shims marked."""
    stops = [
        f"{world.modules.name(path)}{' (shim)' if path in finding.shims else ''}"
        for path, _ in route.steps
    ]
    definition = finding.definition
    if len(stops) < 2 and route.dotted.endswith(f".{definition.name}"):
        return "This is where it is defined."
    return f"By way of {' -> '.join(dict.fromkeys(stops))}." if stops else ""


def _explained(dangling: Dangling, finding: CanonicalDiscovery) -> tuple[bool, str, str]:
    """Whether a dangling path is an active line, why, and what takes its place."""
    if dangling.former is None:
        where = (
            "No revision in the history has it"
            if dangling.searched
            else ("The history was not searched")
        )
        return False, f"{where}. Remove the # if it means the same.", finding.canonical
    return dangling.former.is_certain, dangling.former.text, dangling.former.to or finding.canonical
