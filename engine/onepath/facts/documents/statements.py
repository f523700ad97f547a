"""Import statements in text: in documents and scripts, and in the strings of Python files."""

import re
from collections.abc import Collection, Iterator, Sequence

from onepath.facts.documents.text_paths import Mention
from onepath.facts.prefilter.words import Needles, SearchByItself, SearchByWords
from onepath.facts.spelling.texts import Texts

_FROM = re.compile(rb"from[ \t]+([^\W\d][\w.]*)[ \t]+import\b[ \t]*(\(?)", re.ASCII)
"""A statement up to its names. It begins with plain text, so that `re` searches much faster."""
_WITHIN_WORD = re.compile(rb"[^\\]\w|\\[^\Wnrt]|\A\w", re.ASCII)
"""The two bytes before what is no statement; in a string it may follow an escaped line break."""
_NAME = re.compile(
    rb"(?:\s|\\[nrt\r\n]|#[^\r\n]*)*([^\W\d]\w*)(?:[ \t]+as[ \t]+\w+)?[ \t]*", re.ASCII
)
_LINE_NAME = re.compile(rb"[ \t]*([^\W\d]\w*)(?:[ \t]+as[ \t]+\w+)?[ \t]*", re.ASCII)


def names_in_from_imports(data: bytes, olds: Collection[str]) -> Iterator[Mention]:
    """The names in `from` imports that mean one of the dotted paths `olds`, in order.

    What the statement is in is not asked: statements of a Python file's own are among them.

    Args:
        data: A text.
        olds: Dotted paths.
    """
    line = at = 0
    modules = {old.rpartition(".")[0].encode() for old in olds}
    for match in _FROM.finditer(data):
        if match[1] not in modules or _WITHIN_WORD.fullmatch(
            data, max(0, match.start() - 2), match.start()
        ):
            continue
        module = match[1].decode()
        for start, end in _names(data, match.end(), is_open=bool(match[2])):
            dotted = f"{module}.{data[start:end].decode()}"
            if dotted in olds:
                line, at = line + data.count(b"\n", at, start), start
                yield Mention(start, end, line + 1, dotted, certain=False, talk=True)


def _names(data: bytes, at: int, *, is_open: bool) -> Iterator[tuple[int, int]]:
    """The spans of the names of a statement.

    Args:
        data: The text.
        at: Where the names begin, behind the parenthesis if there is one.
        is_open: Whether there is one.
    """
    name = _NAME if is_open else _LINE_NAME
    while (match := name.match(data, at)) is not None:
        yield match.span(1)
        if data[match.end() : match.end() + 1] != b",":
            return
        at = match.end() + 1


class ImportsInStrings(SearchByWords, SearchByItself):
    """The search for Python files with a string that imports one of some names from its module.

    Args:
        dotted: The names with their modules.
    """

    def __init__(self, dotted: Collection[str]) -> None:
        self._dotted = frozenset(dotted)
        self._leaves = Needles.of(one.rpartition(".")[2] for one in dotted)
        self.digest = f"imports in strings {sorted(self._dotted)}"

    @property
    def sought(self) -> Needles:
        """The names."""
        return self._leaves

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether there is one."""
        if not places or b"import" not in data:
            return False
        texts = Texts(data)
        return any(
            texts.is_code(mention.start) for mention in names_in_from_imports(data, self._dotted)
        )
