"""What a tool's rewrite has left of the old name, and what it has broken."""

import ast
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

Files = Mapping[str, bytes]


class Outcome(NamedTuple):
    """How many of each there are, in the files that the tool was given."""

    changed: int
    """Files whose bytes are others."""
    left: int
    """Import statements that still take the old name from the old module."""
    strings: int
    """Strings that still are the old dotted path."""
    wrong: int
    """Imports, not there before, that are not the new one, or are in the module that they name."""
    undefined: int
    """Uses of names that nothing binds, as ruff's F821 counts them, not there before."""
    broken: int
    """Files that parsed and no longer do."""


def outcome(before: Files, after: Files, old: str, new: str) -> Outcome:
    """Compare files before and after a rewrite of one dotted path to another."""
    counts = dict.fromkeys(("left", "strings", "wrong", "broken"), 0)
    for path, data in after.items():
        tree, was = _parsed(data), _parsed(before[path])
        if tree is None:
            counts["broken"] += was is not None
            continue
        module, _, name = old.rpartition(".")
        imported = list(_imported(tree))
        counts["left"] += imported.count((module, name))
        counts["strings"] += sum(
            isinstance(node, ast.Constant) and node.value == old for node in ast.walk(tree)
        )
        known = set() if was is None else set(_imported(was))
        right = set() if _is_module(path, new) else {_pair(new)}
        counts["wrong"] += len(set(imported) - known - right)
    return Outcome(
        changed=sum(data != before[path] for path, data in after.items()),
        undefined=_undefined(after) - _undefined(before),
        **counts,
    )


def _pair(dotted: str) -> tuple[str, str]:
    module, _, name = dotted.rpartition(".")
    return module, name


def _is_module(path: str, dotted: str) -> bool:
    """Whether a file is the module of a dotted path."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return module == dotted.rpartition(".")[0]


def _parsed(data: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of strings in the files, of no interest here
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError):
            return None


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What the file imports by name, from where; with dots in front where it is relative."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name) for alias in node.names)


def _undefined(files: Files) -> int:
    """How many uses of undefined names ruff finds; files that it can't parse have none."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821",
             "--output-format", "concise", "."],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
    return done.stdout.count(b" F821 ")
