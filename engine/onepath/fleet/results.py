"""What became of each repository, kept in a database: a run that was killed is gone on with.

A run is one command over the whole fleet. While it lasts, every repository's result is written
when it is known. The next run of the same command finds what the last one has left undone.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onepath.config.migrate_toml import CONFIG_NAME, PROJECT
from onepath.errors import OutsideError, RefusedError
from onepath.fleet.members import FleetMember
from onepath.land.file_lock import lock
from onepath.publish.forges.owned import OwnedRepository
from onepath.snapshot.git_process import environment, run_git

_NAME = "results.sqlite"
_RUNS_KEPT = 20
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs
    (id INTEGER PRIMARY KEY, action TEXT NOT NULL, key TEXT NOT NULL, began TEXT NOT NULL,
     ended TEXT);
CREATE TABLE IF NOT EXISTS results
    (run INTEGER NOT NULL, name TEXT NOT NULL, mark TEXT NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (run, name));
CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, repositories TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class RepositoryResult:
    """What became of one repository."""

    name: str
    place: str
    code: int
    """The exit code that the single command would have had."""
    reason: str = ""
    """Why it failed, or what was left alone."""
    hint: str = ""
    notes: tuple[str, ...] = ()
    """What the single command says beside its result."""
    result: Mapping[str, Any] | None = None
    """The JSON document of the single command; None if there was none."""
    seconds: float = 0.0
    mark: str = ""
    """The state of the repository that this is true of."""

    @property
    def is_done(self) -> bool:
        """Whether the work was done, whatever it came to."""
        return self.code in (0, 1)


class Results:
    """The results of one fleet.

    Args:
        database: Where they are; nobody else writes there.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._run = 0

    def begin(self, action: str, key: str, *, again: bool) -> Mapping[str, RepositoryResult]:
        """Begin a run, or go on with the last one of this command if it has not ended.

        Args:
            action: The command.
            key: Says with which options it runs.
            again: Begin anew in any case.

        Returns:
            The results that an unfinished run has left, by name.
        """
        row = self._database.execute(
            "SELECT id, key, ended FROM runs WHERE action = ? ORDER BY id DESC LIMIT 1", (action,)
        ).fetchone()
        if row is not None and row[1:] == (key, None) and not again:
            self._run = row[0]
            return {result.name: result for result in self._of(self._run)}
        with self._database:
            cursor = self._database.execute(
                "INSERT INTO runs (action, key, began) VALUES (?, ?, ?)", (action, key, _now())
            )
            self._run = cursor.lastrowid or 0
            self._database.execute("DELETE FROM runs WHERE id <= ?", (self._run - _RUNS_KEPT,))
            self._database.execute("DELETE FROM results WHERE run NOT IN (SELECT id FROM runs)")
        return {}

    def put(self, result: RepositoryResult) -> None:
        """Keep the result of one repository."""
        data = json.dumps({**asdict(result), "notes": list(result.notes)})
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
                (self._run, result.name, result.mark, data),
            )

    def end(self) -> None:
        """Say that the run has done all that there was."""
        with self._database:
            self._database.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), self._run))

    def last(self, action: str) -> Mapping[str, RepositoryResult]:
        """The results of the last run of a command that has ended, by name."""
        row = self._database.execute(
            "SELECT max(id) FROM runs WHERE action = ? AND ended IS NOT NULL", (action,)
        ).fetchone()
        return {result.name: result for result in self._of(row[0] or 0)}

    def keep_owned(self, owner: str, repositories: Sequence[OwnedRepository]) -> None:
        """Keep what an owner has, in place of what it had before."""
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO owners VALUES (?, ?)", (owner, json.dumps(repositories))
            )

    def owned(self, owner: str) -> list[OwnedRepository] | None:
        """What an owner had when that was last kept; None if it never was."""
        row = self._database.execute(
            "SELECT repositories FROM owners WHERE owner = ?", (owner,)
        ).fetchone()
        return None if row is None else [OwnedRepository(*load) for load in json.loads(row[0])]

    def _of(self, run: int) -> Iterator[RepositoryResult]:
        for (data,) in self._database.execute("SELECT data FROM results WHERE run = ?", (run,)):
            values = json.loads(data)
            yield RepositoryResult(**{**values, "notes": tuple(values["notes"])})


@contextmanager
def open_results(folder: Path) -> Iterator[Results]:
    """Open the results that are kept in a folder, alone.

    Raises:
        RefusedError: Another run is at work.
        OutsideError: The database can't be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            lock(descriptor)
        except BlockingIOError as error:
            raise RefusedError(
                f"another run works on the fleet in {folder}",
                hint="wait until it has ended; what it does is kept",
            ) from error
        yield from _opened(folder / _NAME)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> Iterator[Results]:
    try:
        database = sqlite3.connect(path)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)
            yield Results(database)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise OutsideError(
            f"{path} can't be used: {error}",
            hint="remove it if it is broken: the next run does everything anew",
        ) from error


def mark_of(member: FleetMember) -> str:
    """A digest of what a result rests on: every ref, HEAD, and the configuration as it lies.

    Returns:
        Empty if git can't say it; that equals no other.
    """
    if not member.place.is_dir():
        return ""
    arguments = ["-C", str(member.place), "show-ref", "--head", "--dereference"]
    done = run_git(arguments, env=environment(), check=False)
    if done.returncode:
        return ""
    digest = hashlib.sha256(done.stdout)
    files = [member.config, member.place / CONFIG_NAME, member.place / PROJECT]
    for path in files:
        data = path.read_bytes() if path is not None and path.is_file() else b""
        digest.update(hashlib.sha256(data).digest())
    digest.update(repr((member.name, member.url, member.rev, member.config)).encode())
    return digest.hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
