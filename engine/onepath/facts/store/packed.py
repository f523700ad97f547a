"""Facts as the cache keeps them and processes send them, and how they are unpacked part by part.

They are `marshal`, compressed with Zstandard: it reads several times faster than pickle. Each value
is marshalled by itself, so that whoever asks for the imports of a file makes nothing of its uses.
"""

import marshal
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

BROKEN = (EOFError, ValueError, TypeError, ZstdError)
"""What reading something raises that is not what was written."""
_CHECKSUM = 4
_COMPRESSOR = ZstdCompressor(level=1)
_DECOMPRESSOR = ZstdDecompressor()

_NAMES = ("scopes", "uses")
"""What is read only for files that are looked into."""
_SHAPES = ("dicts", "key_reads", "functions")
"""What a rule or two read, file by file."""
_PART = {**dict.fromkeys(_NAMES, 1), **dict.fromkeys(_SHAPES, 2)}


class Unpacked(Mapping[str, Any]):
    """Facts of which each value is made when somebody asks for it.

    Values are kept once they are made, but not the shapes: whoever reads these goes through all
    files once, and all of them together would fill the memory.
    """

    __slots__ = ("_known", "_marshalled", "_parts", "asked")

    def __init__(self, parts: tuple[bytes, bytes, bytes]) -> None:
        self.asked: set[str] = set()
        """The keys that somebody has asked for."""
        self._known: dict[str, Any] = {}
        self._marshalled: dict[str, bytes] = {}
        self._parts: list[bytes | None] = [*parts]

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        if key in self._known:
            return self._known[key]
        if key in _SHAPES:
            return _value(decode(self._parts[2] or b"")[key])
        value = self._known[key] = _value(self._of_part(key))
        return value

    def take(self, key: str) -> Any:
        """Give a value away: it is no longer here afterwards."""
        value = self[key]
        self._known.pop(key, None)
        return value

    def _of_part(self, key: str) -> bytes:
        """A value as it was marshalled, which is given away as well."""
        number = _PART.get(key, 0)
        part = self._parts[number]
        if part is not None:
            self._marshalled.update(decode(part))
            self._parts[number] = None
        return self._marshalled.pop(key)

    def __iter__(self) -> Iterator[str]:
        self["failure"]
        if self._parts[1] is not None:
            self["uses"]
        return iter((*self._known, *self._marshalled, *_SHAPES))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def pack(raw: Mapping[str, Any]) -> bytes:
    """One file's facts as the cache keeps them."""
    outer = {key: value for key, value in raw.items() if key not in _PART}
    names, shapes = ({key: raw[key] for key in keys} for keys in (_NAMES, _SHAPES))
    data = marshal.dumps(tuple(map(_by_value, (outer, names, shapes))))
    return zlib.crc32(data).to_bytes(_CHECKSUM) + data


def unpack(packed: bytes) -> Unpacked:
    """The reverse of `pack`, for what `is_sound`."""
    outer, names, shapes = marshal.loads(_content(packed))  # noqa: S302 - see `onepath.facts.store.cache`
    return Unpacked((outer, names, shapes))


def is_sound(packed: bytes) -> bool:
    """Whether something is what `pack` has made."""
    return zlib.crc32(_content(packed)).to_bytes(_CHECKSUM) == packed[:_CHECKSUM]


def encode(part: Mapping[str, Any]) -> bytes:
    """A mapping of plain values as bytes."""
    return _COMPRESSOR.compress(marshal.dumps(dict(part)))


def decode(data: bytes) -> dict[str, Any]:
    """The reverse of `encode`. Raises one of `BROKEN` on anything else."""
    part = marshal.loads(_DECOMPRESSOR.decompress(data))  # noqa: S302 - see `onepath.facts.store.cache`
    if not isinstance(part, dict):
        raise TypeError("not facts")
    return part


def _by_value(part: Mapping[str, Any]) -> bytes:
    return encode({key: marshal.dumps(value) for key, value in part.items()})


def _value(marshalled: bytes) -> Any:
    return marshal.loads(marshalled)  # noqa: S302 - see `onepath.facts.store.cache`


def _content(packed: bytes) -> memoryview:
    return memoryview(packed)[_CHECKSUM:]
