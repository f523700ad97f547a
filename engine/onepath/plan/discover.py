"""Discovery: the configuration that a person would otherwise write by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from onepath.errors import InputError
from onepath.facts.cache import FactsCache
from onepath.facts.needles import Needles
from onepath.model import Executor, Snapshot
from onepath.plan.history import Former, History
from onepath.plan.ranking import ranking
from onepath.plan.world import Progress, World, quiet
from onepath.snapshot import Repository
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import PathUse, Route, Target, is_shim, names_of, path_uses


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
    canonical_uses: int


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
        targets = [(path, _target(world, path)) for path in canonical]
        _check_distinct(targets)
        history = None
        if repository is not None and snapshot.commit is not None:
            history = History(repository, snapshot.commit, cache, executor, world.modules.roots)
        found = [_find(world, path, target, history, progress) for path, target in targets]
    return render(world, found)


def _target(world: World, canonical: str) -> Resolution:
    found = world.resolver.dotted(canonical)
    if found.kind == "definition" and not found.rest:
        return found
    if found.kind == "module":
        raise InputError(f"'{canonical}' is a module", hint="name what is in it: pkg.module.Name")
    if found.rest:
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


def _find(
    world: World, canonical: str, definition: Resolution, history: History | None,
    progress: Progress,
) -> Finding:  # fmt: skip
    target = definition.path, definition.name
    names = {canonical.rpartition(".")[2], definition.name}
    while True:
        progress(f"looking for {', '.join(sorted(names))}")
        files = world.book.mentioning(Needles.of(names))
        leading = names_of(target, files, world.resolver)
        more = {name for _, name in leading} | names
        if more == names:
            break
        names = more
    module, _, leaf = canonical.rpartition(".")
    routes: dict[str, Route] = {}
    dangling: dict[tuple[str, str], Route] = {}
    uses = 0
    for use in (
        use for path in files for use in path_uses(path, world.facts(path), world.resolver)
    ):
        if (use.resolution.path, use.resolution.name) == target and not use.resolution.rest:
            if use.dotted == canonical:
                uses += 1
            elif use.file not in _inner(definition):
                routes.setdefault(use.dotted, Route(use.dotted)).add(use)
        elif _is_dangling(use) and use.name in names:
            dangling.setdefault((use.module, use.name), Route(use.dotted)).add(use)
    for (path, name), resolution in leading.items():
        dotted = f"{world.modules.name(path)}.{name}"
        if dotted != canonical and _is_offered(world, path, name):
            routes.setdefault(dotted, Route(dotted, resolution.route))
    known = [_former(world, *key, route, canonical, history, progress) for key, route in
             sorted(dangling.items(), key=lambda item: (-item[1].count, item[0]))]  # fmt: skip
    shims = {step[0] for route in routes.values() for step in route.steps}
    return Finding(
        canonical, definition, _line(world, target),
        tuple(sorted(routes.values(), key=lambda route: (-route.count, route.dotted))),
        tuple(known), frozenset(path for path in shims if is_shim(world.facts(path))), uses,
    )  # fmt: skip


def _inner(definition: Resolution) -> set[str]:
    """The files through which the canonical path itself reaches the definition."""
    return {definition.path, *(path for path, _ in definition.route)}


def _is_offered(world: World, path: str, name: str) -> bool:
    """Whether a module means to offer the name, rather than merely to use it."""
    facts = world.facts(path)
    listed = facts.exports is not None and any(name == n for n, _, _ in facts.exports.names)
    aliased = any(d.qualname == name and d.kind != "assign" for d in facts.definitions)
    return listed or aliased or is_shim(facts)


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


def render(world: World, found: Iterable[Finding]) -> str:
    """The configuration as text."""
    base = world.snapshot.name[:12]
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
        lines += ["", *_section(world, finding)]
    return "\n".join(lines) + "\n"


def _section(world: World, finding: Finding) -> list[str]:
    definition = finding.definition
    lines = [
        f"# {finding.canonical}",
        f"# is {definition.name} in {definition.path}:{finding.line};"
        f" {_times(finding.canonical_uses)} imported by this path.",
    ]
    if not finding.routes and not finding.dangling:
        return [*lines, "# There is no other path to it: nothing to do."]
    for route in finding.routes:
        lines += ["", f"# {_usage(route)}", *_way(world, finding, route), _pair(route, finding)]
    for one in finding.dangling:
        active, comment = _explained(one, finding)
        lines += ["", f"# Dangling. {_usage(one.route)}", f"# {comment}"]
        lines.append(_pair(one.route, finding) if active else f"# {_pair(one.route, finding)}")
    return lines


def _pair(route: Route, finding: Finding) -> str:
    return f'"{route.dotted}" = "{finding.canonical}"'


def _usage(route: Route) -> str:
    if not route.count:
        return "Not used inside this repository."
    files = "1 file" if len(route.files) == 1 else f"{len(route.files)} files"
    return f"Used {_times(route.count)} in {files}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _way(world: World, finding: Finding, route: Route) -> list[str]:
    """The chain of modules that the path goes through, shims marked."""
    stops = [
        f"{world.modules.name(path)}{' (shim)' if path in finding.shims else ''}"
        for path, _ in route.steps
    ]
    definition = finding.definition
    if len(stops) < 2 and route.dotted.endswith(f".{definition.name}"):
        return ["# This is where it is defined."]
    return [f"# By way of {' -> '.join(dict.fromkeys(stops))}."] if stops else []


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
