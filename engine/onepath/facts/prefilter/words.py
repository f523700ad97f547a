"""The byte search that decides which files are parsed at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

from ahocorasick_rs import BytesAhoCorasick, MatchKind

_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_UNLIKELY = (b"\0\0\0\0", b"\1\1\1\1", b"\2\2\2\2", b"\3\3\3\3")
"""Searched for as well: words of three or fewer first letters alone would be searched for by these
letters one by one, instead of sixteen bytes at a time."""
_FEW, _MANY = 48, 200
"""So many words are searched for at once by SIMD; beyond that several such searches are faster than
one without, up to a point."""
_Find = Callable[[bytes], list[tuple[int, int, int]]]


class Search(Protocol):
    """A search of bytes for what makes a file matter."""

    @property
    def digest(self) -> str:
        """Names this search in the cache."""

    def hit(self, data: bytes) -> bool:
        """Whether it is there."""

    def within(self, other: "Search") -> bool:
        """Whether another search certainly hits wherever this one does."""


@dataclass(frozen=True)
class Needles:
    """Identifiers, one of which a file must hold to matter.

    The search is sound: whoever imports, re-exports or uses a name must spell it, except through
    a star import, and a star import alone uses nothing. `of(())` lets every file through, and so
    does an empty word.
    """

    words: tuple[bytes, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Needles":
        """Needles for these identifiers."""
        every = sorted({word.encode("utf-8") for word in words})
        return cls(() if b"" in every else tuple(every))

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        return hashlib.sha256(b"\0".join(self.words)).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether one of the words stands in the data, as a word.

        Files in an encoding other than UTF-8 that has its own bytes for ASCII (UTF-16) never
        hit; Python does not read such files either.
        """
        return not self.words or any(
            True for search in _searches(self.words) for _ in _whole_words(data, *search)
        )

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        # A word that itself holds one of the other's words brings that one along.
        return isinstance(other, Needles) and (
            not other.words or (bool(self.words) and all(map(other.hit, self.words)))
        )

    def places(self, data: bytes) -> Iterator[int]:
        """Where the words stand in the data, as words, in the order of their ends."""
        searches = _searches(self.words)
        if len(searches) == 1:
            return _whole_words(data, *searches[0])
        every = (at for search in searches for at in _whole_words(data, *search))
        return iter(sorted(every))


def _whole_words(data: bytes, find: _Find, count: int) -> Iterator[int]:
    """Where the first `count` words of a search stand as words."""
    for index, start, end in find(data):
        if (
            index < count
            and (start == 0 or data[start - 1] not in _WORD)
            and (end == len(data) or data[end] not in _WORD)
        ):
            yield start


@lru_cache(maxsize=64)
def _searches(words: tuple[bytes, ...]) -> tuple[tuple[_Find, int], ...]:
    """What finds some words in data, also those that are no words there; each with how many."""
    if not _WORD.issuperset(b"".join(words)):
        # `Manager as` must not hide `a Manager`, which ends within it.
        find = partial(BytesAhoCorasick(words).find_matches_as_indexes, overlapping=True)
        return ((find, len(words)),)
    # Twenty times faster, and enough: what overlaps a whole word has a byte next to it as well,
    # which is no part of any word.
    size = _FEW if len(words) <= _MANY else len(words)
    parts = [words[at : at + size] for at in range(0, len(words), size or 1)] or [()]
    return tuple((_leftmost(part), len(part)) for part in parts)


def _leftmost(words: tuple[bytes, ...]) -> _Find:
    search = BytesAhoCorasick((*words, *_UNLIKELY), matchkind=MatchKind.LeftmostLongest)
    return search.find_matches_as_indexes
