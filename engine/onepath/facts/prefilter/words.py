"""The byte search that decides which files are parsed at all."""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_RUNS = re.compile(rb"\w+")
_OPTION = re.compile(rb"(?:\A|[^\w-])-[A-Za-z]*[Amp]\Z")
LONGEST_OPTION = 12
"""Bytes before a word in which an option is looked for that it is the argument of."""
_UNLIKELY = (b"\0\0\0\0", b"\1\1\1\1", b"\2\2\2\2", b"\3\3\3\3")
"""Searched for as well: words of three or fewer first letters alone would be searched for by these
letters one by one, instead of sixteen bytes at a time."""
MANY_WORDS = 1000
"""Up to so many words, an automaton is made that takes more memory and a third of the time."""


class Search(Protocol):
    """A search of bytes for what makes a file matter."""

    @property
    def digest(self) -> str:
        """Names this search in the cache."""

    def hit(self, data: bytes) -> bool:
        """Whether it is there."""

    def within(self, other: "Search") -> bool:
        """Whether another search certainly hits wherever this one does."""


class SearchByItself:
    """A base for searches of which nothing else is known to hit wherever they do."""

    digest: str
    """Names this search in the cache."""

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does: only the same one."""
        return other.digest == self.digest


@dataclass(frozen=True)
class AllOf:
    """A search that hits where all of some do: a file that only some of them hit tells nothing."""

    parts: tuple[Search, ...]
    """Each is made in what the one before it has found."""

    @property
    def digest(self) -> str:
        """Names this search."""
        return hashlib.sha256("\0".join(part.digest for part in self.parts).encode()).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether all of them hit."""
        return all(part.hit(data) for part in self.parts)

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return any(part.within(other) for part in self.parts)


class SearchByWords(ABC):
    """A base for searches that begin with words, so that several look for theirs in one pass."""

    @property
    @abstractmethod
    def sought(self) -> "Needles":
        """The words."""

    @abstractmethod
    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether it hits in data in which the words stand at these places, in order."""

    def hit(self, data: bytes) -> bool:
        """Whether it hits."""
        return self.hit_at(data, [*self.sought.places(data)])


@dataclass(frozen=True)
class Needles(SearchByWords):
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
        return hashlib.sha256(b"\0".join((b"-m", *self.words))).hexdigest()

    @property
    def sought(self) -> "Needles":
        """Itself."""
        return self

    @property
    def is_plain(self) -> bool:
        """Whether it holds anything, and nothing but names without dots and blanks."""
        return bool(self.words) and _WORD.issuperset(b"".join(self.words))

    @property
    def anchors(self) -> "Needles":
        """Plain words, one of which stands wherever one of the words does; none if one has none.

        Those of paths and of phrases are parts of them, with which other searches go together.
        """
        if self.is_plain:
            return self
        runs = [max(_RUNS.findall(word), key=len, default=b"") for word in self.words]
        return Needles(tuple(sorted({*runs}))) if all(runs) else Needles(())

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether it hits in data in which the words stand at these places, in order."""
        return bool(places)

    def hit(self, data: bytes) -> bool:
        """Whether one of the words is in the data, as a word, or glued to an option: `-mword`.

        Files in an encoding other than UTF-8 that has its own bytes for ASCII (UTF-16) never
        hit; Python does not read such files either.
        """
        return not self.words or any(True for _ in self.places(data))

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        # A word that itself holds one of the other's words brings that one along.
        return isinstance(other, Needles) and (
            not other.words or (bool(self.words) and all(map(other.hit, self.words)))
        )

    def places(self, data: bytes) -> Iterator[int]:
        """Where the words stand in the data, as words, in the order of their ends."""
        return (start for _, start in whole_words(self.words, data))


def whole_words(words: tuple[bytes, ...], data: bytes) -> Iterator[tuple[int, int]]:
    """Which of some words stand in data, as words, and where, in the order of their ends."""
    count, size = len(words), len(data)
    for index, start, end in _automaton(words)(data):
        if (
            index < count
            and (
                start == 0
                or data[start - 1] not in _WORD
                or is_option(data[max(0, start - LONGEST_OPTION) : start])
            )
            and (end == size or data[end] not in _WORD)
        ):
            yield index, start


def is_option(before: bytes) -> bool:
    """Whether text ends in an option that takes what follows at once: `-m`, `-Im`, `-p`, `-A`."""
    return before[-1:] in (b"m", b"p", b"A") and _OPTION.search(before) is not None


_READ_IN_COMMENTS = (b"type:", b"...", b"{", b"%(", b"$", b"\r")
"""What lines have that look like comments and may be read: types, examples, templates in strings;
and a break that ends the comment."""
_COOKIE = re.compile(rb"coding[:=][ \t]*+(?!utf-?8\b)", re.IGNORECASE)


@dataclass(frozen=True)
class CodeNeedles(SearchByWords):
    """Identifiers, one of which a Python file must hold elsewhere than in comments to matter.

    Of the files that hold a name, many hold it only in code that was commented out. A comment
    counts as one if it has a line of its own; in a string such a line is one of prose, or a comment
    of what the string holds.
    """

    needles: Needles

    @classmethod
    def of(cls, words: Iterable[str]) -> "CodeNeedles":
        """Needles for these identifiers, as `Needles.of`."""
        return cls(Needles.of(words))

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        return f"code-{self.needles.digest}"

    @property
    def sought(self) -> Needles:
        """The words."""
        return self.needles

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether one of the words is in the data, as a word, and not in a comment alone."""
        if not self.needles.words:
            return True
        if all(_is_in_comment(data, at) for at in places):
            # Doctests have comments too, and other encodings may hide the end of a line.
            return bool(places) and (b">>>" in data or _COOKIE.search(_head(data)) is not None)
        return True

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return self.needles.within(other.needles if isinstance(other, CodeNeedles) else other)


def _is_in_comment(data: bytes, at: int) -> bool:
    """Whether a place is in a comment on a line of its own that nothing reads."""
    start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
    line = data[start : end if end >= 0 else len(data)]
    return line.lstrip(b" \t\f").startswith(b"#") and not any(
        mark in line for mark in _READ_IN_COMMENTS
    )


def _head(data: bytes) -> bytes:
    """The first two lines, in which a file may name its encoding."""
    end = data.find(b"\n", data.find(b"\n") + 1)
    return data if end < 0 else data[:end]


def has(*texts: bytes) -> Callable[[bytes], bool]:
    """What tells whether data has one of some texts, several times as fast as `in` does."""
    found = places_of(*texts)
    return lambda data: bool(found(data))


def places_of(*texts: bytes) -> Callable[[bytes], list[tuple[int, int, int]]]:
    """What finds some texts, none of which lies in another: which one, its start and its end."""
    return BytesAhoCorasick(texts, implementation=Implementation.DFA).find_matches_as_indexes


@lru_cache(maxsize=64)
def _automaton(words: tuple[bytes, ...]) -> Callable[[bytes], list[tuple[int, int, int]]]:
    """What finds some words in data, also those that are no words there."""
    kind = Implementation.DFA if len(words) <= MANY_WORDS else None
    if not _WORD.issuperset(b"".join(words)):
        # `Manager as` must not hide `a Manager`, which ends within it.
        search = BytesAhoCorasick(words, implementation=kind)
        return partial(search.find_matches_as_indexes, overlapping=True)
    # Twenty times faster, and enough: what overlaps a whole word has a byte next to it as well,
    # which is no part of any word.
    search = BytesAhoCorasick(
        (*words, *_UNLIKELY), matchkind=MatchKind.LeftmostLongest, implementation=kind
    )
    return search.find_matches_as_indexes
