"""Other implementations of a canonical class: those that are it in all but name become it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from onepath.analysis.forwarding_modules import is_bare
from onepath.analysis.index import Index
from onepath.analysis.neighbourhood import index_around
from onepath.codemod.outcome import Proposal, Propose, file_changes
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.codemod.refusals.own_text import without_own_text
from onepath.config.globs import Globs
from onepath.config.migrate_toml import CONFIG_NAME, Config
from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.edit.naming import why_not
from onepath.edit.removal import Removal
from onepath.errors import ConfigError
from onepath.model import Edit, Refusal
from onepath.model.refused import Refused
from onepath.proof.declared import Declared
from onepath.symbols.find_references.targets import Holder, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.modules import is_package
from onepath.symbols.renames import Renames
from onepath.symbols.world import World
from onepath_packs.canonical.implementations.configured import ConfiguredClass, tree_of
from onepath_packs.canonical.implementations.protocols import propose_protocols
from onepath_packs.canonical.implementations.stand_ins import describe_departures, move_uses
from onepath_packs.canonical.implementations.subclasses import (
    ALIAS,
    DUPLICATE,
    SubclassDifference,
    SubclassUses,
    base_differences,
    own_differences,
    relation_to_canonical,
    subclass_uses,
)
from onepath_packs.canonical.implementations.table import Implementations
from onepath_packs.canonical.imports.planning import Renaming
from onepath_packs.canonical.imports.renames import build_renames

_MENDS = ("duplicate-implementation",)
COUNTED = "declared-implementation"
"""Classes and other names in `[implementations]` that are there."""
_SHOWN = 3


def unification(world: World, config: Config) -> Iterator[Propose]:
    """Collapse what is the canonical class in all but name; compare and move the uses of the rest.

    Args:
        world: The code as it is.
        config: `[implementations]`, and the protocols of `[canonical]`.

    Raises:
        ConfigError: A canonical class does not exist.
    """
    canonical = config.table(Implementations).canonical
    if canonical:
        dotted = {*canonical, *canonical.values()}
        index, _ = index_around(world, sorted(dotted))
        pairs = list(_pairs(world, index, config))
        differences = _differences(index, config, pairs)
        same = [pair for pair in pairs if pair.kind != DUPLICATE and not differences[pair]]
        rest = [pair for pair in pairs if pair.kind == DUPLICATE]
        refusals = [
            Refusal(
                difference.path,
                difference.line,
                "subclass-matters",
                f"'{pair.old}' is kept: {difference.reason}",
            )
            for pair, subclass_differences in differences.items()
            for difference in subclass_differences
        ]
        remarks = [line for pair in rest for line in describe_departures(world, index, pair)]
        told = Proposal((), tuple(refusals), before={COUNTED: len(pairs)}, remarks=tuple(remarks))
        yield lambda *_: told
        yield _renaming(world, config, same)
        yield partial(_remove, same=same, config=config)
        yield partial(move_uses, pairs=rest, excluded=Globs(config.exclude))
        yield partial(_remove, same=rest, config=config)
        yield partial(_delete_emptied, files={pair.path for pair in pairs}, config=config)
        yield partial(_count_left, index=index, config=config)
    yield partial(propose_protocols, config=config)


def _renaming(world: World, config: Config, same: Sequence[ConfiguredClass]) -> Propose:
    """The uses of what is the canonical class become uses of it.

    `[imports]` has left places that set several paths to one class against each other. They are
    left again, because its paths to these classes count here as well.
    """
    table = {pair.old: pair.new for pair in same}
    imports = {
        old: new
        for old, new in config.imports.items()
        if new in table.values() and not _is_inside(world, old, new)
    }
    config_of_uses = replace(config, imports=imports | table, lines={}, inside=True)
    renames = replace(build_renames(world, config_of_uses), merged=frozenset(table))
    renaming = Renaming(world, renames, config)
    listed = {old for old in imports | table if _is_import(config, old)}
    listed |= {*map(_module_of, listed)} - {*map(_module_of, table.keys() - listed)}

    def propose(world: World, left_out: LeftOut) -> Proposal:
        proposal = renaming.propose(world, left_out)
        told = [
            refusal
            for refusal in proposal.refusals
            if not any(f"'{old}'" in refusal.reason for old in listed)
        ]
        return proposal._replace(refusals=tuple(told), before={}, remarks=(), mends=_MENDS)

    return propose


def _count_left(world: World, left_out: LeftOut, index: Index, config: Config) -> Proposal:
    """Change nothing, and count what is left by now."""
    return Proposal((), before={COUNTED: sum(1 for _ in _pairs(world, index, config))})


def _is_import(config: Config, old: str) -> bool:
    """Whether `[imports]` takes the same path away: that phase has listed each use that is left."""
    taken = config.imports.get(old)
    return taken is not None and taken == config.table(Implementations).canonical.get(old, taken)


def _is_inside(world: World, old: str, new: str) -> bool:
    """Whether a path is inside the package that its new path is a facade of."""
    package = _module_of(new)
    path = world.modules.find(package)
    return path is not None and is_package(path) and old.startswith(f"{package}.")


def _module_of(dotted: str) -> str:
    return dotted.rpartition(".")[0]


# ------------------------------------------------------------------- pairs


def _pairs(world: World, index: Index, config: Config) -> Iterator[ConfiguredClass]:
    """What is configured and there, with what it is."""
    problems = []
    for old, new in config.table(Implementations).canonical.items():
        canonical = world.resolver.dotted(new)
        if canonical.kind != "definition" or canonical.rest:
            problems.append(
                (0, f"implementations: '{new}' is no class: {canonical.reason or 'it'}")
            )
            continue
        module, _, name = old.rpartition(".")
        path = world.modules.find(module)
        if path is None or path.endswith("/"):
            continue
        definitions = [
            definition
            for definition in world.facts(path).definitions
            if definition.qualname == name
        ]
        if definitions and definitions[-1].kind in ("class", "alias"):
            kind = relation_to_canonical(index, definitions[-1], path, canonical)
            yield ConfiguredClass(old, new, path, definitions[-1], canonical, kind)
    if problems:
        raise ConfigError(str(config.path or CONFIG_NAME), problems)


def _differences(
    index: Index, config: Config, pairs: Sequence[ConfiguredClass]
) -> Mapping[ConfiguredClass, list[SubclassDifference]]:
    """Why each pair can't be collapsed; nothing for aliases and for real duplicates."""
    found: dict[ConfiguredClass, list[SubclassDifference]] = {pair: [] for pair in pairs}
    excluded = Globs(config.exclude)
    subclasses = [pair for pair in pairs if pair.kind not in (ALIAS, DUPLICATE)]
    for pair in pairs:
        if excluded.match(pair.path):
            line = pair.definition.line
            found[pair].append(
                SubclassDifference(pair.path, line, "the configuration excludes its file")
            )
    subclasses = [pair for pair in subclasses if not found[pair]]
    for pair in subclasses:
        tree = tree_of(index.world, pair.path)
        canonical = index.classes.get((pair.canonical.path, pair.canonical.name))
        if tree is not None:
            found[pair] += own_differences(index, tree, pair.definition, canonical)
        if canonical is not None:
            found[pair] += base_differences(index, canonical)
    for path in index.looked_at if subclasses else ():
        named = [pair for pair in subclasses if _names(index, path, pair.definition.qualname)]
        tree = tree_of(index.world, path) if named else None
        if tree is None:
            continue
        uses = {pair: subclass_uses(tree, pair.place) for pair in named}
        for pair, one in uses.items():
            found[pair] += one.differences
            found[pair] += _meetings(pair, path, uses)
    return found


def _meetings(
    pair: ConfiguredClass, path: str, uses: Mapping[ConfiguredClass, SubclassUses]
) -> Iterator[SubclassDifference]:
    """Where a file uses a subclass and another one that would become the same class."""
    for other, one in uses.items():
        is_sibling = other is not pair and other.canonical.target == pair.canonical.target
        if is_sibling and one.lines and uses[pair].lines:
            reason = f"'{other.old}' meets it here, and they are two types"
            yield SubclassDifference(path, min(uses[pair].lines), reason)
            return


def _names(index: Index, path: str, name: str) -> bool:
    """Whether a file may use a class under some name."""
    facts = index.facts(path)
    return (
        facts.failure is None
        and any(name in (use.name, *(part for part, _ in use.chain)) for use in facts.uses)
    ) or any(alias.name == name for fact in facts.imports for alias in fact.names)


# ------------------------------------------------------------------ removal


def _remove(
    world: World, left_out: LeftOut, same: Iterable[ConfiguredClass], config: Config
) -> Proposal:
    """Take out the definitions that nothing refers to any more.

    What holds a real duplicate is not listed: those who need more of it are already.
    """
    there = [pair for pair in same if _is_there(world, pair)]
    targets = [Target(pair.path, pair.definition.qualname) for pair in there]
    found = without_own_text(world, config, holders(world, targets))
    refusals: list[Refusal] = []
    edits: dict[str, Iterable[Edit]] = {}
    gone: set[tuple[str, str]] = set()
    by_file: dict[str, list[ConfiguredClass]] = {}
    for pair in there:
        held = [
            holder
            for holder in found
            if holder.breaks
            and holder.target == (pair.path, pair.definition.qualname)
            and not (holder.path == pair.path and holder.kind == "name")
        ]
        if pair.kind != DUPLICATE:
            refusals += _held(world, pair, held, is_listed=_is_import(config, pair.old))
        elif _is_used_beside(world, pair):
            continue
        start, _ = _span(world, pair)
        if not held and pair.path not in left_out and not left_out.holds(pair.path, start):
            by_file.setdefault(pair.path, []).append(pair)
    for path, pairs in by_file.items():
        try:
            edits[path] = _without(world, path, pairs)
            gone |= {(path, name) for name in world.facts(path).scopes[0].bound}
        except Refused as error:
            line = pairs[0].definition.line
            reason = f"'{pairs[0].old}' is kept: {error}"
            refusals.append(Refusal(path, line, "not-removed", reason))
    introduced = frozenset((pair.canonical.path, pair.canonical.name) for pair in there)
    return Proposal(
        file_changes(world, edits),
        tuple(sorted(refusals)),
        Declared(frozenset(gone), introduced),
        places={
            path: [Location(_span(world, pair)[0], pair.definition.line) for pair in pairs]
            for path, pairs in by_file.items()
        },
        mends=_MENDS,
    )


def _held(
    world: World, pair: ConfiguredClass, held: Sequence[Holder], *, is_listed: bool
) -> Iterator[Refusal]:
    """What refers to a definition; all in one where the places are listed already."""
    if not is_listed:
        for holder in held:
            yield Refusal(
                holder.path, holder.line, "held", f"'{holder.text}': '{pair.old}' stays for it"
            )
        return
    if held:
        places = [f"{holder.path}:{holder.line}" for holder in held]
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        reason = f"'{pair.old}' is kept: it is referred to by {', '.join(places[:_SHOWN])}{more}"
        line = next(
            definition.line
            for definition in world.facts(pair.path).definitions
            if definition.qualname == pair.definition.qualname
        )
        yield Refusal(pair.path, line, "held", reason)


def _is_used_beside(world: World, pair: ConfiguredClass) -> bool:
    """Whether the module of a class uses it, outside of the class itself."""
    name = pair.definition.qualname
    start, end = _span(world, pair)
    return any(
        use.bound_in == 0 and use.name == name and not start <= use.start < end
        for use in world.facts(pair.path).uses
    )


def _span(world: World, pair: ConfiguredClass) -> tuple[int, int]:
    """Where a definition is by now."""
    definitions = world.facts(pair.path).definitions
    name = pair.definition.qualname
    return next(
        (definition.start, definition.end)
        for definition in definitions
        if definition.qualname == name
    )


def _delete_emptied(
    world: World, left_out: Collection[str], files: Collection[str], config: Config
) -> Proposal:
    """Delete the modules in which nothing is left and to which nothing refers."""
    bare = [
        path
        for path, data in world.read(sorted({*files} - {*left_out})).items()
        if not is_package(path) and is_bare(data)
    ]
    found = without_own_text(world, config, holders(world, map(Target, bare)))
    held = {holder.target.path for holder in found if holder.breaks}
    return Proposal(file_changes(world, {}, {path for path in bare if path not in held}))


def _is_there(world: World, pair: ConfiguredClass) -> bool:
    return any(
        definition.qualname == pair.definition.qualname
        for definition in world.facts(pair.path).definitions
    )


def _without(world: World, path: str, pairs: Iterable[ConfiguredClass]) -> Iterable[Edit]:
    """The edits of a file that take definitions out; what the file does with them follows."""
    facts, data = world.facts(path), world.read([path])[path]
    spans = [_span(world, pair) for pair in pairs]
    inside = {
        use.name for use in facts.uses if any(start <= use.start < end for start, end in spans)
    }
    keep = {
        holder.target.name
        for holder in holders(world, [Target(path, name) for name in inside])
        if holder.path != path
    }
    draft = Draft(path, data, facts, Renames(world.resolver, {}, {}), keep)
    removal = Removal(draft, BringIn(draft))
    for pair in pairs:
        name = pair.definition.qualname
        removal.take_out(name)
        for _, use in draft.uses_of(0, name):
            if any(start <= use.start < end for start, end in spans):
                continue
            base = _written_base(pair)
            reason = why_not(facts, 0, base.partition(".")[0], [use.scope], already=True)
            if reason or not use.exact:
                raise Refused("not-removed", reason or "an f-string reads it")
            keep.add(base.partition(".")[0])
            draft.edit(use.start, use.end, base, "name")
    return removal.edits()


def _written_base(pair: ConfiguredClass) -> str:
    """How the definition itself names the canonical class."""
    return pair.definition.target if pair.kind == ALIAS else pair.definition.bases[0]
