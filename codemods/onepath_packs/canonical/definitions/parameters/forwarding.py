"""Functions that hand all their keywords on: `def g(*args, **kwargs): return f(*args, **kwargs)`.

A keyword that such a function is given is one of the function to which it hands that on.
"""

import ast
from collections.abc import Callable, Collection, Iterator

from onepath.analysis.classes import outside_name
from onepath.analysis.constructors import CONSTRUCTORS
from onepath.analysis.index import Index
from onepath.analysis.top_classes import Class, Place
from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.members.family import PLAIN_BASES
from onepath_packs.canonical.definitions.refused import CannotMoveError

_ASKING = frozenset(("get", "pop", "setdefault"))


def _hands_on(
    function: FunctionNode, names: tuple[str, str], is_target: Callable[[ast.Call], bool]
) -> bool:
    """Whether a function does nothing with its keywords but give them on, and ask for some.

    Args:
        function: It.
        names: The old and the new name of a parameter; the function has none of these itself.
        is_target: Whether a call is one of the function that has the parameter.
    """
    own = function.args
    every = (*own.posonlyargs, *own.args, *own.kwonlyargs)
    if own.kwarg is None or function.decorator_list or any(one.arg in names for one in every):
        return False
    keywords, known, handed = own.kwarg.arg, 0, False
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Call) and any(_is_given(one, keywords) for one in node.keywords):
            if not is_target(node):
                return False
            known += 1
            handed = True
        asked = asked_key(node, keywords)
        known += asked is not None and asked.value != names[1]
    used = sum(isinstance(node, ast.Name) and node.id == keywords for node in nodes)
    return handed and known == used


def _is_given(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == name


def asked_key(node: ast.AST, keywords: str) -> ast.Constant | None:
    """The key for which something asks the keywords of a function: `kwargs.pop("key")`.

    Args:
        node: What may do so.
        keywords: What the function calls its keywords.
    """
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=table), attr=method),
            args=[ast.Constant(value=str()) as key, *_],
        ) if method in _ASKING:
            pass
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str()) as key):
            pass
        case ast.Compare(
            left=ast.Constant(value=str()) as key,
            ops=[ast.In() | ast.NotIn()],
            comparators=[ast.Name(id=table)],
        ):
            pass
        case _:
            return None
    return key if table == keywords else None


def made_by(
    index: Index, cls: Class, method: str, names: tuple[str, str]
) -> tuple[dict[Place, Class], frozenset[Place]]:
    """The classes whose calls run a class's constructor, and those of them that hand it keywords.

    Args:
        index: The classes.
        cls: The class.
        method: `__init__` or `__new__`.
        names: The old and the new name of a parameter of it.

    Raises:
        CannotMoveError: A class is given its keywords twice, and names the parameter as well.
    """
    found, forwarding = {cls.place: cls}, set[Place]()
    while True:
        more: dict[Place, Class] = {}
        for one in index.classes.values():
            line = [one, *index.ancestors(one)]
            with_one = next((c for c in line if method in c.members), one)
            is_below = one.place not in found and _is_single(index, one, found)
            if (one.place not in found and with_one.place == cls.place) or (
                is_below and with_one.place in forwarding
            ):
                more[one.place] = one
            elif is_below and with_one is one and _gives(index, one, method, names):
                more[one.place] = one
                forwarding.add(one.place)
        if not more:
            break
        found |= more
    for one in found.values():
        _check_both(one, method, names)
    return found, frozenset(forwarding)


def _check_both(cls: Class, method: str, names: tuple[str, str]) -> None:
    """Refuse a class whose other constructor is given the same keywords, and names one of them."""
    for other in CONSTRUCTORS:
        if other != method and other in cls.members:
            maker = cls.members[other]
            if any(param.name in names for param in maker.params):
                reason = f"'{cls.name}.{other}' is given the same keywords, and names this one"
                raise CannotMoveError(cls.path, maker.line, reason)


def _is_single(index: Index, cls: Class, found: Collection[Place]) -> bool:
    """Whether a class has one base that counts, which is one of some classes."""
    bases = [
        base
        for base in index.bases(cls)
        if base.kind != "external" or outside_name(base) not in PLAIN_BASES
    ]
    return len(bases) == 1 and not bases[0].rest and bases[0][1:3] in found


def _gives(index: Index, cls: Class, method: str, names: tuple[str, str]) -> bool:
    """Whether a constructor of a class hands its keywords on to that of its base."""
    tree = module_tree(index.world.read([cls.path]).get(cls.path, b""))
    methods = [*_methods_of(tree, cls.name, method)]
    return len(methods) == 1 and _hands_on(methods[0], names, _is_call_above(method))


def forwarding_functions(world: World, home: Step, names: tuple[str, str]) -> frozenset[Step]:
    """The functions at the top of modules that hand their keywords on to a function.

    Args:
        world: The code.
        home: (path, name) of the function.
        names: The old and the new name of a parameter of it.
    """
    found = {home}
    while True:
        words = {name for _, name in found}
        more = {
            (path, function.name)
            for path, data in world.read([*world.fact_store.mentioning(Needles.of(words))]).items()
            if b"**" in data and world.facts(path).failure is None
            for function in module_tree(data).body
            if isinstance(function, FunctionNode)
            and _hands_on(function, names, _calls_any(world, path, found))
        }
        if more <= found:
            return frozenset(found - {home})
        found |= more


def _calls_any(world: World, path: str, steps: Collection[Step]) -> Callable[[ast.Call], bool]:
    """What tells calls of some functions in a file."""

    def tells(call: ast.Call) -> bool:
        spelled = dotted(call.func)
        meant = world.resolver.attributes(path, spelled.split(".")) if spelled else None
        return meant is not None and not meant.rest and (meant.path, meant.name) in steps

    return tells


def _is_call_above(method: str) -> Callable[[ast.Call], bool]:
    """What tells calls of a method on `super()`: `super().__init__(**kwargs)`."""

    def tells(call: ast.Call) -> bool:
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return name == method
        return False

    return tells


def _methods_of(tree: ast.Module, cls: str, method: str) -> Iterator[FunctionNode]:
    """The methods of a name of a class at the top of a module."""
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name == cls:
            for node in statement.body:
                if isinstance(node, FunctionNode) and node.name == method:
                    yield node
