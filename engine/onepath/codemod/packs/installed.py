"""Where packs come from: installed distributions, and folders that a configuration names."""

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, reduce
from importlib import import_module
from pathlib import Path
from types import ModuleType

from onepath.codemod.packs.known_code import known_of_code, look_at, look_where_modules_are
from onepath.codemod.packs.pack import Pack, joined, no_pack
from onepath.config.migrate_toml import Config
from onepath.config.reader import Brought, is_pack_path
from onepath.errors import InputError, OutsideError

GROUP = "onepath.packs"


@cache
def load_packs() -> Mapping[str, Pack]:
    """All installed packs by name.

    Raises:
        OutsideError: A pack can't be loaded, or two have one name.
    """
    packs: dict[str, Pack] = {}
    for name, value, source in json.loads(known_of_code(("packs",), _entry_points)):
        try:
            pack = _loaded_from(value)
        except Exception as error:
            raise OutsideError(
                f"the pack '{name}' can't be loaded from '{value}': {error}",
                hint="reinstall or remove the distribution that brings it",
            ) from error
        if not isinstance(pack, Pack) or pack.name in packs:
            raise OutsideError(f"'{value}' is no pack, or there are two named '{name}'")
        packs[pack.name] = replace(pack, source=source)
    return packs


def _entry_points() -> str:
    """The name, place and distribution of each installed pack, as JSON."""
    from importlib.metadata import entry_points

    look_where_modules_are()
    look_at(path for folder in sys.path for path in _metadata_in(folder))
    points = []
    for point in entry_points(group=GROUP):
        distribution = getattr(point, "dist", None)
        source = f"{distribution.name} {distribution.version}" if distribution else ""
        points.append((point.name, point.value, source))
    return json.dumps(points)


def _metadata_in(folder: str) -> Iterator[str]:
    """What says which entry points there are, and may change without a change of the folder."""
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            yield os.path.join(folder, name)
            yield os.path.join(folder, name, "entry_points.txt")


def _loaded_from(value: str) -> object:
    """What an entry point means: `package.module:attribute`.

    `importlib.metadata` does the same, but importing it loads the parsers of mail.
    """
    module, _, attribute = (part.strip() for part in value.partition("[")[0].partition(":"))
    return reduce(getattr, filter(None, attribute.split(".")), import_module(module))


def default_pack(packs: Mapping[str, Pack]) -> str:
    """The pack of configurations that name none.

    Raises:
        InputError: No installed pack serves them, or several want to.
    """
    names = [name for name, pack in packs.items() if pack.is_default]
    if len(names) == 1:
        return names[0]
    known = ", ".join(sorted(packs)) or "none"
    raise InputError(
        "the configuration names no pack, and "
        + (
            f"{' and '.join(sorted(names))} all are the default" if names else "none is the default"
        ),
        hint=f'name one: pack = "..."; installed packs: {known}',
    )


def packs_of(config: Config) -> Mapping[str, Pack]:
    """The installed packs by name, and those that a configuration names by their paths.

    Raises:
        InputError: A folder that it names holds no pack.
        OutsideError: An installed pack can't be loaded.
    """
    folder = config.path.parent if config.path is not None else Path()
    local = {name: local_pack(folder / name) for name in config.packs if is_pack_path(name)}
    return {**load_packs(), **local}


Resolve = Callable[[str], Path]
"""Says where the folder of a pack is that is named by its path, or raises InputError."""


def registry(resolve: Resolve) -> Callable[[tuple[str, ...]], Brought]:
    """What the installed packs bring to a configuration, and those in folders.

    Args:
        resolve: Says where a folder is, if its code may run.
    """

    def brought(names: tuple[str, ...]) -> Brought:
        installed = load_packs()
        names = names or (default_pack(installed),)
        chosen = []
        for name in names:
            if is_pack_path(name):
                chosen.append(local_pack(resolve(name)))
            elif name in installed:
                chosen.append(installed[name])
            else:
                raise no_pack(name, installed)
        joined(chosen)
        tables = {name: table for pack in chosen for name, table in pack.all_tables.items()}
        others = {
            table: name
            for name, pack in sorted(installed.items(), reverse=True)
            for table in pack.all_tables
            if table not in tables
        }
        return Brought(names, chosen[0].name, tables, others)

    return brought


# ------------------------------------------------------------------ in folders

_PREFIX = "local_pack_"
_loaded: dict[Path, Pack] = {}


def local_pack(folder: Path) -> Pack:
    """The pack in a folder of the user's repository. This runs its code.

    Raises:
        InputError: There is none, it can't be imported, or its name is taken.
    """
    folder = folder.resolve()
    if folder not in _loaded:
        pack = getattr(_imported(folder), "PACK", None)
        if not isinstance(pack, Pack):
            raise InputError(f"{folder}: holds no pack; `PACK = Pack(...)` is missing")
        _loaded[folder] = replace(pack, source=f"{folder}")
    return _loaded[folder]


def loaded_folders() -> tuple[Path, ...]:
    """The folders of the packs that were loaded from folders, for other processes to load them."""
    return tuple(_loaded)


def _imported(folder: Path) -> ModuleType:
    """Import a folder as a package under a name of its own, which is in nobody's way.

    Its modules import one another by relative imports, so that it is the same pack where it is
    installed.
    """
    init, name = folder / "__init__.py", f"{_PREFIX}{folder.name}"
    if not init.is_file():
        raise InputError(
            f"{folder}: there is no such pack", hint="a pack is a folder with an __init__.py"
        )
    if not name.isidentifier() or name in sys.modules:
        raise InputError(f"{folder}: '{folder.name}' is no name of a package, or taken by another")
    spec = importlib.util.spec_from_file_location(
        name, init, submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        _forget(name)
        raise InputError(
            f"{folder}: the pack can't be imported: {type(error).__name__}: {error}",
            hint="modules of a pack import one another by relative imports",
        ) from error
    return module


def _forget(name: str) -> None:
    for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[module]
