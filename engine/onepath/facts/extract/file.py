"""One pure function: a file's bytes -> its facts.

Reading is CPython's `ast`; syntax newer than the running Python is read by libcst and turned
into the same tree. Nothing of the file is executed or imported.
"""

import ast
import warnings
from collections.abc import Mapping
from typing import Any

from onepath.facts.extract.long_files import ended_by_ctrl_c
from onepath.facts.source import SourceText, UndecodableError
from onepath.model import Facts
from onepath.snapshot.notes import LFS_POINTER, is_lfs_pointer

EXTRACTOR_VERSION = 43
"""Goes up with every change of what is extracted, or of where a search hits.

Facts and searches of another version are never read.
"""

_LARGEST = 32_000_000
"""Bytes of a file beyond which it is not read: its tree would take gigabytes, and it is data."""
_NOTHING: Mapping[str, Any] = {
    "failure": None, "encoding": "utf-8", "imports": (), "blocks": (),
    "scopes": (("module", -1, "", 0, 0, (), (), (), ()),), "uses": (),
    "definitions": (), "strings": (), "composed": (), "dicts": (), "key_reads": (), "functions": (),
    "exports": None, "getattr": False, "effects": (),
    "dynamic": (), "named": (), "keeps": (),
}  # fmt: skip

PARTS = frozenset(_NOTHING)
"""The keys of facts in their plain form."""


def extract(data: bytes) -> Facts:
    """Read one file.

    Args:
        data: The file's bytes, whatever they are.

    Returns:
        Its facts. A file that is not Python gives facts with `failure` set and nothing else but
        the module's own scope, in which nothing is bound; nothing is ever raised.
    """
    return Facts(extract_raw(data))


def unread_facts(reason: str) -> dict[str, Any]:
    """The facts of a file that is not read, in their plain form."""
    return {**_NOTHING, "failure": (1, reason)}


def extract_raw(data: bytes) -> dict[str, Any]:
    """As `extract`, in the plain form that is cached: dicts, tuples, strings and numbers."""
    # Imported here: a command whose answer is kept reads no file.
    from onepath.facts.computed.modules import named_modules
    from onepath.facts.extract.keeps import keeps
    from onepath.facts.extract.walk import Walk

    if is_lfs_pointer(data):
        return unread_facts(LFS_POINTER)
    if len(data) > _LARGEST:
        size = f"{len(data) / 1e6:.0f} MB"
        return unread_facts(f"of {size}, which is too large to be read as Python")
    try:
        text = SourceText(data)
    except UndecodableError as error:
        return {**_NOTHING, "failure": (error.line, str(error))}
    try:
        tree = parse(text.utf8)
        walk = Walk(text)
        walk.module(tree)
        return {**walk.result(), "named": named_modules(walk), "keeps": keeps(text.utf8)}
    except SyntaxError as error:
        return {**_NOTHING, "failure": (error.lineno or 1, error.msg or "invalid syntax")}
    except (RecursionError, MemoryError):
        return {**_NOTHING, "failure": (1, "nested too deeply to be read")}


def module_tree(data: bytes) -> ast.Module:
    """The tree of a file, whatever its bytes are; an empty one if it can't be read as Python."""
    try:
        return parse(SourceText(data).utf8)
    except (SyntaxError, UndecodableError, RecursionError):
        return ast.Module([], [])


def parse(utf8: bytes) -> ast.Module:
    """The tree of a source in UTF-8.

    Raises:
        SyntaxError: Neither this Python nor libcst can read it; the error is this Python's.
    """
    if b"\0" in utf8:
        line = utf8.count(b"\n", 0, utf8.index(b"\0")) + 1
        raise SyntaxError("null byte in source", ("<source>", line, 0, ""))
    try:
        with warnings.catch_warnings(), ended_by_ctrl_c(utf8):
            warnings.simplefilter("ignore")
            # As text, so that an encoding cookie no longer counts: it is UTF-8 by now.
            return ast.parse(utf8.decode("utf-8"))
    except SyntaxError as error:
        return _parse_newer(utf8, error)


def _parse_newer(utf8: bytes, error: SyntaxError) -> ast.Module:
    import libcst

    from onepath.facts.newer.syntax import parse_newer

    try:
        return parse_newer(utf8)
    except libcst.ParserSyntaxError:
        raise error from None
