"""Where shared entries are kept: a folder, or whatever an fsspec URL names. Bytes by name."""

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from onepath.errors import InputError


class Stored(NamedTuple):
    """An entry, without its bytes."""

    name: str
    """Folders and a file, with `/` between them."""
    size: int
    """In bytes."""
    modified: float
    """Seconds since 1970; 0 if the place does not tell."""


class BytesStore(Protocol):
    """Keeps bytes by name. What can't be had is left out; whatever else goes wrong is raised."""

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the entries of these names that are there."""
        ...

    def write(self, entries: Mapping[str, bytes]) -> None:
        """Keep entries, in place of others of the same names."""
        ...

    def list(self) -> Iterator[Stored]:
        """Yield every entry."""
        ...

    def remove(self, names: Collection[str]) -> None:
        """Forget entries."""
        ...


def open_place(where: str) -> BytesStore:
    """The place that a path or a URL names.

    Raises:
        InputError: It is a URL, and fsspec or what it needs for this kind is not installed.
    """
    return _Remote(where) if "://" in where else _Folder(Path(where))


class _Folder:
    """A folder, which several machines may share. An entry is there as a whole or not at all."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            try:
                yield name, (self._top / name).read_bytes()
            except FileNotFoundError:
                continue

    def write(self, entries: Mapping[str, bytes]) -> None:
        made: set[Path] = set()
        for name, data in entries.items():
            path = self._top / name
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            descriptor, half = tempfile.mkstemp(prefix=".half-", dir=path.parent)
            try:
                with open(descriptor, "wb") as file:
                    file.write(data)
                os.chmod(half, 0o644)
                os.replace(half, path)
            except BaseException:
                os.unlink(half)
                raise

    def list(self) -> Iterator[Stored]:
        for folder, _, files in os.walk(self._top):
            for file in files:
                path = Path(folder, file)
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                name = path.relative_to(self._top).as_posix()
                yield Stored(name, status.st_size, status.st_mtime)

    def remove(self, names: Collection[str]) -> None:
        for name in names:
            (self._top / name).unlink(missing_ok=True)


class _Remote:
    """What fsspec reaches: an object store, a server, the memory of this process."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec

            self._system, self._top = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise InputError(
                f"the cache at {url} can't be reached: {error}",
                hint="pip install 'onepath[shared]', and what fsspec needs for this kind of URL",
            ) from None

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        paths = {self._path(name): name for name in names}
        if not paths:
            return
        found: Any = self._system.cat(list(paths), on_error="return")
        for path, data in found.items():
            if isinstance(data, bytes):
                yield paths[path], data
            elif not isinstance(data, FileNotFoundError):
                raise data

    def write(self, entries: Mapping[str, bytes]) -> None:
        # Stores of objects, which fsspec asks asynchronously, have no folders: making one there
        # would make the bucket that somebody misspelled.
        if not self._system.async_impl:
            for folder in {self._path(name).rpartition("/")[0] for name in entries}:
                self._system.makedirs(folder, exist_ok=True)
        self._system.pipe({self._path(name): data for name, data in entries.items()})

    def list(self) -> Iterator[Stored]:
        if not self._system.exists(self._top):
            return
        for path, told in self._system.find(self._top, detail=True).items():
            name = path.removeprefix(self._top).lstrip("/")
            yield Stored(name, int(told.get("size") or 0), _modified(told))

    def remove(self, names: Collection[str]) -> None:
        if names:
            self._system.rm([self._path(name) for name in names])

    def _path(self, name: str) -> str:
        return f"{self._top.rstrip('/')}/{name}"


_MODIFIED = ("mtime", "LastModified", "last_modified", "updated", "created")
"""What the systems of fsspec call the time of the last change, if they tell it."""


def _modified(told: Mapping[str, Any]) -> float:
    """Seconds since 1970; 0 if it is not told."""
    when = next((told[key] for key in _MODIFIED if told.get(key)), 0.0)
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            return 0.0
    return when.timestamp() if isinstance(when, datetime) else float(when)
