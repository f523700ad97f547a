"""What the WebSocket reports track, at two revisions: `tracked.py REPOSITORY BEFORE AFTER`.

Prints a table: the report's figure, what it counts, what onepath counts, before and after. Several
pairs give a table each. With `--config FILE` each revision stands for itself and what all phases
of that configuration make of it. `--write FILE` puts the tables between the marks in a page, where
those of other revisions stay. Reads git objects only; facts are cached in the repository's git
folder as always.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import figures
from onepath.analysis.classes import candidates, in_tests
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import DIRECT
from onepath.analysis.index import Canonical, Index
from onepath.audit.rule import engine_rules
from onepath.codemod.packs.configuration import load_config
from onepath.codemod.packs.installed import packs_of
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor, Snapshot
from onepath.plan.planner import make_plan
from onepath.run import make_executor
from onepath.snapshot import GitTree, Overlay, Repository
from onepath.symbols.graph.cycles import components
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.world import World
from onepath_packs.websocket.events.rule import RULE as EVENT_STRUCTURE

LEGACY = "netra_backend.app.websocket"
SHIMS = tuple(
    f"{LEGACY.replace('.', '/')}/{name}.py"
    for name in (
        "__init__",
        "connection_manager",
        "connection_info",
    )
)
HEAD = "### At "
BEGIN, END = "<!-- tracked: begin -->", "<!-- tracked: end -->"
Counts = Mapping[str, object]


class Row(NamedTuple):
    """One figure that a report tracks."""

    report: str
    counts: str
    """What the report counts."""
    ours: str
    """What onepath counts, which is its key."""


ROWS = (
    Row("001: 5 managers to 1", "classes that a text search takes for managers",
        "implementations and subclasses of the canonical class"),
    Row("003: 7 managers to 1", "class names, aliases among them",
        "other names of the canonical class, outside tests"),
    Row("001: 3 shims to 0", "three modules of the old package",
        "of the three, modules that are there"),
    Row("", "", "modules that forward, in the WebSocket packages (`shim`)"),
    Row("001: 36 factories to 1", "files with a `def get_` and the word manager",
        "files by the same text search"),
    Row("", "", "ways to an instance besides the canonical one (`factory-variant`)"),
    Row("", "", "calls of these ways, tests included"),
    Row("", "", "calls of the class itself, outside tests"),
    Row("001: 8 cycles to 0", "paths through the import graph",
        "WebSocket modules in a cycle at import time"),
    Row("", "", "WebSocket modules in a cycle among themselves, imports in functions included"),
    Row("001: 19 fragmentations to 0", "groups of classes with alike names", "the same groups"),
    Row("", "", "one name defined in several WebSocket modules (`duplicate-definition`)"),
    Row("001: 5 non-canonical usages to 0", "files that import from the old package",
        "files outside the old package that import from it"),
    Row("002: 674 deprecated imports to 0", "lines with one of four patterns",
        "lines by the same text search"),
    Row("", "", "import statements of that kind, in files"),
    Row("", "", "uses of another path to the canonical class (`deprecated-import`), in files"),
    Row("", "", "imports that lead nowhere (`dangling-import`)"),
    Row("002: 1,058 classes to 1", "classes with `websocket` in their name", "the same classes"),
    Row("002: 5 event violations to 0", "events of another form, in the WebSocket packages",
        "the same events (`event-structure`)"),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Compare what the WebSocket reports track.")
    parser.add_argument("repository", type=Path)
    parser.add_argument("revisions", nargs="+", help="pairs: before and after")
    parser.add_argument("--config", type=Path, help="plan it, and count what that makes of each")
    parser.add_argument("--canonical", default=f"{figures.CORE}.websocket_manager.WebSocketManager")
    parser.add_argument("--factory", default="", help="the canonical way to an instance")
    parser.add_argument("--write", type=Path, help="a page with the marks")
    given = parser.parse_args(arguments)
    if len(given.revisions) % 2 and given.config is None:
        parser.error("revisions come in pairs: before and after")
    repository = Repository.discover(given.repository)
    if repository is None:
        sys.exit(f"{given.repository}: no git repository")
    symbol = CanonicalSymbol(given.canonical, factory=given.factory)
    tables: dict[str, str] = {}
    with repository, make_executor(None) as executor, FactsCache(repository.cache_dir) as cache:
        for before, after in _pairs(repository, given.revisions, given.config, executor):
            both = [count(one, symbol, cache, executor) for one in (before, after)]
            title = f"{HEAD}{before.name[:9]}"
            told = f"The canonical class is `{given.canonical}`"
            told += f", made by `{given.factory}`." if given.factory else "."
            tables[title] = f"{told}\n\n{table(*both)}"
            print(f"{title}\n\n{tables[title]}\n")
    if given.write is not None:
        page = given.write.read_text(encoding="utf-8")
        given.write.write_text(written(page, tables), encoding="utf-8")
    return 0


def _pairs(
    repository: Repository, revisions: Sequence[str], config: Path | None, executor: Executor
) -> Iterator[tuple[Snapshot, Snapshot]]:
    """What is counted, before and after."""
    trees = [GitTree(repository, one) for one in revisions]
    if config is None:
        yield from zip(trees[::2], trees[1::2], strict=True)
        return
    wishes = load_config(config)
    for tree in trees:
        plan = make_plan(
            tree, wishes, packs_of(wishes), executor=executor, cache_dir=repository.cache_dir
        )
        yield tree, Overlay(tree, plan.files_after)


def written(page: str, tables: Mapping[str, str]) -> str:
    """A page with tables between its marks; those of other revisions stay, each where it is."""
    head, rest = page.split(BEGIN)
    inside, tail = rest.split(END)
    known = [part.strip() for part in inside.split(f"\n{HEAD}")[1:]]
    there = {
        f"{HEAD}{part.partition(chr(10))[0]}": part.partition(chr(10))[2].strip() for part in known
    }
    texts = [f"{title}\n\n{text}" for title, text in (there | dict(tables)).items()]
    return "\n\n".join((f"{head}{BEGIN}", *texts, f"{END}{tail}"))


def table(before: Counts, after: Counts) -> str:
    """The rows with two columns of counts, as Markdown."""
    lines = [
        "| the report's figure | what it counts | what onepath counts | before | after |",
        "|---|---|---|---|---|",
    ]
    for row in ROWS:
        cells = (*row, before[row.ours], after[row.ours])
        lines.append(f"| {' | '.join(map(str, cells))} |".replace("|  |", "| |"))
    return "\n".join(lines)


def count(
    snapshot: Snapshot, symbol: CanonicalSymbol, cache: FactsCache, executor: Executor
) -> Counts:
    """All figures of one state of the code, by what onepath counts."""
    world = World.open(snapshot, cache, executor)
    world.fact_store.load(world.fact_store.python)
    index = Index(world, Settings(canonical=(symbol,)))
    [canonical] = index.canonical
    found = dict([
        *figures.as_the_tests_count(world), *_managers(index, canonical),
        *_shims(world), *_factories(index, canonical), *_cycles(world), *_rules(index),
    ])  # fmt: skip
    return dict(_renamed(found))


def _managers(index: Index, canonical: Canonical) -> Iterator[tuple[str, object]]:
    roles = [
        one for one in candidates(index, canonical) if one.verdict in ("implementation", "subclass")
    ]
    yield "implementations and subclasses of the canonical class", len(roles)
    place = canonical.resolution.path, canonical.resolution.name
    module, _, name = canonical.symbol.path.rpartition(".")
    own = index.world.modules.find(module), name
    others = 0
    for path in index.world.fact_store.python:
        for one in index.facts(path).definitions if not in_tests(path) else ():
            if one.kind == "alias" and "." not in one.qualname and (path, one.qualname) != own:
                meant = index.resolver.name(path, one.qualname)
                others += (meant.path, meant.name) == place and not meant.rest
    yield "other names of the canonical class, outside tests", others


def _shims(world: World) -> Iterator[tuple[str, object]]:
    yield "of the three, modules that are there", sum(path in world.modules.files for path in SHIMS)
    package = f"{LEGACY.replace('.', '/')}/"
    using = {
        path
        for path in world.fact_store.python
        if not path.startswith(package)
        for one in world.facts(path).imports
        if (one.module if one.is_from else one.names[0].name).startswith(f"{LEGACY}.")
        or (one.is_from and one.module == LEGACY)
    }
    yield "files outside the old package that import from it", len(using)


def _factories(index: Index, canonical: Canonical) -> Iterator[tuple[str, object]]:
    ways = factories(index, canonical)
    others = [one for one in ways if one.kind != DIRECT]
    yield "ways to an instance besides the canonical one (`factory-variant`)", len(others)
    yield "calls of these ways, tests included", sum(one.calls for one in others)
    direct = sum(one.calls for one in ways if one.kind == DIRECT)
    yield "calls of the class itself, outside tests", direct


def _cycles(world: World) -> Iterator[tuple[str, object]]:
    paths = world.fact_store.python
    running = {path: world.imports(path) for path in paths}
    named = [
        path for one in components(running) for path in one if path.startswith(figures.FOLDERS)
    ]
    yield "WebSocket modules in a cycle at import time", len(named)
    near = [path for path in paths if path.startswith(figures.FOLDERS)]
    inside = {
        path: [
            edge.target
            for edge in import_edges(path, world.facts(path), world.modules)
            if not edge.for_types and edge.target in near
        ]
        for path in near
    }
    count = sum(map(len, components(inside)))
    yield "WebSocket modules in a cycle among themselves, imports in functions included", count


def _rules(index: Index) -> Iterator[tuple[str, object]]:
    rules = {**engine_rules(), EVENT_STRUCTURE.name: EVENT_STRUCTURE}
    for name in (
        "shim",
        "duplicate-definition",
        "deprecated-import",
        "dangling-import",
        "event-structure",
    ):
        found = list(rules[name].check(index, index.settings))
        near = [one for one in found if one.path.startswith(figures.FOLDERS)]
        if name == "shim":
            yield (
                "modules that forward, in the WebSocket packages (`shim`)",
                len({one.path for one in near}),
            )
        elif name == "duplicate-definition":
            yield (
                "one name defined in several WebSocket modules (`duplicate-definition`)",
                len({one.symbol for one in near}),
            )
        elif name == "deprecated-import":
            files = len({one.path for one in found})
            yield (
                "uses of another path to the canonical class (`deprecated-import`), in files",
                f"{len(found)}, {files}",
            )
        elif name == "dangling-import":
            yield "imports that lead nowhere (`dangling-import`)", len(found)
        else:
            yield "the same events (`event-structure`)", len(near)


def _renamed(found: Counts) -> Iterator[tuple[str, object]]:
    """The reports' own counts by the rows that show them."""
    for what, value in found.items():
        yield RENAMED.get(what, what), value


RENAMED = {
    "002: classes at any depth in the backend with `websocket` in their name": "the same classes",
    "001: fragmentations, which are groups of classes with alike names": "the same groups",
    "001, text: files that it takes for factories": "files by the same text search",
    "002, text: lines with one of the four deprecated patterns": "lines by the same text search",
    "002: import statements of that kind": "import statements of that kind, in files",
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
