"""Hold plans and audits that are followed from another revision against those made anew.

    python benchmarks/followed.py REPOSITORY --config FILE --revisions 6 --files 2

Each command runs at a revision with what was kept at the one before it, and again with the facts
of files alone; what they print must be the same, byte for byte. The revisions are the last of the
first parents that change a Python file, and, on top of the newest, commits with each kind of
one-file change. All of it happens in a clone that shares the repository's objects.
"""

import argparse
import difflib
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from changes import KINDS, Clone
from tools import MIGRATE

_COMMANDS = {
    "plan": ("--dry-run", "--format", "json"),
    "audit": ("audit", "--format", "json"),
}
_MADE = ("outcomes", "dependencies", "reads", "figures")
"""What the cache holds beside facts of files: all that somebody may follow."""
_SHOWN = 20
"""Lines of a difference."""


class _Printed(NamedTuple):
    text: str
    cpu: float


class _Pair(NamedTuple):
    name: str
    before: str
    after: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--revisions", type=int, default=6, help="pairs of neighbours")
    parser.add_argument("--files", type=int, default=2, help="files for each kind of change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", choices=_COMMANDS, action="append")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone(wanted.repository.resolve(), Path(folder))
        pairs = [
            *_neighbours(clone, wanted.revisions),
            *_changed(clone, wanted.files, wanted.seed),
        ]
        failed = [
            pair
            for command in wanted.command or _COMMANDS
            for pair in _differing(clone, command, wanted.config.resolve(), pairs)
        ]
    sys.exit(bool(failed))


def _neighbours(clone: Clone, number: int) -> list[_Pair]:
    """The last revisions that change a Python file, each with the one before it, oldest first."""
    listed = clone.git("log", "--first-parent", "--format=%H", f"-{number + 1}", "--", "*.py")
    revisions = listed.split()[::-1]
    return [
        _Pair(f"{before[:9]} to {after[:9]}", before, after)
        for before, after in pairwise(revisions)
    ]


def _changed(clone: Clone, files: int, seed: int) -> Iterator[_Pair]:
    head = clone.git("rev-parse", "HEAD").strip()
    for path, text in islice(clone.candidates(seed), files):
        for kind, change in KINDS.items():
            yield _Pair(f"{kind}: {path}", head, clone.commit(change(path, text)))


def _differing(clone: Clone, command: str, config: Path, pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """The pairs at which a command prints something else when it follows."""
    kept = clone.path.parent / "kept"
    at = ""
    for pair in pairs:
        if pair.before != at:
            _forget(clone)
            _run(clone, command, config, pair.before)
            _copy(clone.cache, kept)
            at = pair.before
        _copy(kept, clone.cache)
        followed = _run(clone, command, config, pair.after)
        _forget(clone)
        fresh = _run(clone, command, config, pair.after)
        if pair.after in {later.before for later in pairs}:
            _copy(clone.cache, kept)
            at = pair.after
        same = followed.text == fresh.text
        print(
            f"{command}, {pair.name}: {'same' if same else 'DIFFERENT'}, "
            f"{followed.cpu:.1f} against {fresh.cpu:.1f} s",
            flush=True,
        )
        if not same:
            lines = difflib.unified_diff(
                fresh.text.splitlines(), followed.text.splitlines(), "anew", "followed", n=1
            )
            print(*islice(lines, _SHOWN), sep="\n", flush=True)
            yield pair


def _forget(clone: Clone) -> None:
    """Keep the facts of files alone."""
    for path in clone.cache.glob("facts-*.sqlite"):
        with sqlite3.connect(path) as database:
            for table in _MADE:
                database.execute(f"DELETE FROM {table}")
        database.close()


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _run(clone: Clone, command: str, config: Path, revision: str) -> _Printed:
    where = ("--rev", revision, "--config", str(config), "--quiet", "--jobs", "1")
    # Options before a command belong to it all the same.
    arguments = [*MIGRATE, *where, *_COMMANDS[command]]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(arguments, cwd=clone.path, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)}\nended with {done.returncode}\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _Printed(done.stdout, cpu)


if __name__ == "__main__":
    main()
