"""Facts, plans and audits that several machines share.

An entry is called after what it is made from: the blob, or the digest of all that decides a plan
or an audit, and the extractor. Its bytes begin with a digest over its name and the rest, so that an
entry that is torn, changed or put under another name is noticed, and made anew. With a key in the
environment the digest is an HMAC: then nobody without the key can make an entry that is taken.

A cache and nothing more: the first thing that goes wrong with reading or with writing ends that for
this process, and costs time only. Who may only read goes on reading.
"""

import hashlib
import logging
import os
import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import onepath.facts
from onepath.errors import InputError
from onepath.facts.store.places import BytesStore, Stored, open_place

logger = logging.getLogger(__name__)

WHERE = "ONEPATH_CACHE"
"""The environment variable that names the place. It is no key of `migrate.toml`: whoever may
change a repository must not choose what the machines of others read."""
KEY = "ONEPATH_CACHE_KEY"
_MARK = b"onepath\1"
_DIGEST = 32
_AT_ONCE = 500
"""Entries that are read or written at one time."""


@cache
def extractor() -> str:
    """A name for what reads files here: its own sources, libcst and this Python; 16 hex digits."""
    from importlib.metadata import PackageNotFoundError, version

    digest = hashlib.sha256(platform.python_version().encode())
    try:
        digest.update(version("libcst").encode())
    except PackageNotFoundError:
        pass
    top = Path(onepath.facts.__path__[0])
    for path in sorted(top.rglob("*.py")):
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def shared_place() -> BytesStore | None:
    """The place that the environment names; None if it names none.

    Raises:
        InputError: It can't be had.
    """
    where = os.environ.get(WHERE, "")
    return open_place(where) if where else None


def shared_key() -> bytes:
    """The key that the environment gives; empty if it gives none."""
    return os.environ.get(KEY, "").encode()


def shared() -> "Shared | None":
    """What the environment says that is shared; None if it says nothing, or it can't be had."""
    try:
        place = shared_place()
    except InputError as error:
        logger.warning("nothing is shared: %s", error.message)
        return None
    return None if place is None else Shared(place, shared_key())


class Shared:
    """Entries by kind and key.

    Args:
        place: Where they are kept.
        key: Of the HMAC; empty for a digest that keeps out accidents only.
    """

    def __init__(self, place: BytesStore, key: bytes = b"") -> None:
        self._place = place
        self._key = key
        self._reads = self._writes = True

    def get(self, kind: str, keys: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield those of the entries that are there and sound."""
        names = {entry_name(kind, key): key for key in keys}
        wanted = list(names)
        for start in range(0, len(wanted), _AT_ONCE):
            for name, data in self._read(wanted[start : start + _AT_ONCE]):
                content = opened(name, data, self._key)
                if content is None:
                    logger.warning("a broken entry in the shared cache: %s", name)
                else:
                    yield names[name], content

    def put(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Keep entries."""
        names = {entry_name(kind, key): data for key, data in entries.items()}
        rest = [(name, sealed(name, data, self._key)) for name, data in names.items()]
        for start in range(0, len(rest), _AT_ONCE):
            if not self._writes:
                return
            try:
                self._place.write(dict(rest[start : start + _AT_ONCE]))
            except Exception as error:
                self._writes = False
                _warn("nothing is written to the shared cache", error)

    def _read(self, names: Collection[str]) -> list[tuple[str, bytes]]:
        if not self._reads:
            return []
        try:
            return list(self._place.read(names))
        except Exception as error:
            # A place that can't be read is not filled either: it might take as long to say no.
            self._reads = self._writes = False
            _warn("the shared cache is given up", error)
            return []


def _warn(what: str, error: Exception) -> None:
    # Clients of object stores raise whatever they like, and none of it may end a run.
    logger.warning("%s: %s: %s", what, type(error).__name__, error)


def entry_name(kind: str, key: str) -> str:
    """What the entry of a key is called."""
    return f"{kind}/{extractor()}/{key[:2]}/{key}"


def sealed(name: str, data: bytes, key: bytes) -> bytes:
    """An entry as it is kept."""
    return _MARK + _digest(name, data, key) + data


def opened(name: str, entry: bytes, key: bytes) -> bytes | None:
    """What was sealed under a name; None for anything else."""
    import hmac

    head = len(_MARK) + _DIGEST
    data = entry[head:]
    right = _MARK + _digest(name, data, key)
    return data if hmac.compare_digest(entry[:head], right) else None


def _digest(name: str, data: bytes, key: bytes) -> bytes:
    if key:
        import hmac

        return hmac.digest(key, name.encode() + b"\0" + data, "sha256")
    return hashlib.sha256(name.encode() + b"\0" + data).digest()


def outdated(entries: Iterable[Stored], before: float) -> list[Stored]:
    """Those of the entries that were written before a time, in seconds since 1970.

    Where the place does not tell when, nobody knows that they are.
    """
    return [stored for stored in entries if 0 < stored.modified < before]


def by_extractor(entries: Iterable[Stored]) -> tuple[list[Stored], list[Stored]]:
    """The entries that this extractor can take, and all others."""
    own, others = list[Stored](), list[Stored]()
    for stored in entries:
        parts = stored.name.split("/")
        (own if len(parts) == 4 and parts[1] == extractor() else others).append(stored)
    return own, others
