"""One codemod that is of no pack, planned like a phase of a pack: shown and landed like one."""

from dataclasses import replace
from pathlib import Path

from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.planner import make_plan
from onepath.progress import Progress, quiet


def plan_alone(
    snapshot: Snapshot,
    config: Config,
    codemod: type[BaseCodemod],
    branch: str,
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
) -> Plan:
    """Plan one codemod that is of no pack, as the only phase.

    Args:
        snapshot: The code as it is.
        config: What it is asked; the packs that it names don't count.
        codemod: Its phase is also the name of the pack that it is planned in.
        branch: What its branch is called.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.
    """
    name = codemod.phase
    made = make_plan(
        snapshot,
        replace(config, packs=(name,)),
        {name: Pack(name, (codemod,))},
        executor=executor,
        cache_dir=cache_dir,
        progress=progress,
    )
    (phase,) = made.phases
    return replace(made, phases=(replace(phase, branch=branch),))
