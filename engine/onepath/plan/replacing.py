"""`migrate replace`: code of one form becomes code of another one."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from onepath.codemod.codemod import Codemod
from onepath.codemod.outcome import Proposal, Propose
from onepath.codemod.patterns.codemod import Rules
from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.refusals.left_out import LeftOut
from onepath.config.migrate_toml import Config
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.alone import plan_alone
from onepath.progress import Progress, quiet
from onepath.symbols.world import World

_REPLACE = "replace"


def plan_replacement(
    snapshot: Snapshot,
    config: Config,
    rules: Sequence[PatternRule],
    source: str = "",
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> Plan:
    """Plan a phase that follows rules wherever they match.

    Args:
        snapshot: The code as it is.
        config: Its roots, exclusions and environment count.
        rules: In the order in which they are tried; each file sees all of them.
        source: What the rules come from, `requests.toml`; empty for one rule that was typed.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.

    Raises:
        InputError: A dotted path of a rule is certainly nothing.
        RefusedError: An example of a rule does not come out as it says.
    """
    texts = [(rule.pattern.text, rule.replacement.text) for rule in rules]
    examples = [(example.before, example.after) for rule in rules for example in rule.examples]
    digest = hashlib.sha256(repr((texts, examples)).encode()).hexdigest()[:8]
    told = f"as {source} says" if source else f"{texts[0][0]} by {texts[0][1]}"
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", source or texts[0][0])[:40].strip("-") or "pattern"

    class Replace(Codemod):
        number = 0
        name = f"{slug}_{digest}"
        phase = _REPLACE
        title = f"Replace {' '.join(told.split())}"

        def steps(self, world: World) -> Iterable[Propose]:
            self._rules = Rules(world, rules, self.config)
            self._rules.check_examples(world)
            return super().steps(world)

        def propose(self, world: World, left_out: LeftOut) -> Proposal:
            return self._rules.propose(world, left_out)

    return plan_alone(
        snapshot,
        replace(config, path=None, imports={}, lines={}),
        Replace,
        f"migrate/{_REPLACE}/{slug}",
        executor=executor,
        cache_dir=cache_dir,
        progress=progress,
    )
