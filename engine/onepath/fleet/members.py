"""The repositories of a fleet, one by one."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import glob, has_magic
from pathlib import Path

from onepath.errors import InputError
from onepath.fleet.manifest import Manifest, RepositorySource
from onepath.publish.forges.remote import parse_url, without_credentials

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

    @property
    def shown(self) -> str:
        """Where it is, as it may be shown."""
        return without_credentials(self.url) or str(self.place)


def members(manifest: Manifest) -> tuple[list[FleetMember], list[str]]:
    """Return the repositories of a fleet by name, and in words which source gives none.

    A repository that several sources give counts once, as the first one has it.

    Args:
        manifest: The fleet's file.

    Raises:
        InputError: Two repositories would be kept in one place, or an address names none.
    """
    found: dict[str, FleetMember] = {}
    notes = []
    for source in manifest.sources:
        given = list(_of(source, manifest))
        if not given:
            notes.append(
                f'{manifest.path.name}: {source.kind} = "{source.value}" gives no repository'
            )
        for member in given:
            before = found.setdefault(os.path.normcase(member.place), member)
            if before.url != member.url:
                raise InputError(f"{before.shown} and {member.shown} would be kept in one place")
    return sorted(found.values(), key=lambda member: member.name), notes


def _of(source: RepositorySource, manifest: Manifest) -> Iterator[FleetMember]:
    if source.kind == "path":
        yield from _at(source, manifest.path.parent)
        return
    name = name_of(source.value)
    place = manifest.folder / "clones" / f"{name}.git"
    yield FleetMember(name, place, source.value, source.rev, source.config)


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


def name_of(url: str) -> str:
    """What a repository is called by its address: the host and the path there.

    Raises:
        InputError: The address names no repository.
    """
    remote = parse_url("origin", url)
    host = f"{remote.host}_{remote.port}" if remote.port else remote.host
    steps = (host, *remote.path.split("/"))
    name = "/".join(_ODD.sub("_", step) for step in steps if step not in ("", ".", ".."))
    if not remote.path:
        raise InputError(f"the address {without_credentials(url)} names no repository")
    return name
