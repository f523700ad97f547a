"""A definition goes to another module, with what it needs, and whatever refers to it follows.

It is put into its new place while its old module still imports it from there; all references go
from the old path to the new one; the import in the old module goes where nothing needs it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from onepath.codemod import Config, Outcome, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply
from onepath.edit.export_list import CannotRemove
from onepath.facts.extract.file import extract
from onepath.model import Changeset, Facts
from onepath.symbols.find_references.targets import Target as Sought
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Outside
from onepath.symbols.renames import Destination, Renames
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.by_module import check_names_by_module, pickled
from onepath_packs.canonical.definitions.cycles import check_cycle
from onepath_packs.canonical.definitions.destination import Arrival, Target
from onepath_packs.canonical.definitions.import_block import ImportBlock
from onepath_packs.canonical.definitions.patched import follow_patches
from onepath_packs.canonical.definitions.places import binds, stub_of
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.shim import Shim, listed, shimmed
from onepath_packs.canonical.definitions.still_read import (
    Reader,
    passed_on_by_stars,
    still_read,
)
from onepath_packs.canonical.definitions.taken import Taken, check_rebinding
from onepath_packs.canonical.definitions.together import prove_sum, together
from onepath_packs.canonical.imports.planning import plan_renames

KEPT = "old-path-kept"
_TALK = frozenset(("mentioned", "listed"))


class Move(NamedTuple):
    """What goes where."""

    home: Step
    """(path, name) of the definition."""
    target: Target
    shim: Shim = Shim()
    """What stays at its old path."""


def move_definition(world: World, config: Config, move: Move) -> Outcome:
    """Take a definition to another module.

    Args:
        world: The code.
        config: What is excluded, and what happens to documents.
        move: What, and where to.

    Raises:
        CannotMoveError: Something stands against it; nothing is changed.
    """
    path, name = move.home
    target, module = move.target, world.modules.name(path)
    for file in (path, target.path):
        if Globs(config.exclude).match(file):
            raise CannotMoveError(file, 1, "the configuration excludes this file")
    taken = Taken(world, path, name)
    check_rebinding(world, taken, module)
    check_names_by_module(world, taken)
    arrival = Arrival(world, taken, target)
    first: dict[str, bytes | None] = dict.fromkeys(target.packages, b"")
    first[target.path] = arrival.content(_is_exported(taken, name))
    first[path] = _departed(world, taken, target.module)
    stub = stub_of(world, path)
    stub = stub if stub and binds(world, stub, name) else ""
    first |= _moved_stub(world, stub, name, target) if stub else {}
    first |= follow_patches(world, taken, target.module)
    forwarding = world.after(first)
    old = [path, stub] if stub else [path]
    settled = {one: _without_import(forwarding, one, first[one], name) for one in old}
    check_cycle(world, world.after({**first, **settled}), taken, arrival, target)
    needed = arrival.from_source
    pairs = {f"{module}.{name}": Destination(target.module, name)}
    outside = Outside(config.environment or running_environment())
    renames = Renames.build(
        forwarding.resolver, pairs, (), inside=True, outside=outside, homes=pairs
    )
    outcome = plan_renames(forwarding, renames, config)
    contents = {**first, **{one.path: one.new for one in outcome.changeset.changes}}
    followed = world.after(contents)
    kept = _kept(followed, move, outcome) or passed_on_by_stars(world, path, name)
    for one in old:
        if kept is None or move.shim.kind != "none":
            contents[one] = _settled(followed, one, contents[one], move, lazy=bool(needed))
    changes = together(world, contents)
    after = world.after({one.path: one.new for one in changes})
    prove_sum(world, after, changes, cycles=False)
    refusals = [*outcome.changeset.refusals, *pickled(world, taken, target.module)]
    if kept is not None and move.shim.kind == "none":
        reason = f"'{module}.{name}' stays as another path to it: {kept}"
        refusals.append(Refusal(path, taken.line_of(name), KEPT, reason))
    return Outcome(
        Changeset(changes, tuple(sorted({*refusals}))), {}, {},
        (*outcome.remarks, *_remarks(taken, arrival, target)),
    )  # fmt: skip


def _moved_stub(world: World, stub: str, name: str, target: Target) -> dict[str, bytes | None]:
    """The stub of the old module without the definition, and that of the new one with it.

    A module whose types stand in its own file gets none: it would hide the others.
    """
    taken = Taken(world, stub, name)
    there = f"{target.path}i"
    found: dict[str, bytes | None] = {stub: _departed(world, taken, target.module)}
    is_new = there not in world.snapshot.entries
    if target.is_new or not is_new:
        arrival = Arrival(world, taken, target._replace(path=there, is_new=is_new))
        found[there] = arrival.content(_is_exported(taken, name))
    return found


def _is_exported(taken: Taken, name: str) -> bool:
    exports = taken.facts.exports
    if exports is None:
        return not name.startswith("_")
    return any(name == one for one, _, _ in exports.names)


def _remarks(taken: Taken, arrival: Arrival, target: Target) -> Iterator[str]:
    for name in taken.names[1:]:
        yield f"'{name}', which only '{taken.names[0]}' uses, goes with it"
    for need in arrival.from_source:
        yield f"'{target.module}' imports '{need.name}' from '{taken.path}', which stays there"


# -------------------------------------------------------------- the old module


def _departed(world: World, taken: Taken, module: str) -> bytes:
    """The old module without the definition, which it imports from its new place."""
    removal = taken.removal(taken.imported_outside())
    for one in taken.names:
        removal.take_out(one, from_exports=False)
    data = apply(taken.data, removal.edits())
    facts = extract(data)
    imports = ImportBlock(world, taken.path, data, facts)
    name = taken.names[0]
    imports.add(Destination(module, name), name if taken.path.endswith(".pyi") else None)
    return apply(data, imports.edits())


def _kept(followed: World, move: Move, outcome: Outcome) -> Reader | None:
    """Who needs the old path; None if nobody does."""
    path, name = move.home
    found = still_read(followed, [Sought(path, name)])
    if path in found:
        return found[path]
    for one in outcome.changeset.refusals:
        if one.code not in _TALK:
            return Reader(one.path, one.line, f"is left as it is ({one.code})")
    return None


def _settled(
    world: World, path: str, data: bytes | None, move: Move, *, lazy: bool
) -> bytes:  # fmt: skip
    """The old module as it is left: without the definition, or with a shim for it."""
    name, shim = move.home[1], move.shim
    content = _without_import(world, path, data, name)
    if shim.kind == "none" or path.endswith(".pyi"):
        return content if shim.kind == "none" else data or b""
    is_listed = any(name == one for one, _, _ in _exports(extract(data or b"")))
    to = Destination(move.target.module, name)
    content = shimmed(world, path, content, name, to, shim, lazy=lazy)
    return listed(world, path, content, name) if is_listed else content


def _exports(facts: Facts) -> tuple[tuple[str, int, int], ...]:
    return facts.exports.names if facts.exports is not None else ()


def _without_import(world: World, path: str, data: bytes | None, name: str) -> bytes:
    """The old module without its import of the definition, if it does not use it itself."""
    assert data is not None  # the old module stays
    facts = extract(data)
    imports = ImportBlock(world, path, data, facts)
    try:
        edits = imports.without_export(name)
    except CannotRemove as error:
        raise CannotMoveError(path, 1, str(error)) from None
    if not any(use.name == name and use.bound_in == 0 for use in facts.uses):
        edits = (*edits, *imports.without(name))
    return apply(data, sorted(edits))
