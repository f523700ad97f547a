"""Discovery: the configuration that a person would otherwise write by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from onepath.errors import InputError
from onepath.facts.cache import FactsCache
from onepath.facts.needles import Needles
from onepath.model import Executor, Snapshot
from onepath.plan.discovery.history import Former, History
from onepath.plan.discovery.parameters import parameters
from onepath.plan.discovery.ranking import ranking
from onepath.plan.discovery.text import Written, comment, plain, readable
from onepath.snapshot import Repository
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import PathUse, Route, Target, is_shim, names_of, path_uses
from onepath.symbols.world import Progress, World, quiet


class Dangling(NamedTuple):
    """A path that leads nowhere any more, and what it was."""

    route: Route
    former: Former | None
    searched: bool


class Finding(NamedTuple):
    """Everything that leads, or once led, to one canonical path."""

    canonical: str
    definition: Resolution
    line: int
    routes: tuple[Route, ...]
    dangling: tuple[Dangling, ...]
    shims: frozenset[str]
    """Files on the routes that only forward."""
    own: Route
    """The canonical path itself and its uses."""

    @property
    def canonical_uses(self) -> int:
        return self.own.count


def discover(
    snapshot: Snapshot, canonical: Sequence[str], *, executor: Executor,
    cache_dir: Path | None = None, repository: Repository | None = None, progress: Progress = quiet,
) -> str:  # fmt: skip
    """Find every path to the canonical names.

    Args:
        snapshot: The code.
        canonical: Dotted paths; with none, the most fragmented names are ranked instead.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        repository: Its history says what dangling paths were; None leaves that out.
        progress: Told, in words, what goes on.

    Returns:
        The text of a `migrate.toml` for review, or the ranking.

    Raises:
        InputError: A canonical path does not exist, or two of them are one thing.
    """
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, progress=progress)
        if not canonical:
            return ranking(world)
        targets = [(path, definition_at(world, path)) for path in canonical]
        _check_distinct(targets)
        history = None
        if repository is not None and snapshot.commit is not None:
            history = History(repository, snapshot.commit, cache, executor, world.modules.roots)
        found = [find_paths(world, path, target, history, progress) for path, target in targets]
        written = Written()
        lines = render(world, found, written)
        imports = written.active("imports")
        shims = {path for one in found for path in one.shims}
        lines += parameters(world, imports, canonical, shims, written, progress)
    return readable(lines)


def definition_at(world: World, canonical: str) -> Resolution:
    """The definition that a dotted path leads to.

    Raises:
        InputError: It leads to none.
    """
    found = world.resolver.dotted(canonical)
    if found.kind == "definition" and not found.rest:
        return found
    if found.kind == "module":
        raise InputError(f"'{canonical}' is a module", hint="name what is in it: pkg.module.Name")
    if found.kind == "definition":
        raise InputError(f"'{canonical}' is an attribute of '{found.name}', not a module's name")
    reason = found.reason or "no such module in this repository"
    raise InputError(
        f"'{canonical}' does not lead to a definition: {reason}",
        hint="`migrate init` alone ranks the names that have several paths",
    )


def _check_distinct(targets: Sequence[tuple[str, Resolution]]) -> None:
    seen: dict[object, str] = {}
    for path, target in targets:
        other = seen.setdefault(target.target, path)
        if other != path:
            raise InputError(
                f"'{path}' and '{other}' are one definition; only one can be canonical"
            )


def find_paths(
    world: World, canonical: str, definition: Resolution, history: History | None = None,
    progress: Progress = quiet,
) -> Finding:  # fmt: skip
    """Find every path to a definition, and who uses which.

    Args:
        world: The code.
        canonical: The path that counts as the right one.
        definition: What it leads to.
        history: Says what paths were that lead nowhere any more; None leaves that out.
        progress: Told, in words, what goes on.
    """
    target = definition.path, definition.name
    names = {canonical.rpartition(".")[2], definition.name}
    while True:
        progress(f"looking for {', '.join(sorted(names))}")
        files = world.book.mentioning(Needles.of(names))
        leading = names_of(target, files, world.resolver, names)
        more = {name for _, name in leading} | names
        if more == names:
            break
        names = more
    routes: dict[str, Route] = {}
    dangling: dict[tuple[str, str], Route] = {}
    own = Route(canonical)
    for use in (
        use for path in files for use in path_uses(path, world.facts(path), world.resolver)
    ):
        if (use.resolution.path, use.resolution.name) == target and not use.resolution.rest:
            if use.dotted == canonical:
                own.add(use)
            elif use.file not in _inner(definition):
                routes.setdefault(use.dotted, Route(use.dotted)).add(use)
        elif _is_dangling(use) and use.name in names:
            dangling.setdefault((use.module, use.name), Route(use.dotted)).add(use)
    for (path, name), resolution in leading.items():
        dotted = f"{world.modules.name(path)}.{name}"
        if dotted != canonical and not is_test(path) and _is_offered(world, path, name):
            routes.setdefault(dotted, Route(dotted, resolution.route))
    known = [_former(world, *key, route, canonical, history, progress) for key, route in
             sorted(dangling.items(), key=lambda item: (-item[1].count, item[0]))]  # fmt: skip
    shims = {step[0] for route in routes.values() for step in route.steps}
    return Finding(
        canonical, definition, _line(world, target),
        tuple(sorted(routes.values(), key=lambda route: (-route.count, route.dotted))),
        tuple(known), frozenset(path for path in shims if is_shim(path, world.resolver)), own,
    )  # fmt: skip


def _inner(definition: Resolution) -> set[str]:
    """The files through which the canonical path itself reaches the definition."""
    return {definition.path, *(path for path, _ in definition.route)}


def _is_offered(world: World, path: str, name: str) -> bool:
    """Whether a module means to offer the name, rather than merely to use it."""
    facts = world.facts(path)
    listed = facts.exports is not None and any(name == n for n, _, _ in facts.exports.names)
    aliased = any(d.qualname == name and d.kind != "assign" for d in facts.definitions)
    return listed or aliased or is_shim(path, world.resolver)


def _is_dangling(use: PathUse) -> bool:
    return use.resolution.reason in ("no such module", "no such name")


def _line(world: World, target: Target) -> int:
    for definition in world.facts(target[0]).definitions:
        if definition.qualname == target[1]:
            return definition.line
    return 1


def _former(
    world: World, module: str, name: str, route: Route, canonical: str, history: History | None,
    progress: Progress,
) -> Dangling:  # fmt: skip
    if history is None or history.is_over:
        return Dangling(route, None, False)
    progress(f"searching the history for {route.dotted}")
    former = history.look_up(module, name, world.modules.find(module), canonical)
    return Dangling(route, former, former is not None or not history.is_over)


# ------------------------------------------------------------------- text


def render(world: World, found: Iterable[Finding], written: Written) -> list[str]:
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
    for finding in found:
        lines += ["", *_section(world, finding, written)]
    return lines


def _section(world: World, finding: Finding, written: Written) -> list[str]:
    definition = finding.definition
    place = f"is {definition.name} in {definition.path}:{finding.line};"
    uses = f"{_times(finding.canonical_uses)} imported by this path."
    lines = [f"# {plain(finding.canonical)}", *comment(f"{place} {uses}")]
    if not finding.routes and not finding.dangling:
        return [*lines, "# There is no other path to it: nothing to do."]
    for route in finding.routes:
        if route.count:
            way = _way(world, finding, route)
            lines += ["", f"# {_usage(route)}", *comment(way)]
            lines.append(written.pair("imports", route.dotted, finding.canonical))
    for one in finding.dangling:
        active, text = _explained(one, finding)
        lines += ["", f"# Dangling. {_usage(one.route)}", *comment(text)]
        lines.append(written.pair("imports", one.route.dotted, finding.canonical, active=active))
    unused = [route for route in finding.routes if not route.count]
    if unused:
        lines += ["", "# Not used inside this repository:"]
        lines += [written.pair("imports", one.dotted, finding.canonical) for one in unused]
    return lines


def _usage(route: Route) -> str:
    files = "1 file" if len(route.files) == 1 else f"{len(route.files)} files"
    return f"Used {_times(route.count)} in {files}."


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _way(world: World, finding: Finding, route: Route) -> str:
    """The chain of modules that the path goes through, shims marked."""
    stops = [
        f"{world.modules.name(path)}{' (shim)' if path in finding.shims else ''}"
        for path, _ in route.steps
    ]
    definition = finding.definition
    if len(stops) < 2 and route.dotted.endswith(f".{definition.name}"):
        return "This is where it is defined."
    return f"By way of {' -> '.join(dict.fromkeys(stops))}." if stops else ""


def _explained(one: Dangling, finding: Finding) -> tuple[bool, str]:
    former = one.former
    if former is None and not one.searched:
        return False, "The history was not searched. Remove the # if it means the same."
    if former is None:
        return False, "No revision in the history has it. Remove the # if it means the same."
    where = f"{former.resolution.name} in {former.resolution.path}"
    if former.is_canonical:
        return True, f"Last there at {former.revision}, where it was the same: {where}."
    now = finding.definition
    if (former.resolution.path, former.resolution.name) == (now.path, now.name):
        return True, f"Last there at {former.revision}, where it led to {where}, as here."
    return False, (
        f"Last there at {former.revision} as {where}, another definition than the canonical one."
        " Remove the # to declare it replaced."
    )
