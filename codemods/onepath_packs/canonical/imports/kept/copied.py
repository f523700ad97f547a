"""Deprecated paths that keep the value of another moment than their canonical path has.

`from pkg.b import config` copies what `pkg.b.config` is at that time. Where a function sets it
again, who looks the copy up when functions run would get another value by the canonical path.
"""

from collections.abc import Iterator, Mapping

from onepath.model import BLOCK_KINDS, Facts
from onepath.symbols.find_references.late import patches
from onepath.symbols.modules import is_test
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.world import World
from onepath_packs.canonical.imports.strings.attributes import Stay

CODE = "late-bound"


def copied_values(world: World, renames: Renames, files: Mapping[str, Facts]) -> dict[str, Stay]:
    """The deprecated paths whose late readers stay, with the reason.

    Args:
        world: The code.
        renames: What is deprecated.
        files: All files that may name it, with their facts.
    """
    if renames.homes:
        return {}  # what is set again does not move itself
    copies = {step: match for step, match in renames.symbols.items() if _is_bound(world, step)}
    homes: dict[Step, list[str]] = {}
    for step, match in copies.items():
        resolution = world.resolver.dotted(match.to.dotted)
        if resolution.kind == "definition" and not resolution.rest and resolution.path != step[0]:
            homes.setdefault((resolution.path, resolution.name), []).append(match.old)
    setting = dict(_set_by_functions(world, homes)) | dict(_set_from_outside(world, homes, files))
    return {
        old: Stay(
            f"'{old}' is read when functions run, and replaced here: both must move",
            f"'{old}' keeps its first value, while {where} sets '{step[1]}' again",
            CODE,
        )
        for step, where in setting.items()
        for old in homes[step]
    }


def _is_bound(world: World, step: Step) -> bool:
    """Whether a module has a name by a statement, so that it is bound once."""
    path, name = step
    if path not in world.snapshot.entries:
        return False
    return name in world.facts(path).scopes[0].bound or name in world.resolver.star_names(path)[0]


def _set_by_functions(world: World, steps: Mapping[Step, object]) -> Iterator[tuple[Step, str]]:
    for path, name in steps:
        for scope in world.facts(path).scopes:
            if name in scope.redirected and scope.kind == "function":
                before = world.read([path]).get(path, b"")[: scope.start]
                line = before.count(b"\n") + 1
                yield (path, name), f"{path}:{line}"
                break


def _set_from_outside(
    world: World, steps: Mapping[Step, object], files: Mapping[str, Facts]
) -> Iterator[tuple[Step, str]]:
    """Values that other modules assign to; tests put back what they set."""
    values = {
        (path, name)
        for path, name in steps
        if not any(
            definition.qualname == name and definition.kind in BLOCK_KINDS
            for definition in world.facts(path).definitions
        )
    }
    for path, facts in files.items() if values else ():
        if facts.failure is None and not is_test(path):
            for patch in patches(path, facts, world.resolver, values):
                if patch.at:
                    yield patch.step, path
