"""The module to which a definition goes: one that is there, or one that is made."""

from collections.abc import Sequence
from posixpath import dirname
from typing import NamedTuple

from onepath.codemod import World
from onepath.symbols.modules import is_package


class DestinationModule(NamedTuple):
    """A module that is there, or shall be."""

    module: str
    """Dotted."""
    path: str
    is_new: bool
    packages: tuple[str, ...] = ()
    """The `__init__` files that have to be made for it."""

    @property
    def package(self) -> str:
        """What relative imports in it start from."""
        return self.module if is_package(self.path) else self.module.rpartition(".")[0]


def target_of(world: World, module: str, beside: str) -> DestinationModule | None:
    """The file of a module, or where it would be; None if its name can't be a module's.

    Args:
        world: The code.
        module: Its dotted name.
        beside: A file below whose root a new module at the top would be.
    """
    found = world.modules.find(module)
    if found is not None:
        return None if found.endswith("/") else DestinationModule(module, found, is_new=False)
    parent, _, leaf = module.rpartition(".")
    missing: list[str] = []
    while parent:
        folder = world.modules.find(parent)
        if folder is not None:
            if not (folder.endswith("/") or is_package(folder)):
                return None  # a module has no modules below it
            top = folder.rstrip("/") if folder.endswith("/") else dirname(folder)
            return _made(module, top, missing, leaf)
        parent, _, name = parent.rpartition(".")
        missing.insert(0, name)
    return _made(module, _root(world, beside), missing, leaf)


def _root(world: World, path: str) -> str:
    """The folder that the name of a file's module starts from."""
    place = dirname(path) if is_package(path) else path.rstrip("/")
    place = place.removesuffix(".pyi").removesuffix(".py")
    name = world.modules.name(path).replace(".", "/")
    return place.removesuffix(name).rstrip("/") if place.endswith(name) else ""


def _made(module: str, top: str, missing: Sequence[str], leaf: str) -> DestinationModule:
    packages = []
    for name in missing:
        top = f"{top}/{name}" if top else name
        packages.append(f"{top}/__init__.py")
    return DestinationModule(
        module, f"{top}/{leaf}.py" if top else f"{leaf}.py", True, tuple(packages)
    )
