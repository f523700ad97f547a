"""How many uses of deprecated paths there are: as many as an audit finds."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from onepath.audit.counting import count_findings
from onepath.audit.rules.deprecated_import import RULE
from onepath.config.migrate_toml import Config, settings
from onepath.facts.prefilter.words import Search
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import names_of
from onepath.symbols.world import World
from onepath_packs.canonical.imports.other_paths import OtherPaths


def findings_in(world: World, files: Collection[str], config: Config) -> Mapping[str, int]:
    """Count what the rule finds: uses of the paths in `[imports]`, and of others that it lacks.

    Args:
        world: The code.
        files: Those that mention the last word of a path in `[imports]`.
        config: What is deprecated, what is canonical, and what is excluded.

    Returns:
        The count, by the name of the rule.
    """
    files, names = _with_other_names(world, files, config)
    count = count_findings(world, RULE, settings(config), config.exclude, files, names)
    return {RULE.name: count}


def search_for_names(world: World, config: Config) -> Sequence[Search]:
    """The search for more files that follows, as far as it can be told; none if nothing does."""
    targets = _targets(world, config)
    more = {target.name for target in targets.values()}.union(_leaves(targets))
    return _searches(more - _leaves(config.imports), targets)


def _with_other_names(
    world: World, files: Collection[str], config: Config
) -> tuple[Collection[str], Set[str]]:
    """Add the files that may mention another path of something canonical; with all its names."""
    targets = _targets(world, config)
    words = {target.name for target in targets.values()}.union(_leaves(targets))
    definitions = {(target.path, target.name) for target in targets.values()}
    known = _leaves(config.imports)
    while True:
        for search in _searches(words - known, targets):
            files = {*files, *world.fact_store.mentioning(search)}
        known |= words
        words = {name for _, name in names_of(definitions, files, world.resolver, known)}
        if words <= known:
            return files, known


def _targets(world: World, config: Config) -> Mapping[str, Resolution]:
    """The canonical paths, and what is defined here that each of them leads to."""
    paths = {*(symbol.path for symbol in config.canonical), *config.imports.values()}
    resolved = {path: world.resolver.dotted(path) for path in paths}
    return {path: to for path, to in resolved.items() if to.kind == "definition" and not to.rest}


def _searches(words: Set[str], targets: Iterable[str]) -> Sequence[Search]:
    """The search for files that may have other paths with some names; none without a name."""
    modules = dict[str, set[str]]({word: set() for word in words})
    for path in targets:
        module, _, name = path.rpartition(".")
        if name in modules:
            modules[name].add(module)
    return (OtherPaths(modules),) if modules else ()


def _leaves(paths: Iterable[str]) -> Set[str]:
    return {path.rpartition(".")[2] for path in paths}
