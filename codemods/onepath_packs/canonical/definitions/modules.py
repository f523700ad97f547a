"""Modules and packages get another path: their files move, and whatever names them follows.

The files are put in their new place while the old modules still pass all names on from there; all
references go from the old path to the new one; the old modules go where nothing needs them.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname
from typing import NamedTuple

from onepath.codemod import Config, Edit, FileChange, Needles, Outcome, Refusal, World
from onepath.codemod.refusals.own_text import without_own_text
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits
from onepath.errors import InputError
from onepath.model import Changeset, Facts
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.late import patches
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.modules import is_package
from onepath_packs.canonical.definitions.import_block import ImportBlock
from onepath_packs.canonical.definitions.moving.by_module import filed_by_modules
from onepath_packs.canonical.definitions.moving.target import target_of
from onepath_packs.canonical.definitions.old_paths.all_names import (
    copied_as_submodule,
    met_as_submodule,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import OWN
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import (
    compared_strings,
    followed_strings,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.unpicklers import check_admitted
from onepath_packs.canonical.definitions.old_paths.passing_on import passing_on, wanted_shim
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim
from onepath_packs.canonical.definitions.old_paths.still_loaded import still_loaded
from onepath_packs.canonical.definitions.old_paths.still_read import named_in_part
from onepath_packs.canonical.definitions.own_name import OwnName
from onepath_packs.canonical.definitions.own_paths.configured import (
    MovedFiles,
    configured,
    single_names,
    still_mentioned,
)
from onepath_packs.canonical.definitions.own_paths.found_by_path import (
    check_found_by_path,
    found_by_path,
)
from onepath_packs.canonical.definitions.own_paths.half_loaded import check_half_loaded
from onepath_packs.canonical.definitions.own_paths.linked_files import linked_files
from onepath_packs.canonical.definitions.own_paths.listed_modules import followed_list
from onepath_packs.canonical.definitions.own_paths.own_module_names import ModuleNames
from onepath_packs.canonical.definitions.own_paths.own_place import READING_DATA, check_own_place
from onepath_packs.canonical.definitions.own_paths.packaged import (
    followed_setup,
    listed_beside,
    with_packages,
)
from onepath_packs.canonical.definitions.own_paths.warning_filters import followed_filters
from onepath_packs.canonical.definitions.references import take_references
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import Sum, prove_sum

KEPT = "old-module-kept"
_PYTHON = (".py", ".pyi")
_BY_NAME = rb"(-m(?:[\"']\s*,\s*[\"']|[ \t]+)|" + READING_DATA + rb"\s*[\"'])%b(?!\w)"
"""What runs a module, or reads the data files of a package, up to the module's name."""


class ModuleMove(NamedTuple):
    """A module or a package on its way."""

    old: str
    new: str
    files: Mapping[str, str]
    """Old path -> new path, of everything in it."""
    packages: tuple[str, ...] = ()
    """The `__init__` files that have to be made for it."""
    shim: Shim = NO_SHIM
    """What is kept at its old path."""


def module_move(world: World, old: str, new: str, shim: Shim = NO_SHIM) -> ModuleMove:
    """What moves if a module gets another path.

    Args:
        world: The code.
        old: The module, dotted.
        new: Its new path, dotted.
        shim: What is kept at the old one.

    Raises:
        InputError: There is no such module, or the new path can't be one.
    """
    path = world.modules.find(old)
    if path is None:
        raise InputError(f"'{old}' is no module of this code")
    if world.modules.find(new) is not None:
        raise InputError(f"{world.modules.find(new)}:1: '{new}' is there already")
    if f"{new}.".startswith(f"{old}."):
        raise InputError(f"'{new}' is inside '{old}'")
    target = target_of(world, new, path)
    if target is None:
        raise InputError(f"'{new}' can't be a module: what is around it is no package")
    parent, _, leaf = new.rpartition(".")
    around = world.modules.find(parent) if parent else None
    if around is not None and world.resolver.binds(around, leaf):
        raise InputError(f"{around}:1: '{new}' is a name there already")
    folder = path.rstrip("/") if path.endswith("/") else dirname(path) if is_package(path) else ""
    entries = world.snapshot.entries
    if folder:
        there = target.path.removesuffix(".py")
        files = {
            entry: there + entry.removeprefix(folder)
            for entry in entries
            if entry.startswith(f"{folder}/")
        }
    else:
        files = {path: target.path}
        if path.endswith(".py") and f"{path}i" in entries:
            files[f"{path}i"] = f"{target.path}i"
    return ModuleMove(old, new, files, target.packages, shim)


def move_module(world: World, config: Config, move: ModuleMove) -> Outcome:
    """Take a module or a package, with all files in it, to another path.

    Args:
        world: The code.
        config: What is excluded, and what happens to documents.
        move: What, and where to.

    Raises:
        CannotMoveError: Something stands against it; nothing is changed.
    """
    _check(world, config, move)
    names = ModuleNames(world, move.old, move.new, move.files)
    first = _followed_apart(world, move, names)
    forwarding = world.after(first)
    pairs = {move.old: Destination(move.new, "")}
    outcome = take_references(forwarding, config, pairs, whole=pairs)
    steps = Sum(world)
    steps.put(first)
    steps.add(outcome)
    moved = MovedFiles(move.old, move.new, move.files)
    unconfigured = world.after(steps.contents)
    in_configuration = configured(world, unconfigured, config, moved)
    steps.put(in_configuration)
    linked, unlinked = linked_files(world.after(steps.contents), config, move.files)
    steps.put(linked)
    packages = listed_beside(forwarding, move.packages, move.old)
    packages |= {new: world.modules.name(old) for old, new in move.files.items() if is_package(old)}
    steps.put(with_packages(world.after(steps.contents), config, packages))
    followed = world.after(steps.contents)
    origins = {new: old for old, new in move.files.items()}
    kept = {
        path: reader.as_it_was(world, followed, origins)
        for path, reader in _kept(followed, config, move).items()
    }
    check_half_loaded(followed, move.old, move.files, kept)
    _leave_old_files(world, move, kept, steps)
    stay = [path for path in move.files if path.endswith(".py") and steps.content(path) is not None]
    inits = {one: _new_name(move, world.modules.name(one)) for one in stay if is_package(one)}
    steps.put(with_packages(world.after(steps.contents), config, inits))
    steps.add(still_loaded(world, world.after(steps.contents), stay, Globs(config.exclude)))
    changes = _with_modes(world, move, steps.changes())
    after = world.after({change.path: change.new for change in changes})
    prove_sum(world, after, changes, cycles=False, moved=move.files, origins=origins)
    refusals = [*still_mentioned(unconfigured, in_configuration, moved, outcome.changeset.refusals)]
    refusals += [*names.refusals(), *unlinked]
    refusals += filed_by_modules(world, move.files)
    refusals += single_names(after, config, moved)
    refusals += met_as_submodule(world, after, move.old, move.new)
    refusals += [
        Refusal(path, 1, KEPT, f"'{world.modules.name(path)}' is kept and passes names on: {why}")
        for path, why in (kept if move.shim.kind == "none" else {}).items()
    ]
    changeset = Changeset(changes, tuple(sorted({*refusals})))
    return Outcome(changeset, {}, {}, outcome.remarks, steps.places())


def _followed_apart(world: World, move: ModuleMove, names: ModuleNames) -> dict[str, bytes | None]:
    """The files in their new place, and what names them otherwise than by a reference."""
    first: dict[str, bytes | None] = dict.fromkeys(move.packages, b"")
    first |= _arrived(world, move)
    first |= _bound_by_parent(world, move)
    first |= followed_list(world.after(first), move.old, move.new)
    first |= _run_by_name(world, move, first)
    first |= followed_setup(world.after(first), move.old, move.new)
    first |= names.followed(first)
    first |= followed_filters(world.after(first), move.old, move.new, {})
    moved_world = world.after(first)
    compared = compared_strings(moved_world, OWN, move.old.rpartition(".")[2])
    return first | followed_strings(moved_world, compared, move.old, move.new, {})


def _leave_old_files(world: World, move: ModuleMove, kept: Collection[str], steps: Sum) -> None:
    """Have shims stand at the old paths, or nothing where no module has to be kept."""
    for path in move.files:
        if move.shim.kind != "none" and path.endswith(".py"):
            module = _new_name(move, world.modules.name(path))
            data = wanted_shim(world, path, module, move.shim, steps.content(path))
            steps.put({path: data})
        elif path not in kept:
            steps.put({path: None})


def _check(world: World, config: Config, move: ModuleMove) -> None:
    excluded = Globs(config.exclude)
    for path, new in move.files.items():
        entry = world.snapshot.entries[path]
        if excluded.match(path) or excluded.match(new):
            raise CannotMoveError(path, 1, "the configuration excludes this file")
        if not entry.is_regular:
            raise CannotMoveError(path, 1, "this is a link or a submodule")
        if new in world.snapshot.entries and new not in move.files:
            raise CannotMoveError(new, 1, "this file is there already")
        if path.endswith(_PYTHON) and (failure := world.facts(path).failure) is not None:
            raise CannotMoveError(path, failure.line, failure.reason)
    modules = [world.modules.name(path) for path in move.files if path.endswith(".py")]
    check_admitted(world, [(module, "") for module in modules])
    check_own_place(world, move.files)
    check_found_by_path(world, move.files)


# ------------------------------------------------------------------ the files


def _arrived(world: World, move: ModuleMove) -> dict[str, bytes | None]:
    """The files at their new place, and what passes on their names at the old one."""
    found: dict[str, bytes | None] = {}
    data = world.read([*move.files])
    for path, new in move.files.items():
        content = data.get(path)
        if content is None:
            raise CannotMoveError(path, 1, "its content can't be read")
        if path.endswith(_PYTHON):
            found[new] = apply_edits(content, [*_relative_imports(world, move, path, content)])
        else:
            found[new] = content
    for path in move.files:
        if path not in found:
            module = _new_name(move, world.modules.name(path))
            found[path] = passing_on(world, path, module) if path.endswith(".py") else None
    return found


def _bound_by_parent(world: World, move: ModuleMove) -> dict[str, bytes | None]:
    """The package around the module, where it binds the module itself: `from . import old`."""
    parent, _, old = move.old.rpartition(".")
    around, _, new = move.new.rpartition(".")
    path = world.modules.find(parent) if parent else None
    if path is None or path.endswith("/") or path in move.files:
        return {}
    facts = world.facts(path)
    binders = facts.binders.get((0, old), ())
    resolutions = [
        world.resolver.imported(path, facts.imports[at], alias) for at, _, alias in binders
    ]
    if not resolutions or any(
        resolution.kind != "module" or resolution.path not in move.files
        for resolution in resolutions
    ):
        return {}
    data = world.read([path])[path]
    if parent == around:
        return {path: apply_edits(data, OwnName(path, data, facts, old).renamed(new, {old: new}))}
    imports = ImportBlock(world, path, data, facts)
    for at, place, alias in binders:
        imports.replace(at, place, Destination(around, new), alias.bound)
    return {path: apply_edits(data, imports.edits())}


def _new_name(move: ModuleMove, dotted: str) -> str:
    """The new path of a module in what moves."""
    return move.new + dotted.removeprefix(move.old)


def _relative_imports(world: World, move: ModuleMove, path: str, data: bytes) -> Iterator[Edit]:
    """The relative imports of a file that would lead elsewhere from its new place."""
    facts, old = world.facts(path), world.modules.name(path)
    was = old if is_package(path) else old.rpartition(".")[0]
    now = _new_name(move, old)
    now = now if is_package(path) else now.rpartition(".")[0]
    for statement in facts.imports:
        if not statement.level:
            continue
        module = world.modules.absolute(path, statement.level, statement.module) or ""
        if f"{module}.".startswith(f"{move.old}.") and f"{was}.".startswith(f"{move.old}."):
            continue  # both move
        if was == now or not module:
            continue
        spelled = re.escape(b"." * statement.level + statement.module.encode())
        written = re.compile(rb"from[ \t]*(%b)[ \t]+import\b" % spelled)
        match = written.match(data, statement.start)
        if match is None:
            raise CannotMoveError(path, statement.line, "this import is written in parts")
        text = _relative(now, module).encode()
        yield Edit(*match.span(1), text, "import", statement.line)


def _relative(package: str, module: str) -> str:
    """A module as one in a package writes it; absolute if they have nothing in common."""
    own, parts = package.split("."), module.split(".")
    shared = 0
    while shared < min(len(own), len(parts)) and own[shared] == parts[shared]:
        shared += 1
    if not shared:
        return module
    return "." * (len(own) - shared + 1) + ".".join(parts[shared:])


def _with_modes(
    world: World, move: ModuleMove, changes: Sequence[FileChange]
) -> tuple[FileChange, ...]:
    """The changes, where a file that moves keeps its mode."""
    modes = {new: world.snapshot.entries[path].mode for path, new in move.files.items()}
    return tuple(
        replace(change, mode=modes[change.path])
        if change.is_new and change.path in modes
        else change
        for change in changes
    )


# ------------------------------------------------------------------- by name


def _run_by_name(
    world: World, move: ModuleMove, first: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """The Python files that run the module, or read data files of it, by its name or its path.

    `[sys.executable, "-m", "old"]`, `"python -m old"`, `resources.files("old")`, `"pkg/old.py"`.
    """
    run = re.compile(_BY_NAME % re.escape(move.old.encode()))
    paths = {one: new for one, new in move.files.items() if "/" in one}
    found: dict[str, bytes | None] = {}
    for path in world.fact_store.mentioning(Needles.of([move.old, *paths])):
        place = move.files.get(path, path)
        data = first.get(place) or world.read([path]).get(path, b"")
        new = run.sub(lambda match: match[1] + move.new.encode(), data)
        for old in paths if b"/" in new else ():
            for quote in (b'"', b"'"):
                new = new.replace(quote + old.encode() + quote, quote + paths[old].encode() + quote)
        if new != data:
            found[place] = new
    return found


# ----------------------------------------------------------------- what is left


def _kept(world: World, config: Config, move: ModuleMove) -> dict[str, RemainingReader]:
    """The old modules that something still refers to, each with what does.

    Raises:
        CannotMoveError: What is left replaces names in the old module.
    """
    old = [path for path in move.files if path.endswith(".py") and path in world.snapshot.entries]
    found: dict[str, RemainingReader] = {}
    for holder in without_own_text(world, config, holders(world, [*map(Target, old)])):
        if holder.breaks and holder.path not in move.files:
            found.setdefault(
                holder.target.path, RemainingReader(holder.path, holder.line, "goes on to name it")
            )
    for path, by_path in found_by_path(world, move.files):
        if path in old:
            found.setdefault(path, by_path)
    packages = {path: world.modules.name(path).rpartition(".")[0] for path in old}
    in_part = {package: named_in_part(world, package) for package in {*packages.values()}}
    for path, package in packages.items():
        if (reader := in_part[package]) is not None:
            found.setdefault(path, reader)
    entry, copy = world.modules.find(move.old), copied_as_submodule(world, move.old)
    if entry in old and copy is not None:
        found.setdefault(entry, copy)
    data = [path for path in move.files if not path.endswith(_PYTHON)]
    for path, reader in [*found.items()]:
        if data and is_package(path):
            reason = f"'{move.old}' is named here, and '{data[0]}' is found by that name"
            raise CannotMoveError(reader.path, reader.line, reason)
        main = f"{dirname(path)}/__main__.py"
        if is_package(path) and main in old:
            found.setdefault(main, RemainingReader(path, 1, "runs by it"))
        above = dirname(path)
        while above and (init := f"{above}/__init__.py") in old:
            found.setdefault(init, RemainingReader(path, 1, "stays below it"))
            above = dirname(above)
    for path, reader in found.items():
        facts: Facts = world.facts(reader.path) if reader.path.endswith(_PYTHON) else Facts({})
        steps = {(path, name) for name in world.resolver.table(path).names}
        for patch in patches(reader.path, facts, world.resolver, steps) if facts.raw else ():
            reason = f"'{patch.step[1]}' is replaced here, and its module's path can't follow"
            raise CannotMoveError(reader.path, patch.line or 1, reason)
    return found
