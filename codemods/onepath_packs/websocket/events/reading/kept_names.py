"""Names of modules that are needed for more than their uses: asked one by one, looked up together.

Other files take them from there, or a string names them, in their own file or elsewhere.
"""

from collections.abc import Collection, Container, Set

from onepath.symbols.find_references.references import references
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.resolve import Step
from onepath.symbols.world import World


class KeptNames(Container[str]):
    """The names that a codemod must leave to a module.

    Every name counts as needed that is not known to be free, and is noted: to search the
    repository for one name takes as long as for a hundred.

    Args:
        path: The module's file.
        free: (file, name) of what nobody needs.
        asked: Where it is noted what was asked for.
    """

    def __init__(self, path: str, free: Set[Step], asked: set[Step]) -> None:
        self._path = path
        self._free = free
        self._asked = asked

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str):
            self._asked.add((self._path, name))
        return (self._path, name) not in self._free


def not_needed(world: World, asked: Collection[Step]) -> frozenset[Step]:
    """Those of some names of modules that nothing but their uses needs.

    Args:
        world: The code.
        asked: (file, name) of each.
    """
    if not asked:
        return frozenset()
    names = {name for _, name in asked}
    needed = {
        (reference.module, reference.name)
        for user in users_of_names(world, {path for path, _ in asked}, names)
        for reference in references(user, world.facts(user), world.resolver, names)
    }
    return frozenset(
        (path, name) for path, name in asked if needed.isdisjoint({(path, name), (path, "*")})
    )
