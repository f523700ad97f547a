"""How many uses of deprecated paths there are: as many as an audit finds."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from onepath.audit.counting import count_findings
from onepath.audit.rules.deprecated_import import RULE
from onepath.config.migrate_toml import Config, settings
from onepath.facts.prefilter.words import CodeNeedles
from onepath.symbols.routes import RouteTarget, names_of
from onepath.symbols.world import World


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


def search_for_names(world: World, config: Config) -> Sequence[CodeNeedles]:
    """The search for more files that follows, as far as it can be told; none if nothing does."""
    _, words = _targets(world, config)
    more = words - _leaves(config.imports)
    return (CodeNeedles.of(more),) if more else ()


def _with_other_names(
    world: World, files: Collection[str], config: Config
) -> tuple[Collection[str], Set[str]]:
    """Add the files that mention another name of something canonical; with all these names."""
    targets, words = _targets(world, config)
    known = _leaves(config.imports)
    while True:
        words |= known
        if words != known:
            files = {*files, *world.fact_store.mentioning(CodeNeedles.of(words - known))}
            known |= words
        words = {name for _, name in names_of(targets, files, world.resolver, known)}
        if words <= known:
            return files, known


def _targets(world: World, config: Config) -> tuple[Set[RouteTarget], Set[str]]:
    """What is canonical and is defined here, and the names that the configuration has for it."""
    paths = {*(symbol.path for symbol in config.canonical), *config.imports.values()}
    resolved = {path: world.resolver.dotted(path) for path in paths}
    defined = {path: to for path, to in resolved.items() if to.kind == "definition" and not to.rest}
    names = {to.name for to in defined.values()}
    return {(to.path, to.name) for to in defined.values()}, _leaves(defined) | names


def _leaves(paths: Iterable[str]) -> Set[str]:
    return {path.rpartition(".")[2] for path in paths}
