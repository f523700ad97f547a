"""One-off bulk refactors by a codemod that the user names.

They are planned like a phase of a pack, so that they are shown and landed like one.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from onepath.codemod.codemod import Codemod
from onepath.codemod.outcome import Proposal
from onepath.codemod.refusals.left_out import NEEDED, LeftOut, Location
from onepath.codemod.users.shell_command import SETTINGS
from onepath.codemod.users.user_codemod import UserCodemod, codemod_digest
from onepath.codemod.users.whole_module import (
    BROKEN,
    CHANGED,
    FAILED,
    MISSING,
    SKIPPED,
    UNCHANGED,
    FileBatch,
    FileResult,
    TargetFile,
    check_codemod,
    run_batch,
)
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.config.toml.values import glob_problem
from onepath.edit.differences import differences
from onepath.edit.edits import apply_edits
from onepath.errors import InputError, RefusedError
from onepath.facts.extract.file import extract
from onepath.facts.prefilter.words import Needles
from onepath.model import (
    Executor,
    FileChange,
    Note,
    Plan,
    Refusal,
    Snapshot,
    VersionId,
)
from onepath.plan.alone import plan_alone
from onepath.progress import Progress, quiet
from onepath.proof.changes import newly_undefined
from onepath.proof.declared import Declared
from onepath.symbols.world import World

_RUN = "run"
_FILES_PER_BATCH = 40
_TOLD = 20
"""So many files on which a codemod fails are told one by one."""


def plan_codemod(
    snapshot: Snapshot,
    config: Config,
    codemod: UserCodemod,
    globs: Sequence[str] = (),
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    progress: Progress = quiet,
    containing: Sequence[str] = (),
    keep_going: bool = False,
) -> Plan:
    """Plan a phase that runs a codemod over whole files.

    Args:
        snapshot: The code as it is.
        config: Its roots and exclusions count.
        codemod: What the user named.
        globs: Which files, relative to the top folder; empty for every Python file.
        executor: Runs what can run in parallel.
        cache_dir: Not used: what the user's code does depends on more than can be known.
        progress: Told, in words, what goes on.
        containing: Words, one of which a file must have to be read at all; empty for any file.
        keep_going: Whether files on which the codemod fails only stay as they are.

    Raises:
        InputError: The codemod can't be run, or a glob matches no Python file.
        RefusedError: The codemod fails on a file, and `keep_going` is not set.
    """
    del cache_dir
    check_codemod(codemod)
    user_run = _UserRun(codemod, globs, containing, keep_going, executor, progress)

    class Run(Codemod):
        number = 0
        name = codemod.name
        phase = _RUN
        title = f"Run {_as_typed(codemod)}"
        waits_for = dict.fromkeys((SKIPPED, FAILED, BROKEN), "the codemod")

        def __init__(self, config: Config) -> None:
            super().__init__(config)
            self._ran: list[FileResult] | None = None

        def propose(self, world: World, left_out: LeftOut) -> Proposal:
            if self._ran is None:
                self._ran = user_run.results(world, left_out)
            return _proposal(world, self._ran, left_out)

    branch = f"migrate/{_RUN}/{codemod.slug}"
    made = plan_alone(snapshot, config, Run, branch, executor=executor, progress=progress)
    (phase,) = made.phases
    identity = VersionId(_RUN, 0, codemod.name, codemod_digest(codemod))
    return replace(
        made,
        notes=tuple(sorted({*made.notes, *user_run.notes})),
        phases=(replace(phase, versions=(identity,)),),
    )


def _as_typed(codemod: UserCodemod) -> str:
    words = [codemod.name, *codemod.arguments]
    return " ".join(words) if codemod.kind == "exec" else shlex.join(words)


# ---------------------------------------------------------------------- run


@dataclass
class _UserRun:
    """A codemod that the user names, on the files that are asked for."""

    codemod: UserCodemod
    globs: Sequence[str]
    containing: Sequence[str]
    keep_going: bool
    executor: Executor
    progress: Progress
    notes: list[Note] = field(default_factory=list)
    """What it warned of."""

    def results(self, world: World, left_out: LeftOut) -> list[FileResult]:
        """Run it, and return what it gives for each file.

        Raises:
            RefusedError: It fails on a file, and `keep_going` is not set.
        """
        paths = [path for path in _chosen(world, self.globs) if path not in left_out]
        if self.containing:
            paths = [*world.fact_store.others_mentioning(paths, Needles.of(self.containing))]
        results = _run_all(world, self.codemod, paths, self.executor, self.progress)
        if not self.keep_going:
            _check_defects(self.codemod, results)
        world.fact_store.missing.update(
            world.snapshot.entries[ran.path].oid for ran in results if ran.status == MISSING
        )
        self.notes += [
            Note(ran.path, "codemod-warning", text) for ran in results for text in ran.warnings
        ]
        return results


def _chosen(world: World, globs: Sequence[str]) -> list[str]:
    """The Python files that one of the globs matches."""
    python = world.fact_store.python
    problems = []
    for glob in globs:
        if problem := glob_problem(glob):
            problems.append(f"'{glob}' {problem}")
        elif not any(map(Globs([glob.removeprefix("!")]).match, python)):
            problems.append(f"'{glob}' matches no Python file")
    if problems:
        hint = "globs are relative to the repository's top folder: 'pkg/**', 'tests/*.py'"
        raise InputError("\n".join(problems), hint=hint)
    return [*filter(Globs(globs or ["**"]).match, python)]


def _run_all(
    world: World,
    codemod: UserCodemod,
    paths: Sequence[str],
    executor: Executor,
    progress: Progress,
) -> list[FileResult]:
    targets = [TargetFile(world.snapshot.entries[path], world.modules.name(path)) for path in paths]
    count = -(-len(targets) // _FILES_PER_BATCH)
    source, settings = world.snapshot.source(), _settings(world, codemod)
    parts = [tuple(targets[at::count]) for at in range(count)]
    batches = [
        FileBatch(codemod, source.part([file.entry for file in p]), p, settings) for p in parts
    ]
    results: list[FileResult] = []
    for done, part in enumerate(executor.map(run_batch, batches), 1):
        progress(f"running {codemod.name}: {done * 100 // count} %")
        results += part
    return sorted(results)


def _settings(world: World, codemod: UserCodemod) -> Mapping[str, bytes]:
    """What a command may look for in the folders above a file."""
    if codemod.kind != "exec":
        return {}
    entries = world.snapshot.entries
    return world.read([path for path in entries if path.rpartition("/")[2] in SETTINGS])


def _check_defects(codemod: UserCodemod, results: Sequence[FileResult]) -> None:
    """Raise RefusedError if a codemod has failed on a file."""
    failed = [ran for ran in results if ran.is_defect]
    if failed:
        lines = [f"{_place(result)} {result.reason}" for result in failed[:_TOLD]]
        if rest := len(failed) - len(lines):
            lines.append(f"and {rest:,} more")
        raise RefusedError(
            "\n".join([f"{codemod.name} failed on {len(failed):,} of {len(results):,}:", *lines]),
            hint="--keep-going leaves these files as they are, and plans the rest",
        )


def _place(result: FileResult) -> str:
    return f"{result.path}:{result.line}" if result.line else result.path


def _proposal(world: World, results: Sequence[FileResult], left_out: LeftOut) -> Proposal:
    changes, places, refusals = [], {}, []
    for ran in results:
        if ran.path in left_out or ran.status in (UNCHANGED, MISSING):
            continue
        if ran.status != CHANGED:
            refusals.append(Refusal(ran.path, ran.line, ran.status, ran.reason))
            continue
        edits = differences(ran.old, ran.new, "codemod")
        kept = tuple(edit for edit in edits if not left_out.holds(ran.path, edit.start))
        new = ran.new if len(kept) == len(edits) else apply_edits(ran.old, kept)
        if new is not ran.new and (problem := _problem_of_part(ran.old, new)):
            refusals.append(Refusal(ran.path, kept[0].line if kept else 1, *problem))
        elif kept:
            entry = world.snapshot.entries[ran.path]
            changes.append(FileChange(ran.path, entry.mode, entry.oid, ran.old, new, kept))
            places[ran.path] = [Location(edit.start, edit.line) for edit in kept]
    declared = Declared(is_proven=True)
    return Proposal(tuple(changes), tuple(refusals), declared, places=places)


def _problem_of_part(old: bytes, new: bytes) -> tuple[str, str] | None:
    """The code and the reason why a part of what a codemod does to a file can't be without the
    rest; None if it can."""
    was, now = extract(old), extract(new)
    problem = now.failure.reason if now.failure is not None else newly_undefined([was], now)
    return (NEEDED, f"without what was left: {problem}") if problem else None
