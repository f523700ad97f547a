"""Audits by one rule, each followed from another one and held against a whole one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.analysis.index import Index
from onepath.audit.dependencies import follow_findings, keep_dependencies, part_of
from onepath.audit.rule import Rule
from onepath.config.globs import Globs
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay
from onepath.symbols.world import World

Files = Mapping[str, str]
Modules = Callable[[str], st.SearchStrategy[str]]
"""Gives texts for a path."""


class DrawnWorlds:
    """Worlds of modules that are put together of blocks of code.

    Args:
        fixed: The files that every world has.
        paths: Those of the others.
        blocks: What these may hold; `{other}` is another of these modules.
    """

    def __init__(self, fixed: Files, paths: Sequence[str], blocks: Sequence[str]) -> None:
        self._fixed, self._paths = fixed, paths
        self._blocks = st.sampled_from(blocks)

    def module(self, path: str) -> st.SearchStrategy[str]:
        """Texts for a path."""
        others = st.sampled_from([_dotted(other) for other in self._paths if other != path])
        block = st.builds(lambda text, other: text.replace("{other}", other), self._blocks, others)
        return st.lists(block, max_size=3).map("\n\n".join)

    def worlds(self) -> st.SearchStrategy[Files]:
        """Files of which at least three are drawn."""
        paths = st.lists(st.sampled_from(self._paths), min_size=3, unique=True)
        drawn = paths.flatmap(
            lambda chosen: st.fixed_dictionaries({path: self.module(path) for path in chosen})
        )
        return drawn.map(lambda files: {**self._fixed, **files})


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class OneRule:
    """Audits by one rule, of worlds that are nowhere on the disk."""

    def __init__(
        self, rule: Rule, empty: Path, cache: FactsCache, wanted: Settings | None = None
    ) -> None:
        assert rule.rests is not None
        self._rule, self._rests = rule, rule.rests
        self._wanted = wanted or Settings()
        empty.mkdir(exist_ok=True)
        self._empty, self._cache = Folder(empty), cache

    def follows(self, files: Files, new: Files) -> bool:
        """Whether the audit of new files is followed; then it finds what a whole one finds."""
        world = self._world(files)
        index = self._whole(world)
        found = {self._rule.name: list(self._rule.check(index, self._wanted))}
        memories = {self._rule.name: self._rests.remember(index)}
        keep_dependencies(self._cache, "key", world, [part_of(index, found, memories)], (), {})
        kept = self._cache.dependencies("key")
        assert kept is not None
        world = self._world(new)
        follows = follow_findings(kept, world, [self._rule], self._wanted, Globs(()))
        if follows is not None:
            anew = self._rule.check(self._whole(self._world(new)), self._wanted)
            assert sorted(follows.found[self._rule.name]) == sorted(anew)
        return follows is not None

    def _world(self, files: Files) -> World:
        changes = {path: text.encode() for path, text in files.items()}
        return World.open(Overlay(self._empty, changes), self._cache, SerialExecutor())

    def _whole(self, world: World) -> Index:
        world.fact_store.load(world.fact_store.python)
        return Index(world, self._wanted)


@st.composite
def changes(
    draw: st.DrawFn, files: Files, modules: Callable[[str], st.SearchStrategy[str]]
) -> Files:
    """The files with one of them changed, copied, gone or under another name, or a new one.

    Args:
        draw: Draws.
        files: The files.
        modules: Gives texts for a path.
    """
    own = tuple(path for path in files if path.rpartition("/")[2] not in ("__init__.py", "base.py"))
    path = draw(st.sampled_from(own))
    new = f"{path[:-3]}_n.py"
    rest = {other: text for other, text in files.items() if other != path}
    imported = f"import {_dotted(new)}\n"
    return {
        "copied": {**files, new: files[path]},
        "renamed": {**rest, new: files[path]},
        "gone": rest,
        "changed": {**files, path: draw(modules(path))},
        "come": {**files, new: draw(modules(new))},
        "imported": {**files, path: f"{imported}{files[path]}"},
        "moved": {**files, path: f"# a line\n{files[path]}\nx = 1\n"},
    }[draw(st.sampled_from(("copied", "renamed", "gone", "changed", "come", "imported", "moved")))]


def hold_against_whole_audits(
    rule: OneRule,
    worlds: st.SearchStrategy[Files],
    modules: Modules,
    examples: int,
) -> Mapping[bool, int]:
    """Change drawn worlds in drawn ways, once or twice.

    Returns:
        How many changes were followed, and how many were not.
    """
    counts: Counter[bool] = Counter()

    @given(data=st.data())
    @settings(max_examples=examples, deadline=None, derandomize=True)
    def check(data: st.DataObject) -> None:
        files = data.draw(worlds)
        new = data.draw(changes(files, modules))
        if data.draw(st.booleans()):
            new = data.draw(changes(new, modules))
        counts[rule.follows(files, new)] += 1

    check()
    return counts
