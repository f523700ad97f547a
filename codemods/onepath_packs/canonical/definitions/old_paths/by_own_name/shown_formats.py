"""What follows the name of its class in what an object shows: `.of(` in `Old.of(1)`."""

import ast
from collections.abc import Iterator

from onepath.codemod import World
from onepath.facts.computed.names import Names
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.computed.patterns import Pattern, patterns
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import NAMES
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import told_to


def shown_after_name(world: World, home: Step, *methods: str) -> frozenset[str]:
    """The texts that come right after the name of a class in what its methods show.

    Args:
        world: The code.
        home: (path, name) of the class; there are none of anything else.
        methods: `__repr__`, `__str__` and the like; those of its bases count as well.
    """
    path, name = home
    steps = [home]
    for node in _classes(module_tree(world.read([path]).get(path, b"")), name):
        steps += [
            (resolution.path, resolution.name)
            for resolution in told_to(world, path, node)
            if resolution.kind == "definition"
        ]
    return frozenset(text for step in steps for text in _shown(world, step, methods))


def _classes(tree: ast.Module, name: str) -> Iterator[ast.ClassDef]:
    for node in import_time_statements(tree.body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            yield node


def _shown(world: World, step: Step, methods: tuple[str, ...]) -> Iterator[str]:
    path, name = step
    # One tree for both: its nodes are known by themselves, and another has others.
    tree = module_tree(world.read([path]).get(path, b""))
    names: Names | None = None
    for node in _classes(tree, name):
        for method in node.body:
            if not isinstance(method, FunctionNode) or method.name not in methods:
                continue
            inside = [*ast.walk(method)]
            if any(isinstance(child, ast.Attribute) and child.attr in NAMES for child in inside):
                names = names or Names(tree)
                for child in inside:
                    if isinstance(child, ast.Return) and child.value is not None:
                        for pattern in patterns(child.value, names, method):
                            yield from _after_first(pattern)


def _after_first(pattern: Pattern) -> Iterator[str]:
    """The text after what is put in first, where no word is before that."""
    for before, part in enumerate(pattern):
        if part.kind == "text" and any(character.isalnum() for character in part.value):
            return
        if part.kind != "text":
            after = pattern[before + 1 : before + 2]
            if after and after[0].kind == "text" and not after[0].value[:1].isalnum():
                yield after[0].value
            return
