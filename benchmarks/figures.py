"""Counts what the five WebSocket reports counted, at their revisions: `figures.py REPOSITORY`.

Prints the tables of `docs/figures.md`. Reads git objects only; facts are cached in the
repository's git folder as always.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onepath.analysis.classes import candidates, in_tests
from onepath.analysis.factories.construction import factories
from onepath.analysis.index import Index
from onepath.analysis.interfaces import compare_interfaces
from onepath.audit.rule import engine_rules
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, ImportFact
from onepath.run import make_executor
from onepath.snapshot import GitTree, Repository
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.rule import RULE as DEFERRED_CYCLE
from onepath_packs.websocket.events.rule import RULE as EVENT_STRUCTURE

CORE = "netra_backend.app.websocket_core"
FOLDERS = ("netra_backend/app/websocket_core/", "netra_backend/app/websocket/")
REVISIONS = {
    "000": ("a3b25857e", f"{CORE}.unified_manager.UnifiedWebSocketManager"),
    "003": ("1f3a73562", f"{CORE}.unified_manager.UnifiedWebSocketManager"),
    "001": ("10219f0ac", f"{CORE}.websocket_manager.WebSocketManager"),
    "002": ("6b67c35d6", f"{CORE}.websocket_manager.WebSocketManager"),
}
SERVICES = ("netra_backend/", "auth_service/", "tests/", "test_framework/")
"""Where 002's test looks for imports; for classes it looks in the first alone."""
OLD_MODULES = (f"{CORE}.unified_manager", f"{CORE}.websocket_manager_factory")
OLD_NAMES = ("WebSocketManager", "create_websocket_manager")
"""What 002's test calls deprecated: all names of these modules, and these of the package."""
RULES = ("deprecated-import", "import-fragmentation", "shim", "import-cycle", "event-structure")
TEXT_CLASS = r"^\s*class \w*websocket"
TEXT_IMPORT = (
    f"from {CORE}.unified_manager import UnifiedWebSocketManager|"
    f"from {CORE}.websocket_manager_factory import|from {CORE} import WebSocketManager"
)
TEXT_OLD_IMPORT = "|".join(
    [*(f"from {one} import" for one in OLD_MODULES), f"from {CORE} import ({'|'.join(OLD_NAMES)})"]
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
    world.fact_store.load(world.fact_store.python)
    symbol = CanonicalSymbol(canonical, roles=("*websocket*manager*", "*connectionmanager*"))
    index = Index(world, Settings(canonical=(symbol,)))
    named = [cls for cls in index.classes.values() if "websocket" in cls.name.lower()]
    yield "classes with `websocket` in their name", len(named)
    yield "of these outside tests", sum(not in_tests(cls.path) for cls in named)
    yield from as_the_tests_count(world)
    yield from _roles(index)
    rules = {**engine_rules(), EVENT_STRUCTURE.name: EVENT_STRUCTURE}
    for name in RULES:
        found = list(rules[name].check(index, index.settings))
        if name == "import-cycle":
            yield "of all cycles at import time", len(found)
            found += DEFERRED_CYCLE.check(index, index.settings)
        yield f"`{name}`", len(found)
        if name == "deprecated-import":
            yield "`deprecated-import`: files", len({one.path for one in found})
        else:
            near = [one for one in found if one.path.startswith(FOLDERS)]
            yield f"`{name}` in the WebSocket packages", len(near)


def as_the_tests_count(world: World) -> Iterator[tuple[str, object]]:
    """What the reports' own tests count, and by facts where their text search counts more."""
    inside = [path for path in world.fact_store.python if path.startswith(SERVICES)]
    classes = [
        scope.name
        for path in inside
        if path.startswith(SERVICES[0])
        for scope in world.facts(path).scopes
        if scope.kind == "class"
    ]
    named = sum("websocket" in name.lower() for name in classes)
    yield "002: classes at any depth in the backend with `websocket` in their name", named
    old = re.compile(TEXT_OLD_IMPORT.encode())
    text = sum(
        old.search(line) is not None
        for data in world.read(inside).values()
        for line in data.split(b"\n")
    )
    yield "002, text: lines with one of the four deprecated patterns", text
    files = Counter(path for path in inside for one in world.facts(path).imports if _is_old(one))
    yield "002: import statements of that kind", f"{files.total()} in {len(files)} files"
    near = [path for path in inside if path.startswith(FOLDERS)]
    yield "001, text: files that it takes for factories", _factory_files(world, near)
    groups: dict[str, list[tuple[str, str]]] = {}
    for path in near:
        for scope in world.facts(path).scopes:
            if scope.kind == "class":
                groups.setdefault(_role(scope.name), []).append((scope.name, path))
    several = [found for found in groups.values() if len(found) > 1]
    yield "001: fragmentations, which are groups of classes with alike names", len(several)
    shared = sum(len({name for name, _ in found}) < len({*found}) for found in several)
    yield "of these with one name in several modules", shared


def _is_old(one: ImportFact) -> bool:
    if one.module == CORE:
        return any(alias.name in OLD_NAMES for alias in one.names)
    return one.is_from and one.module in OLD_MODULES


def _role(name: str) -> str:
    """What 001 takes a class for by its name: some words are taken out, or the last one is kept."""
    left = name.lower()
    for word in ("unified", "legacy", "core", "websocket"):
        left = left.replace(word, "")
    ends = (word for word in ("manager", "handler", "adapter") if left.endswith(word))
    return next(ends, left)


def _factory_files(world: World, paths: list[str]) -> str:
    kinds: Counter[str] = Counter()
    for data in world.read(paths).values():
        if b"def get_" in data and b"manager" in data.lower():
            kinds["function"] += 1
        elif b"@staticmethod" in data and b"create" in data:
            kinds["static"] += 1
        elif b"_instance" in data and b"None" in data:
            kinds["singleton"] += 1
        elif b"ConnectionManager =" in data:
            kinds["alias"] += 1
    by_kind = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{kinds.total()}: {by_kind}" if kinds else "0"


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
        (
            c
            for c in index.classes.values()
            if c.name == "WebSocketManagerFactory" and c.path.startswith(FOLDERS)
        ),
        None,
    )
    if factory is not None and canonical.cls is not None:
        one = compare_interfaces(index, factory, canonical.cls, "implementation", ())
        yield (
            "WebSocketManagerFactory against the canonical class",
            (f"missing={len(one.missing)}, extra={len(one.extra)}"),
        )


def _text(
    repository: Repository, revision: str, how: str, pattern: str, folders: tuple[str, ...] = ("",)
) -> int:
    paths = [f"{folder}*.py" for folder in folders]
    done = subprocess.run(
        ["git", "-C", str(repository.top), "grep", how, pattern, revision, "--", *paths],
        capture_output=True, check=False,
    )  # fmt: skip
    return len(done.stdout.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
