"""A phase as a mail that `git am` takes, for those who can't or won't take branches."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote
from pathlib import Path

from onepath import __version__
from onepath.errors import InputError, OutsideError
from onepath.land.commit.identity import Identity
from onepath.land.commit.message import commit_message
from onepath.land.git_format import canonical_mode, git_quoted
from onepath.land.together import write_together
from onepath.model import Phase, Plan
from onepath.report.diff import stat, stat_block, unified

_STAT_WIDTH = 72
_MAIL_WIDTH = 75
_NOT_PLAIN = re.compile(rb"[^\t -<>-~]|[\t ]$|^F(?=rom )")
_PLAIN_NAME = re.compile(r"[\w !#$%&'*+/=?^`{|}~-]*", re.ASCII)


def phase_patch(phase: Phase, *, author: str, email: str, date: datetime, message: str) -> bytes:
    """Return the phase as one mail in mbox format, as `git format-patch` lays it out.

    `git am` makes the commit from it, and `git apply` takes its diff. Where the files have CRLF
    ends only `git am` does: git drops the carriage returns of a mail, so they are quoted.

    Args:
        phase: What the mail's diff does.
        author: The author's name.
        email: The author's address.
        date: When it was written, with its zone.
        message: The whole commit message; its first line becomes the subject.
    """
    title, _, body = message.partition("\n")
    head = (
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001\n"
        f"From: {_name(author)} <{email}>\n"
        f"Date: {format_datetime(date)}\n"
        f"Subject: {_encoded(f'[PATCH] {title}', 'Subject')}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
    )
    changes = phase.files
    stats = stat_block(stat(changes), _STAT_WIDTH)
    made_or_gone = b"".join(
        b" %s mode %s %s\n"
        % (
            b"delete" if change.new is None else b"create",
            canonical_mode(change.mode).encode(),
            git_quoted(change.path),
        )
        for change in changes
        if change.new is None or change.is_new
    )
    text = b"".join(
        [
            f"{body.strip()}\n---\n".encode("utf-8", "surrogateescape"),
            stats.encode(),
            made_or_gone,
            b"\n",
            *map(unified, changes),
            f"-- \nonepath {__version__}\n\n".encode(),
        ]
    )
    encoding = b"8bit"
    if b"\r\n" in text:
        encoding, text = b"quoted-printable", _quoted_printable(text)
    ending = b"Content-Transfer-Encoding: %s\n\n" % encoding
    return head.encode("utf-8", "surrogateescape") + ending + text


def _quoted_printable(text: bytes) -> bytes:
    """Quote every byte that a mail may lose or change; lines end where they did."""
    return b"\n".join(map(_quoted_line, text.split(b"\n")))


def _quoted_line(line: bytes) -> bytes:
    quoted_line = _NOT_PLAIN.sub(lambda match: b"=%02X" % match[0][0], line)
    pieces = []
    while len(quoted_line) > _MAIL_WIDTH:
        end = _MAIL_WIDTH
        while b"=" in quoted_line[end - 2 : end]:  # Not inside of a quoted byte.
            end -= 1
        pieces.append(quoted_line[:end] + b"=")
        quoted_line = quoted_line[end:]
    return b"\n".join([*pieces, quoted_line])


def _name(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and _stays_bare(name):
        return name
    if _stays_bare(name):
        return f'"{quote(name)}"'
    return _encoded(name, "From")


def _stays_bare(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _encoded(text: str, header: str) -> str:
    """Fold a header, and encode it as RFC 2047 says if it has other than ASCII letters."""
    if _stays_bare(text):
        return Header(text, "us-ascii", header_name=header).encode()
    known = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Header(known, "utf-8", header_name=header).encode()


def write_patches(
    folder: Path, plan: Plan, phases: Sequence[Phase], *, author: Identity
) -> list[Path]:
    """Write a patch per phase into `folder`, which is made if need be; return their paths.

    The files are named `0001-canonical-imports.patch` and so on, and replace older ones of the
    same name. They are only put in place when all of them have been written.

    Raises:
        InputError: `folder` is a file.
        OutsideError: The disk failed.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file", hint="give a folder for the patches")
    base = plan.commit or plan.base
    patches = {
        folder / _file_name(phase): phase_patch(
            phase,
            author=author.name,
            email=author.email,
            date=author.date,
            message=commit_message(phase, base),
        )
        for phase in phases
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_together(patches)
    except OSError as error:
        raise OutsideError(f"{error.filename or folder}: {error.strerror}") from error
    return list(patches)


def _file_name(phase: Phase) -> str:
    return f"{phase.number:04d}-{re.sub(r'[^A-Za-z0-9_.]+', '-', phase.name)}.patch"
