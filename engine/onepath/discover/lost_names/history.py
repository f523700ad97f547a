"""When names went away: one bounded walk through the git history.

The bounds are numbers of commits, revisions and bytes, never seconds: the same commit gives the
same answer on every machine.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onepath.errors import OnepathError
from onepath.facts.store.cache import FactsCache
from onepath.model import Entry, Executor
from onepath.snapshot import GitTree, Repository
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
_PATHS = 500
"""How many paths one walk asks for."""
_REGULAR = 0o100644
_PYTHON = re.compile(rb"[^\0\n]+\.py(?=\0)")

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
        self._bytes = 0
        self._opened: set[str] = set()
        self._worlds: dict[str, World | None] = {}

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
        wanted = re.compile(
            rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(word.encode()) for word in sorted(words))
        )
        return {
            name: list(
                dict.fromkeys(
                    change.parent
                    for change in changes
                    if self._had(change.old, name[1]) and wanted.search(self._blobs[change.old])
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
            else:
                self._worlds[revision] = world
        return self._worlds[revision]

    def _files(self, module: str, present: str | None) -> list[str]:
        """The files that a module is, or may have been."""
        if present is not None:
            return [present] if not present.endswith("/") else [f"{present}__init__.py"]
        stem = module.replace(".", "/")
        files = [f"{root}/{stem}" if root else stem for root in self._roots]
        return [f"{file}{end}" for file in files for end in (".py", "/__init__.py")]

    def _walk(self, paths: Collection[str]) -> None:
        """Note the changes of files, newest first."""
        new = sorted(path for path in paths if path not in self._changes)
        self._changes |= {path: [] for path in new}
        for at in range(0, len(new), _PATHS):
            there = [path for path in new[at : at + _PATHS] if self._may_have_changed(path)]
            for change in self._log(there) if there else ():
                self._changes[change.path].append(change)

    def _may_have_changed(self, path: str) -> bool:
        return self._changed is None or path.encode("utf-8", "surrogateescape") in self._changed

    @cached_property
    def _changed(self) -> frozenset[bytes] | None:
        """Every Python file that some commit has changed or deleted; None where git can't tell.

        Git compares each entry of a folder with each path that it is asked for, and most paths that
        a module may have had were never there: this walk costs less than it spares the others. No
        path is asked for, as git leaves out branches in which that path has not changed in the end.
        """
        kinds = ("--name-only", "--diff-filter=MD", "--format=")
        said = self._git_log(*kinds, self._commit, *self._end)
        return None if said is None else frozenset(match[0] for match in _PYTHON.finditer(said))

    @cached_property
    def _end(self) -> list[str]:
        """Where the walk ends, as git takes it."""
        last = self._repository.git(
            "rev-list", "--max-count=1", f"--skip={COMMITS}", self._commit, check=False
        ).stdout.split()
        return [f"^{last[0].decode()}"] if last else []

    def _git_log(self, *arguments: str) -> bytes | None:
        """What git says of commits; None where it fails, as it does where some are not here."""
        always = ("-z", "--no-renames", "--diff-merges=first-parent")
        done = self._repository.git("log", *always, *arguments, check=False)
        return None if done.returncode else done.stdout

    def _log(self, paths: Sequence[str]) -> Iterator[_Change]:
        kinds = ("--raw", "--no-abbrev", "--format=%x01%P%x02")
        literal = (f":(literal){path}" for path in paths)
        said = self._git_log(*kinds, self._commit, *self._end, "--", *literal)
        for record in (said or b"").decode("utf-8", "surrogateescape").split("\1")[1:]:
            parents, _, rest = record.partition("\2")
            parts = rest.strip("\0\n").split("\0")
            for meta, path in zip(parts[::2], parts[1::2], strict=False):
                _, _, old, _, status = meta.split(" ")
                if parents and status[0] in "MD" and path in self._changes:
                    yield _Change(parents.split()[0], path, old, status[0] == "D")

    def _read(self, changes: Iterable[_Change]) -> None:
        """Read the former content of files, as much as is allowed."""
        wanted = dict.fromkeys(change.old for change in changes if change.old not in self._blobs)
        entries = [Entry(oid, oid, _REGULAR) for oid in wanted]
        if self._bytes >= BYTES:
            return
        source = GitTree(self._repository, self._commit).source()
        for entry, data in source.read(entries):
            self._blobs[entry.oid] = data or b""
            self._bytes += len(data or b"")
            if self._bytes >= BYTES:
                break

    def _had(self, blob: str, name: str) -> bool:
        data = self._blobs.get(blob)
        if data is None:
            return False
        return re.search(rb"(?<!\w)%b(?!\w)" % re.escape(name.encode()), data) is not None
