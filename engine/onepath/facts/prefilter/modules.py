"""The byte search for files that may mean a module, and not a variable of the same name."""

import hashlib
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from onepath.facts.prefilter.words import Needles, Search

_BLANK = frozenset(b" \t\f\r\n\\")
_BLANK_OR_CLOSING = _BLANK | frozenset(b")")
_DOTS = frozenset(b".:")
_BLANK_OR_DOT = _BLANK | frozenset(b".")
_BLANK_OR_OPENING = _BLANK | frozenset(b"(")
_QUOTES = (b'"', b"'")
_PREFIXES = frozenset(b"rRbBuUfFtT")
_PATH = re.compile(rb"[\w\x80-\xff]+[.:\\]")
_WHOLE = re.compile(rb"[\w\x80-\xff]+[\"']+[\s\\)]*")
"""A word that ends a string, with what does not count behind it."""
_STRING_OR_COMMENT = re.compile(rb"#|[rRbBuUfFtT]{0,2}[\"']")
_KEY_OR_ELEMENT = re.compile(rb"[:\]}]")
_IMPORTS = (b"import_module", b"importorskip", b"find_spec", b"run_module", b"__import__")
_ARGUMENT = (b",", b"else", b"or", b"and")
"""What a string stands behind that is a second argument, or one of two for it."""
_IMPORT = re.compile(
    rb"(?<![\w\x80-\xff])import\b(?:[ \t\f]|\\(?:\r\n?|\n))*"
    rb"(?:\((?:[^()#]|#[^\r\n]*+)*+|(?:[^\r\n\\;#(]|\\(?:\r\n?|\n))*+)"
)
"""All that an import statement may name."""


@dataclass(frozen=True)
class ModuleNeedles:
    """Modules in packages, one of which a file must be able to mean to matter.

    `manager` is in every other file. What means `pkg.manager` spells it behind `pkg`, or
    behind another name of the package; or names it in an import statement or in a string, with the
    package somewhere else in the file. A string may begin a path with it (`"manager.run"`), import
    it (`import_module("manager")`), or be a second argument (`patch.object(pkg, "manager")`). A
    relative import need not spell the package at all: files around the module are for the caller
    to add.
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
        return any(
            self._is_below_package(data, at) or _is_path(data, at) or _is_imported(data, at)
            for at in places
        )

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
        return _is_below_comment(data, end, start)


def _is_path(data: bytes, start: int) -> bool:
    """Whether a string that a word begins may be a path, or name a module or an attribute."""
    quote = _without(_DOTS, data, start)
    if not data.endswith(_QUOTES, 0, quote):
        return False
    if quote < start or _PATH.match(data, start):
        return True
    whole = _WHOLE.match(data, start)
    if whole is None:
        return False
    literal = _without(_PREFIXES, data, quote - 1)
    before = _without(_BLANK_OR_OPENING, data, literal)
    if (
        data.endswith(_QUOTES + _IMPORTS, 0, before)
        or _STRING_OR_COMMENT.match(data, whole.end())
        or _is_below_comment(data, before, literal)
    ):
        return True
    if data.endswith(b"=", 0, before):
        return data.endswith((b"attribute", b":"), 0, _without(_BLANK, data, before - 1))
    ends_display = _KEY_OR_ELEMENT.match(data, whole.end())
    return data.endswith(_ARGUMENT, 0, before) and not ends_display


def _is_imported(data: bytes, start: int) -> bool:
    """Whether a word may stand in an import statement."""
    if data.endswith(b"from", 0, _without(_BLANK_OR_DOT, data, start)):
        return True
    at = data.rfind(b"import", 0, start)
    while at >= 0:
        match = _IMPORT.match(data, at)
        if match is not None and start < match.end():
            return True
        # Nothing but a comment of an import statement can hold the word once more.
        line = data.rfind(b"\n", 0, at) + 1
        if match is not None and b"#" not in data[line:at]:
            return False
        at = data.rfind(b"import", 0, at)
    return False


def _is_below_comment(data: bytes, end: int, start: int) -> bool:
    """Whether a comment may stand between two places, which then don't tell what comes before."""
    line = data.rfind(b"\n", 0, end) + 1
    return b"\n" in data[end:start] and b"#" in data[line:end]


def _without(what: Container[int], data: bytes, end: int) -> int:
    """Where the data ends if some bytes before `end` are left out."""
    while end > 0 and data[end - 1] in what:
        end -= 1
    return end
