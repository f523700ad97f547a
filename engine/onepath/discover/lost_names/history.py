"""When names went away: one bounded walk through the git history.

The bounds are numbers of commits, revisions and bytes, never seconds: the same commit gives the
same answer on every machine.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from zstandard import ZstdCompressor, ZstdDecompressor

from onepath.errors import OnepathError
from onepath.facts.prefilter.words import Needles
from onepath.facts.store.cache import FactsCache
from onepath.model import Entry, Executor
from onepath.snapshot import GitTree, Repository
from onepath.snapshot.blobs import encode_path
from onepath.symbols.world import World

COMMITS = 20_000
"""How many commits are walked through."""
REVISIONS = 100
"""How many different revisions are opened."""
BYTES = 200_000_000
"""How many bytes of former files are read to see whether a name was in them."""
_CHANGES = 40
"""How many changes of one file are looked at."""
_OPEN = 3
"""How many opened revisions are kept at a time."""
_REGULAR = 0o100644
_COMPRESSOR, _DECOMPRESSOR = ZstdCompressor(level=1), ZstdDecompressor()
_FRUGAL = ("-c", "core.deltaBaseCacheLimit=32m")
"""How git walks through a history: with what it holds by default it takes no less time."""

LostName = tuple[str, str]
"""(dotted module, name in it)."""


class _Change(NamedTuple):
    """A commit that changed or deleted a file."""

    parent: str
    """The commit before it."""
    path: str
    old: str
    """Blob id of what the file was before."""
    is_deletion: bool


class NameHistory:
    """Looks up in which revision a name was there for the last time.

    Args:
        repository: Where the history is.
        commit: Where the search begins.
        cache: The facts cache of the repository.
        executor: Runs the extraction.
        roots: Source roots, as for the present.
    """

    def __init__(
        self,
        repository: Repository,
        commit: str,
        cache: FactsCache,
        executor: Executor,
        roots: tuple[str, ...],
    ) -> None:
        self._repository = repository
        self._commit = commit
        self._cache = cache
        self._executor = executor
        self._roots = roots
        self._changes: dict[str, list[_Change]] = {}
        self._blobs: dict[str, bytes] = {}
        """Former files by blob id, compressed: a fifth of them, and each is asked a few times."""
        self._bytes = 0
        self._opened: set[str] = set()
        self._worlds: dict[str, World | None] = {}
        self._spelled: dict[tuple[str, Needles], bool] = {}
        self.is_whole = True
        """Whether all that was asked of the repository was there: in a partial clone it is not."""

    def revisions(
        self, names: Mapping[LostName, str | None], words: Collection[str]
    ) -> Mapping[LostName, Sequence[str]]:
        """The commits just before names went away, newest first; none where that is not known.

        Args:
            names: The names, each with the file of its module where that is still there.
            words: One of them must be in a former file, or it is not looked at further.
        """
        asked = {name: self._files(name[0], present) for name, present in names.items()}
        self._walk({path for paths in asked.values() for path in paths})
        found = {
            name: [
                change
                for path in paths
                for change in self._changes[path]
                if names[name] is not None or change.is_deletion
            ][:_CHANGES]
            for name, paths in asked.items()
        }
        self._read(change for changes in found.values() for change in changes)
        wanted = Needles.of(words)
        return {
            name: list(
                dict.fromkeys(
                    change.parent
                    for change in changes
                    if self._spells(change.old, Needles.of([name[1]]))
                    and self._spells(change.old, wanted)
                )
            )
            for name, changes in found.items()
        }

    def world(self, revision: str) -> World | None:
        """The code at a revision; None where it is not here, or enough revisions were opened."""
        if revision not in self._worlds:
            if revision not in self._opened and len(self._opened) >= REVISIONS:
                return None
            self._opened.add(revision)
            while len(self._worlds) >= _OPEN:
                del self._worlds[next(iter(self._worlds))]
            try:
                snapshot = GitTree(self._repository, revision)
                world = World.open(snapshot, self._cache, self._executor, roots=self._roots)
            except OnepathError:
                self._worlds[revision] = None  # a shallow or partial clone
                self.is_whole = False
            else:
                self._worlds[revision] = world
        return self._worlds[revision]

    def forget(self) -> None:
        """Give up former files and opened revisions: all that will be asked was asked."""
        self._blobs.clear()
        self._worlds.clear()

    def _files(self, module: str, present: str | None) -> list[str]:
        """The files that a module is, or may have been."""
        if present is not None:
            return [present] if not present.endswith("/") else [f"{present}__init__.py"]
        stem = module.replace(".", "/")
        files = [f"{root}/{stem}" if root else stem for root in self._roots]
        return [f"{file}{end}" for file in files for end in (".py", "/__init__.py")]

    def _walk(self, paths: Collection[str]) -> None:
        """Note the changes of files, newest first."""
        new = {encode_path(path): path for path in paths}
        new = {path: text for path, text in new.items() if text not in self._changes}
        self._changes |= {text: [] for text in new.values()}
        for change in self._log(new) if new else ():
            self._changes[change.path].append(change)

    @cached_property
    def _end(self) -> list[str]:
        """Where the walk ends, as git takes it."""
        last = self._repository.git(
            "rev-list", "--max-count=1", f"--skip={COMMITS}", self._commit, check=False
        ).stdout.split()
        return [f"^{last[0].decode()}"] if last else []

    def _log(self, paths: Mapping[bytes, str]) -> Iterator[_Change]:
        """What commits changed or deleted of some files, newest first.

        git is asked for no path: it would compare each entry of a folder with each path, which
        takes longer than to say all that has changed.
        """
        kinds = ("--raw", "--no-abbrev", "--diff-filter=MD", "--format=%x01%P%x02")
        whole = ("-z", "--no-renames", "--diff-merges=first-parent", self._commit, *self._end)
        done = self._repository.git(*_FRUGAL, "log", *kinds, *whole, check=False)
        if done.returncode:
            self.is_whole = False
            return
        for record in _records(done.stdout):
            parents, _, rest = record.partition(b"\2")
            parts = rest.strip(b"\0\n").split(b"\0")
            for meta, path in zip(parts[::2], parts[1::2], strict=False):
                if path in paths and parents:
                    _, _, old, _, status = meta.decode().split(" ")
                    parent = parents.split()[0].decode()
                    yield _Change(parent, paths[path], old, status[0] == "D")

    def _read(self, changes: Iterable[_Change]) -> None:
        """Read the former content of files, as much as is allowed."""
        wanted = dict.fromkeys(change.old for change in changes if change.old not in self._blobs)
        entries = [Entry(oid, oid, _REGULAR) for oid in wanted]
        if self._bytes >= BYTES:
            return
        source = GitTree(self._repository, self._commit).source()
        for entry, data in source.read(entries):
            self.is_whole = self.is_whole and data is not None
            self._blobs[entry.oid] = _COMPRESSOR.compress(data or b"")
            self._bytes += len(data or b"")
            if self._bytes >= BYTES:
                break

    def _spells(self, blob: str, words: Needles) -> bool:
        """Whether a former file has one of some words; False where it was not read."""
        asked = (blob, words)
        known = self._spelled.get(asked)
        if known is None:
            packed = self._blobs.get(blob)
            known = packed is not None and words.hit(_DECOMPRESSOR.decompress(packed))
            self._spelled[asked] = known
        return known


def _records(output: bytes) -> Iterator[bytes]:
    """What begins with the byte 1, one after the other: all of it at once is as much again."""
    start = output.find(b"\1")
    while start >= 0:
        end = output.find(b"\1", start + 1)
        yield output[start + 1 : end if end >= 0 else None]
        start = end
