"""Counts what the five WebSocket reports counted, at their revisions: `figures.py REPOSITORY`.

Prints the tables of `docs/figures.md`. Reads git objects only; facts are cached in the
repository's git folder as always.
"""

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onepath.audit.classes import candidates, in_tests
from onepath.audit.factories import factories
from onepath.audit.index import Index
from onepath.audit.interfaces import compare
from onepath.audit.rule import all_rules
from onepath.audit.settings import CanonicalSymbol, Settings
from onepath.facts.cache import FactsCache
from onepath.model import Executor
from onepath.run import make_executor
from onepath.snapshot import GitTree, Repository
from onepath.symbols.world import World

CORE = "netra_backend.app.websocket_core"
FOLDERS = ("netra_backend/app/websocket_core/", "netra_backend/app/websocket/")
REVISIONS = {
    "000": ("a3b25857e", f"{CORE}.unified_manager.UnifiedWebSocketManager"),
    "003": ("1f3a73562", f"{CORE}.unified_manager.UnifiedWebSocketManager"),
    "001": ("10219f0ac", f"{CORE}.websocket_manager.WebSocketManager"),
    "002": ("6b67c35d6", f"{CORE}.websocket_manager.WebSocketManager"),
}
RULES = ("deprecated-import", "import-fragmentation", "shim", "import-cycle", "event-structure")
TEXT_CLASS = r"^\s*class \w*websocket"
TEXT_IMPORT = (
    f"from {CORE}.unified_manager import UnifiedWebSocketManager|"
    f"from {CORE}.websocket_manager_factory import|from {CORE} import WebSocketManager"
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Count what the WebSocket reports counted.")
    parser.add_argument("repository", type=Path)
    top = parser.parse_args(arguments).repository
    repository = Repository.discover(top)
    if repository is None:
        sys.exit(f"{top}: no git repository")
    with repository, make_executor(None) as executor, FactsCache(repository.cache_dir) as cache:
        for report, (revision, canonical) in REVISIONS.items():
            print(f"\n### Report {report}, at {revision}\n")
            print("| what | count |\n|---|---|")
            for what, count in _figures(repository, revision, canonical, cache, executor):
                print(f"| {what} | {count} |")
    return 0


def _figures(
    repository: Repository, revision: str, canonical: str, cache: FactsCache, executor: Executor
) -> Iterator[tuple[str, object]]:
    yield (
        "text: lines that begin a class with `websocket` in its name",
        _text(repository, revision, "-hiE", TEXT_CLASS),
    )
    yield (
        "text: files with one of the three deprecated patterns of 002",
        _text(repository, revision, "-lE", TEXT_IMPORT),
    )
    world = World.open(GitTree(repository, revision), cache, executor)
    world.book.load(world.book.python)
    symbol = CanonicalSymbol(canonical, roles=("*websocket*manager*", "*connectionmanager*"))
    index = Index(world, Settings(canonical=(symbol,)))
    named = [cls for cls in index.classes.values() if "websocket" in cls.name.lower()]
    yield "classes with `websocket` in their name", len(named)
    yield "of these outside tests", sum(not in_tests(cls.path) for cls in named)
    yield from _roles(index)
    for name in RULES:
        found = list(all_rules()[name].check(index, index.settings))
        yield f"`{name}`", len(found)
        if name == "deprecated-import":
            yield "`deprecated-import`: files", len({one.path for one in found})
        else:
            near = [one for one in found if one.path.startswith(FOLDERS)]
            yield f"`{name}` in the WebSocket packages", len(near)
        if name == "import-cycle":
            yield "of all cycles at import time", sum("while they" in one.message for one in found)


def _roles(index: Index) -> Iterator[tuple[str, object]]:
    [canonical] = index.canonical
    verdicts = Counter(one.verdict for one in candidates(index, canonical))
    yield "managers and what they are", ", ".join(f"{n} {v}" for v, n in verdicts.most_common())
    outside = [
        one for one in candidates(index, canonical) if one.verdict in ("implementation", "subclass")
    ]
    yield "implementations and subclasses", ", ".join(sorted(one.name for one in outside)) or "-"
    kinds = Counter(one.kind for one in factories(index, canonical))
    yield (
        "factories of the canonical class",
        (", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) or "0"),
    )
    factory = next(
        (c for c in index.classes.values() if c.name == "WebSocketManagerFactory"
         and c.path.startswith(FOLDERS)), None
    )  # fmt: skip
    if factory is not None and canonical.cls is not None:
        one = compare(index, factory, canonical.cls, "implementation", ())
        yield (
            "WebSocketManagerFactory against the canonical class",
            (f"missing={len(one.missing)}, extra={len(one.extra)}"),
        )


def _text(repository: Repository, revision: str, how: str, pattern: str) -> int:
    done = subprocess.run(
        ["git", "-C", str(repository.top), "grep", how, pattern, revision, "--", "*.py"],
        capture_output=True, check=False,
    )  # fmt: skip
    return len(done.stdout.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
