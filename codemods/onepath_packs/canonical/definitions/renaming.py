"""A definition gets another name in its own module, and whatever refers to it follows.

The steps are those of a person: the definition gets its new name while the old one still forwards;
all references go from the old path to the new one; the old name goes where nothing needs it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onepath.codemod import Config, Edit, Needles, Outcome, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits, map_offset
from onepath.model import Changeset
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.late import patches
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.told_names import (
    ToldNames,
    patches_of_modules_handed_on,
    patches_of_told_names,
)
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.foreseen import expect_rename, likely_places
from onepath_packs.canonical.definitions.moving.by_module import pickled_class_of
from onepath_packs.canonical.definitions.old_paths.all_names import check_chosen, met_in
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import OWN
from onepath_packs.canonical.definitions.old_paths.by_own_name.filed_names import filed_by_name
from onepath_packs.canonical.definitions.old_paths.by_own_name.linked_names import linked_by_name
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import (
    compared_strings,
    followed_strings,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import Telling
from onepath_packs.canonical.definitions.old_paths.by_own_name.registered import check_registered
from onepath_packs.canonical.definitions.old_paths.by_own_name.shown_names import (
    ShownNames,
    shown_names,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.unpicklers import check_admitted
from onepath_packs.canonical.definitions.old_paths.kept_names import is_starred, kept_at_home
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader, may_read
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim, listed, shimmed
from onepath_packs.canonical.definitions.old_paths.still_read import still_read
from onepath_packs.canonical.definitions.own_name import OwnName
from onepath_packs.canonical.definitions.own_paths.found_by_path import text_reader
from onepath_packs.canonical.definitions.places import (
    NamingModule,
    binds,
    check_star_imports,
    passed_on,
    places_of,
    stub_of,
)
from onepath_packs.canonical.definitions.private_names import private_name_edits
from onepath_packs.canonical.definitions.references import take_references
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import Sum, prove_sum

KEPT = "old-name-kept"
_PYTHON = (".py", ".pyi")


@dataclass
class _Forwarding:
    """The line by which a module still has the old name."""

    offset: int
    text: bytes
    line: int


@dataclass
class _Renamed:
    """The files that bind the name, with the new one, while the old one still forwards."""

    contents: dict[str, bytes] = field(default_factory=dict)
    forwarding: dict[str, _Forwarding] = field(default_factory=dict)
    told: Sequence[Telling] = ()
    """The places by which others may know the definition by its name."""


def rename_definition(
    world: World, config: Config, home: Step, new: str, shim: Shim = NO_SHIM
) -> Outcome:
    """Give a definition another name in its module.

    Args:
        world: The code.
        config: What is excluded, and what happens to documents.
        home: (path, name) of the definition.
        new: Its new name, which is free.
        shim: What stays under the old name.

    Raises:
        CannotMoveError: Something stands against it; nothing is changed.
    """
    expect_rename(world, config, likely_places(world, home), new)
    places = places_of(world, home)
    _check_excluded(config, places)
    targets = [Target(place.path, home[1]) for place in places]
    expect_rename(world, config, targets, new)
    _check_told(world, places, home[1])
    renamed = _renamed(world, places, home, new)
    forwarding = world.after(renamed.contents)
    outcome = _take_references(forwarding, config, places, home[1], new)
    steps = Sum(world)
    steps.put(renamed.contents)
    steps.add(outcome)
    followed = world.after(steps.contents)
    refusals = [_in_old_lines(refusal, renamed) for refusal in outcome.changeset.refusals]
    readers = still_read(followed, config, targets)
    needing = {path: reader.as_it_was(world, followed) for path, reader in readers.items()}
    needing |= _refused(world, refusals, places, needing)
    kept = kept_at_home(places, needing)
    _check_kept(followed, kept, (home[1], new), steps.contents)
    _check_text_read(world, kept, home[1])
    keeping = kept if shim.kind == "none" else {}
    _end_forwarding(renamed, keeping, outcome, steps)
    if shim.kind != "none":
        _leave_shims(world, renamed, (home[1], new), shim, steps)
    elif is_starred(world, places, needing):
        _list_kept_names(world, kept, home[1], steps)
    told = _told_of_itself(world, config, places, home, new, steps)
    changes = steps.changes()
    after = world.after({change.path: change.new for change in changes})
    prove_sum(world, after, changes)
    _check_brought(after, needing, home[1])
    refusals = [
        *told.with_others(refusals, home[1]),
        *filed_by_name(world, home, new, renamed.told),
        *_kept_names(keeping, renamed, home[1], new),
    ]
    return Outcome(
        Changeset(changes, tuple(sorted({*refusals}))),
        {},
        {},
        (*outcome.remarks, *passed_on(world, places, home[1], new)),
        steps.places(),
    )


def _told_of_itself(
    world: World,
    config: Config,
    places: Sequence[NamingModule],
    home: Step,
    new: str,
    steps: Sum,
) -> ShownNames:
    """Let what is shown of the definition, and what links to it, follow as far as it is certain."""
    shown = shown_names(world, home, new, steps.contents)
    steps.put(shown.contents)
    linked = linked_by_name(world, config, home, new, steps.contents)
    steps.put(linked.contents)
    pickles = pickled_class_of(world, home, new)
    met = met_in(world, {place.path for place in places}, f"'{new}' is one of them now")
    return shown._replace(refusals=(*shown.refusals, *linked.refusals, *met, *pickles))


def _renamed(world: World, places: Sequence[NamingModule], home: Step, new: str) -> _Renamed:
    """The definition under its new name, with what knows it by what it says of itself.

    Raises:
        CannotMoveError: The new name is taken, or somebody knows it by the old one.
    """
    path, old = home
    check_star_imports(world, places, new)
    compared = [*compared_strings(world, OWN, old, home)]
    told = check_registered(world, home, compared)
    check_chosen(world, home, new)
    check_admitted(world, [(world.modules.name(home[0]), home[1])])
    renamed = _rename_bindings(world, places, private_name_edits(world, home, new), old, new)
    renamed.told = told
    module = world.modules.name(path)
    renamed.contents |= followed_strings(
        world, compared, f"{module}.{old}", f"{module}.{new}", renamed.contents
    )
    return renamed


def _check_excluded(config: Config, places: Sequence[NamingModule]) -> None:
    excluded = Globs(config.exclude)
    for place in places:
        if place.is_bound and excluded.match(place.path):
            raise CannotMoveError(place.path, 1, "the configuration excludes this file")


def _check_told(world: World, places: Sequence[NamingModule], old: str) -> None:
    """Refuse a rename that patches can't follow which get the name from elsewhere.

    Raises:
        CannotMoveError: Names one of them.
    """
    steps = {(place.path, old) for place in places if place.is_public}
    told_names = ToldNames({world.modules.name(place.path) for place in places})
    for patch in patches_of_told_names(world, steps, told_names):
        module = world.modules.name(patch.step[0])
        reason = f"this replaces names of '{module}' that it is told, and tests name '{old}'"
        raise CannotMoveError(patch.path, patch.line or 1, reason)
    named = world.fact_store.mentioning(Needles.of([old]))
    for patch in patches_of_modules_handed_on(world, steps, named):
        reason = f"'{old}' may be replaced here, by what this calls"
        raise CannotMoveError(patch.path, patch.line, reason)


# -------------------------------------------------------------------- the names


def _rename_bindings(
    world: World,
    places: Sequence[NamingModule],
    private: Mapping[str, list[Edit]],
    old: str,
    new: str,
) -> _Renamed:
    done = _Renamed()
    files = {place.path: place.is_bound for place in places}
    for path in [*files]:
        if (stub := stub_of(world, path)) and binds(world, stub, old):
            files[stub] = True
    data = world.read([*files, *private])
    for path in private.keys() - files.keys():
        done.contents[path] = apply_edits(data[path], private[path])
    for path, is_bound in files.items():
        facts = world.facts(path)
        name = OwnName(path, data[path], facts, old, is_starred=not is_bound)
        edits = [*name.renamed(new, {old: new}), *private.get(path, ())]
        if is_bound and not path.endswith(".pyi"):
            at = name.last_line()
            newline = b"\r\n" if data[path].find(b"\r\n") >= 0 else b"\n"
            gap = newline * (3 if name.is_block else 1)
            text = gap + f"{old} = {new}".encode()
            moved = map_offset(tuple(edits), at)
            assert moved is not None  # no edit covers the end of a line
            line = next(
                (definition.line for definition in facts.definitions if definition.qualname == old),
                1,
            )
            done.forwarding[path] = _Forwarding(moved, text, line)
            edits.append(Edit(at, at, text, "definition", line))
        if edits:
            done.contents[path] = apply_edits(data[path], sorted(edits))
    return done


def _without(data: bytes, line: _Forwarding, edits: Sequence[Edit]) -> bytes:
    """A file without its forwarding line, after some edits."""
    at = map_offset(edits, line.offset)
    assert at is not None  # no reference is in it
    assert data.startswith(line.text, at)
    return data[:at] + data[at + len(line.text) :]


def _end_forwarding(
    renamed: _Renamed, keeping: Collection[str], references: Outcome, steps: Sum
) -> None:
    """Take the forwarding lines away, but not those of the modules that keep the old name."""
    edits = {change.path: change.edits for change in references.changeset.changes}
    for path, line in renamed.forwarding.items():
        data = steps.content(path)
        if data is not None and path not in keeping:
            steps.put({path: _without(data, line, edits.get(path, ()))})


def _leave_shims(
    world: World, renamed: _Renamed, names: tuple[str, str], shim: Shim, steps: Sum
) -> None:
    """Have a shim for the old name wherever a line has forwarded it."""
    old, new = names
    for path in renamed.forwarding:
        data = steps.content(path)
        if data is not None:
            to = Destination(world.modules.name(path), new)
            content = shimmed(world, path, data, old, to, shim, lazy=False)
            steps.put({path: _also_listed(world, path, content, old)})


def _list_kept_names(world: World, kept: Collection[str], old: str, steps: Sum) -> None:
    """Go on listing the old name in the modules that keep it."""
    for path in kept:
        data = steps.content(path)
        if data is not None:
            steps.put({path: _also_listed(world, path, data, old)})


def _also_listed(world: World, path: str, data: bytes, old: str) -> bytes:
    """A module that lists a name in `__all__` if it did so before."""
    exports = world.facts(path).exports
    is_listed = exports is not None and any(old == name for name, _, _ in exports.names)
    return listed(world, path, data, old) if is_listed else data


def _kept_names(
    kept: Mapping[str, RemainingReader], renamed: _Renamed, old: str, new: str
) -> Iterator[Refusal]:
    """The places where the old name stays, each with who needs it."""
    for path, reader in kept.items():
        reason = f"'{old}' is kept as another name of '{new}': {reader}"
        yield Refusal(path, renamed.forwarding[path].line, KEPT, reason)


def _in_old_lines(refusal: Refusal, renamed: _Renamed) -> Refusal:
    """A refusal with its line in the file as it is, without the forwarding line."""
    line = renamed.forwarding.get(refusal.path)
    if line is None:
        return refusal
    before = renamed.contents[refusal.path].count(b"\n", 0, line.offset) + 1
    return refusal._replace(line=refusal.line - line.text.count(b"\n") * (refusal.line > before))


# --------------------------------------------------------------- the references


def _take_references(
    world: World, config: Config, places: Sequence[NamingModule], old: str, new: str
) -> Outcome:
    """Take every reference to the new name, while both are there."""
    pairs = {
        f"{module}.{old}": Destination(module, new)
        for module in (world.modules.name(place.path) for place in places if place.is_public)
    }
    return take_references(world, config, pairs)


def _refused(
    world: World,
    refusals: Sequence[Refusal],
    places: Sequence[NamingModule],
    kept: Mapping[str, RemainingReader],
) -> Mapping[str, RemainingReader]:
    """The modules that may need the old name because a place was refused that nobody has told."""
    told = {remaining_reader.path for remaining_reader in kept.values()}
    for refusal in refusals:
        if refusal.path not in told and may_read(world, refusal):
            reader = RemainingReader(
                refusal.path, refusal.line, f"is left as it is ({refusal.code})"
            )
            return {
                place.path: reader
                for place in places
                if place.is_bound and place.is_public and place.path not in kept
            }
    return {}


def _check_brought(world: World, needing: Mapping[str, RemainingReader], old: str) -> None:
    """Refuse a rename after which a star import no longer brings the old name where it is needed.

    Raises:
        CannotMoveError: Names who reads it there.
    """
    for path, reader in needing.items():
        if world.resolver.name(path, old).kind == "unresolved":
            reason = f"'{old}' comes by a star import to '{path}', which {reader.why}"
            raise CannotMoveError(reader.path, reader.line or 1, reason)


def _check_text_read(world: World, kept: Mapping[str, RemainingReader], old: str) -> None:
    """Refuse to keep a name beside a definition of which somebody reads the text alone.

    Raises:
        CannotMoveError: Names who reads the text.
    """
    for path, needing in kept.items():
        reader = text_reader(world, path)
        if reader is not None:
            reason = f"the text of '{path}' is read here, and '{old}' has to stay in it: {needing}"
            raise CannotMoveError(reader.path, reader.line, reason)


def _check_kept(
    world: World,
    kept: Mapping[str, RemainingReader],
    names: tuple[str, str],
    changed: Collection[str],
) -> None:
    """Refuse to part the two names where they must be one.

    Args:
        world: The code in which all that can follow has followed.
        kept: The modules that keep the old name.
        names: The old name and the new one.
        changed: The files that have followed; no other spells the new name and means it.

    Raises:
        CannotMoveError: Somebody replaces one of them.
    """
    steps = {(path, name) for path in kept for name in names}
    if not steps:
        return
    followed = {path for path in changed if path.endswith(_PYTHON)}
    for path in sorted(followed.union(world.fact_store.mentioning(Needles.of(names[:1])))):
        facts = world.facts(path)
        for patch in () if facts.failure else patches(path, facts, world.resolver, steps):
            left = next(iter(kept.values()))
            reason = f"'{names[0]}' is replaced here, and not all that read it can follow: {left}"
            raise CannotMoveError(path, patch.line or 1, reason)
