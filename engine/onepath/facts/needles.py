"""The byte search that decides which files are parsed at all."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Needles:
    """Identifiers, one of which a file must hold to matter.

    The search is sound: whoever imports, re-exports or uses a name must spell it, except through
    a star import, and a star import alone uses nothing. `of(())` lets every file through.
    """

    words: tuple[bytes, ...]
    shortest: tuple[bytes, ...]
    """Enough to look for: every word holds one of these."""

    @classmethod
    def of(cls, words: Iterable[str]) -> "Needles":
        """Needles for these identifiers."""
        all_words = sorted({word.encode("utf-8") for word in words}, key=lambda w: (len(w), w))
        shortest: list[bytes] = []
        for word in all_words:
            if not any(short in word for short in shortest):
                shortest.append(word)
        return cls(tuple(sorted(all_words)), tuple(shortest))

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        return hashlib.sha256(b"\0".join(self.words)).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether one of the words stands in the data, as a word.

        Files in an encoding other than UTF-8 that has its own bytes for ASCII (UTF-16) never
        hit; Python does not read such files either.
        """
        if not self.words:
            return True
        if not any(word in data for word in self.shortest):
            return False
        return _pattern(self.words).search(data) is not None


_patterns: dict[tuple[bytes, ...], re.Pattern[bytes]] = {}


def _pattern(words: tuple[bytes, ...]) -> re.Pattern[bytes]:
    pattern = _patterns.get(words)
    if pattern is None:
        either = b"|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        pattern = _patterns[words] = re.compile(
            rb"(?<![A-Za-z0-9_])(?:" + either + rb")(?![A-Za-z0-9_])"
        )
    return pattern
