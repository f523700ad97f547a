"""What the rest of the repository asks of a file whose deprecated paths are to go."""

from collections.abc import Collection, Iterator, Mapping

from onepath.importing.alone import conditional_names
from onepath.importing.loaded.loading import overwrites
from onepath.model import Facts, Guard
from onepath.symbols.graph.imports import reachable
from onepath.symbols.renames import Renames
from onepath.symbols.spelling.composed import ANY_MODULE
from onepath.symbols.world import World
from onepath_packs.canonical.imports.kept.ambiguous import reads_through
from onepath_packs.canonical.imports.kept.path_edits import edits_path
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.strings.attributes import names_attributes
from onepath_packs.canonical.imports.strings.strings import string_follows
from onepath_packs.canonical.imports.survey import Survey


def kept_names(
    path: str, survey: Survey, stay: Collection[str], renames: Renames
) -> frozenset[str]:
    """Module-level names of a file that others use in a way that does not follow a rename.

    Args:
        path: The file.
        survey: Who refers to what.
        stay: The files that are left as they are.
        renames: What is deprecated.
    """
    kept = set()
    for word in renames.words:
        named = (*survey.named.get((path, word), ()), *survey.named.get((ANY_MODULE, word), ()))
        for user, reference in named:
            if user == path and reference.kind != "string":
                continue
            is_string = reference.kind == "string"
            leaves = renames.symbol(path, word) is not None and user not in stay
            if leaves and not is_string:
                continue  # this is itself a deprecated path, and its users leave it
            follows = is_string and user not in stay
            if not (follows and string_follows(user, survey.facts[user], renames, reference)):
                kept.add(word)
    if survey.named.get((path, "*")):
        kept.update(renames.words)
    return frozenset(kept)


def spared_modules(
    world: World, survey: Survey, uncertain: Mapping[str, KeepReason]
) -> dict[str, dict[str, KeepReason]]:
    """What files must not import, and why: a destination that imports them, one that may not exist.

    Args:
        world: The code.
        survey: Who refers to what.
        uncertain: The deprecated paths whose canonical path may not be there.
    """
    modules, store = world.modules, world.fact_store
    wanted: dict[str, set[str]] = {}
    for path, sites in survey.sites.items():
        facts = survey.facts[path]
        for site in sites.directs:
            if not facts.imports[site.statement].guard & (Guard.FUNCTION | Guard.TYPE_CHECKING):
                wanted.setdefault(site.match.to.module, set()).add(path)
    spared = _overwriting(world, survey)
    for path, dotted, held in _conditional(survey, uncertain):
        spared.setdefault(path, {})[dotted] = held
    for module, paths in wanted.items():
        target = modules.find(module)
        if target is None or target.endswith("/"):
            continue
        inside = reachable([target], world.imports, store.load)
        for path in paths & inside - {target}:
            if target not in reachable([path], world.imports, store.load, until=target):
                reason = f"'{module}' imports this module; this would create an import cycle"
                spared.setdefault(path, {})[module] = KeepReason("import-cycle", reason)
    return spared


def _overwriting(world: World, survey: Survey) -> dict[str, dict[str, KeepReason]]:
    """Files that would be the first to import a module whose name its package uses otherwise."""
    known: dict[str, str] = {}
    found: dict[str, dict[str, KeepReason]] = {}
    for path, sites in survey.sites.items():
        matches = [*(site.match for site in sites.directs), *(site.match for site in sites.chains)]
        for module in {match.to.module for match in matches}:
            if module not in known:
                known[module] = overwrites(world, module)
            if known[module]:
                held = KeepReason("name-overwritten", known[module], always=True)
                found.setdefault(path, {})[module] = held
    return found


def uncertain_destinations(world: World, renames: Renames) -> dict[str, KeepReason]:
    """The deprecated paths that are certainly there, and whose canonical path may not be.

    Args:
        world: The code.
        renames: What is deprecated.
    """
    known: dict[str, frozenset[str]] = {}

    def may_be_missing(dotted: str) -> bool:
        module, _, name = dotted.rpartition(".")
        path = world.modules.find(module)
        if path is None or not path.endswith(".py"):
            return False
        if path not in known:
            known[path] = conditional_names(world, path)
        return name in known[path]

    found = {}
    for old, to in renames.olds.items():
        if to.name and may_be_missing(to.dotted) and not may_be_missing(old):
            reason = f"'{to.dotted}' may not be there: its module binds it under a condition"
            found[old] = KeepReason("conditional-name", reason, always=True)
    return found


def _conditional(
    survey: Survey, uncertain: Mapping[str, KeepReason]
) -> Iterator[tuple[str, str, KeepReason]]:
    """Files that would import a name which may not be there, and import one that certainly is."""
    for path, sites in survey.sites.items() if uncertain else ():
        for match in {
            *(site.match for site in sites.directs),
            *(site.match for site in sites.chains),
        }:
            if match.old in uncertain:
                yield path, match.to.dotted, uncertain[match.old]


def may_matter(facts: Facts, renames: Renames) -> bool:
    """Whether a file without sites may have strings or short names that mean a deprecated path."""
    words = frozenset(renames.words)
    if facts.named or names_attributes(facts):
        return True
    if edits_path(facts) or reads_through(facts, words):
        return True
    return any(
        string.value in renames.holders
        or not words.isdisjoint(string.value.replace(":", ".").split("."))
        for string in facts.strings
    )
