"""A snapshot with everything that is known of it."""

from collections.abc import Hashable, Mapping
from typing import Any, Self

from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import FactStore
from onepath.facts.store.reads import Reads, Watched
from onepath.model import Executor, Facts, Snapshot
from onepath.progress import Progress, quiet
from onepath.snapshot.asked import plain_entries
from onepath.symbols.graph.imports import imported_modules
from onepath.symbols.joined import joined_packages, repeated_packages
from onepath.symbols.modules import Modules
from onepath.symbols.projects import DECLARING, project_roots
from onepath.symbols.resolve import Resolution, Resolver


class World:
    """One state of the code: its files, facts and symbols.

    Args:
        snapshot: The files.
        fact_store: Their facts.
        modules: The modules they make up.
    """

    def __init__(self, snapshot: Snapshot, fact_store: FactStore, modules: Modules) -> None:
        self.snapshot = (
            snapshot if isinstance(snapshot, Watched) else Watched(snapshot, fact_store.reads)
        )
        self.fact_store = fact_store
        self.modules = modules
        self.resolver = Resolver(modules, fact_store.facts)
        self._bytes: dict[str, bytes] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self.kept: dict[Hashable, Any] = {}
        """What was found in the content of files, also for worlds that deletions make of this one.

        A key names the content (a blob id), not only the path.
        """

    @classmethod
    def open(
        cls,
        snapshot: Snapshot,
        cache: FactsCache,
        executor: Executor,
        *,
        roots: tuple[str, ...] | None = None,
        progress: Progress = quiet,
        most_open: int | None = None,
    ) -> Self:
        """The world of a snapshot; nothing is read before it is asked for, and that is recorded.

        `most_open` is that of its `FactStore`.
        """
        reads = Reads()
        snapshot = Watched(snapshot, reads)
        # What comes of all paths here are source roots: another tree may do if it has the same.
        entries = plain_entries(snapshot.entries)
        declaring = tuple(p for p in entries if p.rpartition("/")[2] in DECLARING)
        texts = {
            path: data.decode("utf-8", "replace")
            for path, data in read_files(snapshot, declaring).items()
        }
        projects = () if roots is not None else project_roots(texts.items(), entries)
        joined = joined_packages(read_files(snapshot, repeated_packages(entries)))
        declared = texts.get("pyproject.toml", "")
        modules = Modules(entries, roots, declared, projects, joined, reads.paths)
        fact_store = FactStore(snapshot, cache, executor, progress, reads, most_open=most_open)
        return cls(snapshot, fact_store, modules)

    def facts(self, path: str) -> Facts:
        return self.fact_store.facts(path)

    def read(self, paths: "list[str] | tuple[str, ...]") -> dict[str, bytes]:
        """The bytes of files; those that can't be had are left out."""
        unread = [path for path in paths if path not in self._bytes]
        if unread:
            self._bytes.update(read_files(self.snapshot, unread))
        return {path: self._bytes[path] for path in paths if path in self._bytes}

    def forget(self) -> None:
        """Give up the bytes that were read; they are read again if somebody asks."""
        self._bytes.clear()

    def imports(self, path: str) -> tuple[str, ...]:
        """The files that importing a file imports while it runs."""
        known = self._imports.get(path)
        if known is None:
            known = tuple(imported_modules(path, self.facts(path), self.modules))
            self._imports[path] = known
        return known

    def after(self, changes: Mapping[str, bytes | None]) -> "World":
        """The world that planned changes make; facts of untouched files are shared."""
        overlay = self.snapshot.after(changes)
        there = plain_entries(self.snapshot.entries)
        modules = self.modules
        if any(data is None or path not in there for path, data in changes.items()):
            modules = Modules(
                plain_entries(overlay.entries),
                modules.roots,
                projects=modules.projects,
                joined=modules.joined,
                asked=overlay.reads.paths,
            )
        world = World(overlay, self.fact_store.over(overlay), modules)
        if all(data is None for data in changes.values()):
            world.kept = self.kept
        if modules is self.modules:
            untouched = {path: to for path, to in self._imports.items() if path not in changes}
            world._imports = untouched
        return world

    def assuming(self, names: Mapping[tuple[str, str], Resolution]) -> "World":
        """The same code, where names that no statement binds stand for something.

        Args:
            names: (dotted module, name) -> what it stands for, beside what was assumed before.
        """
        if not names:
            return self
        world = World(self.snapshot, self.fact_store, self.modules)
        world.resolver = Resolver(
            self.modules, self.fact_store.facts, {**self.resolver.assumed, **names}
        )
        world.kept, world._bytes, world._imports = self.kept, self._bytes, self._imports
        return world


def read_files(snapshot: Snapshot, paths: "list[str] | tuple[str, ...]") -> dict[str, bytes]:
    """The bytes of those paths that the snapshot has as regular files."""
    entries = [snapshot.entries[path] for path in paths if path in snapshot.entries]
    regular = [entry for entry in entries if entry.is_regular]
    return {entry.path: data for entry, data in snapshot.source().read(regular) if data is not None}
