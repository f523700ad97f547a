"""Who reads the name that a function or class has of its own: `f.__name__`, to file it by it."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import DefinitionNode, FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.importing.loaded.registering import Registering
from onepath.model import Facts
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.spelling.module_objects import goes_through
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import NAMES
from onepath_packs.canonical.definitions.old_paths.by_own_name.line_of_classes import (
    is_of_line,
    variables_of_lines,
)

_READ = re.compile(rb"\.__(?:qual)?name__\b|\bgetsource(?:lines)?\b")
_SAYS_NAME = re.compile(rb"\.[\s\\]*__(?:qual)?name__|getsource")
"""What each place has that files something by its own name."""
_BEFORE_ITEM = re.compile(rb"(?:[(,\[{:]|(?<!Mock\(spec)=)\s*(?:[\w.]*\.)?\Z")
"""What is before an argument or an item; a double files nothing by the name of its class."""
_NEAR = 100
"""So many bytes are looked at before a name."""
_SHOWING = re.compile(
    "print|repr|str|format|debug|info|warning|warn|error|exception|critical|log|getLogger|get_logger"
    "|cast|getattr|hasattr|isinstance|len|[A-Z]\\w*(?:Error|Exception|Warning)"
)
"""Calls that are given a name and file nothing by it."""
_SOURCE = frozenset(("getsource", "getsourcelines"))
"""Calls that give the text of something, which has its name."""
_ASKING_OF_TYPES = frozenset(("isinstance", "issubclass", "cast", "super", "__new__"))
_SHOWN_BY = frozenset(("__repr__", "__str__", "__format__"))


class Telling(NamedTuple):
    """A place by which others may know a definition by its own name."""

    path: str
    line: int
    sources: tuple[bytes, ...] = ()
    """The texts of the modules of the repository that may change the name: `.lower()`."""
    is_outside: bool = False
    """Whether it is told to what is not in the repository."""
    of: tuple[Resolution, ...] | None = None
    """What is told of it, and may ask for its name; None where its name itself is told."""


class Filed(NamedTuple):
    """A place that uses what something says of its name."""

    line: int
    owner: ast.expr
    """Whose name it is."""
    is_compared: bool = False
    """Whether it is compared: what that is with follows, or holds the name."""

    def telling(self, path: str, source: bytes) -> Telling:
        """The place as one by which a definition may be known.

        Args:
            path: The file.
            source: Its text.
        """
        return Telling(path, self.line, (source,), of=() if self.is_compared else None)


def tellings(world: World, home: Step) -> Iterator[Telling]:
    """The places by which others may know a function or class by its own name.

    Args:
        world: The code.
        home: (path, name) of the definition.
    """
    path, name = home
    tree = _tree(world, path)
    for node in import_time_statements(tree.body):
        if isinstance(node, DefinitionNode) and node.name == name:
            told = [*told_to(world, path, node)]
            ours = [resolution.path for resolution in told if resolution.kind == "definition"]
            sources = tuple(world.read([path, *ours, *_imported(world, ours)]).values())
            for line in Registering(world).definition(path, node):
                yield Telling(path, line, sources, len(ours) < len(told), tuple(told))
            if isinstance(node, ast.ClassDef):
                yield from _said_by_class(world, path, node)
    yield from _filed(world, home)
    for read in goes_through(world, {path}):
        data = world.read([read.path])[read.path]
        if _READ.search(data):
            yield Telling(read.path, read.line, (data,), of=())


def told_to(world: World, path: str, node: DefinitionNode) -> Iterator[Resolution]:
    """What decorators and bases of a definition mean, and the bases of those.

    Args:
        world: The code.
        path: The module of the definition.
        node: It.
    """
    wanted = [(path, one) for one in (*node.decorator_list, *_bases(node))]
    seen: set[Step] = set()
    while wanted:
        at, expression = wanted.pop()
        spelled = dotted(expression.func if isinstance(expression, ast.Call) else expression)
        resolution = world.resolver.attributes(at, spelled.split(".")) if spelled else None
        if resolution is None or (step := (resolution.path, resolution.name)) in seen:
            continue
        seen.add(step)
        yield resolution
        if resolution.kind == "definition":
            wanted += [
                (resolution.path, base)
                for statement in import_time_statements(_tree(world, resolution.path).body)
                if isinstance(statement, ast.ClassDef) and statement.name == resolution.name
                for base in _bases(statement)
            ]


def _bases(node: ast.AST) -> list[ast.expr]:
    """The bases of a class, and its metaclass."""
    if not isinstance(node, ast.ClassDef):
        return []
    return [
        *node.bases,
        *(keyword.value for keyword in node.keywords if keyword.arg == "metaclass"),
    ]


def _imported(world: World, paths: Iterable[str]) -> Iterator[str]:
    """The modules of the repository from which some modules import."""
    for path in paths:
        for statement in world.facts(path).imports:
            for alias in statement.names:
                resolution = world.resolver.imported(path, statement, alias)
                if resolution.kind in ("definition", "module"):
                    yield resolution.path


def _said_by_class(world: World, path: str, cls: ast.ClassDef) -> Iterator[Telling]:
    """The lines of a class, and of its bases, that give its name to others: `type(self)`'s."""
    classes = [(path, cls)]
    for resolution in told_to(world, path, cls):
        if resolution.kind == "definition":
            classes += [
                (resolution.path, statement)
                for statement in import_time_statements(_tree(world, resolution.path).body)
                if isinstance(statement, ast.ClassDef) and statement.name == resolution.name
            ]
    for at, class_def in classes:
        for method in class_def.body:
            if isinstance(method, FunctionNode) and method.name not in _SHOWN_BY:
                # What a base is told of its subclasses it is told where they are defined.
                of = () if method.name == "__init_subclass__" else None
                for filed in filing(method, also_given=True):
                    known = () if filed.is_compared else of
                    yield Telling(at, filed.line, (world.read([at])[at],), of=known)


def _filed(world: World, home: Step) -> Iterator[Telling]:
    """The lines that file what they are given by its own name, where they are given this."""
    name = home[1]
    for user, data in world.read([*world.fact_store.mentioning(Needles.of([name]))]).items():
        if not _may_be_given(data, world.facts(user), name):
            continue
        tree = _tree(world, user)
        for filed in _filed_owners(tree) if _SAYS_NAME.search(data) else ():
            if _leaf(filed.owner) == name and _means(world, user, filed.owner, home):
                yield filed.telling(user, data)
        values = [*_values(tree, name)]
        if not any(_means(world, user, node, home) for node, _ in values):
            continue
        given = _names_of_given(tree) - _of_other_lines(world, user, tree, home)
        for filed in filing(tree, of=given) if _READ.search(data) else ():
            yield filed.telling(user, data)
        for callee in {dotted(call.func) for _, call in values if call is not None}:
            resolution = world.resolver.attributes(user, callee.split(".")) if callee else None
            if (
                resolution is None
                or resolution.kind != "definition"
                or resolution.rest
                or resolution.path == user
            ):
                continue
            for statement in import_time_statements(_tree(world, resolution.path).body):
                if isinstance(statement, DefinitionNode) and statement.name == resolution.name:
                    text = world.read([resolution.path])[resolution.path]
                    for filed in filing(statement):
                        yield filed.telling(resolution.path, text)


def _of_other_lines(world: World, path: str, tree: ast.AST, home: Step) -> frozenset[str]:
    """The variables of a file that hold classes alone, and never a certain one."""
    lines = [*variables_of_lines(tree)]
    loops = [
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    ]
    return frozenset(
        name
        for name, _ in lines
        if loops.count(name) == sum(name == other for other, _ in lines)
        and not any(
            name == other and is_of_line(world, home, (path, cls.name)) for other, cls in lines
        )
    )


def _may_be_given(data: bytes, facts: Facts, name: str) -> bool:
    """Whether a file may have a name as an argument or an item of something, or reads its name."""
    imports = [(statement.start, statement.end) for statement in facts.imports]
    # The name comes first, so that it is searched for as it is, in a tenth of the time.
    pattern = rb"%b(?:\s*[,)\]}]|(\.__(?:qual)?name__))" % re.escape(name.encode())
    return any(
        match[1]
        or (
            _BEFORE_ITEM.search(data[max(0, match.start() - _NEAR) : match.start()])
            and not any(start <= match.start() < end for start, end in imports)
        )
        for match in re.finditer(pattern, data)
    )


def _means(world: World, path: str, node: ast.expr, home: Step) -> bool:
    resolution = world.resolver.attributes(path, dotted(node).split("."))
    return (
        resolution is not None
        and (resolution.path, resolution.name) == home
        and not resolution.rest
    )


def _values(tree: ast.AST, name: str) -> Iterator[tuple[ast.expr, ast.Call | None]]:
    """Where a name is an item of something, or an argument, with the call that is given it."""
    stack: list[tuple[ast.AST, ast.Call | None]] = [(tree, None)]
    while stack:
        node, call = stack.pop()
        if isinstance(node, ast.Call):
            if _leaf(node.func) in _ASKING_OF_TYPES:
                continue
            call = node
        elif isinstance(node, ast.stmt):
            call = None
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "slice", "type", "bases", "cls"):
                continue
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, ast.AST):
                    continue
                is_item = field in ("elts", "args", "values") or isinstance(node, ast.keyword)
                if is_item and isinstance(one, ast.expr) and _leaf(one) == name:
                    yield one, call
                stack.append((one, call))


def _leaf(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _method(node: ast.expr) -> str:
    """The last name of what is called, of whatever it is a method: `"{0}".format`."""
    return node.attr if isinstance(node, ast.Attribute) else _leaf(node)


def _names_of_given(tree: ast.AST) -> frozenset[str]:
    """The names that an item or argument may have in a file: targets of loops, parameters.

    Only the parameters of what the file calls count: a test gets its `method` from who runs it.
    """
    nodes = [*ast.walk(tree)]
    called = {_leaf(node.func) for node in nodes if isinstance(node, ast.Call)}
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            targets = ast.walk(node.target)
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Lambda) or (
            isinstance(node, FunctionNode) and node.name in called
        ):
            parameters = ast.walk(node.args)
            names |= {parameter.arg for parameter in parameters if isinstance(parameter, ast.arg)}
    return frozenset(names)


def filing(
    tree: ast.AST, *, of: Collection[str] | None = None, also_given: bool = False
) -> Iterator[Filed]:
    """The places that use what something says of its name as a key, or ask for it.

    Args:
        tree: What is looked through.
        of: The variables that may be what is filed; any if None.
        also_given: Whether it counts as well that the name is a value, or returned.
    """
    for filed in _filed_owners(tree, also_given=also_given):
        if _may_be(filed.owner, of):
            yield filed


def _filed_owners(tree: ast.AST, *, also_given: bool = False) -> Iterator[Filed]:
    """What is filed by its own name; as for `filing`."""
    sorting = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "key"
    }
    for node in ast.walk(tree):
        places: list[ast.AST | None] = []
        match node:
            case ast.Dict():
                places = [*node.keys, *(node.values if also_given else ())]
            case ast.DictComp():
                places = [node.key]
            case ast.ListComp() | ast.SetComp():
                places = [node.elt]
            case ast.Lambda() if node not in sorting:
                places = [node.body]
            case ast.Subscript():
                places = [node.slice]
            case ast.Tuple():
                places = [*node.elts]
            case ast.Compare() if not any(map(_is_literal, (node.left, *node.comparators))):
                places = [node.left, *node.comparators]
            case ast.Call(args=[owner, *_]) if _leaf(node.func) in _SOURCE:
                yield Filed(node.lineno, owner)
            case ast.Call() if not _SHOWING.fullmatch(_method(node.func)):
                places = [*node.args, *(keyword.value for keyword in node.keywords)]
            case ast.Return() if also_given:
                places = [node.value]
        for place in places:
            for owner in _name_owners(place) if place is not None else ():
                yield Filed(getattr(node, "lineno", 1), owner, isinstance(node, ast.Compare))


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _name_owners(node: ast.AST) -> Iterator[ast.expr]:
    """Whose own name an expression is, or is made of."""
    match node:
        case ast.Attribute(value=owner, attr=attribute):
            if attribute in NAMES:
                yield owner
        case ast.Call(func=ast.Attribute(value=inner), args=arguments):
            yield from _name_owners(inner)
            if arguments:
                yield from _name_owners(arguments[-1])
        case ast.Subscript(value=inner):
            yield from _name_owners(inner)
        case ast.BinOp(left=left, right=right):
            yield from _name_owners(left)
            yield from _name_owners(right)
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from _name_owners(value.value)


def _may_be(owner: ast.expr, names: Collection[str] | None) -> bool:
    """Whether what has a name may be what one of these variables holds; or an instance's class."""
    match owner:
        case ast.Name(id=name):
            return names is None or name in names
        case ast.Call(func=ast.Name(id="type"), args=[inner]):
            return names is None or not _is_self(inner)
        case ast.Attribute(value=inner, attr="__class__"):
            return names is None or not _is_self(inner)
    return True


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _tree(world: World, path: str) -> ast.Module:
    return module_tree(world.read([path]).get(path, b""))
