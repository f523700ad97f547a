"""The byte search for files that may mean a module, and not a variable of the same name."""

import hashlib
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from onepath.facts.needles import Needles, Search

_BLANK = frozenset(b" \t\f\r\n\\")
_BLANK_OR_CLOSING = _BLANK | frozenset(b")")
_QUOTES = frozenset(b"\"'")
_LIST = re.compile(
    rb"\b(?:from|import)\b(?:[ \t\f]|\\(?:\r\n?|\n))*"
    rb"(?=(\((?:[^()#]|#[^\r\n]*+)*+|(?:[^\r\n\\;#(]|\\(?:\r\n?|\n))*+))"
)
"""What an import statement may name; looked ahead at, because prose may hold the word as well."""


@dataclass(frozen=True)
class ModuleNeedles:
    """Modules in packages, one of which a file must be able to mean to matter.

    `manager` stands in every other file. What means `pkg.manager` spells it behind `pkg`, or
    behind another name of the package; or names it in an import statement or at the beginning of
    a string, with the package somewhere else in the file. A relative import need not spell the
    package at all: files around the module are for the caller to add.
    """

    modules: Needles
    """The last parts of the modules' paths."""
    packages: Needles
    """All names that the packages around them go by."""

    @classmethod
    def of(cls, modules: Iterable[str], packages: Iterable[str]) -> "ModuleNeedles":
        """Needles for the last parts of modules' paths and the names of the packages around."""
        return cls(Needles.of(modules), Needles.of(packages))

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        both = f"{self.modules.digest} below {self.packages.digest}"
        return hashlib.sha256(both.encode()).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether one of the modules may be meant."""
        places = list(self.modules.places(data))
        if not places or not self.packages.hit(data):
            return False
        if any(self._is_below_package(data, at) or _begins_string(data, at) for at in places):
            return True
        return any(self.modules.hit(found[1]) for found in _LIST.finditer(data))

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        if isinstance(other, ModuleNeedles):
            return {*self.modules.words} <= {*other.modules.words} and (
                {*self.packages.words} <= {*other.packages.words}
            )
        return self.modules.within(other) or self.packages.within(other)

    def _is_below_package(self, data: bytes, start: int) -> bool:
        """Whether a word follows the name of a package and a dot (in strings also a colon)."""
        dot = _without(_BLANK, data, start)
        if data[dot - 1 : dot] != b"." and data[start - 1 : start] != b":":
            return False
        end = _without(_BLANK_OR_CLOSING, data, dot - 1)
        if data.endswith(self.packages.words, 0, end):
            return True
        # A comment may stand between the two.
        line = data.rfind(b"\n", 0, end) + 1
        return b"\n" in data[end:start] and b"#" in data[line:end]


def _without(what: Container[int], data: bytes, end: int) -> int:
    """Where the data ends if some bytes before `end` are left out."""
    while end > 0 and data[end - 1] in what:
        end -= 1
    return end


def _begins_string(data: bytes, start: int) -> bool:
    start = _without(b".:", data, start)
    return start > 0 and data[start - 1] in _QUOTES
