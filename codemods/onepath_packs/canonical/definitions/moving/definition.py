"""A definition goes to another module, with what it needs, and whatever refers to it follows.

It is put into its new place while its old module still imports it from there; all references go
from the old path to the new one; the import in the old module goes where nothing needs it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from onepath.codemod import Config, Outcome, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits
from onepath.facts.extract.file import extract
from onepath.importing.alone import missing_names, own_failure
from onepath.model import Changeset, Facts, FileChange
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.targets import Target
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.module_objects import goes_through
from onepath_packs.canonical.definitions.import_block import ImportBlock
from onepath_packs.canonical.definitions.moving.arrival import Arrival
from onepath_packs.canonical.definitions.moving.by_module import (
    check_names_by_module,
    filed_by_module,
    pickled,
)
from onepath_packs.canonical.definitions.moving.cycles import check_cycle
from onepath_packs.canonical.definitions.moving.effects import lost_effect
from onepath_packs.canonical.definitions.moving.patched import follow_patches
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition, check_rebinding
from onepath_packs.canonical.definitions.moving.target import DestinationModule
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import OWN
from onepath_packs.canonical.definitions.old_paths.by_own_name.linked_names import including
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import (
    compared_strings,
    followed_strings,
)
from onepath_packs.canonical.definitions.old_paths.remaining import (
    RemainingReader,
    line_before,
    may_read,
)
from onepath_packs.canonical.definitions.old_paths.shim import Shim, listed, shimmed
from onepath_packs.canonical.definitions.old_paths.still_read import (
    passed_on_by_stars,
    still_read,
)
from onepath_packs.canonical.definitions.own_paths.found_by_path import text_reader
from onepath_packs.canonical.definitions.own_paths.packaged import listed_beside, with_packages
from onepath_packs.canonical.definitions.places import binds, stub_of
from onepath_packs.canonical.definitions.references import take_references
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import Sum, prove_sum

KEPT = "old-path-kept"


class DefinitionMove(NamedTuple):
    """What goes where."""

    home: Step
    """(path, name) of the definition."""
    target: DestinationModule
    shim: Shim = Shim()
    """What is kept at its old path."""
    moving: Collection[str] = ()
    """The dotted paths of all that moves at once."""


def move_definition(world: World, config: Config, move: DefinitionMove) -> Outcome:
    """Take a definition to another module.

    Args:
        world: The code.
        config: What is excluded, and what happens to documents.
        move: What, and where to.

    Raises:
        CannotMoveError: Something stands against it; nothing is changed.
    """
    path, name = move.home
    for file in (path, move.target.path):
        if Globs(config.exclude).match(file):
            raise CannotMoveError(file, 1, "the configuration excludes this file")
    taken = TakenDefinition(world, path, name)
    check_rebinding(world, taken, world.modules.name(path))
    check_names_by_module(world, taken, move.target.module)
    _check_text_read(world, path, name)
    _check_destination(world, move.target)
    arrival = Arrival(world, taken, move.target)
    first: dict[str, bytes | None] = dict.fromkeys(move.target.packages, b"")
    first[move.target.path] = arrival.content(_is_exported(taken, name))
    stub = stub_of(world, path)
    stub = stub if stub and binds(world, stub, name) else ""
    first |= _moved_stub(world, stub, name, move.target) if stub else {}
    first |= follow_patches(world, taken, move.target.module)
    paths = f"{world.modules.name(path)}.{name}", f"{move.target.module}.{name}"
    compared = compared_strings(world, OWN, name)
    first |= followed_strings(world, compared, *paths, {**first, path: None})
    steps = _Steps(world, config, move, taken, arrival, first, stub)
    try:
        return steps.outcome(for_types=False)
    except CannotMoveError as error:
        # While its new module needs the old one, an import back is in the way of some users.
        if not arrival.from_source or taken.reads_that_stay(name):
            raise
        try:
            return steps.outcome(for_types=True)
        except CannotMoveError:
            raise error from None


@dataclass(frozen=True)
class _Steps:
    """A definition at its new place, from where its old module imports it; and what follows.

    Args:
        world: The code as it is.
        config: What is excluded, and what happens to documents.
        move: What moves.
        taken: How it leaves.
        arrival: How it arrives.
        first: What is known of the files already, without the old module.
        stub: The stub of the old module; empty if it has none.
    """

    world: World
    config: Config
    move: DefinitionMove
    taken: TakenDefinition
    arrival: Arrival
    first: Mapping[str, bytes | None]
    stub: str

    def outcome(self, *, for_types: bool) -> Outcome:
        """Take all references to the new place, and what is not needed out of the old one.

        Args:
            for_types: Whether the old module imports the definition for type checkers alone, while
                the references move.

        Raises:
            CannotMoveError: Something stands against it.
        """
        world, taken, target = self.world, self.taken, self.move.target
        path, name = self.move.home
        bare = _departed(world, taken)
        first = {**self.first, path: _importing(world, path, bare, target.module, name, for_types)}
        forwarding = world.after(first)
        old = [path, self.stub] if self.stub else [path]
        settled = {one: _without_import(forwarding, one, first[one], name) for one in old}
        settled |= {path: bare} if for_types else {}
        check_cycle(world, world.after({**first, **settled}), taken, self.arrival, target)
        outcome = self._referring(forwarding)
        refusals = [
            one._replace(line=line_before(one.path, one.line, world, forwarding))
            for one in outcome.changeset.refusals
        ]
        steps = Sum(world)
        steps.put(first)
        steps.add(outcome)
        followed = world.after(steps.contents)
        reader = still_read(followed, self.config, [Target(path, name)]).get(path)
        kept = reader.as_it_was(world, followed) if reader else _left_alone(world, refusals)
        kept = kept or passed_on_by_stars(world, path, name) or _met_in(world, path)
        lost = lost_effect(world, followed.after(settled), taken, target.path)
        needed = bool(self.arrival.from_source)
        if lost is not None and (self.move.shim.kind == "warn" or needed):
            raise CannotMoveError(path, lost.line, f"this {lost.why}, which nothing would do")
        kept = kept or lost
        if for_types:
            if kept is not None or steps.content(path) != first[path]:
                raise CannotMoveError(path, taken.line_of(name), "its old module has to pass it on")
            steps.put({path: bare})
        for one in old:
            if kept is None or self.move.shim.kind != "none":
                data = _settled(followed, one, steps.content(one), self.move, lazy=needed)
                steps.put({one: data})
        there = world.after(steps.contents)
        new = listed_beside(there, target.packages, world.modules.name(path))
        steps.put(with_packages(there, self.config, new))
        home, contents = self.move.home, steps.contents
        included = including(world, self.config, home, file=target.path, contents=contents)
        steps.put(included.contents)
        refusals += included.refusals
        changes = steps.changes()
        after = world.after({c.path: c.new for c in changes})
        if why := missing_names(after, target.path).get(name):
            raise CannotMoveError(target.path, 1, f"'{name}' would not be there: {why}")
        origins = {target.path: path} | ({f"{target.path}i": self.stub} if self.stub else {})
        prove_sum(world, after, changes, cycles=False, origins=origins)
        return replace(self._told(changes, outcome, refusals, kept), places=steps.places())

    def _referring(self, forwarding: World) -> Outcome:
        path, name = self.move.home
        pairs = {
            f"{self.world.modules.name(path)}.{name}": Destination(self.move.target.module, name)
        }
        return take_references(forwarding, self.config, pairs)

    def _told(
        self,
        changes: tuple[FileChange, ...],
        outcome: Outcome,
        left: Sequence[Refusal],
        kept: RemainingReader | None,
    ) -> Outcome:
        path, name = self.move.home
        target = self.move.target
        refusals = [*left, *pickled(self.world, self.taken, target.module)]
        refusals += filed_by_module(self.world, self.taken.path, self.taken.statements)
        if kept is not None and self.move.shim.kind == "none":
            module = self.world.modules.name(path)
            reason = f"'{module}.{name}' is kept as another path to it: {kept}"
            refusals.append(Refusal(path, self.taken.line_of(name), KEPT, reason))
        return Outcome(
            Changeset(changes, tuple(sorted({*refusals}))),
            {},
            {},
            (*outcome.remarks, *_remarks(self.world, self.taken, self.arrival, self.move)),
        )


def _moved_stub(
    world: World, stub: str, name: str, target: DestinationModule
) -> dict[str, bytes | None]:
    """The stub of the old module without the definition, and that of the new one with it.

    A module whose types stand in its own file gets none: it would hide the others.
    """
    taken = TakenDefinition(world, stub, name)
    there = f"{target.path}i"
    bare = _departed(world, taken)
    found: dict[str, bytes | None] = {
        stub: _importing(world, stub, bare, target.module, name, for_types=False)
    }
    is_new = there not in world.snapshot.entries
    if target.is_new or not is_new:
        arrival = Arrival(world, taken, target._replace(path=there, is_new=is_new))
        found[there] = arrival.content(_is_exported(taken, name))
    return found


def _is_exported(taken: TakenDefinition, name: str) -> bool:
    exports = taken.facts.exports
    if exports is None:
        return not name.startswith("_")
    return any(name == one for one, _, _ in exports.names)


def _check_text_read(world: World, path: str, name: str) -> None:
    """Refuse to take a definition out of a module of which somebody reads the text.

    Raises:
        CannotMoveError: Names who reads it.
    """
    reader = text_reader(world, path)
    if reader is not None:
        reason = f"the text of '{path}' is read here, and '{name}' would not be in it any more"
        raise CannotMoveError(reader.path, reader.line, reason)


def _check_destination(world: World, target: DestinationModule) -> None:
    """Refuse a module that can't be imported: nobody would find the definition there."""
    failure = None if target.is_new else own_failure(world, target.path)
    if failure is not None and failure.is_certain:
        reason = f"'{target.module}' can't be imported as it is: {failure.reason}"
        raise CannotMoveError(target.path, failure.line, reason)


def _remarks(
    world: World, taken: TakenDefinition, arrival: Arrival, move: DefinitionMove
) -> Iterator[str]:
    target = move.target
    failure = None if target.is_new else own_failure(world, target.path)
    if failure is not None:
        where = f"{target.path}:{failure.line}"
        yield f"importing '{target.module}' may fail as it is: {failure.reason} ({where})"
    for name in taken.names[1:]:
        yield f"'{name}', which only '{taken.names[0]}' uses, goes with it"
    for need in arrival.from_source:
        if f"{world.modules.name(taken.path)}.{need.name}" not in move.moving:
            yield f"'{target.module}' imports '{need.name}' from '{taken.path}', which stays there"


# -------------------------------------------------------------- the old module


def _departed(world: World, taken: TakenDefinition) -> bytes:
    """The old module without the definition; its `__all__` has the name as long as it is needed."""
    removal = taken.removal(taken.imported_outside())
    for name in taken.names:
        removal.take_out(name, from_exports=False)
    return apply_edits(taken.data, removal.edits())


def _importing(
    world: World, path: str, data: bytes, module: str, name: str, for_types: bool
) -> bytes:
    """The old module with an import of the definition from its new place."""
    imports = ImportBlock(world, path, data, extract(data))
    asname = name if path.endswith(".pyi") else None
    imports.add(Destination(module, name), asname, for_types=for_types)
    return apply_edits(data, imports.edits())


def _left_alone(world: World, refusals: Sequence[Refusal]) -> RemainingReader | None:
    """A place that was left alone, and may need the old path; None if there is none."""
    for refusal in refusals:
        if may_read(world, refusal):
            return RemainingReader(refusal.path, refusal.line, f"is left as it is ({refusal.code})")
    return None


def _met_in(world: World, path: str) -> RemainingReader | None:
    """Who goes through all names of the old module; None if nobody does."""
    place = next(goes_through(world, {path}), None)
    if place is None:
        return None
    return RemainingReader(place.path, place.line, "goes through all names there")


def _settled(
    world: World, path: str, data: bytes | None, move: DefinitionMove, *, lazy: bool
) -> bytes:
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
    except Refused as error:
        raise CannotMoveError(path, 1, str(error)) from None
    if not any(use.name == name and use.bound_in == 0 for use in facts.uses):
        edits = (*edits, *imports.without(name))
    content = apply_edits(data, sorted(edits))
    bare = content.rstrip(b"\r\n")
    ends = b"\r\n" if b"\r\n" in content else b"\n"
    # An import at the end goes with the blank lines that were put before it.
    return bare + ends if edits and bare and content != bare else content
