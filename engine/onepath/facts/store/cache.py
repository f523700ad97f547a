"""Facts by blob id, kept in the repository's own git folder.

A cache and nothing more: whatever goes wrong with it (another version, a broken file, a full
disk, a read-only folder, a second run at the same time) costs time and is never an error.

The file is named after the extractor's and Python's version, so that no other version ever reads
it. The folder is the user's own `.git`, into which no clone or fetch can put a file.
"""

import logging
import os
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from onepath.facts.extract.file import EXTRACTOR_VERSION
from onepath.facts.store.packed import BROKEN, decode, encode, is_sound
from onepath.facts.store.shared import shared

logger = logging.getLogger(__name__)

_NAME = f"facts-{EXTRACTOR_VERSION}-{sys.implementation.cache_tag}.sqlite"
_CHUNK = 500
_KEPT = {"outcomes": 20, "dependencies": 3, "reads": 3, "code": 3, "figures": 10_000}
"""How many of the newest of each are kept."""
_OWN = frozenset(("reads", "code"))
"""What stays here. What was read holds pickled searches, and unpickling what somebody else has
written runs whatever they like; what is known of code rests on how files look on this disk."""
KINDS = ("facts", *(kind for kind in _KEPT if kind not in _OWN))
"""What can be shared, exported and imported."""
_PATIENCE = 5.0
"""Seconds to wait for another run that writes."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (oid BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scans
    (needles TEXT PRIMARY KEY, hits BLOB NOT NULL, misses BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS dependencies (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reads (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS code (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS figures (key TEXT PRIMARY KEY, data BLOB NOT NULL);
"""


class FactsCache:
    """The cache of one repository; a null cache when `folder` is None or can't be used."""

    def __init__(self, folder: Path | None) -> None:
        self._database: sqlite3.Connection | None = None
        self._owner = os.getpid()
        self._folder = folder
        self._shared = None
        if folder is None:
            return
        self._shared = shared()
        self._path = folder / _NAME
        try:
            folder.mkdir(exist_ok=True)
            for stale in folder.glob("facts-*.sqlite*"):
                if not stale.name.startswith(_NAME) and _same_python(stale.name):
                    stale.unlink(missing_ok=True)
            self._database = _open(self._path)
        except (OSError, sqlite3.Error) as error:
            logger.info("no facts cache: %s", error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def folder(self) -> Path | None:
        """Where it is; None if nothing is kept."""
        return None if self._database is None else self._folder

    def facts(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Packed, those of the blobs that are known here or are shared; a broken row is a miss."""
        wanted = dict.fromkeys(oids)
        if self._shared is None:
            yield from self._local(list(wanted))
            return
        for oid, packed in self._local(list(wanted)):
            del wanted[oid]
            yield oid, packed
        yield from self._local(self.bring(wanted))

    def _local(self, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(wanted), _CHUNK):
            keys = [bytes.fromhex(oid) for oid in wanted[start : start + _CHUNK]]
            query = f"SELECT oid, data FROM facts WHERE oid IN ({','.join('?' * len(keys))})"  # noqa: S608
            for key, data in self._rows(query, keys):
                if is_sound(data):
                    yield bytes(key).hex(), data
                else:
                    logger.info("a broken row for %s", bytes(key).hex())

    def known(self) -> frozenset[bytes]:
        """The ids, as bytes, of all blobs whose facts are kept."""
        return frozenset(bytes(key) for (key,) in self._rows("SELECT oid FROM facts", []))

    def put(self, packed: Iterable[tuple[str, bytes]]) -> None:
        """Keep packed facts by blob id."""
        rows = dict(packed)
        self._put(rows)
        if self._shared is not None and rows:
            self._shared.put("facts", rows)

    def bring(self, oids: Collection[str]) -> list[str]:
        """Take the facts of blobs from where they are shared; return the ids of those it had."""
        if self._shared is None or not oids:
            return []
        brought = dict(self._shared.get("facts", oids))
        self._put(brought)
        return list(brought)

    def _put(self, packed: Mapping[str, bytes]) -> None:
        rows = [(bytes.fromhex(oid), data) for oid, data in packed.items()]
        self._write("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)

    def entries(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """All that is kept of a kind of `KINDS`, by key, as it is kept."""
        column = "oid" if kind == "facts" else "key"
        for key, data in self._rows(f"SELECT {column}, data FROM {kind}", []):  # noqa: S608
            yield (bytes(key).hex() if kind == "facts" else key), data

    def take(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Keep entries of a kind as they were kept elsewhere; who gives them vouches for them."""
        if kind == "facts":
            self._put(entries)
            return
        for key, data in entries.items():
            self._put_newest(kind, key, data)

    def scanned(self, needles: str, size: int) -> tuple[set[bytes], set[bytes]]:
        """The blobs in which a search hit, and those in which it did not.

        Args:
            needles: The digest of the search.
            size: Bytes of a blob id: 20, or 32 in a SHA-256 repository.
        """
        for hits, misses in self._rows(
            "SELECT hits, misses FROM scans WHERE needles = ?", [needles]
        ):
            if len(hits) % size == 0 and len(misses) % size == 0:
                return _split(hits, size), _split(misses, size)
        return set(), set()

    def put_scan(self, needles: str, hits: Iterable[bytes], misses: Iterable[bytes]) -> None:
        """Keep the outcome of a search, in place of an earlier one."""
        row = (needles, b"".join(hits), b"".join(misses))
        self._write("INSERT OR REPLACE INTO scans VALUES (?, ?, ?)", [row])

    def outcome(self, key: str) -> dict[str, Any] | None:
        """A plan or an audit that was kept under this key."""
        return self._kept("outcomes", key)

    def put_outcome(self, key: str, outcome: Mapping[str, Any]) -> None:
        """Keep a plan or an audit, and only the newest few of them."""
        self._keep("outcomes", key, outcome)

    def dependencies(self, key: str) -> dict[str, Any] | None:
        """What an audit rests on, as far as it was kept under this key."""
        return self._kept("dependencies", key)

    def put_dependencies(self, key: str, dependencies: Mapping[str, Any]) -> None:
        """Keep what an audit rests on, in place of that of an earlier one."""
        self._keep("dependencies", key, dependencies)

    def reads(self, key: str) -> dict[str, Any] | None:
        """What a plan has read, as far as it was kept under this key."""
        return self._kept("reads", key)

    def put_reads(self, key: str, reads: Mapping[str, Any]) -> None:
        """Keep what a plan has read, in place of what an earlier one has."""
        self._keep("reads", key, reads)

    def known_code(self, key: str) -> dict[str, Any] | None:
        """What is known of installed code, as far as it was kept under this key."""
        return self._kept("code", key)

    def put_known_code(self, key: str, known: Mapping[str, Any]) -> None:
        """Keep what is known of installed code, in place of what was."""
        self._keep("code", key, known)

    def figures(self, key: str) -> dict[str, Any] | None:
        """How many findings an audit came to, as far as that was kept under this key."""
        return self._kept("figures", key)

    def put_figures(self, key: str, figures: Mapping[str, Any]) -> None:
        """Keep how many findings an audit came to; unlike the audit itself, that is small."""
        self._keep("figures", key, figures)

    def _kept(self, table: str, key: str) -> dict[str, Any] | None:
        for (data,) in self._rows(f"SELECT data FROM {table} WHERE key = ?", [key]):  # noqa: S608
            try:
                return decode(data)
            except BROKEN:
                logger.info("a broken row in %s", table)
        if self._shared is None or table in _OWN:
            return None
        for _, data in self._shared.get(table, [key]):
            self._put_newest(table, key, data)
            try:
                return decode(data)
            except BROKEN:
                logger.info("no %s in a shared entry", table)
        return None

    def _keep(self, table: str, key: str, value: Mapping[str, Any]) -> None:
        data = encode(value)
        self._put_newest(table, key, data)
        if self._shared is not None and table not in _OWN:
            self._shared.put(table, {key: data})

    def _put_newest(self, table: str, key: str, data: bytes) -> None:
        self._write(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", [(key, data)])  # noqa: S608
        newest = f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT ?"  # noqa: S608
        limit = [(_KEPT[table],)]
        self._write(f"DELETE FROM {table} WHERE rowid NOT IN ({newest})", limit)  # noqa: S608

    def _rows(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        if self._database is None or self._is_forked():
            return []
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _write(self, query: str, rows: list[tuple[Any, ...]]) -> None:
        if self._database is None or self._is_forked() or not rows:
            return
        try:
            with self._database:
                self._database.executemany(query, rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def _is_forked(self) -> bool:
        """Whether this is a child of the process that opened it; SQLite allows no use there."""
        return os.getpid() != self._owner

    def _give_up(self, error: sqlite3.Error) -> None:
        logger.info("facts cache given up: %s", error)
        self.close()
        if _is_broken(error):
            _remove(self._path)


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if not _is_broken(error):
            raise
        _remove(path)
        return _connect(path)


def _is_broken(error: sqlite3.Error) -> bool:
    """Whether the file itself is unsound, and not merely locked, read-only or out of room."""
    return type(error) is sqlite3.DatabaseError


def _remove(path: Path) -> None:
    """Remove a database with its journal, which would be played into the next one."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level="DEFERRED")
    try:
        with closing(database.cursor()) as cursor:
            # Losing the last rows in a power cut is harmless, so no fsync is waited for.
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _same_python(name: str) -> bool:
    return sys.implementation.cache_tag is not None and sys.implementation.cache_tag in name


def _split(joined: bytes, size: int) -> set[bytes]:
    return {joined[at : at + size] for at in range(0, len(joined), size)}
