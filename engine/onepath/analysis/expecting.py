"""Blocks of code that expect an exception: `with pytest.raises(...)` and its like."""

import re
from collections.abc import Iterable, Iterator

_EXPECTING = re.compile(
    r"\b(?:raises|assertRaises(?:Regex)?)\(.*\b(?:Import|ModuleNotFound|Attribute)Error\b"
    r"|\b(?:warns|assertWarns(?:Regex)?)\(.*(?:Deprecation|Future|Import)Warning\b"
    r"|\bdeprecated_call\(|\bcatch_warnings\(.*record=True"
)
EXPECTING = (
    "raises",
    "assertRaises",
    "assertRaisesRegex",
    "warns",
    "assertWarns",
    "assertWarnsRegex",
    "deprecated_call",
    "catch_warnings",
)
"""One of these words is in every file with such a block that expects an error by its name."""
_EXPECTING_ANYTHING = re.compile(r"\b(?:raises|warns|assertRaises|assertWarns)(?:Regex)?\(")


def expects(test: str, *, alone: bool) -> bool:
    """Whether a `with` expects that an import or a name fails, or warns.

    Args:
        test: What is between `with` and the colon.
        alone: Whether its block is one statement: any expected exception can only be its own.
    """
    return bool(_EXPECTING.search(test) or (alone and _EXPECTING_ANYTHING.search(test)))


def expecting_lines(lines: Iterable[str]) -> Iterator[bool]:
    """Whether each line is in such a `with`, by the indentation of the lines above it."""
    around: list[tuple[int, bool]] = []
    for line in lines:
        code, indent = line.strip(), indentation(line)
        if not code:
            yield False
            continue
        while around and around[-1][0] >= indent:
            around.pop()
        expected = bool(around) and around[-1][1]
        yield expected
        is_with = code.startswith(("with ", "async with "))
        around.append((indent, expected or (is_with and bool(_EXPECTING.search(code)))))


def indentation(line: str) -> int:
    """How far a line is indented, in characters."""
    return len(line) - len(line.lstrip())
