"""Which files there are, as far as somebody has asked: what nobody has asked for can come and go.

Plans and audits see the paths of a snapshot through this record alone. A path that is looked up
is recorded whether it is there or not. Who goes through all paths says which kind of them matters,
or is taken to have looked at each.
"""

from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import overload

from onepath.model import Entry

PathKind = Callable[[str], bool]
"""Tells the paths that matter from the others; can be pickled."""


def is_python(path: str) -> bool:
    """Whether a path is that of a Python file, by its ending."""
    return path.endswith((".py", ".pyi"))


@dataclass
class AskedPaths:
    """What was asked of the paths of a snapshot and of those that plans make of it."""

    files: set[str] = field(default_factory=set)
    """Paths that were looked up."""
    stems: set[str] = field(default_factory=set)
    """Where a module, a package or a folder of modules was looked for: paths without endings."""
    own_stems: set[str] = field(default_factory=set)
    """Where a module was looked for by itself alone: nobody misses it there, if it goes."""
    script_folders: set[str] = field(default_factory=set)
    """Folders of which was asked whether what is in them is imported by its bare name."""
    planned: set[str] = field(default_factory=set)
    """Files that some planned world changes, makes or leaves out."""
    tops: set[str] = field(default_factory=set)
    """Words of which was asked whether the name of some module begins with them."""
    kinds: dict[PathKind, None] = field(default_factory=dict)
    """All paths of these kinds were asked for."""
    are_listed: bool = False
    """Whether somebody has gone through all paths."""
    are_python_listed: bool = False
    """Whether somebody has gone through those of all Python files."""

    def add(self, other: "AskedPaths") -> None:
        """What was asked elsewhere counts as well."""
        self.files |= other.files
        self.stems |= other.stems
        self.own_stems |= other.own_stems
        self.script_folders |= other.script_folders
        self.planned |= other.planned
        self.tops |= other.tops
        self.kinds |= other.kinds
        self.are_listed |= other.are_listed
        self.are_python_listed |= other.are_python_listed

    def since(self, earlier: "AskedPaths") -> "AskedPaths":
        """What was asked that an earlier copy does not have."""
        return AskedPaths(
            self.files - earlier.files,
            self.stems - earlier.stems,
            self.own_stems - earlier.own_stems,
            self.script_folders - earlier.script_folders,
            self.planned - earlier.planned,
            self.tops - earlier.tops,
            {kind: None for kind in self.kinds if kind not in earlier.kinds},
            self.are_listed,
            self.are_python_listed,
        )

    def copy(self) -> "AskedPaths":
        """The record as it is now."""
        return self.since(AskedPaths())


class RecordedEntries(Mapping[str, Entry]):
    """The files of a snapshot by path; what is looked up is recorded.

    Args:
        base: The files.
        asked: Takes the record.
    """

    def __init__(self, base: Mapping[str, Entry], asked: AskedPaths) -> None:
        self.base = base
        self._asked = asked

    def __getitem__(self, path: str) -> Entry:
        self._asked.files.add(path)
        return self.base[path]

    def __contains__(self, path: object) -> bool:
        self._asked.files.add(str(path))
        return path in self.base

    def __iter__(self) -> Iterator[str]:
        self._asked.are_listed = True
        return iter(self.base)

    def __len__(self) -> int:
        self._asked.are_listed = True
        return len(self.base)


class _RecordedPython(Collection[str]):
    """Paths of the Python files of a snapshot; what is asked of them is recorded."""

    base: Collection[str]
    _asked: AskedPaths

    def __iter__(self) -> Iterator[str]:
        self._asked.are_python_listed = True
        return iter(self.base)

    def __len__(self) -> int:
        self._asked.are_python_listed = True
        return len(self.base)

    def __contains__(self, path: object) -> bool:
        self._asked.files.add(str(path))
        return path in self.base


class RecordedPaths(_RecordedPython, Sequence[str]):
    """The Python files in order.

    Args:
        base: Their paths.
        asked: Takes the record.
    """

    def __init__(self, base: tuple[str, ...], asked: AskedPaths) -> None:
        self.base: tuple[str, ...] = base
        self._asked = asked

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        self._asked.are_python_listed = True
        return self.base[at]


class RecordedFiles(_RecordedPython, Set[str]):
    """The Python files as a set.

    Args:
        base: Their paths.
        asked: Takes the record.
    """

    def __init__(self, base: frozenset[str], asked: AskedPaths) -> None:
        self.base: frozenset[str] = base
        self._asked = asked

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> Set[str]:  # type: ignore[override]
        return frozenset(it)


def plain_entries(entries: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """The files by path without a record: for who records what is asked in another way."""
    return entries.base if isinstance(entries, RecordedEntries) else entries


def entries_of_kind(entries: Mapping[str, Entry], kind: PathKind) -> list[Entry]:
    """The files whose paths are of a kind, in order: nothing is asked of any other path."""
    if isinstance(entries, RecordedEntries):
        entries._asked.kinds[kind] = None
    return [entry for path, entry in plain_entries(entries).items() if kind(path)]


class RecordedTops(Container[str]):
    """The first words of the names of modules; who looks one up is recorded, there or not.

    Args:
        paths: The files of the modules: of these, nothing else is asked.
        top_of: Gives the first word of the name of each.
    """

    def __init__(self, paths: Sequence[str], top_of: Callable[[str], str]) -> None:
        self._asked = set[str]()
        if isinstance(paths, RecordedPaths):
            self._asked, paths = paths._asked.tops, paths.base
        self._tops = frozenset(map(top_of, paths))

    def __contains__(self, word: object) -> bool:
        self._asked.add(str(word))
        return word in self._tops


def paths_among(paths: Sequence[str], given: Container[str]) -> list[str]:
    """Those of some paths that are given, in order: nothing is asked of any other path."""
    plain = paths.base if isinstance(paths, RecordedPaths) else paths
    return [path for path in plain if path in given]


def paths_of_kind(paths: Collection[str], kind: PathKind) -> list[str]:
    """Those of some paths that are of a kind, in order: nothing is asked of any other path."""
    if isinstance(paths, RecordedPaths | RecordedFiles):
        paths._asked.kinds[kind] = None
        paths = paths.base
    return [path for path in paths if kind(path)]


def paths_for_kind(paths: Collection[str], kind: PathKind) -> Collection[str]:
    """All paths, for a caller that finds those of a kind itself, and goes by no others."""
    if isinstance(paths, RecordedPaths | RecordedFiles):
        paths._asked.kinds[kind] = None
        return paths.base
    return paths


@dataclass(frozen=True)
class Below:
    """The paths below a folder."""

    folder: str

    def __call__(self, path: str) -> bool:
        return path.startswith(f"{self.folder}/")


@dataclass(frozen=True)
class PythonBelow:
    """The Python files below some folders."""

    folders: tuple[str, ...]
    """Each with a slash at its end."""

    def __call__(self, path: str) -> bool:
        return path.startswith(self.folders) and is_python(path)


@dataclass(frozen=True)
class Beside:
    """The paths in a folder itself."""

    folder: str

    def __call__(self, path: str) -> bool:
        return path.rpartition("/")[0] == self.folder


@dataclass(frozen=True)
class SpelledLike:
    """The modules of whose names a part, or all from some part on, is spelled much like a word."""

    words: tuple[str, ...]

    def __call__(self, path: str) -> bool:
        parts = path.rpartition(".")[0].removesuffix("/__init__").split("/")
        spelled = [*parts, *(".".join(parts[at:]) for at in range(len(parts)))]
        return is_python(path) and any(get_close_matches(word, spelled, 1) for word in self.words)
