"""Definitions that others file by their own name, though nothing in sight asks for them by it.

Commands of a program, kinds in saved data and keys of a registry get the new name with them.
"""

import ast
from collections.abc import Iterable, Iterator

from onepath.codemod import Refusal, World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.symbols.resolve import Resolution, Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import Telling, filing

FILED = "filed-by-name"
_FRAMEWORKS = frozenset((
    "command", "event", "filter", "group", "hookimpl", "hookspec", "listener", "periodic_task",
    "route", "shared_task", "simple_tag", "task",
))  # fmt: skip
"""Last names of decorators by which frameworks take the name of a function for one of their own."""
_GIVING = frozenset(("name", "endpoint", "specname"))
"""Keywords that give such a name."""
_HOOKS = frozenset(("__init_subclass__", "__set_name__"))
_MAKING = frozenset(("__new__", "__init__", "__call__", "__prepare__"))


def filed_by_name(world: World, home: Step, new: str, told: Iterable[Telling]) -> Iterator[Refusal]:
    """The places by which others know a definition by its name, which is another one then.

    Args:
        world: The code.
        home: (path, name) of the definition.
        new: Its new name.
        told: The places by which others may know of the definition.
    """
    places = [
        (telling.path, telling.line)
        for telling in told
        if telling.of is None or any(_files_by_name(world, one) for one in telling.of)
    ]
    places += [(home[0], line) for line in _by_decorators(world, home)]
    reason = f"'{home[1]}' is known by its own name here, which is '{new}' then"
    for path, line in dict.fromkeys(places):
        yield Refusal(path, line, FILED, reason)


def _by_decorators(world: World, home: Step) -> Iterator[int]:
    """The decorators of a function by which the code, or a framework, may know it by its name.

    A framework that is given a name knows it by that; a route has a path and no name.
    """
    path, name = home
    for node in import_time_statements(module_tree(world.read([path]).get(path, b"")).body):
        if isinstance(node, FunctionNode) and node.name == name:
            for decorator in node.decorator_list:
                call = decorator if isinstance(decorator, ast.Call) else None
                spelled = dotted(call.func if call else decorator)
                leaf = spelled.rpartition(".")[2]
                keeper = world.resolver.attributes(path, spelled.split(".")) if spelled else None
                given = {keyword.arg for keyword in call.keywords} if call else set()
                has_name = bool(call and call.args and leaf != "route") or given & _GIVING
                is_framework = leaf in _FRAMEWORKS and not has_name
                if is_framework or (keeper is not None and _files_by_name(world, keeper)):
                    yield decorator.lineno


def _files_by_name(world: World, keeper: Resolution) -> bool:
    """Whether a decorator, base or metaclass of the code knows what it is told of by its name."""
    if keeper.kind != "definition":
        return False
    tree = module_tree(world.read([keeper.path]).get(keeper.path, b""))
    if keeper.rest:
        # A method of an object: of which class that is, the file may not say.
        return any(filing(tree))
    for node in import_time_statements(tree.body):
        if isinstance(node, FunctionNode) and node.name == keeper.name:
            return any(filing(node))
        if isinstance(node, ast.ClassDef) and node.name == keeper.name:
            return any(_method_files(method) for method in node.body)
    return False


def _method_files(method: ast.stmt) -> bool:
    """Whether a method of a base, a metaclass or a decorator files what it is told of."""
    if not isinstance(method, FunctionNode) or method.name not in _HOOKS | _MAKING:
        return False
    if any(filing(method)):
        return True
    arguments = [*method.args.posonlyargs, *method.args.args]
    # `def __new__(mcs, name, bases, namespace)`
    is_of_metaclass = method.name in _MAKING and len(arguments) >= 4
    return is_of_metaclass and _is_key(method, arguments[1].arg)


def _is_key(method: FunctionNode, name: str) -> bool:
    """Whether a method files something by what a parameter says."""
    for node in ast.walk(method):
        match node:
            case ast.Subscript(slice=key, ctx=ast.Store()) if _has(key, name):
                return True
            case ast.Call(func=ast.Attribute(attr=called), args=[first, *_]) if (
                not called.startswith("__") and _has(first, name)
            ):
                return True
    return False


def _has(node: ast.expr, name: str) -> bool:
    return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))
