"""The bytes of files that are searched again and again in a run."""

from collections.abc import Iterable, Sequence

from onepath.model import Entry, Source

_MOST = 400_000_000
"""How many bytes are held at most; what is beyond is read again by the workers each time."""
_FEW = 200
"""A search of fewer files is no reason to hold their bytes."""
_UNHELD = 2
"""So many searches hold nothing: one phase searches Python files once, and documents once."""


class Texts:
    """Bytes by blob id."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}
        self._size = 0
        self._searches = 0

    def hold(self, source: Source, entries: Sequence[Entry]) -> None:
        """Read the bytes of files that are about to be searched, if it goes on and on.

        Args:
            source: Reads them.
            entries: The files.
        """
        if len(entries) < _FEW and not self._data:
            return
        self._searches += 1
        if self._searches <= _UNHELD:
            return
        wanted = [entry for entry in entries if entry.oid not in self._data]
        for entry, data in source.read(wanted) if self._size < _MOST else ():
            if data is not None and self._size + len(data) <= _MOST:
                self._data[entry.oid] = data
                self._size += len(data)

    def expect_searches(self) -> None:
        """Hold from the next search on: more are certain to come."""
        self._searches = max(self._searches, _UNHELD)

    def held(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The bytes of those files that are held, by blob id."""
        return {entry.oid: self._data[entry.oid] for entry in entries if entry.oid in self._data}
