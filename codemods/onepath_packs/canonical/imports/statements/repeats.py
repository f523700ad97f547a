"""Imports that bind once more what the same scope binds to the same name already."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from onepath.edit.bindings import binders, covers, is_import_of
from onepath.edit.draft import Draft
from onepath.symbols.destinations import Destination

AliasPlace = tuple[int, int]
"""Index of a statement, place of an alias in it."""
RepeatKey = tuple[int, str, Destination]
"""Scope, bound name, and what it means."""


class BoundAlias(NamedTuple):
    """One alias as it will be."""

    place: AliasPlace
    key: RepeatKey


class Repeats:
    """Finds what is bound twice once the moves are made.

    Args:
        draft: The file.
        moved: What this run moves.
    """

    def __init__(self, draft: Draft, moved: Iterable[BoundAlias]) -> None:
        self._draft = draft
        self._moved: dict[AliasPlace, RepeatKey] = {alias.place: alias.key for alias in moved}
        self._existing: dict[RepeatKey, list[AliasPlace]] = {
            key: [] for key in self._moved.values()
        }
        self._sole: dict[RepeatKey, bool] = {}
        self._left: dict[int, int] = {}
        """Statement -> how many of its names are left."""
        self._note_existing()

    def is_sole(self, key: RepeatKey) -> bool:
        """Whether the name means the destination, and nothing else, wherever it is bound."""
        if key not in self._sole:
            scope, name, _ = key
            self._sole[key] = name not in self._draft.facts.scopes[scope].multiple and all(
                self._agrees((index, place), key)
                for index, place, _ in binders(self._draft, scope, name)
            )
        return self._sole[key]

    def _agrees(self, place: AliasPlace, key: RepeatKey) -> bool:
        moved = self._moved.get(place)
        if moved is None:
            return place in self._existing[key]
        return moved == key or moved[1] != key[1]

    def dropped(self) -> frozenset[AliasPlace]:
        """The aliases to take out; statements of which nothing is left are deleted in the draft."""
        by_key: dict[RepeatKey, list[AliasPlace]] = {}
        for place, key in self._moved.items():
            by_key.setdefault(key, []).append(place)
        alias_places: set[AliasPlace] = set()
        for key, places in by_key.items():
            existing = self._existing[key]
            if len(places) + len(existing) > 1:
                dropped = self._dropped if self.is_sole(key) else self._doubled
                alias_places.update(dropped(sorted(places), existing))
        return frozenset(alias_places)

    def _dropped(
        self, moved: Sequence[AliasPlace], existing: Sequence[AliasPlace]
    ) -> list[AliasPlace]:
        places, kept = [], list(existing)
        for place in moved:
            if self._is_covered(place, kept) and self._take_out(place[0]):
                places.append(place)
            else:
                kept.append(place)
        staying = [place for place in kept if place in self._moved]
        for place in existing:
            if self._is_covered(place, staying) and self._take_out(place[0]):
                places.append(place)
        return places

    def _doubled(
        self, moved: Sequence[AliasPlace], existing: Sequence[AliasPlace]
    ) -> list[AliasPlace]:
        """Names that one statement imports twice, where another one gives them another meaning."""
        seen, found = {index for index, _ in existing}, []
        for index, place in moved:
            if index in seen and self._take_out(index):
                found.append((index, place))
            seen.add(index)
        return found

    def _is_covered(self, place: AliasPlace, kept: Iterable[AliasPlace]) -> bool:
        return any(covers(self._draft, holder, place[0]) for holder, _ in kept)

    def _take_out(self, index: int) -> bool:
        left = self._left.setdefault(index, len(self._draft.facts.imports[index].names))
        if left == 1 and not self._draft.can_delete(index):
            return False
        if left == 1:
            self._draft.delete(index)
        self._left[index] = left - 1
        return True

    def _note_existing(self) -> None:
        wanted: dict[tuple[int, str], list[RepeatKey]] = {}
        for key in self._existing:
            wanted.setdefault(key[:2], []).append(key)
        for index, statement in enumerate(self._draft.facts.imports):
            for place, alias in enumerate(statement.names):
                for key in wanted.get((statement.scope, alias.bound), ()):
                    if (index, place) not in self._moved and is_import_of(
                        self._draft, statement, alias, key[2]
                    ):
                        self._existing[key].append((index, place))
