"""The facts of blobs, unpacked when somebody asks for them."""

from collections import OrderedDict
from collections.abc import Iterator, Set

from onepath.facts.extract.file import PARTS
from onepath.facts.store.packed import Unpacked, unpack
from onepath.model import Facts


class FactsByBlob:
    """The facts of blobs by id.

    Unpacked facts take ten times the memory of packed ones, and unpacking takes less than a
    hundredth of reading a file: work that goes through all files, one after the other, unpacks them
    each time it comes to them.

    Args:
        most_open: How many are unpacked at a time; None for all of them.
    """

    def __init__(self, most_open: int | None) -> None:
        self._most_open = most_open
        self._open: OrderedDict[str, Facts] = OrderedDict()
        self._packed = bytearray()
        """All packed facts in one piece: a forked process that reads of it makes no copy, as it
        does of whatever has a count of references."""
        self._spans: dict[str, tuple[int, int]] = {}

    def __contains__(self, oid: object) -> bool:
        return oid in self._open or oid in self._spans

    def __len__(self) -> int:
        return len(self._open if self._most_open is None else self._spans)

    def put(self, oid: str, packed: bytes) -> None:
        """Have the facts of a blob."""
        if self._most_open is None:
            self._open[oid] = Facts(unpack(packed))
        else:
            self._spans[oid] = len(self._packed), len(self._packed) + len(packed)
            self._packed += packed

    def get(self, oid: str) -> Facts | None:
        """The facts of a blob; None if they are not here."""
        facts = self._open.get(oid)
        if self._most_open is None:
            return facts
        if facts is not None:
            self._open.move_to_end(oid)
        elif oid in self._spans:
            start, end = self._spans[oid]
            facts = self._open[oid] = Facts(unpack(bytes(self._packed[start:end])))
            if len(self._open) > self._most_open:
                self._open.popitem(last=False)
        return facts

    def oids(self) -> Iterator[str]:
        """The ids of the blobs whose facts are here."""
        yield from self._open.keys() | self._spans.keys()

    def asked(self) -> Iterator[tuple[str, Set[str]]]:
        """Of each blob the parts of its facts that somebody has asked for, or may have."""
        for oid in self._spans:
            yield oid, PARTS
        for oid, facts in self._open.items():
            if isinstance(facts.raw, Unpacked) and oid not in self._spans:
                yield oid, facts.raw.asked
