"""Which names of a file something in the file itself reads by their spelling.

`globals()["Engine"]`, `eval("Engine()")`, a doctest, a string that is a type: whoever gives the
name another spelling breaks them. A cheap search for the name decides whether the file is parsed
for that; most files never are.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from onepath.facts.documents.doctest import docstring_pieces
from onepath.facts.extract.file import extract, parse
from onepath.facts.prefilter.words import Needles
from onepath.facts.source import SourceText, UndecodableError
from onepath.facts.spelling.calls import RESOLVING
from onepath.facts.spelling.code import Reach, SpellingReader, readers
from onepath.facts.spelling.texts import Texts
from onepath.model import Facts, UseKind

_NAMESPACE = re.compile(
    rb"(?<![\w.])(?:globals|locals|vars|dir)[ \t]*\([ \t\r\n]*\)|(?<![\w.])(?:eval|exec)[ \t]*\("
    rb"|\bbuiltins\.(?:eval|exec|globals|locals|vars)\b|\bf_(?:globals|locals)\b"
    rb"|(?:\bmodules[ \t]*\[|\bget[ \t]*\(|\b(?:import_module|__import__)[ \t]*\()"
    rb"[ \t\r\n]*__name__\b"
)
"""What may read names of the file without spelling them."""
_NAMESPACES = Needles.of((
    "globals", "locals", "vars", "dir", "eval", "exec", "builtins", "f_globals", "f_locals",
))  # fmt: skip
_RESOLVING = re.compile("|".join(RESOLVING).encode())
_OWN_NAME = Needles.of(("__name__",))
_IN_WORDS = frozenset(one for one in range(256) if one > 127 or chr(one).isalnum() or one == 95)
"""The bytes of names, those of names that are not ASCII among them."""
_NEAR = 100
"""So many blanks may stand before the name of a module, in bytes."""
_COMMENT = re.compile(rb"""("[^"\r\n]*"|'[^'\r\n]*')|#[^\r\n]*""")
"""A string in one line, which may hold a `#`, or a comment."""
_PROMPT = re.compile(rb"^[^\r\n]*?(?:>>>|\.\.\.) ([^\r\n]*)", re.MULTILINE)


class Spelling:
    """The readers by spelling of one file.

    Args:
        data: Its bytes.
        facts: Their facts.
    """

    def __init__(self, data: bytes, facts: Facts) -> None:
        self._data = data
        self._facts = facts
        self._known: dict[str, tuple[SpellingReader, ...]] = {}
        self._places_of: dict[str, list[int]] = {}

    def reader(self, scope: int, name: str) -> str:
        """What reads a name by its spelling, in words; empty if nothing does.

        Args:
            scope: The scope that binds it.
            name: The name.
        """
        if scope == 0 and self._in_examples(name):
            return "a doctest reads it"
        return next(
            (
                spelling_reader.why
                for spelling_reader in self._readers(name)
                if self._reaches(spelling_reader, scope)
            ),
            "",
        )

    # ------------------------------------------------------- the search

    def _readers(self, name: str) -> tuple[SpellingReader, ...]:
        known = self._known.get(name)
        if known is None:
            known = tuple(self._found(name)) if self._may_be_read(name) else ()
            self._known[name] = known
        return known

    def _found(self, name: str) -> Iterator[SpellingReader]:
        offsets = [at for at in self._places(name) if at not in self._uses]
        comments = [(start, end) for start, end in self._tokens if self._data[start] == ord(b"#")]
        for start, end in comments:
            is_type = re.match(rb"#\s*type:\s*(?!ignore\b)", self._data[start:end])
            if is_type and bisect_left(offsets, start + 1) < bisect_left(offsets, end):
                yield SpellingReader(start, Reach.MODULE, "a type comment spells it")
        if self._tree is not None:
            yield from readers(*self._tree, name, self._is_followed)

    def _may_be_read(self, name: str) -> bool:
        """Whether the bytes hold anything that may read the name by its spelling."""
        if self._reads_namespaces or _RESOLVING.search(self._data) is not None:
            return True
        word = re.escape(name.encode())
        if re.search(rb"\{[^{}]*?\b%b\b[^{}=!<>]*=\s*[!:}]" % word, self._data):
            return True
        places = [at for at in self._places(name) if at not in self._uses]
        if not places:
            return False
        after = len(name.encode())
        if any(_is_parameter(self._data, at, at + after) for at in places):
            return True
        inside = iter(self._tokens)
        token = next(inside, None)
        for at in places:
            while token is not None and token[1] <= at:
                token = next(inside, None)
            if token is not None and token[0] < at and self._may_be_code(*token):
                return True
        return False

    def _may_be_code(self, start: int, end: int) -> bool:
        """Whether a comment or string literal may hold more than prose."""
        text = self._data[start:end]
        if text.startswith(b"#"):
            return b"type:" in text
        quotes = 3 if text[:3] in (b'"""', b"'''") else 1
        content = text[quotes:-quotes].decode("utf-8", "replace").strip()
        if re.match(r"[.@]\w", content) or "@" in content or "\\" in content or "{" in content:
            return True
        words = re.split(r"\s*\n\s*", content)[0]
        # Prose: two words that nothing but a blank is between, and neither is a keyword.
        return not any(
            one not in _KEYWORDS and other not in _KEYWORDS
            for one, other in re.findall(r"\b([^\W\d]\w*)[ \t]+(?=([^\W\d]\w*)\b)", words)
        )

    @cached_property
    def _reads_namespaces(self) -> bool:
        data = self._data
        return (
            _NAMESPACES.hit(data)
            or any(
                data[max(0, at - _NEAR) : at].rstrip().endswith((b"[", b"("))
                for at in _OWN_NAME.places(data)
            )
        ) and _NAMESPACE.search(data) is not None

    @cached_property
    def _tokens(self) -> list[tuple[int, int]]:
        """The spans of strings and comments, in order."""
        return Texts(self._data).spans

    @cached_property
    def _uses(self) -> frozenset[int]:
        """Where the facts know of a name: these places follow."""
        facts = self._facts
        uses = {use.start for use in facts.uses if use.exact}
        return frozenset(uses | {alias.start for each in facts.imports for alias in each.names})

    def _places(self, name: str) -> list[int]:
        """Where the bytes hold a name as a word, in order."""
        known = self._places_of.get(name)
        if known is None:
            known = self._places_of[name] = list(whole_words(self._data, name.encode()))
        return known

    @cached_property
    def _tree(self) -> tuple[ast.Module, SourceText] | None:
        try:
            source = SourceText(self._data)
            return parse(source.utf8), source
        except (UndecodableError, SyntaxError, RecursionError, MemoryError):
            return None

    def _is_followed(self, start: int, end: int, name: str) -> bool:
        """Whether every mention of a name in a literal is one that follows it."""
        every = self._places(name)
        places = every[bisect_left(every, start) : bisect_left(every, end)]
        return bool(places) and all(at in self._quoted for at in places)

    @cached_property
    def _quoted(self) -> frozenset[int]:
        return frozenset(use.start for use in self._facts.uses if use.kind & UseKind.STRING)

    # -------------------------------------------------------- the reach

    def _reaches(self, reader: SpellingReader, scope: int) -> bool:
        """Whether a reader sees the names of a scope."""
        scopes = self._facts.scopes
        is_inside = scopes[scope].start <= reader.start < scopes[scope].end
        if scope == 0:
            return reader.reach is not Reach.HERE or self._home(reader.start) == 0
        if reader.reach is Reach.MODULE:
            return False
        return is_inside and (reader.reach is Reach.ALL or self._home(reader.start) == scope)

    def _home(self, offset: int) -> int:
        """The innermost scope around an offset that has variables of its own."""
        home = 0
        for index, scope in enumerate(self._facts.scopes):
            if scope.kind in ("function", "class", "lambda") and scope.start <= offset < scope.end:
                home = index
        return home

    # --------------------------------------------------------- doctests

    def _in_examples(self, name: str) -> bool:
        if b">>> " not in self._data:
            return False
        word = re.compile(rb"\b%b\b" % re.escape(name.encode()))
        lines = (_code_of(match[1]) for match in _PROMPT.finditer(self._data))
        prompted = sum(len(word.findall(line)) for line in lines)
        if not prompted:
            return False
        for piece in docstring_pieces(self._data):
            facts = extract(piece.source)
            if facts.failure is None and name in facts.scopes[0].bound:
                prompted -= len(word.findall(_code_of(piece.source)))
        return prompted > 0


def _code_of(source: bytes) -> bytes:
    """Some code without its comments; as it is where a string may end at another place."""
    if b"\\" in source:
        return source
    return _COMMENT.sub(lambda match: match[1] or b"", source)


def whole_words(data: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands in the data and is no part of another: as a regular expression would
    find it, in a tenth of the time."""
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and data[at - 1] in _IN_WORDS) and not (
            end < len(data) and data[end] in _IN_WORDS
        ):
            yield at
        at = data.find(word, end)


def _is_parameter(data: bytes, start: int, end: int) -> bool:
    """Whether a name may be a parameter: pytest finds fixtures by them."""
    before = data[max(0, start - 80) : start].rstrip()
    after = data[end : end + 80].lstrip()
    return before.endswith((b"(", b",", b"*")) and after[:1] in (b",", b")", b":", b"=")


_KEYWORDS = frozenset((
    "and", "as", "assert", "async", "await", "class", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "type", "while", "with", "yield", "None", "True",
    "False", "match", "case", "print",
))  # fmt: skip
