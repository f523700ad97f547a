"""What searches have found so far in a run, and which ones the next pass through all files answers.

Reading a file costs ten times as much as searching it.
"""

from collections.abc import Iterable, Sequence

from onepath.facts.prefilter.words import Needles, Search, SearchByWords
from onepath.facts.store.batches import BlobHit

_SEARCHES = 30
"""Searches that are kept to answer narrower ones."""


class Answers:
    """The answers to searches, by the ids of blobs as the cache has them."""

    def __init__(self) -> None:
        self._searched: dict[str, tuple[Search, set[bytes]]] = {}
        """The last searches of this run by key, each with the blobs in which it did not hit."""
        self._along: dict[str, Search] = {}
        self._answers: dict[str, tuple[Search, set[bytes], set[bytes]]] = {}
        """Those that went along, the blobs in which each has hit, and all in which it was looked
        for, which is one set for all of a pass."""
        self._noting: set[bytes] = set()
        self._holding: dict[bytes, set[bytes]] = {}
        """By word that was noted, the blobs that hold it."""
        self._noted: dict[bytes, set[bytes]] = {}
        """By word that was noted, the blobs in which it was looked for."""

    def expect(self, searches: Iterable[Search]) -> None:
        """Have the next pass answer searches as well."""
        for search in searches:
            if search.digest not in self._answers:
                self._along[search.digest] = search

    def expect_each(self, words: Iterable[str]) -> None:
        """Have the next pass note which of some words a file holds.

        Whatever is searched for by some of these words then is known, or known to be elsewhere.
        """
        # Names of files that are not in UTF-8 are in no code.
        spelled = {word for word in words if word.isprintable()} - {""}
        self._noting |= {word.encode() for word in spelled} - self._noted.keys()

    def going_along(self) -> tuple[tuple[Search, ...], tuple[bytes, ...]]:
        """The searches, and the words to note, that wait for a pass."""
        return tuple(self._along.values()), tuple(sorted(self._noting))

    def is_asked(self, search: Search) -> None:
        """Nobody need answer a search on the way: it is the one that is made now."""
        self._along.pop(search.digest, None)

    def known(self, search: Search, keys: set[bytes]) -> tuple[set[bytes], set[bytes]]:
        """Those of some blobs in which a search is known to hit, and not to hit."""
        _, hits, looked_at = self._answers.get(search.digest, (search, set[bytes](), set[bytes]()))
        found, elsewhere = keys & hits, (keys & looked_at) - hits
        if len(found) + len(elsewhere) == len(keys):
            return found, elsewhere
        words = search.sought.words if isinstance(search, SearchByWords) else ()
        if words and all(map(self._noted.__contains__, words)) and search.within(Needles(words)):
            holding = set[bytes]().union(*(self._holding[word] for word in words))
            noted = keys.intersection(*(self._noted[word] for word in words))
            elsewhere |= noted - holding
            if isinstance(search, Needles):
                found |= noted & holding
        for other, missed in self._searched.values():
            if search.within(other):
                elsewhere |= keys & missed
        for other, hits, looked_at in self._answers.values():
            if search.within(other):
                elsewhere |= (keys & looked_at) - hits
        return found, elsewhere

    def searched(self, key: str, search: Search, misses: set[bytes]) -> None:
        """Keep where a search did not hit, for narrower ones."""
        known = self._searched.get(key)
        if known is not None and len(known[1]) == len(misses):
            return  # the ids that are held by now are those of all other searches as well
        self._searched[key] = search, misses
        while len(self._searched) > _SEARCHES:
            del self._searched[next(iter(self._searched))]

    def take(
        self, along: Sequence[Search], words: Sequence[bytes], hits: Iterable[tuple[bytes, BlobHit]]
    ) -> None:
        """Know the answers to what went along: by blob, what was found there."""
        hits = [(key, hit) for key, hit in hits if not hit.missing]
        looked_at = {key for key, _ in hits} if along else set()
        for place, search in enumerate(along):
            found = {key for key, hit in hits if hit.along[place]}
            self._answers[search.digest] = search, found, looked_at
            del self._along[search.digest]
        self._noting.difference_update(words)
        noted = {key for key, hit in hits if hit.words is not None} if words else set()
        for word in words:
            self._noted[word], self._holding[word] = noted, set()
        for key, hit in hits if words else ():
            for word in hit.words or ():
                self._holding[word].add(key)
