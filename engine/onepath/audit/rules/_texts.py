"""The texts of copies: who has written them, and how much of two is the same in any format."""

import ast
import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import islice

from onepath.analysis.index import Index
from onepath.facts.extract.file import parse
from onepath.model import Definition

_GENERATED = re.compile(
    rb"(?im)^\W*.*\b(DO NOT EDIT|@generated|(auto-?)?generated (by|from|with))\b"
)
_HEAD = 1000
"""So many bytes of a file are its head."""
_SAME = 0.75
"""Which part of their lines two copies share; the lines of both together count as the whole."""
_FEWEST_LINES = 4
"""A function of fewer lines says nothing that two people would not write alike."""
_MOST_TEXTS = 50
"""With how many texts of one name another one is compared; equal ones always meet."""

Lines = Counter[str]
"""The lines of a definition without docstrings, and how often each is there."""

_Key = frozenset[tuple[str, int]]


def generated_among(index: Index, paths: list[str]) -> Set[str]:
    """The files whose head says that a program has written them."""
    texts = index.world.read(paths)
    return {path for path, text in texts.items() if _GENERATED.search(text[:_HEAD])}


def source_of(text: bytes, definition: Definition) -> bytes:
    """The text of a definition in the file that it stands in."""
    return text[definition.start : definition.end]


def lines_of(source: bytes) -> Lines:
    """What a definition says, line by line.

    Args:
        source: The text of a definition at the top of a module.
    """
    text = source.decode("utf-8", "replace")
    try:
        tree = parse(text.encode())
    except (SyntaxError, RecursionError):  # no definition of Python's
        plain = text
    else:
        for node in ast.walk(tree):
            _without_docstring(node)
        plain = ast.unparse(tree)
    lines = (line.strip() for line in plain.split("\n"))
    return Counter(line for line in lines if line and not line.startswith("#"))


def _without_docstring(node: ast.AST) -> None:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            node.body = node.body[1:] or [ast.Pass()]


def have_twins(texts: Sequence[Lines], *, functions: bool, equal_only: bool) -> list[bool]:
    """For each of several definitions of one name, whether another one says nearly the same.

    Args:
        texts: What they say.
        functions: Whether they are functions, which have to be of some length.
        equal_only: Whether another one has to say exactly the same.
    """
    equal: dict[_Key, list[Lines]] = {}
    for text in texts:
        equal.setdefault(_key(text), []).append(text)
    compared = [same[0] for same in islice(equal.values(), _MOST_TEXTS)]
    twins = {
        key
        for key, same in equal.items()
        if len(same) > 1
        or (not equal_only and any(_are_twins(same[0], other) for other in compared))
    }
    fewest = _FEWEST_LINES if functions else 0
    return [_key(text) in twins and text.total() >= fewest for text in texts]


def _key(text: Lines) -> _Key:
    return frozenset(text.items())


def _are_twins(lines: Lines, other: Lines) -> bool:
    return lines is not other and _share(lines, other) >= _SAME


def _share(lines: Lines, other: Lines) -> float:
    together = (lines | other).total()
    return (lines & other).total() / together if together else 1.0
