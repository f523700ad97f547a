"""Several searches of the same files, with the words of all of them looked for in one pass."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from onepath.facts.prefilter.words import MANY_WORDS, Needles, Search, SearchByWords, whole_words

_OPTIONS = b"mpA"


class Together:
    """Answers several searches at once.

    Args:
        searches: The searches, in the order in which they are answered.
        noted: Words that are noted in each file, one by one.
    """

    def __init__(self, searches: Sequence[Search], noted: Sequence[bytes] = ()) -> None:
        self._searches = searches
        self._noted = noted
        owners: dict[bytes, list[int]] = {}
        for at, search in enumerate(searches):
            if isinstance(search, SearchByWords):
                for word in search.sought.anchors.words:
                    owners.setdefault(word, []).append(at)
        for at, word in enumerate(noted, len(searches)):
            owners.setdefault(word, []).append(at)
        self._words = tuple(sorted(owners))
        self._owners = tuple(owners[word] for word in self._words)
        if (
            len(self._words) > MANY_WORDS
            or not Needles(self._words).is_plain
            or _may_hide(self._words)
        ):
            self._words = self._owners = self._noted = ()
        joined = frozenset(at for every in self._owners for at in every)
        self._is_worth_it = len(joined) > 1
        self._by_words: list[tuple[int, Callable[[bytes, Sequence[int]], bool]]] = []
        self._by_parts: list[tuple[int, Callable[[bytes], bool]]] = []
        """Those of which only parts of the words are looked for: they search what has these."""
        self._apart: list[tuple[int, Callable[[bytes], bool]]] = []
        for at, search in enumerate(searches):
            if at not in joined or not isinstance(search, SearchByWords):
                self._apart.append((at, search.hit))
            elif search.sought.is_plain:
                self._by_words.append((at, search.hit_at))
            else:
                self._by_parts.append((at, search.hit))

    def answers(self, data: bytes) -> tuple[list[bool], tuple[bytes, ...] | None]:
        """Whether each of the searches hits, and which words are noted, if they can be."""
        if not self._is_worth_it:
            return [search.hit(data) for search in self._searches], None
        owners, places = self._owners, dict[int, list[int]]()
        for index, start in whole_words(self._words, data):
            for at in owners[index]:
                if at in places:
                    places[at].append(start)
                else:
                    places[at] = [start]
        hits = [False] * len(self._searches)
        for at, hit_at in self._by_words:
            hits[at] = hit_at(data, places.get(at, ()))
        for at, hit in self._by_parts:
            hits[at] = at in places and hit(data)
        for at, hit in self._apart:
            hits[at] = hit(data)
        if not self._noted:
            return hits, None
        count = len(hits)
        return hits, tuple(self._noted[at - count] for at in places if at >= count)


@lru_cache(maxsize=1)
def together(searches: tuple[Search, ...], noted: tuple[bytes, ...]) -> Together:
    """The same searches at once, for all batches of one pass."""
    return Together(searches, noted)


def _may_hide(words: Sequence[bytes]) -> bool:
    """Whether one word may be another's with an option before it: `mpkg` that of `-mpkg`.

    The longer one alone would be found there.
    """
    known = frozenset(words)
    return any(
        word[at] in _OPTIONS and word[at + 1 :] in known
        for word in words
        for at in range(len(word) - 1)
    )
