"""Names of modules that other files need: asked one by one, looked up together."""

from collections.abc import Container

from onepath.symbols.references import references
from onepath.symbols.users import users_of_names
from onepath.symbols.world import World


class KeptNames:
    """Which names a codemod must leave to a module because other files take them from there.

    Each name counts as needed until `look_up`: to search the repository for one name takes as
    long as for a hundred.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: dict[str, set[str]] = {}
        self._free: frozenset[tuple[str, str]] = frozenset()

    def of(self, path: str) -> Container[str]:
        """The needed names of a module."""
        return _Names(self, path)

    def is_needed(self, path: str, name: str) -> bool:
        """Whether a name has to stay, as far as it is known by now."""
        self._asked.setdefault(path, set()).add(name)
        return (path, name) not in self._free

    def look_up(self) -> tuple[str, ...]:
        """Search for all names that were asked for.

        Returns:
            The modules of which some are not needed, in order: what was made of them rests on
            too little.
        """
        asked = {(path, name) for path, names in self._asked.items() for name in names}
        names = {name for _, name in asked}
        needed = {
            (one.module, one.name)
            for user in (users_of_names(self._world, self._asked, names) if asked else ())
            for one in references(user, self._world.facts(user), self._world.resolver, names)
            if one.module != user
        }
        self._free = frozenset(
            (path, name) for path, name in asked if needed.isdisjoint({(path, name), (path, "*")})
        )
        return tuple(sorted({path for path, _ in self._free}))


class _Names(Container[str]):
    def __init__(self, kept: KeptNames, path: str) -> None:
        self._kept = kept
        self._path = path

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._kept.is_needed(self._path, name)
