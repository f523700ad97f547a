"""One-off bulk refactors by a codemod that the user names.

It is planned like a phase of a pack, so that it is shown and landed like one.
"""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Pack
from onepath.codemod.users.user_codemod import UserCodemod, digest
from onepath.codemod.users.whole_module import (
    CHANGED,
    MISSING,
    UNCHANGED,
    Batch,
    Ran,
    Target,
    check_codemod,
    run_batch,
)
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.config.values import glob_problem
from onepath.errors import InputError
from onepath.model import (
    Changeset,
    Edit,
    Executor,
    FileChange,
    Note,
    Plan,
    Refusal,
    Snapshot,
    VersionId,
)
from onepath.plan.planner import make_plan
from onepath.symbols.world import Progress, World, quiet

_RUN = "run"
_FILES_PER_BATCH = 40


def plan_codemod(
    snapshot: Snapshot, config: Config, codemod: UserCodemod, globs: Sequence[str] = (), *,
    executor: Executor, progress: Progress = quiet,
) -> Plan:  # fmt: skip
    """Plan a phase that runs a codemod over whole files.

    Args:
        snapshot: The code as it is.
        config: Its roots and exclusions count.
        codemod: What the user named.
        globs: Which files, relative to the top folder; empty for every Python file.
        executor: Runs what can run in parallel.
        progress: Told, in words, what goes on.

    Raises:
        InputError: The codemod can't be run, or a glob matches no Python file.
    """
    check_codemod(codemod)
    notes: list[Note] = []

    class Run(BaseCodemod):
        number = 0
        name = codemod.name
        phase = _RUN
        title = f"Run {shlex.join([codemod.name, *codemod.arguments])}"

        def plan(self, world: World) -> Outcome:
            paths = _chosen(world, globs, self.config)
            results = _run_all(world, codemod, paths, executor, progress)
            world.book.missing.update(
                world.snapshot.entries[ran.path].oid for ran in results if ran.status == MISSING
            )
            notes.extend(
                Note(ran.path, "codemod-warning", text) for ran in results for text in ran.warnings
            )
            return Outcome(_changeset(world, results), {}, {})

    # Nothing is kept between runs: what the user's code does depends on more than can be known.
    made = make_plan(
        snapshot, replace(config, packs=(_RUN,)), {_RUN: Pack(_RUN, (Run,))},
        executor=executor, cache_dir=None, progress=progress,
    )  # fmt: skip
    made = replace(made, notes=tuple(sorted({*made.notes, *notes})))
    identity = VersionId(_RUN, 0, codemod.name, digest(codemod))
    return on_branch(made, f"migrate/{_RUN}/{codemod.slug}", identity)


def on_branch(plan: Plan, branch: str, identity: VersionId | None = None) -> Plan:
    """A plan of one phase on a branch of its own name, under another identity if one is given."""
    (phase,) = plan.phases
    versions = (identity,) if identity else phase.versions
    return replace(plan, phases=(replace(phase, branch=branch, versions=versions),))


# ---------------------------------------------------------------------- run


def _chosen(world: World, globs: Sequence[str], config: Config) -> list[str]:
    """The Python files that one of the globs matches, without those that are excluded."""
    python = world.book.python
    problems = []
    for glob in globs:
        if problem := glob_problem(glob):
            problems.append(f"'{glob}' {problem}")
        elif not any(map(Globs([glob]).match, python)):
            problems.append(f"'{glob}' matches no Python file")
    if problems:
        hint = "globs are relative to the repository's top folder: 'pkg/**', 'tests/*.py'"
        raise InputError("\n".join(problems), hint=hint)
    wanted, excluded = Globs(globs or ["**"]), Globs(config.exclude)
    return [path for path in python if wanted.match(path) and not excluded.match(path)]


def _run_all(
    world: World, codemod: UserCodemod, paths: Sequence[str], executor: Executor,
    progress: Progress,
) -> list[Ran]:  # fmt: skip
    targets = [Target(world.snapshot.entries[path], world.modules.name(path)) for path in paths]
    count = -(-len(targets) // _FILES_PER_BATCH)
    source = world.snapshot.source()
    parts = [tuple(targets[at::count]) for at in range(count)]
    batches = [Batch(codemod, source.part([one.entry for one in p]), p) for p in parts]
    results: list[Ran] = []
    for done, part in enumerate(executor.map(run_batch, batches), 1):
        progress(f"running {codemod.name}: {done * 100 // count} %")
        results += part
    return sorted(results)


def _changeset(world: World, results: Sequence[Ran]) -> Changeset:
    entries = world.snapshot.entries
    changes = [
        FileChange(
            ran.path, entries[ran.path].mode, entries[ran.path].oid, ran.old, ran.new,
            (Edit(0, len(ran.old), ran.new, "codemod", 1),),
        )
        for ran in results
        if ran.status == CHANGED
    ]  # fmt: skip
    quiet_ends = (CHANGED, UNCHANGED, MISSING)
    refusals = [
        Refusal(ran.path, ran.line, ran.status, ran.reason)
        for ran in results
        if ran.status not in quiet_ends
    ]
    return Changeset(tuple(changes), tuple(refusals))
