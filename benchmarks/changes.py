"""Measure what a plan and an audit cost after one changed file, beside a bare scan by ruff.

    python benchmarks/changes.py REPOSITORY --config migrate.toml --write benchmarks/RESULTS.md

Works in a clone that shares the repository's objects; the repository itself is only read. Each row
is a whole process with the cache of the revision before; CPU time counts, that of child processes
included, because others may use the machine as well.
"""

import argparse
import ast
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from measure import measure

MIGRATE = [sys.executable, "-m", "onepath_cli"]
SCAN = "lint.flake8-tidy-imports.banned-api={{'{0}'={{msg='old'}}}}"
SIZES = (1_500, 40_000)
"""Bytes of the files that are changed: neither stubs nor the longest."""
Change = Mapping[str, str | None]
"""Path -> its new text; None deletes it."""


class Row(NamedTuple):
    """One line of the table."""

    name: str
    seconds: list[float]
    """CPU time of each run."""


class Clone:
    """A clone whose revisions differ from its base in one file each."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.path = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", "--shared", repository, self.path], check=True)
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
    "file added": lambda path, text: {f"{path[:-3]}_added.py": text},
    "file deleted": lambda path, text: {path: None},
    "file renamed": lambda path, text: {path: None, f"{path[:-3]}_renamed.py": text},
    "text file added": lambda path, text: {"ADDED.txt": "added\n"},
}


def rows(clone: Clone, config: Path, files: int, runs: int, seed: int) -> Iterator[Row]:
    """Measure everything; the first row is the scan that all others are compared with."""
    at = ["--config", str(config), "--quiet"]
    commands = {
        "plan": [*MIGRATE, *at, "--dry-run", "--format", "json"],
        "audit": [*MIGRATE, *at, "audit", "--format", "json"],
    }

    def cpu(command: list[str], times: int = 1) -> list[float]:
        return [measure(command, clone.path, (0, 1)).cpu for _ in range(times)]

    scan = [sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--select", "TID251",
            "--config", SCAN.format("nowhere.to.be.found"), "."]  # fmt: skip
    yield Row("ruff, one banned path, no cache", cpu(scan, runs))
    yield Row("python -c pass", cpu([sys.executable, "-c", "pass"], runs))
    yield Row("migrate --version", cpu([*MIGRATE, "--version"], runs))
    yield Row("migrate --help", cpu([*MIGRATE, "--help"], runs))
    chosen = [one for one, _ in zip(clone.candidates(seed), range(files), strict=False)]
    kept = clone.path.parent / "kept"
    for name, command in commands.items():
        shutil.rmtree(clone.cache, ignore_errors=True)
        yield Row(f"{name}, cold", cpu(command))
        yield Row(f"{name}, again", cpu(command, runs))
        shutil.copytree(clone.cache, kept)
        for kind, change in KINDS.items():
            seconds = []
            for path, text in chosen:
                revision = clone.commit(change(path, text))
                shutil.rmtree(clone.cache)
                shutil.copytree(kept, clone.cache)
                seconds += cpu(
                    [*command[: len(MIGRATE)], "--rev", revision, *command[len(MIGRATE) :]]
                )
            yield Row(f"{name}, {kind}", seconds)
        shutil.rmtree(kept)


def report(measured: list[Row], python_files: int, files: int) -> str:
    """The table as Markdown."""
    scan = statistics.median(measured[0].seconds)
    lines = [
        "# What one changed file costs",
        "",
        "Written by `benchmarks/changes.py`; what is measured is said there. CPU seconds of whole",
        f"processes, on Python {platform.python_version()} and {python_files:,} Python files. Rows",
        f"about a change have the median of {files} files, drawn at random, and the range. The",
        "ratios are to a scan of the same files by ruff in the same run.",
        "",
        "| | CPU s | range | ratio |",
        "|---|---|---|---|",
    ]
    for name, seconds in measured:
        middle = statistics.median(seconds)
        span = f"{min(seconds):.2f} to {max(seconds):.2f}" if len(seconds) > 1 else ""
        lines.append(f"| {name} | {middle:.2f} | {span} | {middle / scan:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--files", type=int, default=5, help="files to change, one at a time")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="default: print")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone(given.repository.resolve(), Path(folder))
        measured = []
        for row in rows(clone, given.config.resolve(), given.files, given.runs, given.seed):
            print(f"{row.name}: {statistics.median(row.seconds):.2f}", file=sys.stderr)
            measured.append(row)
        text = report(measured, len(clone.git("ls-files", "*.py").splitlines()), given.files)
    if given.write is None:
        print(text)
    else:
        given.write.write_text(text)


if __name__ == "__main__":
    main()
