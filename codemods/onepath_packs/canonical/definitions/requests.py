"""What the arguments of `rename` and `move` mean in the code, checked before they are planned."""

import builtins
import keyword
from posixpath import dirname, normpath

from onepath.codemod import World
from onepath.config.tables.renames import name_problem
from onepath.errors import InputError, did_you_mean
from onepath.model import BLOCK_KINDS
from onepath.symbols.modules import is_package
from onepath.symbols.near_paths import suggestion
from onepath.symbols.resolve import Resolution, Step
from onepath_packs.canonical.definitions.moving.target import DestinationModule, target_of
from onepath_packs.canonical.definitions.places import leads_to


def is_definition_rename(world: World, old: str, new: str) -> bool:
    """Whether a rename is one of a definition in its own module: NEW is not there yet.

    Args:
        world: The code.
        old: A dotted path.
        new: Another one.
    """
    module, _, leaf = old.rpartition(".")
    if not module or new.rpartition(".")[0] != module:
        return False
    path = world.modules.find(module)
    if path is None or path.endswith("/") or world.resolver.dotted(new).kind != "unresolved":
        return False
    return _is_defined(world, path, leaf) or world.resolver.dotted(old).kind == "definition"


def is_module(world: World, dotted: str) -> bool:
    """Whether a path is that of a module or package, and of nothing that its package binds."""
    resolution = world.resolver.dotted(dotted)
    return resolution.kind == "module" and world.modules.find(dotted) == resolution.path


def is_no_module(world: World, dotted: str) -> bool:
    """Whether a path is certainly that of a function, of a class, or of a member of one."""
    resolution = world.resolver.dotted(dotted)
    if resolution.kind != "definition":
        return False
    kinds = {
        definition.kind
        for definition in world.facts(resolution.path).definitions
        if definition.qualname == resolution.name
    }
    return bool(kinds) and kinds <= BLOCK_KINDS


def is_path(text: str) -> bool:
    """Whether an argument is the path of a file or folder, and no dotted name."""
    return "/" in text or text.endswith(".py")


def modules_of_paths(world: World, old: str, destination: str) -> tuple[str, str]:
    """The dotted names of a file or folder that moves: as it is, and as it will be.

    Args:
        world: The code.
        old: A Python file, or the folder of a package.
        destination: A folder, to which it goes under its name, or its new path.

    Raises:
        InputError: There is no such file, or it can't be imported by its path.
    """
    for path in (old, destination):
        _check_inside(path)
    old, entries = normpath(old), world.snapshot.entries
    is_folder = any(path.startswith(f"{old}/") for path in entries)
    if old not in entries and not is_folder:
        known = {*world.modules.files, *map(dirname, entries)}
        raise InputError(f"there is no '{old}' in this code", hint=did_you_mean(old, known))
    into = "" if normpath(destination) in (".", "/") else normpath(destination)
    is_inside = not into or any(path.startswith(f"{into}/") for path in entries)
    if destination.endswith("/") or is_inside:
        into = "/".join(filter(None, (into, old.rpartition("/")[2])))
    if not is_folder and not (old.endswith(".py") and into.endswith(".py")):
        raise InputError(f"'{old}' can't become '{into}': both must be files of Python")
    init = "/__init__.py" if f"{old}/__init__.py" in entries else "/"
    ending = init if is_folder else ""
    module, new = world.modules.name(old + ending), world.modules.name(into + ending)
    if problem := name_problem(new):
        raise InputError(f"'{into}' can't be imported: {problem}")
    target = target_of(world, new, old)
    found = world.modules.find(module)
    if found != old + ending or target is None:
        raise InputError(f"'{old}' is not imported by its path, or '{into}' could not be")
    return module, new


def module_at(world: World, path: str) -> str:
    """The dotted name that a file has or would have, or the package of a folder.

    Empty for the top of the repository.

    Args:
        world: The code.
        path: A Python file or a folder.

    Raises:
        InputError: It may be outside of the code.
    """
    _check_inside(path)
    into = normpath(path)
    if into in (".", "/"):
        return ""
    if into.endswith(".py"):
        return world.modules.name(into)
    init = f"{into}/__init__.py"
    return world.modules.name(init if init in world.snapshot.entries else f"{into}/")


def _check_inside(path: str) -> None:
    if (path.startswith("/") and path != "/") or ".." in path.split("/"):
        raise InputError(
            f"'{path}' may be outside of this code",
            hint="paths begin at its top, and don't go up: `migrate move pkg/b.py pkg/sub/`",
        )


def is_module_rename(world: World, old: str, new: str) -> bool:
    """Whether a rename is one of a module itself: NEW is not there yet, and can be.

    A module goes to a package that is there; to others it is moved.
    """
    parent = new.rpartition(".")[0]
    return (
        is_module(world, old)
        and world.resolver.dotted(new).kind in ("unresolved", "external")
        and (parent == old.rpartition(".")[0] or is_module(world, parent))
    )


def home_of(world: World, dotted: str) -> Step:
    """The (path, name) of the definition to which a path leads.

    Raises:
        InputError: It leads to none, or to one of another name.
    """
    module, _, leaf = dotted.rpartition(".")
    path = world.modules.find(module) if module else None
    if path is not None and not path.endswith("/") and _is_defined(world, path, leaf):
        return path, leaf
    resolution = world.resolver.dotted(dotted)
    if resolution.kind == "unresolved":
        raise InputError(f"there is no '{dotted}' in this code{suggestion(world, dotted)}")
    if resolution.kind != "definition" or resolution.rest:
        raise InputError(f"'{dotted}' is no definition at the top of a module of this code")
    if resolution.name != leaf:
        where = f"{world.modules.name(resolution.path)}.{resolution.name}"
        line = line_of(world, resolution)
        raise InputError(
            f"{resolution.path}:{line}: '{dotted}' is another name of '{where}'",
            hint=f"rename '{where}' itself",
        )
    return resolution.path, resolution.name


def _is_defined(world: World, path: str, name: str) -> bool:
    """Whether a module binds a name itself, to whatever, and not by an import."""
    binders = world.resolver.table(path).names.get(name, ())
    return any(binder.definition is not None for binder in binders)


def check_new_name(world: World, home: Step, new: str) -> None:
    """Refuse a name that a definition can't have.

    Raises:
        InputError: It is a keyword, a builtin, or taken in the module.
    """
    path, old = home
    if not new.isidentifier() or keyword.iskeyword(new):
        raise InputError(f"'{new}' is no name in Python")
    if hasattr(builtins, new):
        raise InputError(
            f"{path}:{line_of(world, home)}: '{new}' is the name of a builtin, which would be "
            f"hidden in this module"
        )
    table = world.resolver.table(path)
    if new in table.names:
        at = table.names[new][0].start
        line = world.read([path])[path].count(b"\n", 0, at) + 1
        raise InputError(f"{path}:{line}: '{new}' is there already, so '{old}' can't be it")
    if is_package(path) and world.modules.submodule(path, new) is not None:
        raise InputError(f"'{world.modules.name(path)}.{new}' is a module, so '{old}' can't be it")


def checked_target(world: World, home: Step, module: str) -> DestinationModule:
    """The module to which a definition shall go.

    Raises:
        InputError: It is there already, or the path can be none of a module.
    """
    path, name = home
    target = target_of(world, module, path)
    if target is None:
        raise InputError(f"'{module}' can't be a module: what is around it is no package")
    line = line_of(world, home)
    if target.path == path:
        raise InputError(f"{path}:{line}: '{name}' is in '{module}' already")
    table = {} if target.is_new else world.resolver.table(target.path).names
    for binder in table.get(name, ()):
        if binder.imported is None or not leads_to(world.resolver.name(target.path, name), home):
            at = world.read([target.path])[target.path].count(b"\n", 0, binder.start) + 1
            raise InputError(f"{target.path}:{at}: '{module}' has a '{name}' of its own")
    return target


def line_of(world: World, place: Resolution | Step) -> int:
    """The line of a definition, from 1."""
    path, name = (place.path, place.name) if isinstance(place, Resolution) else place
    return next(
        (
            definition.line
            for definition in world.facts(path).definitions
            if definition.qualname == name
        ),
        1,
    )
