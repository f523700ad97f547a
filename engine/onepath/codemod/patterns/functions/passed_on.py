"""Functions that a file passes on where a pattern speaks of their calls: `map(old, values)`."""

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from onepath.codemod.patterns.names import FileNames, Symbol
from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.patterns.template import needs_no_import
from onepath.model import Refusal, UseKind
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.tree.syntax import Span
from onepath.symbols.world import World

CODE = "passed-on"
_OTHERWISE = (
    UseKind.CALLEE | UseKind.STORE | UseKind.DELETE | UseKind.ANNOTATION | UseKind.BASE
    | UseKind.STRING
)  # fmt: skip


def called_functions(world: World, rules: Sequence[PatternRule]) -> list[str]:
    """The dotted paths of the functions of whose calls rules speak; a class is named elsewhere too.

    Args:
        world: The code.
        rules: The rules.
    """
    return [
        dotted
        for rule in rules
        if isinstance(rule.pattern.node, cst.Call)
        and (dotted := rule.pattern.symbol(rule.pattern.node.func))
        and not needs_no_import(dotted)
        and _is_function(world, dotted)
    ]


def _is_function(world: World, dotted: str) -> bool:
    resolution = world.resolver.dotted(dotted)
    if resolution.kind != "definition":
        return dotted.rpartition(".")[2][:1].islower()
    definitions = world.facts(resolution.path).definitions
    kinds = {one.kind for one in definitions if one.qualname == resolution.name}
    return not resolution.rest and "class" not in kinds


def passed_on(
    world: World, path: str, words: frozenset[str], symbol: Symbol, dotted: str
) -> Iterator[tuple[int, Refusal]]:
    """The places of a file that name a function and do not call it, each with where it begins.

    Args:
        world: The code.
        path: The file.
        words: By which the last part of the name may be spelled.
        symbol: What the function is.
        dotted: Its path in the pattern.
    """
    facts = world.facts(path)
    bound = {
        alias.bound
        for fact in facts.imports
        for alias in fact.names
        if alias.name.rpartition(".")[2] in words
    }
    aliased = [
        (definition.start, definition.end)
        for definition in facts.definitions
        if definition.kind == "alias"
    ]
    uses = [
        use
        for use in facts.uses
        if use.exact
        and not use.kind & _OTHERWISE
        and use.dotted.rpartition(".")[2] in words | bound
        and not any(start <= use.start < end for start, end in aliased)
        # By its other name it is searched for as well.
    ]
    if not uses:
        return
    data = world.read([path])[path]
    try:
        tree = Tree(path, data, facts, world.resolver)
    except NotReadableError:
        return
    names, idle = FileNames(tree), [*_idle(tree)]
    for use in uses:
        if any(start <= use.start < end for start, end in idle):
            continue
        meaning = names.meaning(use.start, use.dotted.split("."), None)
        if meaning is not None and symbol in meaning.symbols:
            line = data.count(b"\n", 0, use.start) + 1
            reason = f"'{dotted}' is passed on here, and not called as in the pattern"
            yield use.start, Refusal(path, line, CODE, reason)


def _idle(tree: Tree) -> Iterator[Span]:
    """The statements that only name something: no call, and nothing is done with it."""
    for node in tree.nodes:
        if isinstance(node, ast.Expr) and not any(
            isinstance(child, ast.Call) for child in ast.walk(node)
        ):
            yield tree.place(node)
