"""Modules that look for files beside themselves, and would look for them at another place."""

import ast
import re
from collections.abc import Mapping
from posixpath import dirname

from onepath.codemod import World
from onepath.symbols.modules import is_package
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath_packs.canonical.definitions.refused import CannotMoveError

_READS = (b"__file__", b"__package__", b"__name__")
READING_DATA = (
    rb"\b(?:files|path|as_file|open_text|open_binary|read_text|read_binary|contents|is_resource"
    rb"|get_data|resource_(?:filename|string|stream|exists|listdir|isdir)|PackageLoader)\("
)
"""A call that reads the data files of a package, up to the package: a pattern."""
_OWN_DATA = re.compile(READING_DATA + rb"\s*__(?:package|name)__\b")
_NOWHERE = -2
"""How many folders above itself move along with a module that moves alone: fewer than none, as the
file itself may be kept by its path and looked for later."""
_HINT = "what lies beside it can go to the new place first, or be found by the package's name"


def check_own_place(world: World, files: Mapping[str, str]) -> None:
    """Refuse to move a module away from the files that it finds by its own place.

    Args:
        world: The code.
        files: Old path -> new path, of all that moves: a module and its stub, or all of a package.

    Raises:
        CannotMoveError: Names the place that finds them.
    """
    packages = [path for path in files if is_package(path)]
    folder = min(map(dirname, packages), key=len) if packages else None
    for path, new in files.items():
        if not path.endswith(".py") or dirname(path) == dirname(new):
            continue
        data = world.read([path]).get(path, b"")
        if not any(word in data for word in _READS):
            continue
        if folder is None and (match := _OWN_DATA.search(data)) is not None:
            line = data.count(b"\n", 0, match.start()) + 1
            raise CannotMoveError(path, line, "it reads data of its own package", hint=_HINT)
        if folder is None:
            _check_file(world, path, data, _NOWHERE)
        elif dirname(folder) != dirname(dirname(files[f"{folder}/__init__.py"])):
            _check_file(world, path, data, path.count("/") - folder.count("/") - 1)


def _check_file(world: World, path: str, data: bytes, inside: int) -> None:
    """Refuse a file that goes further up from itself than what moves along."""
    if b"__file__" not in data:
        return
    try:
        tree = Tree(path, data, world.facts(path), world.resolver)
    except NotReadableError as error:
        raise CannotMoveError(path, 1, str(error)) from None
    for node in tree.words.get("__file__", ()):
        if _ups(tree, node) - 1 > inside:
            reason = "'__file__' is read here, and what is found by it is not at the new place"
            raise CannotMoveError(path, node.lineno, reason, hint=_HINT)


def _ups(tree: Tree, node: ast.AST) -> int:
    """How many folders up an expression goes from a file."""
    ups = 0
    for around in tree.around(node):
        match around:
            case ast.Call(func=ast.Name(id="dirname") | ast.Attribute(attr="dirname")):
                ups += 1
            case ast.Attribute(attr="parent"):
                ups += 1
            case ast.Subscript(
                value=ast.Attribute(attr="parents"), slice=ast.Constant(value=int() as count)
            ):
                ups += count + 1
            case ast.stmt():
                return ups + sum(
                    child.value.split("/").count("..")
                    for child in ast.walk(around)
                    if isinstance(child, ast.Constant) and isinstance(child.value, str)
                )
    return ups
