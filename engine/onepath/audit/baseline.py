"""The baseline: findings that were there when the gate was put up, and are let through.

It shrinks by itself and grows only when somebody accepts more. One line holds one finding, in
sorted order, so that a diff of the file reads as what came and what went.

A finding is known by its fingerprint, which has the path of its file in it. So that moving a file
makes no new findings, a finding is also known if it equals an entry in everything but the path
(rule, symbol and canonical path), the entry's file is not there
any more, and the baseline has nothing else in the finding's file: that file is taken for the moved
one. Each entry stands for one finding only, so that a moved file never hides an additional one.
Findings that name the moved module itself do change: they are new, because its path is.
"""

import json
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from onepath.audit.finding import Finding, finding_identity
from onepath.audit.result import AuditResult
from onepath.errors import InputError
from onepath.model import Note

SCHEMA = 1

_LIST = re.compile(r'(?<!\\)"findings"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_HEAD = re.compile(rb'\{\s*"schema":\s*\d+,\s*"findings":\s*\[')
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})", re.MULTILINE)
_AGAIN = "take the last good one from git, or delete it and write one with --write-baseline"


class BaselineEntry(NamedTuple):
    """A finding that is let through."""

    rule: str
    path: str
    symbol: str
    canonical: str
    message: str
    fingerprint: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The entry that lets a finding through."""
        return cls(
            finding.rule,
            finding.path,
            finding.symbol,
            finding.canonical,
            finding.message,
            finding.fingerprint,
        )


@dataclass(frozen=True)
class Baseline:
    """The findings that are let through, sorted, each fingerprint once."""

    entries: tuple[BaselineEntry, ...]

    @classmethod
    def made_of(cls, entries: Iterable[BaselineEntry]) -> Self:
        """A baseline of entries in any order."""
        by_fingerprint = {entry.fingerprint: entry for entry in sorted(entries, reverse=True)}
        return cls(tuple(sorted(by_fingerprint.values())))

    @classmethod
    def of(cls, result: AuditResult) -> Self:
        """A baseline that lets everything through which an audit has found."""
        return cls.made_of(map(BaselineEntry.of, result.findings))


@dataclass(frozen=True)
class Comparison:
    """The findings of a run beside a baseline."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[BaselineEntry, ...]
    """Entries that the run has looked for and not found."""
    shrunk: Baseline
    """The baseline without those that are gone, and with moved ones at their new place."""

    @property
    def accepted(self) -> Baseline:
        """`shrunk`, and the new findings with it."""
        return Baseline.made_of((*self.shrunk.entries, *map(BaselineEntry.of, self.new)))


def known_findings(comparison: Comparison | None) -> frozenset[Finding]:
    """The findings that a baseline lets through; none where there is no baseline."""
    return frozenset() if comparison is None else frozenset(comparison.known)


def compare_to_baseline(
    result: AuditResult, baseline: Baseline, *, files: Container[str], is_whole: bool = True
) -> Comparison:
    """Tell the findings that are new from those that the baseline lets through.

    Args:
        result: The run.
        baseline: What is let through.
        files: The paths that the audited snapshot has.
        is_whole: Whether the run looked at all files. If not, no entry counts as gone, except
            that its place is taken by a moved one.
    """
    by_fingerprint = {entry.fingerprint: entry for entry in baseline.entries}
    found = {finding.fingerprint for finding in result.findings}
    missing = [entry for entry in baseline.entries if entry.fingerprint not in found]
    fresh = [one for one in result.findings if one.fingerprint not in by_fingerprint]
    moved = _moved(fresh, missing, baseline, files)
    successors = {entry: finding for finding, entry in moved.items()}
    unread = {refusal.path for refusal in result.unparseable} | set(_unread(result.notes))
    kept, gone = [], []
    for entry in baseline.entries:
        if entry.fingerprint in found:
            kept.append(entry)
        elif entry in successors:
            kept.append(BaselineEntry.of(successors[entry]))
        elif is_whole and entry.rule in result.rules and entry.path not in unread:
            gone.append(entry)
        else:
            kept.append(entry)
    new = {finding.fingerprint for finding in fresh if finding not in moved}
    return Comparison(
        new=tuple(one for one in result.findings if one.fingerprint in new),
        known=tuple(one for one in result.findings if one.fingerprint not in new),
        gone=tuple(gone),
        shrunk=Baseline.made_of(kept),
    )


def _moved(
    fresh: Sequence[Finding],
    missing: Sequence[BaselineEntry],
    baseline: Baseline,
    files: Container[str],
) -> dict[Finding, BaselineEntry]:
    """Findings whose file has moved, each with the entry that knew it at its old place."""
    occupied = {entry.path for entry in baseline.entries}
    left: dict[tuple[str, ...], list[BaselineEntry]] = defaultdict(list)
    for entry in reversed(missing):
        if entry.path not in files:
            left[_likeness(entry)].append(entry)
    moved = {}
    for finding in fresh:
        candidates = left.get(_likeness(finding))
        if candidates and finding.path not in occupied:
            moved[finding] = candidates.pop()
    return moved


def _likeness(one: Finding | BaselineEntry) -> tuple[str, ...]:
    """All that a finding keeps when its file moves."""
    return finding_identity(one.rule, one.symbol, one.canonical, one.message)


def _unread(notes: Iterable[Note]) -> Iterable[str]:
    return (note.path for note in notes if note.kind == "missing-object")


# ------------------------------------------------------------------ the file


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        InputError: It can't be read, or is no baseline of this schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            f"{path}: there is no such baseline", hint="--write-baseline writes one"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error.reason}", hint=_AGAIN) from None
    content = _parsed(text, path)
    if not isinstance(content, dict) or not {"schema", "findings"} <= content.keys():
        raise InputError(
            f"{path}:1: not a baseline of onepath", hint="name the file that --write-baseline wrote"
        )
    if content["schema"] != SCHEMA:
        raise InputError(
            f"{path}:{_line_of(text, 'schema')}: schema {content['schema']!r} is not known; "
            f"this onepath writes and reads schema {SCHEMA}",
            hint="use the onepath that wrote it, or delete it and write one with --write-baseline",
        )
    findings = content["findings"]
    if not isinstance(findings, list):
        line = _line_of(text, "findings")
        raise InputError(f"{path}:{line}: 'findings' is not a list", hint=_AGAIN)
    return Baseline.made_of(_entry(one, index, text, path) for index, one in enumerate(findings))


def is_baseline(data: bytes) -> bool:
    """Whether a file begins as `write_baseline` writes one, of whatever schema."""
    return _HEAD.match(data) is not None


def _parsed(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise InputError(f"{path}: not a baseline: nested too deeply", hint=_AGAIN) from None
    except ValueError as error:
        if conflict := _CONFLICT.search(text):
            raise InputError(
                f"{path}:{_line_at(text, conflict.start())}: a merge conflict is not resolved",
                hint="keep the lines of both sides; what is gone is removed by the next run",
            ) from None
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise InputError(f"{path}:{line}: not JSON: {reason}", hint=_AGAIN) from None


def _entry(value: Any, index: int, text: str, path: Path) -> BaselineEntry:
    if isinstance(value, dict):
        fields = [
            value.get(key, "" if key == "canonical" else None) for key in BaselineEntry._fields
        ]
        texts = [field for field in fields if isinstance(field, str)]
        if len(texts) == len(fields):
            return BaselineEntry(*texts)
    raise InputError(
        f"{path}:{_line_of_entry(text, index)}: not a finding: it needs the texts "
        f"{', '.join(sorted(BaselineEntry._fields))}",
        hint=_AGAIN,
    )


def _line_of_entry(text: str, index: int) -> int:
    start = _LIST.search(text)
    at = start.end() if start else 0
    decoder = json.JSONDecoder()
    for number in range(index + 1):
        at = _skipped(text, at)
        if number < index:
            _, at = decoder.raw_decode(text, at)
    return _line_at(text, at)


def _skipped(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _line_of(text: str, key: str) -> int:
    return _line_at(text, max(text.find(f'"{key}"'), 0))


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def write_baseline(path: Path, baseline: Baseline) -> bool:
    """Write a baseline file whole or not at all, if that changes it.

    Returns:
        Whether it was written.

    Raises:
        OSError: The disk does not let us; the file is as it was.
    """
    content = _text(baseline).encode()
    target = path.resolve()
    try:
        if target.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    new = target.with_name(f".onepath-{secrets.token_hex(8)}")
    try:
        with new.open("xb") as file:
            file.write(content)
        if target.exists():
            os.chmod(new, target.stat().st_mode & 0o777)
        new.replace(target)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise
    return True


def _text(baseline: Baseline) -> str:
    lines = (json.dumps(_plain(entry)) for entry in baseline.entries)
    joined = ",\n".join(lines)
    body = f"\n{joined}\n" if joined else ""
    return f'{{\n"schema": {SCHEMA},\n"findings": [{body}]\n}}\n'


def _plain(entry: BaselineEntry) -> Mapping[str, str]:
    return dict(zip(BaselineEntry._fields, entry, strict=True))
