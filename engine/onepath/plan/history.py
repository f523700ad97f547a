"""The audits of many revisions: how the findings became more or fewer.

Each revision gets the audit that it would get alone. Facts are kept by blob, so that only files
are read which no revision before had; what a revision comes to is kept as well.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from onepath.audit.result import AuditResult
from onepath.codemod.packs.installed import packs_of
from onepath.codemod.packs.pack import chosen_pack
from onepath.config.migrate_toml import Config
from onepath.errors import InputError, OnepathError
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor
from onepath.plan.auditing import audit_name, make_audit
from onepath.plan.memory import config_digest
from onepath.plan.notes import MISSING, SET_ASIDE
from onepath.progress import Progress, quiet
from onepath.snapshot import GitTree, Repository

MOST = 500
"""So many revisions are audited at most."""


class Revision(NamedTuple):
    """A commit of the history."""

    commit: str
    date: str
    """When it was committed, in UTC: `2025-09-14T10:00:00Z`."""
    title: str


@dataclass(frozen=True, slots=True)
class Point:
    """What the audit of one revision comes to."""

    revision: Revision
    rules: Mapping[str, int]
    """Findings by rule, rules without any included; empty where there was no audit."""
    python_files: int = 0
    unparseable: int = 0
    """Files that are no Python, in which nothing is found."""
    missing: int = 0
    """Files whose content is not in this clone, in which nothing is found either."""
    configuration: str = ""
    """A name for what was asked for: where it changes, figures may change without the code."""
    problem: str = ""
    """Why there was no audit; empty where there was."""

    @property
    def findings(self) -> int:
        return sum(self.rules.values())


@dataclass(frozen=True, slots=True)
class Chosen:
    """Revisions of a first-parent history."""

    revisions: tuple[Revision, ...]
    """The oldest first; the last is the newest of the history."""
    commits: int
    """How many commits they were chosen from."""
    is_cut: bool
    """Whether the clone is shallow and older commits are not in it."""


def choose_revisions(
    repository: Repository,
    newest: str,
    *,
    points: int | None = None,
    every: int | None = None,
    last: int | None = None,
    since: str | None = None,
) -> Chosen:
    """Choose revisions from the first-parent history of a commit, which is always among them.

    Args:
        repository: Where the history is.
        newest: The revision where it ends.
        points: So many at most, evenly spaced by number of commits, the oldest among them.
        every: Each so many commits back from the newest one, in place of `points`.
        last: Only from the newest so many commits.
        since: Only from this revision on, which must be in the history.

    Raises:
        InputError: There is no such revision, or there are more than `MOST`.
    """
    commits = _first_parents(repository, newest, last, since)
    if every is not None:
        chosen = commits[::every]
    elif points is None:
        chosen = commits
    else:
        chosen = _evenly(commits, points)
    if len(chosen) > MOST:
        raise InputError(
            f"{len(chosen):,} revisions to audit; more than {MOST} are not",
            hint="--every N takes each Nth commit, --points N so many evenly spaced",
        )
    revisions = _described(repository, chosen[::-1])
    return Chosen(revisions, len(commits), _is_cut(repository, commits[-1]))


def _first_parents(
    repository: Repository, newest: str, last: int | None, since: str | None
) -> Sequence[str]:
    """Commit ids, the newest first."""
    commit = repository.resolve(newest)
    bound = [] if last is None or since is not None else [f"--max-count={last}"]
    listed = repository.git("rev-list", "--first-parent", *bound, commit, offline=True)
    commits = listed.stdout.decode().split()
    if since is not None:
        first = repository.resolve(since)
        if first not in commits:
            raise InputError(
                f"{since} is not in the first-parent history of {newest}",
                hint="name a commit of the branch itself, not one that was merged into it",
            )
        commits = commits[: commits.index(first) + 1]
    return commits[:last]


def _evenly(commits: Sequence[str], points: int) -> Sequence[str]:
    if len(commits) <= points:
        return commits
    if points == 1:
        return commits[:1]
    step = (len(commits) - 1) / (points - 1)
    return [commits[round(number * step)] for number in range(points)]


def _described(repository: Repository, commits: Sequence[str]) -> tuple[Revision, ...]:
    done = repository.git(
        "log",
        "--no-walk=unsorted",
        "--stdin",
        "-z",
        "--format=%H%n%ct%n%s",
        "--no-show-signature",
        input="\n".join(commits).encode(),
        offline=True,
    )
    records = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return tuple(_revision(record) for record in records if record)


def _revision(record: str) -> Revision:
    commit, seconds, title = record.split("\n", 2)
    date = datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Revision(commit, date, title.rstrip("\n"))


def _is_cut(repository: Repository, oldest: str) -> bool:
    shallow = repository.common_dir / "shallow"
    return shallow.exists() and oldest in shallow.read_text().split()


def audit_history(
    repository: Repository,
    revisions: Sequence[Revision],
    config_at: Callable[[str], Config],
    *,
    executor: Executor,
    cache_dir: Path | None = None,
    rules: Sequence[str] | None = None,
    progress: Progress = quiet,
) -> Iterator[Point]:
    """Audit revisions, one after the other.

    Args:
        repository: Where they are.
        revisions: Which; those beside each other should follow each other, as they share files.
        config_at: The configuration for a commit.
        executor: Runs the reading.
        cache_dir: Where facts and outcomes are kept; None keeps none.
        rules: Names of the rules to run; None for those that the configuration names.
        progress: Told, in words, what goes on.

    Yields:
        A point for each revision. One that can't be audited, because its configuration has errors
        or its trees are not in this clone, has the reason in place of figures.
    """
    for number, revision in enumerate(revisions, 1):
        where = f"revision {number:,} of {len(revisions):,}"
        with progress.part(len(revisions) - number + 1, where):
            progress(revision.commit[:12])
            try:
                config = config_at(revision.commit)
                point = _point(repository, revision, config, executor, cache_dir, rules, progress)
            except OnepathError as error:
                point = Point(revision, {}, problem=error.message)
        yield point
        gc.collect()  # the command runs without, and each revision is a world of its own


def _point(
    repository: Repository,
    revision: Revision,
    config: Config,
    executor: Executor,
    cache_dir: Path | None,
    rules: Sequence[str] | None,
    progress: Progress,
) -> Point:
    snapshot = GitTree(repository, revision.commit)
    pack = chosen_pack(packs_of(config), config)
    asked = rules or config.audit.rules or None  # of all rules, what an audit shows
    key = audit_name(snapshot, config, asked, pack)
    with FactsCache(cache_dir) as cache:
        kept = cache.figures(key)
    if kept is None:
        result = make_audit(
            snapshot,
            config,
            executor=executor,
            cache_dir=cache_dir,
            rules=asked,
            progress=progress,
            pack=pack,
            remembering=False,
        )
        kept = _figures(result)
        if not kept["missing"]:  # else a fetch would change them
            with FactsCache(cache_dir) as cache:
                cache.put_figures(key, kept)
    return Point(revision, configuration=config_digest(config)[:12], **kept)


def _figures(result: AuditResult) -> dict[str, Any]:
    return {
        "rules": {rule: len(findings) for rule, findings in sorted(result.by_rule().items())},
        "python_files": result.python_files,
        "unparseable": len(result.unparseable),
        "missing": sum(note.kind in (MISSING, SET_ASIDE) for note in result.notes),
    }
