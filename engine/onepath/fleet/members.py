"""The repositories of a fleet, one by one."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import glob, has_magic
from pathlib import Path
from typing import NamedTuple

from onepath.errors import InputError, OnepathError, OutsideError
from onepath.fleet.manifest import ADDRESS, Manifest, RepositorySource
from onepath.publish.forges.owned import OwnedRepository, parse_owner
from onepath.publish.forges.remote import Remote, parse_url, without_credentials
from onepath.report.text import counted

_ODD = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class FleetMember:
    """One repository of a fleet."""

    name: str
    """What it is called: its path as seen from the file, or host and path of its address."""
    place: Path
    """Where it is, or where its clone is kept."""
    url: str = ""
    """What it is cloned from; empty for a repository that is there."""
    rev: str = ""
    """What is planned from; empty for HEAD."""
    config: Path | None = None
    """The configuration that counts in place of its own."""
    problem: OnepathError | None = None
    """Why it is not known which repositories this stands for; None for a repository."""

    @property
    def shown(self) -> str:
        """Where it is, as it may be shown."""
        return without_credentials(self.url) or str(self.place)


Listing = Callable[[RepositorySource], Sequence[OwnedRepository]]
"""Says what an owner has, or raises OnepathError."""


class Membership(NamedTuple):
    """Which repositories belong to a fleet."""

    members: list[FleetMember]
    """By name."""
    missing: list[str]
    """In words, which source gives no repository."""
    left_out: list[str]
    """In words, what owners have and the file does not ask for."""


def members(manifest: Manifest, listing: Listing) -> Membership:
    """Return the repositories of a fleet.

    A repository that several sources give counts once, as the first one has it. An owner whose
    repositories can't be listed is a member with a problem, and keeps no other from being one.

    Args:
        manifest: The fleet's file.
        listing: Says what an owner has.

    Raises:
        InputError: Two repositories would be kept in one place, or an address names none.
    """
    found: dict[str, FleetMember] = {}
    missing: list[str] = []
    left_out: list[str] = []
    for source in manifest.sources:
        given = list(_of(source, manifest, listing, left_out))
        if not given:
            missing.append(f"{manifest.path.name}: {source.shown} gives no repository")
        for member in given:
            before = found.setdefault(os.path.normcase(member.place), member)
            if before.url != member.url:
                raise InputError(f"{before.shown} and {member.shown} would be kept in one place")
    by_name = sorted(found.values(), key=lambda member: member.name)
    return Membership(by_name, missing, left_out)


def _of(
    source: RepositorySource, manifest: Manifest, listing: Listing, left_out: list[str]
) -> Iterator[FleetMember]:
    if source.kind == "path":
        yield from _at(source, manifest.path.parent)
    elif source.kind == "url":
        yield _cloned(source.value, source, manifest)
    else:
        try:
            yield from _owned(source, manifest, listing, left_out)
        except OnepathError as error:
            name = _clone_name(parse_url("owner", source.value), "*")
            place = manifest.folder / "clones" / name
            yield FleetMember(name, place, source.value, problem=error)


def _owned(
    source: RepositorySource, manifest: Manifest, listing: Listing, left_out: list[str]
) -> list[FleetMember]:
    """The repositories of an owner.

    Raises:
        OnepathError: They can't be listed, or would be cloned from somewhere else.
    """
    owner, given = parse_owner(source.value), []
    archived = forks = 0
    for repository in listing(source):
        if repository.is_archived and not source.archived:
            archived += 1
        elif repository.is_fork and not source.forks:
            forks += 1
        else:
            member = _cloned(_address(repository, owner), source, manifest)
            if not _is_out(member.name, source):
                given.append(member)
    parts = [f"{archived:,} archived"] * bool(archived) + [counted(forks, "fork")] * bool(forks)
    if parts:
        left_out.append(f"{manifest.path.name}: {source.shown}: left out: {', '.join(parts)}")
    return given


def _address(repository: OwnedRepository, owner: Remote) -> str:
    """Where a repository is cloned from, in the way in which its owner was written.

    Raises:
        OutsideError: The forge names another host, or a way that others can read.
    """
    address = repository.ssh if owner.scheme == "ssh" else repository.https
    remote = parse_url("origin", address)
    is_same = remote.scheme == owner.scheme and ADDRESS.fullmatch(address)
    # The hosts that GitLab takes ssh at may have names of their own.
    if not is_same or (remote.scheme != "ssh" and remote.host != owner.host):
        raise OutsideError(
            f"{owner.host} wants {repository.name} to be cloned "
            f"from {without_credentials(address)}, "
            f"which is not {owner.scheme} at {owner.host}",
            hint="name the repository itself, by `url`",
        )
    return address


def _cloned(url: str, source: RepositorySource, manifest: Manifest) -> FleetMember:
    name = repository_name(url)
    place = manifest.folder / "clones" / f"{name}.git"
    return FleetMember(name, place, url, source.rev, source.config)


def _at(source: RepositorySource, top: Path) -> Iterator[FleetMember]:
    pattern = str(top / source.value)
    several = has_magic(source.value)
    for path in sorted(glob(pattern, recursive=True)) if several else (pattern,):
        place = Path(os.path.normpath(path))
        if several and not is_repository(place):
            continue
        name = Path(os.path.relpath(place, top)).as_posix()
        if not _is_out(name, source):
            yield FleetMember(name, place, "", source.rev, source.config)


def _is_out(name: str, source: RepositorySource) -> bool:
    short = name.rpartition("/")[2]
    return any(fnmatchcase(name, one) or fnmatchcase(short, one) for one in source.exclude)


def is_repository(folder: Path) -> bool:
    """Whether a folder looks like the top of a repository, be it broken or bare."""
    bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir()
    return bare or (folder / ".git").exists()


def repository_name(url: str) -> str:
    """What a repository is called by its address: the host and the path there.

    Raises:
        InputError: The address names no repository.
    """
    remote = parse_url("origin", url)
    if not remote.path:
        raise InputError(f"the address {without_credentials(url)} names no repository")
    return _clone_name(remote)


def _clone_name(remote: Remote, *more: str) -> str:
    host = f"{remote.host}_{remote.port}" if remote.port else remote.host
    steps = (host, *remote.path.split("/"))
    names = [_ODD.sub("_", step) for step in steps if step not in ("", ".", "..")]
    return "/".join([*names, *more])
