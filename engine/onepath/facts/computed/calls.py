"""Calls that are given a module by its name: what is called, and what that does with the module."""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property

from onepath.facts.computed.nodes import Nodes
from onepath.facts.extract.definitions import dotted

IMPORTING = frozenset((
    "import_module", "__import__", "importorskip", "find_spec", "find_loader", "get_loader",
    "run_module",
))  # fmt: skip
IMPORTING_OBJECTS = frozenset((
    "import_string", "import_object", "import_by_path", "load_object", "locate", "resolve_name",
    "symbol_by_name", "import_from_string", "import_dotted_path",
))  # fmt: skip
LOADING_FILES = frozenset((
    "spec_from_file_location", "SourceFileLoader", "load_source", "run_path",
))  # fmt: skip
"""The last names of calls that load a module by its file."""
_READING_FILES = frozenset((
    "resources.files", "resources.open_text", "resources.open_binary", "resources.read_text",
    "resources.read_binary", "resources.path", "resources.contents", "resources.is_resource",
    "pkgutil.get_data", "pkg_resources.resource_filename", "pkg_resources.resource_string",
    "pkg_resources.resource_stream", "pkg_resources.resource_listdir",
    "pkg_resources.resource_exists", "pkg_resources.resource_isdir", "jinja2.PackageLoader",
))  # fmt: skip
WALKS = frozenset(("iter_modules", "walk_packages"))


class Calls:
    """What the calls of a file call, as far as its imports and assignments tell.

    Args:
        tree: The file.
        nodes: Its nodes.
        words: The last names of the calls that matter.
    """

    def __init__(self, tree: ast.Module, nodes: Nodes, words: frozenset[str]) -> None:
        self._tree = tree
        self._nodes = nodes
        self._words = words

    @cached_property
    def _imported(self) -> dict[str, str]:
        return dict(_imported(self._tree))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return dict(_aliases(self._nodes, self._words))

    @cached_property
    def _behind(self) -> dict[int, tuple[str, ast.expr]]:
        return dict(_behind(self._nodes))

    def callee(self, function: ast.expr) -> str:
        """The full name of what is called, as far as the file's imports tell."""
        written = dotted(function)
        written = self._aliases.get(written, written)
        head, _, rest = written.partition(".")
        full = self._imported.get(head, head)
        name = f"{full}.{rest}" if rest else full
        return name or str(getattr(function, "attr", ""))

    def attribute_behind(self, call: ast.Call) -> tuple[str, ast.expr] | None:
        """The attribute that is taken at once of what a call returns: its name and its node."""
        return self._behind.get(id(call))


def use_of_module(callee: str) -> str:
    """What a call does with the module that it is given; empty if that is not known."""
    last = callee.rpartition(".")[2]
    if last in IMPORTING:
        return "import"
    if last in IMPORTING_OBJECTS:
        return "object"
    name = callee.replace("importlib_resources", "resources")
    return "resource" if ".".join(name.split(".")[-2:]) in _READING_FILES else ""


def use_of_file(callee: str) -> bool:
    """Whether a call loads a module by the name of its file."""
    return callee.rpartition(".")[2] in LOADING_FILES


def argument(node: ast.Call, place: int, names: Sequence[str]) -> ast.expr | None:
    if place < len(node.args):
        before = node.args[: place + 1]
        return (
            None
            if any(isinstance(expression, ast.Starred) for expression in before)
            else node.args[place]
        )
    return next((keyword.value for keyword in node.keywords if keyword.arg in names), None)


def relative_level(node: ast.Call) -> int:
    """How many dots `__import__` puts in front."""
    given = argument(node, 4, ("level",))
    value = given.value if isinstance(given, ast.Constant) else 0
    return value if isinstance(value, int) and 0 < value < 10 else 0


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What imports of the file bind, with its full name; what is nested deeper comes later."""
    level: Sequence[ast.AST] = tree.body
    while level:
        for node in level:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        yield alias.asname, alias.name
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        level = [inner for node in level for inner in _statements(node)]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases directly inside a node."""
    for name in _SUITES:
        inner = getattr(node, name, None)
        if isinstance(inner, list):
            yield from inner


_SUITES = ("body", "handlers", "cases", "orelse", "finalbody")
"""In the order in which they stand in the nodes that have them."""


def _aliases(nodes: Nodes, words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Names that are other names of what imports: `load = importlib.import_module`."""
    for node, _ in nodes.of(ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as value
            ):
                written = dotted(value)
                if written.rpartition(".")[2] in words:
                    yield name, written


def _behind(nodes: Nodes) -> Iterator[tuple[int, tuple[str, ast.expr]]]:
    """Calls of whose result an attribute is taken at once, by identity: its name and its node."""
    for node, _ in nodes.of(ast.Attribute, ast.Call):
        match node:
            case ast.Attribute(value=ast.Call() as call):
                yield id(call), (node.attr, node)
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[ast.Call() as call, ast.Constant(value=str() as name) as literal, *_],
            ):
                yield id(call), (name, literal)
