"""The definitions of factory variants that nothing refers to any more."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from onepath.analysis.classes import foreign_base
from onepath.analysis.factories.variants import Variant
from onepath.analysis.index import Index
from onepath.codemod.refusals.own_text import without_own_text
from onepath.config.migrate_toml import Config
from onepath.edit.removal import Removal
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.prefilter.words import Needles
from onepath.model import Edit, Refusal
from onepath.model.refused import Refused
from onepath.symbols.find_references.holders import python_holders
from onepath.symbols.find_references.targets import Holder, SoughtTargets, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.resolve import Step
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.world import World
from onepath_packs.canonical.factories.site_edits import SiteEdits
from onepath_packs.canonical.factories.sites import (
    UNKNOWN_CALL,
    SoughtVariants,
    VariantSite,
    find_variant_uses,
)

_TEXTS = ("config", "file", "example")


def texts_holding(world: World, config: Config, variants: Sequence[Variant]) -> tuple[Holder, ...]:
    """What refers to functions and aliases in documents, configuration and notebooks."""
    targets = [Target(*variant.place) for variant in variants]
    found = without_own_text(world, config, holders(world, targets)) if targets else ()
    return tuple(
        holder
        for holder in found
        if holder.breaks and (holder.kind in _TEXTS or not holder.path.endswith((".py", ".pyi")))
    )


def held_by(
    world: World, variants: Sequence[Variant], going: Sequence[Variant], texts: Sequence[Holder]
) -> Mapping[str, list[Holder]]:
    """What still refers to functions and aliases, outside of the definitions that go.

    Args:
        world: The code with its calls rewritten.
        variants: Those that are asked for.
        going: All whose definitions go.
        texts: What refers to them outside of code.
    """
    names = {Target(*variant.place): variant.name for variant in variants}
    found: dict[str, list[Holder]] = {}
    if not names:
        return found
    in_code = sorted(set(python_holders(world, SoughtTargets.of(world, names))))
    for holder in (*in_code, *texts):
        if holder.target in names and holder.breaks and not _inside(world, holder, going):
            found.setdefault(names[holder.target], []).append(holder)
    return found


def _inside(world: World, holder: Holder, going: Sequence[Variant]) -> bool:
    """Whether a reference is in a definition that is removed."""
    for variant in going:
        path, name = variant.place
        if path == holder.path:
            data = world.read([path])[path]
            for definition in world.facts(path).definitions:
                last = definition.line + data.count(b"\n", definition.start, definition.end)
                if definition.qualname == name and definition.line <= holder.line <= last:
                    return True
    return False


def member_held_by(
    index: Index,
    sought: SoughtVariants,
    variant: Variant,
    sites: Mapping[str, Sequence[VariantSite]],
    scanned: Sequence[str],
) -> list[str]:
    """What keeps a method: a base that has it too, or a call on something unknown."""
    leaf, owner = variant.callee.leaf, variant.callee.owner
    cls = index.classes.get(owner) if owner is not None else None
    if cls is None:
        return ["a class that is not at the top of its module"]
    for base in index.ancestors(cls):
        if leaf in base.members:
            return [f"{base.name}.{leaf}, which it overrides"]
    foreign = foreign_base(index, cls)
    if foreign:
        return [f"{foreign}, from which {cls.name} inherits and which may call it"]
    unknown = [
        f"{path}:{site.line}"
        for path, variant_sites in sites.items()
        for site in variant_sites
        if site.how == UNKNOWN_CALL and site.variant == leaf
    ]
    return unknown or list(_elsewhere(index, sought, leaf, frozenset(scanned)))


def _elsewhere(
    index: Index, sought: SoughtVariants, leaf: str, scanned: frozenset[str]
) -> Iterator[str]:
    """The first call of a method of this name on something unknown in any other file."""
    world = index.world
    for path in world.fact_store.mentioning(Needles.of([leaf])):
        text = world.read([path]).get(path, b"")
        if path in scanned or f".{leaf}".encode() not in text:
            continue
        try:
            tree = Tree(path, text, world.facts(path), world.resolver)
        except NotReadableError:
            yield path
            return
        for site in find_variant_uses(tree, sought):
            if site.how == UNKNOWN_CALL and site.variant == leaf:
                yield f"{path}:{site.line}"
                return


def going_edits(
    world: World, config: Config, edits: SiteEdits, variants: Sequence[Variant]
) -> tuple[tuple[Edit, ...], list[str], list[Refusal]]:
    """The edits of a file with the definitions taken out.

    Args:
        world: The code with its calls rewritten, which tells what refers to a class left empty.
        config: Its own lines do not count.
        edits: Those of its calls.
        variants: Those whose definitions go.

    Returns:
        The edits, the module-level names that go, and the refusals.
    """
    removal = Removal(edits.draft, edits.bring)
    gone: list[str] = []
    refused: list[Refusal] = []
    emptied = _emptied(world, config, edits, variants)
    for name in emptied:
        removal.take_out(name)
        gone.append(name)
    for variant in variants:
        path, name = variant.place
        if name.partition(".")[0] in emptied:
            continue
        try:
            removal.take_out(name)
            if "." not in name:
                gone.append(name)
        except Refused as error:
            line = next(d.line for d in edits.draft.facts.definitions if d.qualname == name)
            refused.append(Refusal(path, line, "held", f"'{variant.name}' is kept: {error}"))
    return removal.edits(), gone, refused


def _emptied(
    world: World, config: Config, edits: SiteEdits, variants: Sequence[Variant]
) -> list[str]:
    """The classes of which nothing is left and to which nothing refers."""
    path = edits.draft.path
    methods: dict[str, set[str]] = {}
    for variant in variants:
        owner, dot, name = variant.place[1].rpartition(".")
        if dot:
            methods.setdefault(owner, set()).add(name)
    tree = ast.parse(world.read([path])[path]) if methods else ast.Module([], [])
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in methods:
            rest = [
                statement
                for statement in node.body
                if not _is_nothing(statement, methods[node.name])
            ]
            places = without_own_text(world, config, holders(world, [Target(path, node.name)]))
            held = [holder for holder in places if holder.breaks]
            if not rest and not [holder for holder in held if not _inside(world, holder, variants)]:
                found.append(node.name)
    return found


def _is_nothing(statement: ast.stmt, going: set[str]) -> bool:
    if isinstance(statement, FunctionNode):
        return statement.name in going
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def introduced_by(world: World, variants: Iterable[Variant]) -> frozenset[Step]:
    """What files may newly reach where variants become what is kept: that, and the way to it."""
    introduced: set[Step] = set()
    for variant in variants:
        goal = variant.goal
        introduced.add((goal.callee.place[0], goal.callee.place[1].partition(".")[0]))
        module = world.modules.find(goal.to.module)
        if module is not None:
            introduced |= {(module, goal.to.name), (module, "")}
    return frozenset(introduced)
