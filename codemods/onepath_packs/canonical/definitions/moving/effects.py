"""What a definition does to others while its module is imported: it has to go on doing so.

`@register class Thing` registers when its module is loaded. In another module it does so only if
something loads that one.
"""

import ast
from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.symbols.graph.imports import reachable
from onepath.symbols.resolve import Resolution
from onepath_packs.canonical.definitions.moving.taken import Taken
from onepath_packs.canonical.definitions.still_read import Reader

_REGISTERING = frozenset(("register", "receiver", "listens_for", "connect", "subscribe"))
_HOOKS = frozenset(("__init_subclass__", "__set_name__", "__subclasses__"))
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def lost_effect(before: World, after: World, taken: Taken, target: str) -> Reader | None:
    """What a definition does when it is imported and would not do any more; None for nothing.

    Args:
        before: The code as it is.
        after: The code with the definition at its new place, which its old module does not import.
        taken: The definition.
        target: The file of its new module.
    """
    effect = next(_effects(before, taken), None)
    if effect is None or not _is_left_out(before, after, taken.path, target):
        return None
    text = taken.data.splitlines()[effect - 1].decode("utf-8", "replace").strip()
    return Reader(taken.path, effect, f"acts when it is imported: {text}")


def _is_left_out(before: World, after: World, old: str, new: str) -> bool:
    """Whether something loads the old module, and the new one no more by that."""
    leaf = before.modules.name(old).rpartition(".")[2]
    users = [
        path
        for path in before.book.mentioning(Needles.of([leaf]))
        if path != new and old in before.imports(path)
    ]
    return not users or any(
        new not in reachable([path], after.imports, after.book.load, until=new) for path in users
    )


def _effects(world: World, taken: Taken) -> Iterator[int]:
    """The lines of the moving text that do something to others."""
    for statement in taken.statements:
        for one in getattr(statement, "decorator_list", ()):
            if _registers(world, taken.path, one):
                yield one.lineno
        if isinstance(statement, ast.ClassDef) and _is_told(world, taken.path, statement):
            yield statement.lineno
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and _changes(
                    world, _meaning(world, taken.path, call)
                ):
                    yield call.lineno


def _registers(world: World, path: str, decorator: ast.expr) -> bool:
    """Whether a decorator keeps what it decorates: that of an object does, `@app.route`."""
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    spelled = ast.unparse(call).split(".")
    found = _meaning(world, path, call)
    if found is None:
        return False
    if found.kind == "external":
        return spelled[-1] in _REGISTERING
    return bool(found.rest) or _changes(world, found)


def _is_told(world: World, path: str, cls: ast.ClassDef) -> bool:
    """Whether a base of a class, or its metaclass, may keep a list of its subclasses."""
    for base in [*cls.bases, *(one.value for one in cls.keywords if one.arg == "metaclass")]:
        for home, definition in _line(world, _meaning(world, path, base), set()):
            names = {one.name for one in definition.body if isinstance(one, _DEFINITIONS)}
            if names & _HOOKS or _is_metaclass(world, home, definition):
                return True
            if definition.name in _asked_for_subclasses(world):
                return True
    return False


def _line(
    world: World, found: Resolution | None, seen: set[tuple[str, str]]
) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class of the code and those that it inherits from, each with its file."""
    if found is None or found.kind != "definition" or found.rest or found[1:3] in seen:
        return
    seen.add((found.path, found.name))
    definition = _definition(world, found)
    if isinstance(definition, ast.ClassDef):
        yield found.path, definition
        for base in [*definition.bases, *(one.value for one in definition.keywords)]:
            yield from _line(world, _meaning(world, found.path, base), seen)


def _is_metaclass(world: World, path: str, cls: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "type" for base in cls.bases)


def _asked_for_subclasses(world: World) -> frozenset[str]:
    """The classes whose subclasses something asks for."""
    found = set()
    for path in world.book.mentioning(Needles.of(["__subclasses__"])):
        for node in ast.walk(_tree(world, path)):
            if isinstance(node, ast.Attribute) and node.attr == "__subclasses__":
                found.add(ast.unparse(node.value).rpartition(".")[2])
    return frozenset(found)


def _changes(world: World, found: Resolution | None) -> bool:
    """Whether calling a function or class of the code changes what others hold."""
    if found is None or found.kind != "definition" or found.rest:
        return False
    definition = _definition(world, found)
    if isinstance(definition, ast.ClassDef):
        made = ("__init__", "__new__", "__post_init__")
        inside = [one for one in definition.body if getattr(one, "name", "") in made]
    else:
        inside = [] if definition is None else [definition]
    return any(_is_change(one, node) for one in inside for node in ast.walk(one))


def _is_change(function: ast.stmt, node: ast.AST) -> bool:
    """Whether something in a function changes what is not its own."""
    if isinstance(node, ast.Global):
        return True
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        inner = [one for one in targets if isinstance(one, ast.Attribute | ast.Subscript)]
        return any(_root(one) not in _own(function) for one in inner)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value.func
        return isinstance(call, ast.Attribute) and _root(call) not in _own(function)
    return False


def _own(function: ast.stmt) -> set[str]:
    """The parameters and variables of a function, and `super()`."""
    found = {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}
    return (
        found
        | {
            one.id
            for one in ast.walk(function)
            if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
        }
        | {"super", "object", "warnings", "logger", "logging", "log"}
    )


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _meaning(world: World, path: str, node: ast.expr) -> Resolution | None:
    """What a dotted expression at the top of a file means."""
    call = node.func if isinstance(node, ast.Call) else node
    head, *rest = ast.unparse(call).split(".")
    if not all(part.isidentifier() for part in (head, *rest)):
        return None
    return world.resolver.attributes(path, [head, *rest])


def _definition(world: World, found: Resolution) -> ast.stmt | None:
    body = _tree(world, found.path).body
    return next((one for one in body if getattr(one, "name", "") == found.name), None)


def _tree(world: World, path: str) -> ast.Module:
    try:
        return parse(SourceText(world.read([path]).get(path, b"")).utf8)
    except (SyntaxError, UndecodableError, RecursionError):
        return ast.Module([], [])
