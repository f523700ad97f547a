"""The files of a repository as they lie, uncommitted and untracked ones too."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from onepath.errors import InputError
from onepath.model import Entry, Note
from onepath.snapshot.blobs import SUBMODULE, decode_path, encode_path, in_path_order
from onepath.snapshot.disk import Disk, DiskSource
from onepath.snapshot.git_process import objects_only, run_git
from onepath.snapshot.notes import entry_notes
from onepath.snapshot.repository import Repository

NAME = "WORKTREE"

_ARBITRARY_FILTERS = ("filter", "working-tree-encoding")


class _Tracked(NamedTuple):
    mode: int
    oid: str
    assumed: bool
    """Git was told not to look at the file."""
    skipped: bool
    """The file is outside the sparse checkout."""


class _Scan(NamedTuple):
    entries: Mapping[str, Entry]
    notes: tuple[Note, ...]


class WorkTree:
    """The snapshot of a work tree: what is on the disk, less what git ignores.

    It is taken when it is first looked at. A file of a sparse checkout that is not on the disk
    comes from git's objects.

    Args:
        repository: Where it is.

    Raises:
        InputError: the repository is bare.
    """

    def __init__(self, repository: Repository) -> None:
        if repository.bare:
            raise InputError(
                f"{repository.top} is a bare repository: it has no work tree",
                hint="name a branch instead: --rev main",
            )
        self._repository = repository

    @property
    def name(self) -> str:
        return NAME

    @cached_property
    def commit(self) -> str | None:
        """The commit that is checked out; None before the first commit."""
        return self._repository.head()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All files by path, in path order; each oid names the bytes on the disk."""
        return self._scan.entries

    def source(self) -> DiskSource:
        return DiskSource(self._repository.top, self._repository.git_dir)

    def notes(self) -> tuple[Note, ...]:
        return self._scan.notes

    @cached_property
    def _scan(self) -> _Scan:
        repository = self._repository
        disk = Disk(repository.top, repository.oid_length, trust_modes=_trusts_modes(repository))
        tracked, untracked = _listing(repository)
        changed = _changed(repository)
        entries: dict[str, Entry] = {}
        unchanged: list[Entry] = []
        to_hash: dict[str, int | None] = {}
        sparse = 0
        for path, (mode, oid, assumed, skipped) in tracked.items():
            entry = Entry(path, oid, mode)
            if mode == SUBMODULE:
                entries[path] = entry
            elif path in changed:
                if changed[path]:
                    to_hash[path] = changed[path]
            elif (assumed or skipped) and disk.is_own_file(path):
                to_hash[path] = mode
            elif skipped:
                entries[path] = entry
                sparse += 1
            elif not assumed:
                unchanged.append(entry)

        entries |= _identical(repository, disk, unchanged)
        to_hash |= {entry.path: entry.mode for entry in unchanged if entry.path not in entries}
        to_hash |= dict.fromkeys(path for path in untracked if not path.endswith("/"))
        for path, known_mode in to_hash.items():
            found = disk.entry(path, known_mode)
            if found is not None:
                entries[path] = found
        entries = in_path_order(entries)
        notes = [*entry_notes(entries.values()), *disk.unreadable, *_nested(untracked)]
        if sparse:
            text = f"files outside the sparse checkout, read from git's objects: {sparse}"
            notes.append(Note("", "sparse", text))
        return _Scan(MappingProxyType(entries), tuple(sorted(notes)))


def _listing(repository: Repository) -> tuple[dict[str, _Tracked], list[str]]:
    """What git tracks, once per path, and what it neither tracks nor ignores."""
    tracked: dict[str, _Tracked] = {}
    untracked: list[str] = []
    arguments = ("-z", "--stage", "-v", "--cached", "--others", "--exclude-standard")
    for record in _records(repository, "ls-files", *arguments):
        if record.startswith("? "):
            untracked.append(record[2:])
            continue
        head, _, path = record.partition("\t")
        tag, mode, oid, _ = head.split(" ")
        tracked[path] = _Tracked(int(mode, 8), oid, assumed=tag.islower(), skipped=tag in "Ss")
    return tracked, untracked


def _changed(repository: Repository) -> dict[str, int]:
    """Tracked paths whose files git does not take for unchanged; 0 where there is no file.

    A conflicted path has no unchanged file: it is always among them.
    """
    arguments = ("--raw", "-z", "--no-renames", "--ignore-submodules=all")
    records = list(_records(repository, "diff-files", *arguments))
    return {
        path: int(head.split(" ")[1], 8)
        for head, path in zip(records[::2], records[1::2], strict=True)
    }


def _identical(repository: Repository, disk: Disk, entries: list[Entry]) -> dict[str, Entry]:
    """Those of `entries`, which git takes for unchanged, whose bytes are those of the blob.

    Unchanged means that the file, once cleaned, is the blob. What git cleans by itself (line
    ends, `$Id$`) only ever removes bytes, so equal sizes prove equal bytes. A `filter` or a
    `working-tree-encoding` may do anything, so nothing is proven where one is set.
    """
    paths = "".join(f"{entry.path}\0" for entry in entries)
    attributes = _records(
        repository, "check-attr", "-z", "--stdin", *_ARBITRARY_FILTERS, input=encode_path(paths)
    )
    triples = zip(*[attributes] * 3, strict=True)
    filtered = {path for path, _, value in triples if value not in ("unspecified", "unset")}
    sizes = _blob_sizes(repository, entries)
    return {
        entry.path: entry
        for entry, size in zip(entries, sizes, strict=True)
        if (disk_entry := disk.find(entry.path)) is not None
        and disk_entry.size == size
        and entry.path not in filtered
    }


def _blob_sizes(repository: Repository, entries: list[Entry]) -> list[int | None]:
    """The size of each entry's blob; None where the repository does not have it."""
    ids = "".join(f"{entry.oid}\n" for entry in entries).encode()
    with objects_only(repository.git_dir, repository.oid_length) as env:
        arguments = ("cat-file", "--batch-check=%(objectsize)", "--buffer")
        lines = run_git(arguments, env=env, input=ids).stdout.splitlines()
    return [int(line) if line.isdigit() else None for line in lines]


def _trusts_modes(repository: Repository) -> bool:
    done = repository.git("config", "--type=bool", "--default=true", "--get", "core.fileMode")
    return done.stdout.strip() == b"true"


def _nested(untracked: list[str]) -> Iterator[Note]:
    """Git lists a repository inside this one that it does not track as a folder."""
    for path in untracked:
        if path.endswith("/"):
            text = "another git repository, not tracked by this one: its files are not read"
            yield Note(path.rstrip("/"), "submodule", text)


def _records(
    repository: Repository,
    *arguments: str,
    input: bytes | None = None,  # noqa: A002
) -> Iterator[str]:
    """Run git and yield what it separates by null bytes."""
    listing = decode_path(repository.git(*arguments, input=input, offline=True).stdout)
    return iter(listing.split("\0")[:-1])
