"""The bytes of files that are searched more than once in a run."""

from collections.abc import Iterable, Sequence

from onepath.model import Entry, Source

_MOST = 400_000_000
"""How many bytes are held at most; what is beyond is read again by the workers each time."""
_FEW = 200
"""A search of fewer files is no reason to hold their bytes."""


class Texts:
    """Bytes by blob id. The first search of many files holds nothing: there may be no second."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}
        self._size = 0
        self._searches = 0

    def hold(self, source: Source, entries: Sequence[Entry]) -> None:
        """Read the bytes of files that are about to be searched, if it is not the first time.

        Args:
            source: Reads them.
            entries: The files.
        """
        if len(entries) < _FEW and not self._data:
            return
        self._searches += 1
        if self._searches == 1:
            return
        wanted = [entry for entry in entries if entry.oid not in self._data]
        for entry, data in source.read(wanted) if self._size < _MOST else ():
            if data is not None and self._size + len(data) <= _MOST:
                self._data[entry.oid] = data
                self._size += len(data)

    def held(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The bytes of those files that are held, by blob id."""
        return {entry.oid: self._data[entry.oid] for entry in entries if entry.oid in self._data}
