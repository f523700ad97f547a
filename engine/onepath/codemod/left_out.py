"""What a codemod must leave alone: whole files, and single places of others."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from onepath.edit.edits import map_offset
from onepath.model import FileChange, Refusal


class Location(NamedTuple):
    """Something in a file that a codemod changes or leaves as a whole: a call, an import."""

    start: int
    """Its byte offset in the file as it is."""
    line: int


class LeftOut(Collection[str]):
    """The files that must not be touched, which is what it contains, and places of other files.

    Args:
        files: Paths.
        places: Path -> the start of each place that must stay as it is -> why, as it is told.
    """

    def __init__(
        self, files: Collection[str] = (), places: Mapping[str, Mapping[int, Refusal]] | None = None
    ) -> None:
        self._files = frozenset(files)
        self.places = dict(places or {})

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def why(self, path: str, start: int) -> Refusal | None:
        """Why the place at an offset must stay; None if it may change."""
        return self.places.get(path, {}).get(start)

    def holds(self, path: str, start: int) -> bool:
        """Whether the place at an offset must stay."""
        return start in self.places.get(path, {})

    def also(self, path: str, places: Mapping[int, Refusal]) -> "LeftOut":
        """This, and some places of a file."""
        return LeftOut(self._files, {**self.places, path: {**self.places.get(path, {}), **places}})

    def also_files(self, files: Iterable[str]) -> "LeftOut":
        """This, and some files."""
        return LeftOut(self._files | {*files}, self.places)

    def after(self, changes: Iterable[FileChange]) -> "LeftOut":
        """The same places where they stand once some files have changed."""
        moved = dict(self.places)
        for change in changes:
            if change.path in moved:
                offsets = {
                    map_offset(change.edits, start): why
                    for start, why in moved[change.path].items()
                }
                moved[change.path] = {at: why for at, why in offsets.items() if at is not None}
        return LeftOut(self._files, moved)
