"""Comments by which somebody keeps a place as it is: `# migrate: keep[rule] reason`."""

import re
import tokenize
from collections.abc import Iterator

_MARK = b"migrate:"
_KEEP = re.compile(r"#+\s*migrate:\s*keep\[([^\]]*)\][\s:,-]*(.*)")
_BESIDE = frozenset(
    (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
)

_Keep = tuple[int, int, int, tuple[str, ...], str]


def keeps(utf8: bytes) -> tuple[_Keep, ...]:
    """Return the comments of a file that keep a place, in plain form, in order.

    A comment is about the statement, or the header of a compound statement, on whose lines it
    stands; one on a line of its own is about the next.

    Args:
        utf8: The file in UTF-8, without a mark of its encoding.

    Returns:
        First and last line of what is kept, line of the comment, names of rules, reason.
    """
    if _MARK not in utf8:  # Hardly any file has one, and reading tokens takes long.
        return ()
    # Bytes are split at \n, \r\n and \r alone, as the parser counts lines.
    lines = [line.decode() for line in utf8.splitlines(keepends=True)]
    if not any(_KEEP.search(line) for line in lines):
        return ()
    return tuple(_kept(iter(lines)))


def _kept(lines: Iterator[str]) -> Iterator[_Keep]:
    waiting: list[tuple[int, tuple[str, ...], str]] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.COMMENT:
                match = _KEEP.match(token.string)
                if match is not None:
                    rules = tuple(filter(None, map(str.strip, match[1].split(","))))
                    waiting.append((token.start[0], rules, match[2].strip()))
            elif token.type not in _BESIDE:
                first = first or token.start[0]
                if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                    for line, rules, reason in waiting:
                        yield min(first, line), max(token.start[0], line), line, rules, reason
                    waiting, first = [], 0
    except (tokenize.TokenError, SyntaxError):
        return  # Syntax newer than this Python: what comes after is not kept.
