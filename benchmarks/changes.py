"""What the commands of onepath cost, cold, again and after one changed file.

Works in a clone that shares the repository's objects; the repository itself is only read. A row
about a change is a whole process with the cache of the revision before.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from measure import Measurement, measure
from table import Row
from tools import MIGRATE, clone_of, ruff_scan

OTHER_REVISION = 50
"""How many files another revision changes."""
SIZES = (1_500, 40_000)
"""Bytes of the files that are changed: neither stubs nor the longest."""
ADDED = """import json
import os


def added_to_join(first, second="x"):
    return json.dumps(os.path.join(first, second))


class AddedJoiner:
    def added_join(self, first):
        return added_to_join(first)
"""
"""A file that has nothing to do with any other."""
Change = Mapping[str, str | None]
"""Path -> its new text; None deletes it."""


class Clone:
    """A clone whose revisions differ from its base in one file each."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.path = clone_of(repository, folder / "clone")
        self._index = {"GIT_INDEX_FILE": str(folder / "index")}
        self.cache = self.path / ".git" / "onepath"
        self.git("read-tree", "HEAD")

    def git(self, *arguments: str, text: str | None = None) -> str:
        identity = {
            f"GIT_{who}_{what}": "b@e"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        return subprocess.run(
            ["git", "-C", self.path, *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **identity, **self._index},
        ).stdout

    def commit(self, change: Change) -> str:
        """A commit on HEAD that makes one change; no file is checked out."""
        self.git("read-tree", "HEAD")
        for path, text in change.items():
            if text is None:
                self.git("update-index", "--force-remove", path)
            else:
                oid = self.git("hash-object", "-w", "--stdin", text=text).strip()
                self.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")
        tree = self.git("write-tree", "--missing-ok").strip()
        return self.git("commit-tree", tree, "-p", "HEAD", "-m", "one change").strip()

    def candidates(self, seed: int) -> Iterator[tuple[str, str]]:
        """Python files with a function, in an order that the seed decides, with their text."""
        paths = [one for one in self.git("ls-files", "*.py").splitlines() if one.isascii()]
        random.Random(seed).shuffle(paths)
        for path in paths:
            file = self.path / path
            if file.is_file() and SIZES[0] < file.stat().st_size < SIZES[1]:
                text = file.read_text(encoding="utf-8", errors="replace")
                if _with_statement(text) != text:
                    yield path, text


def _with_statement(text: str) -> str:
    """A text with one more statement at the end of its first longer function."""
    try:
        functions = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)]
    except (SyntaxError, ValueError):
        return text
    for one in functions:
        if len(one.body) > 1:
            lines = text.split("\n")
            last = one.body[-1]
            lines.insert(last.lineno - 1, f"{' ' * last.col_offset}added_here = len(str(1))")
            return "\n".join(lines)
    return text


KINDS: Mapping[str, Callable[[str, str], Change]] = {
    "statement in a function": lambda path, text: {path: _with_statement(text)},
    "import": lambda path, text: {path: f"{text}\nimport json as added_json\n"},
    "function": lambda path, text: {path: f"{text}\n\ndef added_function(a):\n    return a\n"},
    "class": lambda path, text: {path: f"{text}\n\nclass AddedClass:\n    def m(self): ...\n"},
    "file added": lambda path, text: {f"{path[:-3]}_added.py": ADDED},
    "file copied": lambda path, text: {f"{path[:-3]}_copied.py": text},
    "file deleted": lambda path, text: {path: None},
    "file renamed": lambda path, text: {path: None, f"{path[:-3]}_renamed.py": text},
    "text file added": lambda path, text: {"ADDED.txt": "added\n"},
}


def rows(clone: Clone, config: Path, files: int, runs: int, seed: int) -> Iterator[Row]:
    """Measure everything; the first row is the scan that all others are compared with.

    Args:
        clone: Where it happens.
        config: The configuration.
        files: How many files are changed, one at a time.
        runs: How often everything else runs.
        seed: Which files are changed.
    """

    def several(command: Sequence[str]) -> list[Measurement]:
        return [measure(command, clone.path, (0, 1)) for _ in range(runs)]

    scan = ruff_scan(clone.path)
    yield Row(scan.name, several(scan.command))
    yield Row("python -c pass", several([sys.executable, "-c", "pass"]))
    yield Row("migrate --version", several([*MIGRATE, "--version"]))
    yield Row("migrate --help", several([*MIGRATE, "--help"]))
    at = ("--config", str(config), "--quiet")
    yield from _discovery(clone, config)
    chosen = [one for one, _ in zip(clone.candidates(seed), range(files), strict=False)]
    for name, arguments in (
        ("plan", ("--dry-run", "--format", "json")),
        ("audit", ("audit", "--format", "json")),
    ):
        yield from _command(clone, name, (*at, *arguments), chosen, several)


def _discovery(clone: Clone, config: Path) -> Iterator[Row]:
    """`init` for the symbol that most paths lead to, without and with what was kept."""
    pairs = tomllib.loads(config.read_text())["imports"]
    [(most, _)] = Counter(pairs.values()).most_common(1)
    output = ["--output", str(clone.path.parent / "init.toml"), "--force"]
    command = [*MIGRATE, "init", "--canonical", most, *output]
    shutil.rmtree(clone.cache, ignore_errors=True)
    yield Row("init, cold", [measure(command, clone.path)])
    yield Row("init, again", [measure(command, clone.path)])


def _command(
    clone: Clone,
    name: str,
    arguments: Sequence[str],
    chosen: Sequence[tuple[str, str]],
    several: Callable[[Sequence[str]], list[Measurement]],
) -> Iterator[Row]:
    """A command without what was kept, with it, at another revision, and after each change."""
    command = [*MIGRATE, *arguments]
    shutil.rmtree(clone.cache, ignore_errors=True)
    yield Row(f"{name}, cold", [measure(command, clone.path, (0, 1))])
    yield Row(f"{name}, again", several(command))
    kept = clone.path.parent / "kept"
    shutil.copytree(clone.cache, kept)

    def after(change: Change) -> Measurement:
        revision = clone.commit(change)
        shutil.rmtree(clone.cache)
        shutil.copytree(kept, clone.cache)
        return measure([*MIGRATE, "--rev", revision, *arguments], clone.path, (0, 1))

    for kind, change in KINDS.items():
        yield Row(f"{name}, {kind}", [after(change(path, text)) for path, text in chosen])
    edited = islice(clone.candidates(seed=2), OTHER_REVISION)
    changed = {path: _with_statement(text) for path, text in edited}
    yield Row(f"{name}, another revision ({len(changed)} files differ)", [after(changed)])
    shutil.rmtree(kept)
