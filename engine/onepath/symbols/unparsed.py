"""What a text that can't be parsed seems to use."""

import re

_WORD = re.compile(rb"[\w\x80-\xff]+")


def words_of(text: bytes) -> frozenset[bytes]:
    """The words of a text."""
    return frozenset(_WORD.findall(text))


def seems_used(text: bytes, module: bytes, name: bytes = b"") -> bool:
    """Whether a text says `module.name`, `module import name`, or imports the module at all."""
    module, name = re.escape(module), re.escape(name)
    return bool(
        re.search(
            rb"\b%b\s*\.\s*%b\b|\b%b\s+import\b(?:\s*\([^)]*|[^\n]*)\b%b\b|\bimport\b[^\n]*\b%b\b"
            % (module, name, module, name, module),
            text,
        )
    )
