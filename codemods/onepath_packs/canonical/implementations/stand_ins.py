"""Classes that play the role of a canonical one without being it: what they have, who needs it."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.analysis.arguments import Signature, arguments_of, bind
from onepath.analysis.classes import method
from onepath.analysis.index import Index
from onepath.analysis.interfaces import (
    EXTRA,
    MISSING,
    SAME,
    compare_interfaces,
    constructor,
    parameters,
)
from onepath.analysis.neighbourhood import index_around
from onepath.analysis.top_classes import Class
from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut, Location
from onepath.config.globs import Globs
from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.prefilter.words import Needles
from onepath.model import FUNCTION_KINDS, Edit, Refusal
from onepath.model.refused import Refused
from onepath.proof.declared import Declared
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames
from onepath.symbols.tree.declared import INSTANCE
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.world import World
from onepath_packs.canonical.implementations.configured import ConfiguredClass, tree_of

_CODE = "needs-more"


class _Made(NamedTuple):
    """A local variable that holds a new instance, and everything that is done with it."""

    call: ast.Call
    uses: Sequence[ast.Name]


# ------------------------------------------------------------------ describe


def describe_departures(world: World, index: Index, pair: ConfiguredClass) -> Iterator[str]:
    """How a class departs from the canonical one, and which of its methods are called: lines.

    What it lacks and nobody calls on it is only counted: no user of it needs that.
    """
    canonical, other = _classes(index, pair)
    if canonical is None or other is None:
        return
    divergence = compare_interfaces(index, canonical, other)
    counts = method_uses(world, pair)
    words = {difference.method: difference.words for difference in divergence.different}
    words |= dict.fromkeys(divergence.missing, MISSING) | dict.fromkeys(divergence.extra, EXTRA)
    shared = (set(canonical.methods) | set(other.methods)) - words.keys()
    words |= {name: SAME for name in shared if not name.startswith("_")}
    same = sum(word == SAME for word in words.values())
    yield (
        f"'{pair.old}' beside '{pair.new}': {same} methods same, "
        f"{len(divergence.different)} different, "
        f"{len(divergence.missing)} missing, {len(divergence.extra)} extra"
    )
    shown = sorted(name for name, word in words.items() if word != MISSING or counts[name])
    width = max(map(len, shown), default=0)
    for name in shown:
        used = f"{counts[name]} calls" if counts[name] != 1 else "1 call"
        yield f"  {name:<{width}}  {used:>8}  {words[name]}"
    for name in sorted(counts.keys() - words.keys()):
        yield f"  {name:<{width}}  {counts[name]} uses, and no method of its own"


def method_uses(world: World, pair: ConfiguredClass) -> Counter[str]:
    """Attribute -> how often it is used where the receiver is certainly of the class."""
    counts: Counter[str] = Counter()
    name = pair.definition.qualname
    for path in world.fact_store.mentioning(Needles.of([name])):
        tree = tree_of(world, path)
        for node in ast.walk(tree.root) if tree is not None else ():
            if isinstance(node, ast.Attribute) and not _is_inside(tree, node, pair):
                receiver = receiver_of(tree, node.value) if tree is not None else None
                if receiver is not None and receiver.place == (pair.path, name):
                    counts[node.attr] += receiver.kind == INSTANCE
    return +counts


def _is_inside(tree: Tree | None, node: ast.AST, pair: ConfiguredClass) -> bool:
    """Whether a place is in the class itself."""
    return (
        tree is not None
        and tree.path == pair.path
        and any(
            isinstance(child, ast.ClassDef) and child.name == pair.definition.qualname
            for child in tree.around(node)
        )
    )


def _classes(index: Index, pair: ConfiguredClass) -> tuple[Class | None, Class | None]:
    canonical = index.classes.get((pair.canonical.path, pair.canonical.name))
    return canonical, index.classes.get((pair.path, pair.definition.qualname))


# ---------------------------------------------------------------------- move


def move_uses(
    world: World, left_out: LeftOut, pairs: Sequence[ConfiguredClass], excluded: Globs
) -> Proposal:
    """Let functions make the canonical class where it does all that they need.

    The instance must be made into a local variable, and not leave the function.
    """
    if not pairs:
        return Proposal(())
    index, _ = index_around(world, sorted({name for pair in pairs for name in pair[:2]}))
    edits: dict[str, list[Edit]] = {}
    refusals: list[Refusal] = []
    places: dict[str, list[Location]] = {}
    for path in world.fact_store.mentioning(Needles.of(pair.definition.qualname for pair in pairs)):
        tree = tree_of(world, path)
        if tree is not None and excluded.match(path):
            refusals += _excluded(tree, pairs)
        if tree is None or path in left_out:
            continue
        draft = Draft(path, tree.data, tree.facts, Renames(world.resolver, {}, {}))
        bring = BringIn(draft)
        for pair in pairs:
            moved = places.setdefault(path, [])
            refusals += _move_in(index, tree, draft, bring, pair, left_out, moved)
        if draft.edits:
            edits[path] = list(bring.edits())
    introduced = frozenset((pair.canonical.path, pair.canonical.name) for pair in pairs)
    return Proposal(
        file_changes(world, edits),
        tuple(sorted(set(refusals))),
        Declared(frozenset(), introduced),
        places=places,
    )


def _calls_of(tree: Tree, pair: ConfiguredClass) -> Iterator[ast.Call]:
    """Where a file makes instances of the other class, outside of that class."""
    for call in ast.walk(tree.root):
        if isinstance(call, ast.Call) and not _is_inside(tree, call, pair):
            meant = tree.meaning(call.func)
            if meant is not None and (meant.path, meant.name) == pair.place and not meant.rest:
                yield call


def _passed_on(tree: Tree, pair: ConfiguredClass) -> Iterator[ast.expr]:
    """Where a file names the other class and does not call it, so that any may be made of it.

    What annotates, or is a base or an argument of `isinstance`, makes none.
    """
    name = pair.definition.qualname
    bound = {
        alias.bound
        for statement in tree.facts.imports
        for alias in statement.names
        if alias.name == name
    }
    for node in tree.nodes:
        word = getattr(node, "id", None) or getattr(node, "attr", None)
        if not isinstance(node, ast.Name | ast.Attribute) or word not in {name, *bound}:
            continue
        parent = tree.parent(node)
        is_value = isinstance(node.ctx, ast.Load) and not isinstance(
            parent, ast.Call | ast.Attribute | ast.ClassDef | ast.Subscript
        )
        if isinstance(parent, ast.Call):
            is_value = parent.func is not node and not _only_asks(parent)
        if is_value and not (_is_annotation(tree, node) or _is_inside(tree, node, pair)):
            meant = tree.meaning(node)
            if meant is not None and (meant.path, meant.name) == pair.place and not meant.rest:
                yield node


def _only_asks(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass", "cast")


def _is_annotation(tree: Tree, node: ast.AST) -> bool:
    inner = node
    for outer in tree.around(node):
        if any(getattr(outer, field, None) is inner for field in ("annotation", "returns")):
            return True
        if isinstance(outer, ast.stmt):
            return False
        inner = outer
    return False


def _excluded(tree: Tree, pairs: Iterable[ConfiguredClass]) -> Iterator[Refusal]:
    for pair in pairs:
        for call in _calls_of(tree, pair):
            reason = f"'{pair.old}' is made here, and the configuration excludes this file"
            yield Refusal(tree.path, call.lineno, EXCLUDED, reason)


def _move_in(
    index: Index,
    tree: Tree,
    draft: Draft,
    bring: BringIn,
    pair: ConfiguredClass,
    left_out: LeftOut,
    moved: list[Location],
) -> Iterator[Refusal]:
    """Draft the moves of one class in a file; the places that stay are refused."""
    canonical, _ = _classes(index, pair)
    for call in _calls_of(tree, pair):
        span = tree.span(call)
        start = -1 if span is None else span[0]
        if left_out.holds(tree.path, start):
            continue
        problem = "the canonical class is not known" if canonical is None else ""
        made = _made(tree, call)
        if made is None:
            problem = problem or "the instance is not kept in a local variable alone"
        elif canonical is not None:
            problem = _lacking(index, canonical, tree, made)
        problem = problem or _exchange(tree, draft, bring, call, pair)
        if problem:
            reason = f"'{pair.old}' is made here, and '{pair.new}' can't take its place: {problem}"
            yield Refusal(tree.path, call.lineno, _CODE, reason)
        else:
            moved.append(Location(start, call.lineno))
    for node in _passed_on(tree, pair):
        reason = f"'{pair.old}' is passed on here: what is made of it is not in sight"
        yield Refusal(tree.path, node.lineno, _CODE, reason)


def _exchange(
    tree: Tree, draft: Draft, bring: BringIn, call: ast.Call, pair: ConfiguredClass
) -> str:
    """Write the canonical class in the place of the other one; why not, if it can't be done."""
    head = call.func
    while isinstance(head, ast.Attribute):
        head = head.value
    span, use = tree.span(call.func), tree.use(head) if isinstance(head, ast.Name) else None
    if span is None or use is None or tree.string_around(call) is not None:
        return "it is in an f-string"
    binding = tree.binding(tree.facts.uses[use])
    module, _, name = pair.new.rpartition(".")
    try:
        scope = tree.facts.uses[use].scope
        beside = binding.statement if binding is not None else None
        text = bring.need(scope, span[0], Destination(module, name), beside)
    except Refused as error:
        return str(error)
    bring.free([use])
    draft.edit(*span, text, "call")
    return ""


def _made(tree: Tree, call: ast.Call) -> _Made | None:
    """The variable of a function that holds what a call makes; None if it may leave it."""
    assigned, function = tree.parent(call), tree.function(call)
    if not isinstance(assigned, ast.Assign) or not isinstance(function, FunctionNode):
        return None
    target = assigned.targets[0]
    if len(assigned.targets) != 1 or not isinstance(target, ast.Name):
        return None
    uses: list[ast.Name] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal) and target.id in node.names:
            return None
        if isinstance(node, ast.arg) and node.arg == target.id:
            return None
        if isinstance(node, ast.Name) and node.id == target.id and node is not target:
            around = tree.parent(node)
            reads = isinstance(node.ctx, ast.Load) and isinstance(around, ast.Attribute)
            if not reads or tree.function(node) is not function:
                return None
            uses.append(node)
    return _Made(call, uses)


def _lacking(index: Index, canonical: Class, tree: Tree, made: _Made) -> str:
    """What the canonical class lacks for a use, in words; empty if nothing."""
    params = constructor(index, canonical)
    if params is None:
        return "what makes it is not known"
    problem = _does_not_take(made.call, Signature(params), "its constructor")
    if problem:
        return problem
    for use in made.uses:
        attribute = tree.parent(use)
        if not isinstance(attribute, ast.Attribute):  # pragma: no cover - `_made` saw to it
            raise AssertionError(ast.dump(use))
        found = method(index, canonical, attribute.attr)
        if found is None or not isinstance(attribute.ctx, ast.Load):
            return f"it has no '{attribute.attr}'"
        outer = tree.parent(attribute)
        if not isinstance(outer, ast.Call) or outer.func is not attribute:
            return f"'{attribute.attr}' is not called"
        definition = found[1]
        awaited = isinstance(tree.parent(outer), ast.Await)
        if definition.kind not in FUNCTION_KINDS or definition.decorators:
            return f"'{attribute.attr}' is no plain method"
        if awaited != (definition.kind == "async def"):
            return f"'{attribute.attr}' is {'not ' if awaited else ''}a coroutine"
        problem = _does_not_take(outer, Signature(parameters(definition)), f"'{attribute.attr}'")
        if problem:
            return problem
    return ""


def _does_not_take(call: ast.Call, signature: Signature, what: str) -> str:
    try:
        bind(arguments_of(call), signature)
    except Refused as error:
        return f"{what}: {error}"
    return ""
