"""Definitions that are reached by more than one path.

What it finds
    A class, function or other module-level name of this repository that files use by two or more
    different paths: imports and attribute chains that end at one definition, followed through
    re-exports, aliases and star imports. There is one finding for each definition, at its place,
    with the number of paths and how often each is used.

    What has to be written so does not count, unless the name is configured:

    - the modules on the way: a package's `__init__` that re-exports a name uses the path to the
      definition because it must;
    - inside of a package that offers a name, the paths to where it is defined: its own modules
      can't go by the facade, which imports them. A module offers a name that is its package's
      `__init__`, or that has it in `__all__`. The same holds beside a private module;
    - a test of the module that defines the name, what a folder of tests has for itself, what
      a test reads as an attribute of the module that it tests, and what it imports from a module
      that warns with DeprecationWarning;
    - names with two underscores at both ends, such as `__version__`;
    - another name of the definition, which is a name of its own: several paths count for each, and
      a name that two modules give it is two;
    - a package's `__init__` that passes a name on and does not read it itself;
    - several paths that all are offers: packages that re-export a name from below, or say in
      `__all__` that they have it, or modules that take over all of another one's names by a star.

    What leaves nobody a choice is counted, and shown to those who name the rule: all files that
    use one path are imported by the module of the other one, directly or through others, so that it
    would not be complete for them, and nobody in this position uses it; all other paths are used
    in functions or for type checkers, from the module that defines the name; or the project uses
    one path, and all that is around it, with its tests, that of a package which offers the name.

    Two definitions of one name are no fragmentation; `duplicate-definition` finds those.

Why it matters
    A reader can't tell whether two paths mean one thing. A patch of one path leaves the others as
    they were, and none of the modules on the way can be moved or removed.

Example
    from app.hub import Manager               # 12 files
    from app.hub.manager import Manager       # 30 files

How it is fixed
    `migrate init --canonical PATH` writes every other path to the definition into migrate.toml;
    then the phase `canonical-imports` rewrites them. Where no path is configured, the finding
    proposes the one that is used most.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import takewhile
from posixpath import dirname

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests, name_in
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules._path_choice import CountedUse, Reach, has_choice, is_several, reach_of
from onepath.audit.rules._reach_after import ReachAfter, import_graph
from onepath.config.settings import Settings
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.resolve import Step
from onepath.symbols.routes import PathUse

_SHOWN = 5
_WARNING = "DeprecationWarning"


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Group all uses by the definition that they end at."""
    canonical = _canonical(index)
    for definition, plain in _by_several(index).items():
        whole = definition in canonical
        counted = _counted(definition, plain, whole=whole)
        if is_several(counted):
            reach = reach_of(index, counted, plain)
            free = whole or has_choice(index, definition, counted, reach)
            violation = _violation(index, definition, counted, canonical.get(definition, ""))
            yield violation._replace(on_request=not free)


def _canonical(index: Index) -> Mapping[Step, str]:
    return {
        (canonical.resolution.path, canonical.resolution.name): canonical.symbol.path
        for canonical in reversed(index.canonical)
    }


def _grouped(index: Index) -> Mapping[Step, Sequence[PathUse]]:
    grouped: dict[Step, list[PathUse]] = {}
    for use in index.uses:
        resolution = use.resolution
        is_meant = (
            resolution.kind == "definition"
            and not resolution.rest
            and not _is_special(resolution.name)
        )
        if is_meant and not _passes_on(index, use):
            grouped.setdefault((resolution.path, resolution.name), []).append(use)
    return grouped


def _by_several(index: Index) -> Mapping[Step, Sequence[CountedUse]]:
    """Definitions that are used by several paths -> their uses."""

    def counted() -> Mapping[Step, Sequence[CountedUse]]:
        return {
            definition: [_plain(index, definition, use) for use in uses]
            for definition, uses in _grouped(index).items()
            if is_several(uses)
        }

    return index.passing("uses by several paths", counted)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _passes_on(index: Index, use: PathUse) -> bool:
    """Whether a package's `__init__` imports a name for others alone."""
    if not use.line or not is_package(use.file) or is_test(use.file):
        return False
    bound = {
        alias.bound
        for fact in index.facts(use.file).imports
        if fact.line == use.line
        for alias in fact.names
        if alias.name == use.name
    }
    return all(head not in bound for head, *_ in index.facts(use.file).plain_uses)


def _plain(index: Index, definition: Step, use: PathUse) -> CountedUse:
    route = tuple(path for path, _ in use.resolution.route)
    owner = _owner(index, definition, use)
    start = route[0] if route else definition[0]
    offered = start != definition[0] and (owner != "-" or _offers(index, start, use.name))
    steps = (*use.resolution.route, definition)
    named = [path for path, _ in takewhile(lambda step: step[1] == use.name, steps)]
    return CountedUse(
        dotted=use.dotted,
        file=use.file,
        module=start,
        route=route,
        named=named[-1] if named else definition[0],
        offered=offered,
        listed=_is_listed(index, start, use.name),
        deferred=use.deferred,
        tested=not use.line or _warns(index, start),
        owner=owner,
    )


def _warns(index: Index, path: str) -> bool:
    def warns() -> bool:
        return any(_WARNING in scope.free for scope in index.facts(path).scopes)

    return index.passing(("warns", path), warns)


def _offers(index: Index, path: str, name: str) -> bool:
    """Whether a module has a name by a star import, or is a package that says so in `__all__`."""
    if is_package(path) and _is_listed(index, path, name):
        return True
    table = index.resolver.table(path)
    return bool(table.stars) and name not in table.names


def _is_listed(index: Index, path: str, name: str) -> bool:
    return name in _listed(index, path)


def _listed(index: Index, path: str) -> Set[str]:
    """The names in the `__all__` of a file."""

    def listed() -> Set[str]:
        exports = index.facts(path).exports
        return {one for one, _, _ in exports.names} if exports is not None else set()

    return index.passing(("listed", path), listed)


def _owner(index: Index, definition: Step, use: PathUse) -> str:
    """The folder whose own modules need not go by another path than this one."""
    start = use.resolution.route[0][0] if use.resolution.route else definition[0]
    folder = f"{dirname(start)}/"
    if start != definition[0]:
        listed = is_package(start) or _is_listed(index, start, use.name)
        offers = definition[0].startswith(folder) and listed
        return folder if offers else "-"
    *above, _ = definition[0].split("/")
    private = next((at for at, part in enumerate(above) if part.startswith("_")), len(above))
    if private < len(above):
        # Beside a private package; a private one at the top has but its own modules.
        count = private if private and _is_module(index, above[:private]) else private + 1
        return "/".join(above[:count]) + "/"
    is_private = definition[0].rpartition("/")[2].startswith("_") and not is_package(start)
    return folder if is_private else ""


def _is_module(index: Index, parts: Sequence[str]) -> bool:
    return f"{'/'.join(parts)}/__init__.py" in index.world.snapshot.entries


def _counted(definition: Step, uses: Sequence[CountedUse], *, whole: bool) -> Sequence[CountedUse]:
    """The uses by files that are free to use another path."""
    on_the_way = {definition[0]}.union(*(use.route for use in uses))
    free = uses if whole else _free(definition, uses)
    counted = [use for use in free if use.file not in on_the_way]
    if not whole:
        by_name: dict[Step, list[CountedUse]] = {}
        for use in counted:
            by_name.setdefault((use.named, use.dotted.rpartition(".")[2]), []).append(use)
        counted = [use for same in by_name.values() if _are_several(same) for use in same]
    return counted


def _are_several(uses: Sequence[CountedUse]) -> bool:
    """Whether one name is used by several paths, and not all of them are offers."""
    return is_several(uses) and not all(use.offered for use in uses)


def _free(definition: Step, uses: Sequence[CountedUse]) -> Iterator[CountedUse]:
    owners = tuple({use.owner for use in uses} - {"", "-"})
    for use in uses:
        if use.owner == "-":
            beside = is_test(use.module) and dirname(use.module) == dirname(use.file)
            own = is_test(use.file) and (use.tested or beside)
        elif use.module == definition[0]:
            own = is_test(use.file) or use.file.startswith(owners)
        else:
            own = any(use.file.startswith(owner) for owner in owners if use.owner.startswith(owner))
        if not own:
            yield use


def _violation(
    index: Index, definition: Step, uses: Iterable[CountedUse], canonical: str
) -> Violation:
    path, name = definition
    counts = Counter(use.dotted for use in uses)
    ranked = sorted(counts, key=lambda dotted: (-counts[dotted], dotted))
    shown = ", ".join(f"{counts[dotted]} by '{dotted}'" for dotted in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    symbol = f"{index.module(path)}.{name}"
    return Violation(
        path,
        _line(index, definition),
        f"'{name}' is used by {len(ranked)} paths: {shown}{more}",
        symbol,
        canonical or ranked[0],
    )


def _line(index: Index, definition: Step) -> int:
    path, name = definition
    known = index.definitions(path).get(name)
    return known.line if known else 1


def _remember(index: Index) -> Memory:
    """The one path by which a definition is used; all uses, and who of their files is imported by
    which module, where there are several; and who imports whom."""
    canonical = _canonical(index)
    found: dict[Step, str | tuple[object, Reach]] = {}
    several = _by_several(index)
    for definition, uses in _grouped(index).items():
        plain = several.get(definition)
        if plain is None:
            found[definition] = uses[0].dotted
        else:
            counted = _counted(definition, plain, whole=definition in canonical)
            reach = reach_of(index, counted, plain) if is_several(counted) else {}
            found[definition] = (tuple(map(tuple, plain)), reach)
    return found, import_graph(index)


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """Uses by the only path to a definition change nothing; those by one of several are counted.

    What makes a second path, or leaves fewer than two, has the whole looked through again.
    """
    if any(
        _says(change.before, path) != _says(change.after, path)
        for path in change.paths
        if path not in change.passing
    ):
        return None
    found = {}
    for one in known:
        definition = (one.path, name_in(change.after, one))
        found[definition] = one._replace(line=_line(change.after, definition))
    before, after = (
        {
            definition: [_plain(index, definition, path_use) for path_use in uses]
            for definition, uses in _grouped(index).items()
        }
        for index in (change.before, change.after)
    )
    definitions, graph = memory
    reach = ReachAfter(graph, change)
    canonical = _canonical(change.after)
    for definition in {*before, *after, *reach.concerned(definitions)}:
        now = after.get(definition, [])
        remembered = definitions.get(definition, now[0].dotted if now else "")
        if isinstance(remembered, str):
            if any(use.dotted != remembered for use in now):
                return None
            continue
        then, known_reach = list(map(CountedUse._make, remembered[0])), remembered[1]
        uses = [use for use in then if use.file not in change.paths] + now
        whole = definition in canonical
        counted = _counted(definition, uses, whole=whole)
        if is_several(counted):
            now_reach = reach.after(known_reach, {use.file for use in then}, counted, uses)
            free = whole or has_choice(change.after, definition, counted, now_reach)
            violation = _violation(change.after, definition, counted, canonical.get(definition, ""))
            found[definition] = violation._replace(on_request=not free)
        elif is_several(_counted(definition, then, whole=whole)):
            return None
    return list(found.values())


def _says(index: Index, path: str) -> tuple[Set[str], bool]:
    """What a file says of how others use paths: what it offers, and whether it warns."""
    return _listed(index, path), _warns(index, path)


RULE = Rule(
    name="import-fragmentation",
    summary="one definition that is used by several paths",
    check=check,
    phase="canonical-imports",
    by_uses=True,
    rests=Rests(_remember, _follow),
)
