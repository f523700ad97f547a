"""The comments at the head of a module that say it forwards: they go with what it forwards."""

import re

_FORWARDS = re.compile(
    rb"\b(?:shims?|re-?exports?|backwards?[ -]compatib\w+|compatibility (?:layer|module)|moved to|"
    rb"deprecated)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(rb"copyright|licen[cs]e|spdx|\A#!|coding[:=]", re.IGNORECASE)
_PARAGRAPH = re.compile(rb"(?:^#[^\r\n]*(?:\r?\n|\Z))+(?:[ \t]*\r?\n)*", re.MULTILINE)


def without_forwarding_comments(head: bytes) -> bytes:
    """The head of a module without the paragraphs of comments that say that the module forwards.

    Args:
        head: What stands before the first statement; its docstring stays as it is.
    """
    code = re.search(rb"^[^#\s]", head, re.MULTILINE)
    end = code.start() if code is not None else len(head)
    return _PARAGRAPH.sub(_kept, head[:end]) + head[end:]


def _kept(paragraph: re.Match[bytes]) -> bytes:
    text = paragraph[0]
    return text if _KEPT.search(text) or not _FORWARDS.search(text) else b""
