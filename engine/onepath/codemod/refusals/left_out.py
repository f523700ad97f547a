"""What a codemod must leave alone: whole files, and single places of others."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from onepath.edit.edits import map_offset
from onepath.model import BindingKey, FileChange, Refusal

EXCLUDED = "excluded"
"""The code by which a codemod says that it leaves something alone in a file that is left out. Where
that is for another reason than the configuration, whoever left it out tells that instead."""

NEEDED = "needs-what-was-left"
"""The code of what can't change without something else that was left alone."""

LeftOutPlace = int | BindingKey
"""A byte offset, which moves with the text; or a binding (scope, name), which does not."""


class Location(NamedTuple):
    """Something in a file that a codemod changes or leaves as a whole: a call, an import."""

    start: int
    """Its byte offset in the file as it is."""
    line: int
    binding: BindingKey | None = None
    """(scope, name): what is imported there, which stays or changes with all its uses."""
    makes: frozenset[BindingKey] = frozenset()
    """The bindings that it has before or after the change, where the codemod knows them."""
    names: frozenset[str] = frozenset()
    """The names and dotted paths that the change puts in or takes out, where it knows them."""
    also: tuple[int, ...] = ()
    """Where else it changes, or is left as it is: in the other lines of an example."""

    @property
    def place(self) -> LeftOutPlace:
        """What it is known by in `LeftOut`."""
        return self.start if self.binding is None else self.binding


class LeftOut(Collection[str]):
    """The files that must not be touched, which is what it contains, and places of other files.

    Args:
        files: Paths.
        places: Path -> each place that must stay as it is -> why, as it is told.
    """

    def __init__(
        self,
        files: Collection[str] = (),
        places: Mapping[str, Mapping[LeftOutPlace, Refusal]] | None = None,
    ) -> None:
        self._files = frozenset(files)
        self._places = dict(places or {})

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    @property
    def places(self) -> Mapping[str, Mapping[LeftOutPlace, Refusal]]:
        """By path the places of files that must stay, each with why."""
        return self._places

    @property
    def refusals(self) -> Iterator[Refusal]:
        """Why each place must stay."""
        return (why for places in self._places.values() for why in places.values())

    def why(self, path: str, place: LeftOutPlace) -> Refusal | None:
        """Why a place must stay; None if it may change."""
        return self._places.get(path, {}).get(place)

    def holds(self, path: str, place: LeftOutPlace) -> bool:
        """Whether a place must stay."""
        return place in self._places.get(path, {})

    def offsets(self) -> Iterator[tuple[str, int, Refusal]]:
        """The places that are known by their offset: path, offset, and why."""
        for path, places in self._places.items():
            for place, why in places.items():
                if isinstance(place, int):
                    yield path, place, why

    def bindings(self, path: str) -> Mapping[BindingKey, Refusal]:
        """The bindings of a file that must stay, each with the reason."""
        places = self._places.get(path, {}).items()
        return {place: why for place, why in places if not isinstance(place, int)}

    def also(self, path: str, places: Mapping[Location, Refusal]) -> "LeftOut":
        """This, and some places of a file."""
        more = {location.place: why for location, why in places.items()}
        return LeftOut(self._files, {**self._places, path: {**self._places.get(path, {}), **more}})

    def also_places(self, places: Mapping[str, Mapping[LeftOutPlace, Refusal]]) -> "LeftOut":
        """This, and some places by their files."""
        paths = self._places.keys() | places.keys()
        return LeftOut(
            self._files,
            {path: {**self._places.get(path, {}), **places.get(path, {})} for path in paths},
        )

    def also_files(self, files: Iterable[str]) -> "LeftOut":
        """This, and some files."""
        return LeftOut(self._files | {*files}, self._places)

    def after(self, changes: Iterable[FileChange]) -> "LeftOut":
        """The same places where they stand once some files have changed."""
        moved = dict(self._places)
        for change in changes:
            if change.path in moved:
                places = {
                    map_offset(change.edits, place) if isinstance(place, int) else place: why
                    for place, why in moved[change.path].items()
                }
                moved[change.path] = {at: why for at, why in places.items() if at is not None}
        return LeftOut(self._files, moved)


def without_excluded(refusals: Iterable[Refusal], files: Collection[str]) -> Iterator[Refusal]:
    """Refusals less those which only say that one of some files is left out."""
    return (
        refusal for refusal in refusals if refusal.code != EXCLUDED or refusal.path not in files
    )
