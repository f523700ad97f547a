"""How many uses of deprecated paths there are: as many as an audit finds."""

from collections.abc import Collection, Mapping

from onepath.audit.counting import count_findings
from onepath.audit.rules.deprecated_import import RULE
from onepath.config.migrate_toml import Config, settings
from onepath.facts.prefilter.words import CodeNeedles
from onepath.symbols.routes import names_of
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
    files = _with_other_names(world, files, config)
    count = count_findings(world, RULE, settings(config), config.exclude, files)
    return {RULE.name: count}


def _with_other_names(world: World, files: Collection[str], config: Config) -> Collection[str]:
    """Add the files that mention another name of something canonical."""
    canonical = [world.resolver.dotted(symbol.path) for symbol in config.canonical]
    targets = {(one.path, one.name) for one in canonical if one.kind == "definition"}
    known = {path.rpartition(".")[2] for path in config.imports}
    words = {*known, *(name for _, name in targets)}
    words |= {symbol.path.rpartition(".")[2] for symbol in config.canonical}
    while True:
        if not words <= known:
            files = {*files, *world.fact_store.mentioning(CodeNeedles.of(words - known))}
            known |= words
        more = {
            name for target in targets for _, name in names_of(target, files, world.resolver, words)
        }
        if more <= words:
            return files
        words |= more
