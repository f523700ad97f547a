"""How many findings of one rule count, for those who ask about nothing else."""

from collections.abc import Collection, Sequence, Set

from onepath.analysis.index import Index
from onepath.audit.finding import findings
from onepath.audit.keeps import sort_out
from onepath.audit.rule import Rule
from onepath.config.globs import Globs
from onepath.config.settings import Settings
from onepath.symbols.modules import VENDORED
from onepath.symbols.world import World


def uncounted_files(exclude: Sequence[str]) -> Globs:
    """The files of which no finding counts: nobody here mends what was written elsewhere.

    Args:
        exclude: Those that the configuration leaves out.
    """
    return Globs((*exclude, *(f"**/{folder}/**" for folder in VENDORED)))


def count_findings(
    world: World,
    rule: Rule,
    settings: Settings,
    exclude: Sequence[str],
    files: Collection[str],
    names: Set[str],
) -> int:
    """Count what an audit of the whole repository finds by a local rule that is named.

    Args:
        world: The code.
        rule: Whose findings are counted; it has to be local.
        settings: What is configured.
        exclude: The files that the configuration leaves out.
        files: The files in which there may be any; no others are looked at.
        names: The names that may be found; what leads to others is not followed.
    """
    uncounted = uncounted_files(exclude)
    index = Index(world, settings, files, names)
    violations = [one for one in rule.check(index, settings) if not uncounted.match(one.path)]
    keeps = {path: world.facts(path).keeps for path in {one.path for one in violations}}
    counted = sort_out(findings(rule.name, "", violations), keeps, (rule.name,), (rule.name,))
    return len(counted.findings)
