"""Keeps what becomes of every example: `python tests/codemods/rewriting.py` writes it anew.

An example says itself what becomes of it, and `test_examples.py` shows that it does. So a result
has changed if an example asks for another one though its files and its configuration are the same.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from onepath.codemod.examples import Example, examples_of
from onepath.codemod.packs.rewriting import REWRITING_VERSION
from onepath_packs import websocket

LOCK = Path(__file__).with_name("rewriting.json")


class Kept(NamedTuple):
    """What is kept of an example."""

    asked: str
    """A hash of its files and its configuration."""
    result: str
    """A hash of what becomes of them."""


def results() -> dict[str, Kept]:
    """What becomes of each example of the packs, by its path."""
    return {name_of(one): kept_of(one) for one in examples_of(websocket.PACK) if not one.rule}


def name_of(example: Example) -> str:
    parts = example.path.parts
    return "/".join(parts[parts.index("onepath_packs") + 1 :])


def kept_of(example: Example) -> Kept:
    result = [repr(sorted(example.expected.items())), *sorted(example.refused), *example.remarks]
    return Kept(_hash([example.config, repr(sorted(example.before.items()))]), _hash(result))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def read_lock() -> tuple[int, dict[str, Kept]]:
    content = json.loads(LOCK.read_text())
    return content["version"], {name: Kept(*kept) for name, kept in content["examples"].items()}


def write_lock() -> None:
    """Keep the results of today, one line for each example."""
    lines = [
        f"  {json.dumps(name)}: {json.dumps(kept)}" for name, kept in sorted(results().items())
    ]
    text = ",\n".join(lines)
    LOCK.write_text(f'{{"version": {REWRITING_VERSION}, "examples": {{\n{text}\n}}}}\n')


if __name__ == "__main__":
    write_lock()
