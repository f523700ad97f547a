"""Who a commit is by, and when: what git itself would take."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from onepath.errors import InputError
from onepath.snapshot.repository import Repository

_LINE = re.compile(r"(.*?) ?<([^<>]*)> (\d+) ([+-])(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person at a moment."""

    line: str
    """As git writes it into a commit: `Name <email> seconds zone`."""
    name: str
    email: str
    date: datetime
    """With the zone's offset."""


def commit_identity(repository: Repository, role: Literal["author", "committer"]) -> Identity:
    """Return whom git would name as `role` of a commit made now in `repository`.

    That is GIT_AUTHOR_NAME, _EMAIL and _DATE (or GIT_COMMITTER_...), then `user.name` and
    `user.email` of the configuration, by git's own rules.

    Raises:
        InputError: git knows no name or address, or its date makes no sense.
    """
    done = repository.git("var", f"GIT_{role.upper()}_IDENT", check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1].removeprefix("fatal: ") if said else "git gives no reason"
        raise InputError(
            f"git knows no {role} for the commits: {reason}",
            hint='git config user.name "Your Name" and git config user.email you@example.com',
        )
    return _parsed(done.stdout.decode("utf-8", "surrogateescape").rstrip("\n"), role)


def parse_identity(line: str) -> tuple[str, str, str]:
    """Name, address and date of a line of a commit, the date as git's environment takes it.

    Raises:
        ValueError: It is no such line.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(line)
    name, email, seconds, sign, hours, minutes = match.groups()
    return name, email, f"@{seconds} {sign}{hours}{minutes}"


def _parsed(line: str, role: str) -> Identity:
    match = _LINE.fullmatch(line)
    try:
        if match is None:
            raise ValueError(line)
        name, email, seconds, sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-offset if sign == "-" else offset)
        return Identity(line, name, email, datetime.fromtimestamp(int(seconds), zone))
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            f"git's {role} can't be used: {line}", hint=f"look at GIT_{role.upper()}_DATE"
        ) from error
