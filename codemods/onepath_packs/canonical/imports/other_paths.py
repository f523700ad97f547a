"""The search for files that may name something canonical by another path."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from onepath.facts.prefilter.words import (
    CodeNeedles,
    Needles,
    Search,
    SearchByWords,
    whole_words,
)
from onepath.symbols.find_references.users import StarImports

_RENAMED = re.compile(rb"(?:\s|\\\r?\n|#[^\n]*\n)*+as\b")
"""What stands behind a name that gets another one: `import Name as N`."""
_USED = re.compile(rb"[ \t]*[(.\[]")
"""What stands behind a name that is only a part of what is assigned: `x = Name()`."""
_NEAR = 500
"""Bytes in front of a name in which what it is a part of is looked for."""
_STARS = StarImports()


class OtherPaths(SearchByWords):
    """The search for files that may name something by another path than the canonical one.

    Most files that name it import it by `from module import Name`, and use it by that name. They
    hold no other path to it, and others only find it there if they spell a path themselves. Not so
    whoever gives it another name, names it by its module, or has a star import.

    Args:
        canonical: The modules from which a name is imported canonically, for each name that is
            searched for; none if every import of it counts.
    """

    def __init__(self, canonical: Mapping[str, Collection[str]]) -> None:
        names = {name: sorted(modules) for name, modules in sorted(canonical.items())}
        self._needles = CodeNeedles.of(names)
        self._canonical = [*map(re.compile, _canonical_imports(names))]
        word = rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(name.encode()) for name in names)
        self._imported = re.compile(
            rb"import(?<!\wimport)(?:(?:[^\n\\]|\\\r?\n|\\.)*?%(word)b"
            rb"|[\s\\]*\((?:[^()#]|#[^\n]*\n)*?%(word)b)" % {b"word": word}
        )
        self.digest = f"other-paths-{hashlib.sha256(repr(names).encode()).hexdigest()}"

    @property
    def sought(self) -> Needles:
        """The names."""
        return self._needles.sought

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether a file with the names at these places may have, or make, another path."""
        if not self._needles.hit_at(data, places):
            return False
        if _STARS.hit(data):
            return True
        for statements in self._canonical:
            data = statements.sub(b"", data)
        words = self.sought.words
        return self._imported.search(data) is not None or any(
            _makes_path(data, at, words[number]) for number, at in whole_words(words, data)
        )

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return other.digest == self.digest or self._needles.within(other)


def _makes_path(data: bytes, at: int, name: bytes) -> bool:
    """Whether a name, outside of imports, may be the end of a path, or get another name here."""
    before = data[max(0, at - _NEAR) : at]
    text = before.rstrip()
    if len(before) == _NEAR and not text:
        return True
    if text.endswith((b".", b"\\")):
        return True
    begins_line = b"\n" in before[len(text) :]
    if begins_line and b"#" in text[text.rfind(b"\n") + 1 :]:
        return True  # what comes before the comment can't be told
    if before.endswith(b":") or _RENAMED.match(data, at + len(name)):
        return True
    is_bound = text.rstrip(b"( \t\r\n\f").endswith(b"=")
    return is_bound and not _USED.match(data, at + len(name))


def _canonical_imports(names: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    """For each module, an expression for the statements that import what is canonical there."""
    for module in sorted({module for modules in names.values() for module in modules}):
        others = [re.escape(name) for name, modules in names.items() if module not in modules]
        name = rf"(?!(?:{'|'.join(others)})\b)\w+" if others else r"\w+"
        blank, start = r"[ \t]*", rf"(?m)^[ \t]*from[ \t]+{re.escape(module)}[ \t]+import"
        plain = rf"[ \t]+{name}(?:{blank},{blank}{name})*"
        enclosed = rf"{blank}\(\s*{name}(?:\s*,\s*{name})*[\s,]*\)"
        yield rf"{start}(?:{plain}|{enclosed}){blank}(?:#[^\n]*)?\r?$".encode()
