"""Names that tests replace: who reads such a name when it runs moves together with its patches.

A patch of `old.Name` counts for those who look `old.Name` up while it is active. They and all
patches of it are one group over the whole repository: all of them go on to the canonical path, or
all of them stay. They stay where a member can't move, and where others look the canonical name up
as well, for whom the patch does not count today: a patch must not start to work.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from onepath.analysis.expecting import expecting_lines
from onepath.model import Facts
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.late import Patch, Reading, patches, readings
from onepath.symbols.find_references.patch_reach import PatchReach
from onepath.symbols.find_references.told_names import (
    ToldNames,
    patches_of_modules_handed_on,
    patches_of_told_names,
)
from onepath.symbols.find_references.users import files_using
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.modules import is_shared
from onepath.symbols.renames import Match, Renames
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.composed import sole_names
from onepath.symbols.world import World
from onepath_packs.canonical.imports.strings.attributes import Stay
from onepath_packs.canonical.imports.strings.objects import can_follow
from onepath_packs.canonical.imports.strings.spelled import change, change_by_keyword

_MOVING = ("import", "chain", "string")
_Member = TypeVar("_Member", Patch, Reading)


class PatchedName(NamedTuple):
    """A deprecated name that is replaced somewhere."""

    step: Step
    match: Match
    patches: tuple[Patch, ...]
    readings: tuple[Reading, ...]
    module: str = ""
    """The deprecated module, where all of it goes on to another one."""

    @property
    def files(self) -> frozenset[str]:
        """The files of its members."""
        patching = {patch.path for patch in self.patches}
        return frozenset(patching | {reading.path for reading in self.readings})


def patched_groups(world: World, renames: Renames, files: Mapping[str, Facts]) -> list[PatchedName]:
    """The deprecated names that are replaced somewhere, with who replaces and who reads them.

    A test is taken to run its own file, the helpers that it imports, and whatever is no test.

    Args:
        world: The code.
        renames: What is deprecated.
        files: All files that may name it, with their facts.
    """
    # Where modules move as a whole, patches of their names follow with all that read them.
    whole = {} if renames.homes else _names_of_modules(world, renames)
    steps = {
        step: match
        for step, match in renames.symbols.items()
        if step[0][:1] != "?" and not renames.is_rebound(match)
    }
    steps = {**{step: match for step, (match, _) in whole.items()}, **steps}
    readable = {path: facts for path, facts in files.items() if facts.failure is None}
    named = (
        patch
        for path, facts in readable.items()
        for patch in patches(path, facts, world.resolver, steps)
    )
    search = ToldNames({*renames.modules, *(old.rpartition(".")[0] for old in renames.olds)})
    told = (
        patch for patch in patches_of_told_names(world, steps, search) if patch.path not in readable
    )
    handed_on = patches_of_modules_handed_on(world, steps.keys(), readable)
    replaced = _by_step((*named, *told, *handed_on))
    read = _by_step(
        one for path in (readable if replaced else {}) for one in _readings(world, path, replaced)
    )
    return [
        PatchedName(
            step,
            steps[step],
            tuple(patching),
            tuple(reading),
            "" if step in renames.symbols or step not in whole else whole[step][1],
        )
        for step, found in replaced.items()
        for patching, reading in _together(world, found, read.get(step, []))
    ]


def _names_of_modules(world: World, renames: Renames) -> dict[Step, tuple[Match, str]]:
    """The names of deprecated modules whose new modules are there already, with those modules."""
    found = {}
    for old, to in renames.modules.items():
        path, new = world.modules.find(old), world.modules.find(to.module)
        if path is None or new is None or path == new or path.endswith("/"):
            continue
        names = {*world.resolver.table(path).names, *world.resolver.star_names(path)[0]}
        for name in names:
            match = Match(f"{old}.{name}", Destination(to.module, name))
            found[path, name] = match, old
    return found


def _together(
    world: World, replacing: Sequence[Patch], reading: Sequence[Reading]
) -> list[tuple[list[Patch], list[Reading]]]:
    """The patches of one name, those together that somebody may read."""
    shared = {one.path for one in reading if is_shared(one.path)}
    readers = {one.path for one in reading}
    by_file: dict[str, list[Patch]] = {}
    for patch in replacing:
        by_file.setdefault(patch.path, []).append(patch)
    found: list[tuple[set[str], list[Patch]]] = []
    for path, made in by_file.items():
        files = {path, *shared}
        edges = import_edges(path, world.facts(path), world.modules)
        files.update({edge.target for edge in edges} & readers)
        near = [one for one in found if not files.isdisjoint(one[0])]
        for other in near:
            found.remove(other)
        found.append(
            (
                files.union(*(one[0] for one in near)),
                [*(one for other in near for one in other[1]), *made],
            )
        )
    return [(patching, [one for one in reading if one.path in files]) for files, patching in found]


def held_groups(
    world: World, renames: Renames, names: Sequence[PatchedName], excluded: Collection[str]
) -> dict[str, dict[str, Stay]]:
    """The deprecated paths whose patches and late readers stay, by file, each with the reason.

    Args:
        world: The code.
        renames: What is deprecated.
        names: The groups.
        excluded: Files that are left as they are.
    """
    late = _late_readers_of_canonical(world, names)
    reach = PatchReach(world)
    reach.expect(reading.path for readings in late.values() for reading in readings)
    held: dict[str, dict[str, Stay]] = {}
    for group in names:
        target = _target(world, group)
        new = [
            reading
            for reading in late.get(target, ())
            if (is_shared(reading.path) or reading.path in group.files)
            and (reading.path != target[0] or _uses_the_module(world, group))
            and any(reach.reaches(patch.path, reading.path) for patch in group.patches)
        ]
        why = _member_that_stays(world, renames, group, excluded) or _reader_that_is_new(
            world, group, new
        )
        if why is not None:
            _hold(held, group, why)
    return held


def _uses_the_module(world: World, group: PatchedName) -> bool:
    """Whether the canonical module's own functions matter where a group's patches are made.

    A patch that counts for its readers may count for them as well, unless the file that makes it
    takes something else from that module.
    """
    module = _target(world, group)[0]
    return not group.readings or any(
        edge.target == module
        for patch in group.patches
        for edge in import_edges(patch.path, world.facts(patch.path), world.modules)
    )


def replaced_in(names: Sequence[PatchedName], path: str) -> frozenset[str]:
    """The deprecated paths that a file reads late, or replaces, in one of the groups."""
    return frozenset(group.match.old for group in names if path in group.files)


def parted(
    after: World,
    names: Sequence[PatchedName],
    changed: Collection[str],
    held: Mapping[str, Mapping[str, Stay]],
) -> dict[str, dict[str, Stay]]:
    """The groups of which some members have moved and others have not, as in `held_groups`.

    Args:
        after: The code with all edits.
        names: The groups, as they were.
        changed: The files that changed.
        held: The groups that stay anyway.
    """
    result: dict[str, dict[str, Stay]] = {}
    for group in names:
        old, files = group.match.old, group.files
        stays = any(old in held.get(path, ()) for path in files)
        if stays or not group.readings or files.isdisjoint(changed):
            continue
        for path in sorted(files):
            if any(patches(path, after.facts(path), after.resolver, {group.step})) or (
                _readings(after, path, {group.step})
            ):
                _hold(result, group, _held_by(old, path, "can't follow"))
    return result


def _hold(held: dict[str, dict[str, Stay]], group: PatchedName, why: Stay) -> None:
    for path in group.files:
        held.setdefault(path, {}).setdefault(group.match.old, why)
        if group.module:
            held[path].setdefault(group.module, why)  # names are read through its import


def _member_that_stays(
    world: World, renames: Renames, group: PatchedName, excluded: Collection[str]
) -> Stay | None:
    old = group.match.old
    for patch in group.patches:
        if group.readings and (
            patch.path in excluded or not _can_follow(world, renames, group, patch)
        ):
            line = f":{patch.line}" if patch.line else ""
            return Stay(
                f"'{old}' is read when functions run, and replaced here: both must move",
                f"'{old}' is replaced in {patch.path}{line}, which can't follow: both must move",
            )
    for reading in group.readings:
        if reading.kind == "own":
            return Stay(
                f"'{old}': the module itself looks the name up there",
                f"'{old}' is replaced by tests, and its module itself looks it up: both must move",
            )
        if reading.path in excluded or reading.kind not in _MOVING:
            return _held_by(old, reading.path, "goes on to look it up there")
    return None


def _held_by(old: str, path: str, what: str) -> Stay:
    return Stay(
        f"'{old}': {path} {what}",
        f"'{old}' is replaced by tests, and {path} {what}: both must move",
    )


def _reader_that_is_new(world: World, group: PatchedName, late: Sequence[Reading]) -> Stay | None:
    """Whether somebody for whom the patch does not count today would see it at its new place."""
    if not late:
        return None
    old, new = group.match.old, group.match.to.dotted
    files = {reading.path for reading in late}
    # A module of a package says more than a copy that lies about.
    where = min(files, key=lambda path: (not _is_in_package(world, path), path))
    if len(files) > 1:
        where += f" (and {len(files) - 1} more)"
    if not group.readings:
        return Stay(
            f"nobody looks '{old}' up when it runs, so that this patches nothing; {where} looks "
            f"'{new}' up, where it would start to work",
            "",
        )
    return Stay(
        f"'{old}': {where} looks '{new}' up, which this does not replace today, and would then",
        f"tests replace '{old}'; {where} looks '{new}' up, which they do not replace today, and "
        "would then",
    )


def _is_in_package(world: World, path: str) -> bool:
    return f"{path.rpartition('/')[0]}/__init__.py" in world.modules.files


def _can_follow(world: World, renames: Renames, group: PatchedName, patch: Patch) -> bool:
    """Whether a patch can be made to name the canonical path."""
    facts, match = world.facts(patch.path), group.match
    if patch.string >= 0:
        return facts.strings[patch.string].plain
    if group.module and patch.by_object:
        return True  # its import is what changes
    if patch.attribute >= 0:
        return can_follow(patch.path, facts, renames, patch.attribute)
    if patch.spelled is None:
        return False
    if patch.spelled.by_keyword:
        resolver, new = world.resolver, match.to.dotted
        return change_by_keyword(patch.path, facts, resolver, patch.spelled, new) is not None
    sole = sole_names(patch.path, facts, world.resolver).get(patch.spelled.number)
    return (
        sole is not None
        and sole.composed.argument != "attribute"
        and change(sole, match.to.dotted) is not None
    )


def _target(world: World, group: PatchedName) -> Step:
    to = group.match.to
    return world.modules.find(to.module) or "", to.name


def _late_readers_of_canonical(
    world: World, names: Collection[PatchedName]
) -> dict[Step, list[Reading]]:
    """Who looks the canonical names up when functions run, of those that a patch may reach: a
    test that neither patches nor reads the old name is run without these patches."""
    targets = {_target(world, group) for group in names} - {("", "")}
    targets = {step for step in targets if step[0] and not step[0].endswith("/")}
    if not targets:
        return {}
    users = files_using(world, {path for path, _ in targets}, {name for _, name in targets})
    members = {path for group in names for path in group.files}
    users = {path for path in users if is_shared(path) or path in members}
    paths = sorted({*users, *(path for path, _ in targets)})
    world.fact_store.load(paths)
    return _by_step(
        reading
        for path in paths
        if world.facts(path).failure is None
        for reading in _readings(world, path, targets)
    )


def _readings(world: World, path: str, steps: Collection[Step]) -> list[Reading]:
    """The readings of a file, without those that are expected to fail: no patch is meant there."""
    found = list(readings(path, world.facts(path), world.resolver, steps))
    if not found:
        return []
    data = world.read([path]).get(path, b"")
    lines = list(expecting_lines(data.decode("utf-8", "replace").split("\n")))
    return [
        reading for reading in found if not (reading.at and lines[data.count(b"\n", 0, reading.at)])
    ]


def _by_step(found: Iterable[_Member]) -> dict[Step, list[_Member]]:
    result: dict[Step, list[_Member]] = {}
    for one in found:
        result.setdefault(one.step, []).append(one)
    return result
