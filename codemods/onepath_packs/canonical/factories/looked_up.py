"""Which names of modules other files refer to, before and after edits."""

from collections.abc import Collection, Iterable, Mapping, Set

from onepath.symbols.find_references.references import references
from onepath.symbols.resolve import Step
from onepath.symbols.world import World


class LookedUp:
    """The references of files to names of other modules.

    Args:
        words: The names that count.
    """

    def __init__(self, words: Collection[str]) -> None:
        self._words = words
        self._public = [word for word in words if not word.startswith("_")]
        self._by_file: dict[str, frozenset[Step]] = {}

    def note(self, world: World, path: str) -> None:
        """Look at a file."""
        self._by_file[path] = self._references(world, path)

    def names(
        self, after: World | None = None, changed: Iterable[str] = ()
    ) -> Mapping[str, Set[str]]:
        """Module -> the names in it that others refer to.

        Args:
            after: The code with edits; None for the code as it is.
            changed: The files that the edits change.
        """
        by_file = self._by_file
        if after is not None:
            by_file = by_file | {path: self._references(after, path) for path in changed}
        found: dict[str, set[str]] = {}
        for module, name in (step for steps in by_file.values() for step in steps):
            found.setdefault(module, set()).update(self._public if name == "*" else (name,))
        return found

    def _references(self, world: World, path: str) -> frozenset[Step]:
        found = references(path, world.facts(path), world.resolver, self._words)
        return frozenset(
            (reference.module, reference.name) for reference in found if reference.module != path
        )
