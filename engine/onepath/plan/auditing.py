"""The audit: every rule over a whole repository."""

from collections.abc import Sequence
from pathlib import Path

from onepath.audit.finding import Finding, findings
from onepath.audit.index import Index
from onepath.audit.result import AuditResult
from onepath.audit.rule import all_rules
from onepath.errors import InputError
from onepath.facts.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.plan.config import Config, settings
from onepath.plan.globs import Globs
from onepath.plan.planner import notes_of, unparseable_of
from onepath.symbols.world import Progress, World, quiet


def make_audit(
    snapshot: Snapshot, config: Config, *, executor: Executor, cache_dir: Path | None = None,
    rules: Sequence[str] | None = None, paths: Sequence[str] | None = None,
    progress: Progress = quiet,
) -> AuditResult:  # fmt: skip
    """Run rules over a snapshot.

    Args:
        snapshot: The code.
        config: What is canonical, and what is excluded.
        executor: Runs the reading.
        cache_dir: Where facts are kept; None keeps none.
        rules: Names of the rules to run; None for all.
        paths: Files and folders whose findings are wanted; None for all. The whole repository
            is read all the same, because what a name means does not depend on one file.
        progress: Told, in words, what goes on.

    Raises:
        InputError: There is no such rule.
    """
    known = all_rules()
    chosen = sorted(known if rules is None else set(rules))
    for name in chosen:
        if name not in known:
            raise InputError(f"no rule '{name}'", hint=f"rules: {', '.join(sorted(known))}")
    excluded, wanted = Globs(config.exclude), Globs(paths or ())
    found: list[Finding] = []
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        world.book.load(world.book.python)
        index = Index(world, settings(config))
        for name in chosen:
            progress(f"rule {name}")
            rule = known[name]
            violations = [
                one
                for one in rule.check(index, index.settings)
                if not excluded.match(one.path) and (paths is None or wanted.match(one.path))
            ]
            found += findings(name, rule.fixed_by, violations)
        return AuditResult(
            revision=snapshot.name,
            rules=tuple(chosen),
            findings=tuple(found),
            python_files=len(world.book.python),
            parsed=world.book.loaded,
            unparseable=unparseable_of(world),
            notes=notes_of(world),
        )
