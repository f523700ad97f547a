"""Clones of the repositories of a fleet: bare, without history's contents, brought up to date.

Only the files of the branches are fetched, all that are missing at once: what a file was in
older commits is nothing that a plan reads. A clone is made under another name and gets its own
when it is complete, so whoever finds it finds it whole.
"""

import os
import shutil
import tempfile
from pathlib import Path

from onepath.errors import InputError, OutsideError
from onepath.fleet.members import FleetMember
from onepath.publish.forges.remote import without_credentials
from onepath.snapshot.git_process import environment, run_git
from onepath.snapshot.repository import Repository

_REMOTE = "refs/remotes/origin/"
_HALF = ".half-"
_SSH = "ssh -oBatchMode=yes"
"""Nobody is there to be asked for a password."""


def bring(member: FleetMember, *, fetch: bool) -> str | None:
    """Make sure of the repository of a member.

    Args:
        member: Which one.
        fetch: Whether its remote is asked for what is new; a missing clone is always made.

    Returns:
        The revision to plan from; None for HEAD.

    Raises:
        InputError: There is no repository, or its remote has no branch to start from.
        OutsideError: git failed: the remote can't be reached, or does not give what it has.
        OnepathError: The member stands for the repositories of an owner that can't be listed.
    """
    if member.problem is not None:
        raise member.problem
    if not member.url:
        _check_top(member.place)
        return member.rev or None
    if not member.place.exists():
        _clone(member)
    elif fetch:
        _fetch(member.place, member.url)
    return _revision(member)


def _check_top(place: Path) -> None:
    """Refuse a folder inside a repository: the whole of that is not what was named.

    Raises:
        InputError: It is one, or there is no repository at all.
    """
    repository = Repository.discover(place)
    if repository is None:
        raise InputError(f"{place}: not a git repository")
    with repository:
        if repository.top.resolve() != place.resolve():
            raise InputError(
                f"{place}: inside of the repository {repository.top}, and not one of its own",
                hint="name the repository's top folder",
            )


def _clone(member: FleetMember) -> None:
    place = member.place
    place.parent.mkdir(parents=True, exist_ok=True)
    for half in place.parent.glob(f"{place.name}{_HALF}*"):
        shutil.rmtree(half, ignore_errors=True)
    half = Path(tempfile.mkdtemp(prefix=f"{place.name}{_HALF}", dir=place.parent))
    try:
        _git(half, "init", "--quiet", "--bare")
        _git(half, "remote", "add", "origin", member.url)
        _fetch(half, member.url)
        half.rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _fetch(place: Path, url: str) -> None:
    _git(place, "remote", "set-url", "origin", url)
    _git(place, "fetch", "--quiet", "--prune", "--no-tags", "--filter=blob:none", "origin")
    _git(place, "remote", "set-head", "origin", "--auto", check=False)
    _fill(place)


def _fill(place: Path) -> None:
    """Fetch the files of all branches that are not here, in one request."""
    tips = _git(place, "for-each-ref", "--format=%(objectname)", _REMOTE, "refs/heads/")
    listed = _git(
        place,
        "rev-list",
        "--stdin",
        "--no-walk=unsorted",
        "--objects",
        "--no-object-names",
        "--missing=print",
        input=tips,
    )
    missing = b"".join(
        line.removeprefix(b"?") + b"\n" for line in listed.splitlines() if line.startswith(b"?")
    )
    if missing:
        _git(
            place,
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--recurse-submodules=no",
            "--filter=blob:none",
            "--stdin",
            "origin",
            input=missing,
        )


def _revision(member: FleetMember) -> str:
    if not member.rev:
        head = f"{_REMOTE}HEAD"
        if not _is_there(member.place, head):
            raise InputError(
                f"{member.shown}: it has no commit, or its HEAD names no branch that is there",
                hint='name what to plan from: rev = "..."',
            )
        return head
    branch = f"{_REMOTE}{member.rev}"
    return branch if _is_there(member.place, branch) else member.rev


def _is_there(place: Path, rev: str) -> bool:
    arguments = ("rev-parse", "--quiet", "--verify", f"{rev}^{{commit}}")
    return bool(_git(place, *arguments, check=False))


def _git(place: Path, *arguments: str, input: bytes = b"", check: bool = True) -> bytes:  # noqa: A002
    """Run git in a clone; unlike everywhere else it may reach for the network."""
    env = environment({"GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", _SSH)})
    done = run_git(["--git-dir", str(place), *arguments], env=env, input=input, check=False)
    if done.returncode and check:
        said = done.stderr.decode("utf-8", "replace").strip() or f"exit status {done.returncode}"
        raise OutsideError(without_credentials(f"git {arguments[0]} failed: {said}"))
    return b"" if done.returncode else done.stdout
