"""Classes that what is not in the repository knows by their own names: `relationship("Old")`.

SQLAlchemy, marshmallow and their like file the classes that inherit from theirs, and look up the
strings that declarations are given among them. No other name of a module is of use there.
"""

import ast
import re
import sys
from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import told_to
from onepath_packs.canonical.definitions.refused import CannotMoveError

_STAYING = FunctionNode | ast.Lambda | ast.ClassDef


def check_declared(world: World, home: Step) -> None:
    """Refuse to rename a class that inherits from an outside one, and that a declaration names.

    Args:
        world: The code.
        home: (path, name) of the definition.

    Raises:
        CannotMoveError: Names the string.
    """
    path, name = home
    tree = module_tree(world.read([path]).get(path, b""))
    classes = (node for node in import_time_statements(tree.body) if isinstance(node, ast.ClassDef))
    if not any(node.name == name and _has_outside_base(world, path, node) for node in classes):
        return
    word = re.escape(name)
    named = re.compile(rf"(?:\w+\.)*{word}|(?:.*[^\w.])?{word}\.\w+\b.*", re.DOTALL)
    quoted = re.compile(rb"[\"'][^\"'\n]*\b%b\b" % name.encode())
    for user, data in world.read([*world.fact_store.mentioning(Needles.of([name]))]).items():
        if user.endswith(".py") and quoted.search(data):
            for call, text in _declared(module_tree(data)):
                if named.fullmatch(str(text.value)):
                    reason = f"'{dotted(call.func)}' may look up '{name}' by this, its own name"
                    hint = "the declaration can be given the class itself, or a function for it"
                    raise CannotMoveError(user, text.lineno, reason, hint=hint)


def _has_outside_base(world: World, path: str, node: ast.ClassDef) -> bool:
    """Whether a class inherits from one that neither the repository has nor Python itself."""
    plain = ast.ClassDef(node.name, node.bases, node.keywords, [], [])
    return any(
        resolution.kind == "external"
        and resolution.path.partition(".")[0] not in sys.stdlib_module_names
        for resolution in told_to(world, path, plain)
    )


def _declared(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.Constant]]:
    """The strings that calls in the bodies of classes are given, with the innermost call."""
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef):
            for statement in cls.body:
                if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
                    yield from _given(statement.value, None)


def _given(node: ast.AST, call: ast.Call | None) -> Iterator[tuple[ast.Call, ast.Constant]]:
    if isinstance(node, _STAYING):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and call is not None:
        yield call, node
    call = node if isinstance(node, ast.Call) else call
    for child in ast.iter_child_nodes(node):
        yield from _given(child, call)
