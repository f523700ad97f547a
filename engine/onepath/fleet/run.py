"""One command over all repositories of a fleet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from onepath.errors import OnepathError
from onepath.fleet.members import FleetMember
from onepath.fleet.results import RepositoryResult, Results, mark_of
from onepath.progress import Progress
from onepath.publish.forges.remote import parse_url
from onepath.run.each import Task, each_apart


@dataclass(frozen=True, slots=True)
class FleetRun:
    """A command, and how it runs."""

    action: str
    key: str
    """Says with which options; an unfinished run with others is not gone on with."""
    at_once: int
    """How many repositories are worked on at the same time."""
    seconds: int
    """How long one may take."""
    by_host: bool = False
    """Whether those of one host wait for each other: a forge is asked by one at a time."""
    again: bool = False
    """Begin anew, whatever an interrupted run has done."""


def over_all(
    members: Sequence[FleetMember],
    work: Callable[[FleetMember], RepositoryResult],
    run: FleetRun,
    results: Results,
    progress: Progress,
) -> tuple[list[RepositoryResult], frozenset[str]]:
    """Do the work for every repository, each in a process of its own, whatever becomes of others.

    What an interrupted run of the same command has done counts, as long as the repository is as
    it was left; what failed is tried again.

    Args:
        members: The repositories.
        work: Never raises; what it returns can be pickled.
        run: How.
        results: Where each result is kept as soon as it is known.
        progress: Told, in words, what goes on.

    Returns:
        The results by name, and the names of those that were done before.
    """
    left = results.begin(run.action, run.key, again=run.again)
    found = {
        member.name: left[member.name]
        for member in members
        if member.name in left
        and left[member.name].is_done
        and left[member.name].mark
        and left[member.name].mark == mark_of(member)
    }
    kept = frozenset(found)
    for result in _done(
        [fleet_member for fleet_member in members if fleet_member.name not in kept], work, run
    ):
        results.put(result)
        found[result.name] = result
        with progress.part(len(members) - len(found) + 1):
            progress(f"{len(found):,} of {len(members):,} repositories: {result.name}")
    results.end()
    return [found[name] for name in sorted(found)], kept


def _done(
    members: Sequence[FleetMember], work: Callable[[FleetMember], RepositoryResult], run: FleetRun
) -> Iterator[RepositoryResult]:
    tasks = [Task(partial(work, member), _host(member) * run.by_host) for member in members]
    for number, outcome in each_apart(tasks, run.at_once, run.seconds):
        yield _lost(members[number], outcome) if isinstance(outcome, Exception) else outcome


def _host(member: FleetMember) -> str:
    """The host that a repository is published at; one for all whose address is not known here."""
    return parse_url("origin", member.url).host if member.url else "?"


def _lost(member: FleetMember, error: Exception) -> RepositoryResult:
    """The result of a repository whose process gave none."""
    if isinstance(error, OnepathError):
        return RepositoryResult(member.name, member.shown, error.exit_code, error.message)
    reason = f"{type(error).__name__}: {error}"
    return RepositoryResult(member.name, member.shown, OnepathError.exit_code, reason)
