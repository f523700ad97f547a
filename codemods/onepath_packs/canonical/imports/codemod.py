"""Rewrites deprecated imports, and every use of them, to the canonical path.

What is deprecated stands in the configuration, `[imports]`: `"old.path" = "canonical.path"`.
Import statements, names, attribute chains, strings that are certainly looked up, and Python in
documents follow; shims stay for a later phase. What the codemod does to each form of import,
and what it refuses, is shown by the pairs in `examples/` beside this file.
"""

from dataclasses import replace

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Version
from onepath.config.migrate_toml import Config
from onepath.facts.prefilter.words import Needles
from onepath.symbols.world import World
from onepath_packs.canonical.imports.planning import plan_renames
from onepath_packs.canonical.imports.renames import build_renames
from onepath_packs.canonical.imports.unknown_names import remarks_on


def plan(world: World, config: Config) -> Outcome:
    """Plan the phase.

    Raises:
        ConfigError: A canonical path does not exist.
    """
    renames = build_renames(world, config)
    outcome = plan_renames(world, renames, config)
    remarks = remarks_on(world, renames, config.followed)
    return replace(outcome, remarks=(*outcome.remarks, *remarks))


VERSION = Version(
    number=1,
    name="canonical_imports",
    phase="canonical-imports",
    title="Import by the canonical paths",
    plan=plan,
    why="Every symbol is to be imported by one path. Deprecated paths keep working until "
    "their modules are deleted, so this changes names only.",
    routes=lambda config: config.imports,
    configured=lambda config: bool(config.imports),
    reads=lambda config: Needles.of(old.rpartition(".")[2] for old in config.imports),
)
