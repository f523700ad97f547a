"""The packages that a distribution lists one by one: what is not in the list is not shipped.

`setup(packages=["p", "p.sub"])`, `packages =` in `setup.cfg`, `[tool.setuptools]` in
`pyproject.toml`. Who lists none, or lets them be found, need not be told of new ones.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import basename, dirname
from typing import NamedTuple

from onepath.codemod import Config, Edit, Needles, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits, in_order
from onepath.facts.extract.definitions import dotted
from onepath.symbols.tree.syntax import SyntaxTree
from onepath.symbols.tree.values import assigned

_SETUP = "setup.py"
_NAMING = frozenset(
    ("packages", "py_modules", "package_data", "package_dir", "exclude_package_data")
)
_OPTIONS = re.compile(rb"(?ms)^\[options\][ \t]*\r?$.*?(?=^\[|\Z)")
_INI_LIST = re.compile(rb"(?m)^packages[ \t]*=[ \t]*\r?\n(?:[ \t]+[\w.]+[ \t]*(?:\r?\n|\Z))+")
_INI_ENTRY = re.compile(rb"(?m)^[ \t]+([\w.]+)")
_TABLE = re.compile(rb"(?ms)^\[tool\.setuptools\][ \t]*\r?$.*?(?=^\[|\Z)")
_TOML_LIST = re.compile(rb"(?ms)^packages[ \t]*=[ \t]*\[[^\]]*\]")
_TOML_ENTRY = re.compile(rb"#[^\n]*|([\"'])([\w.]+)\1")
"""A string, or a comment, in which strings are no entries."""


class _Entry(NamedTuple):
    """A package in a list."""

    name: str
    start: int
    end: int
    quote: bytes


def followed_setup(world: World, old: str, new: str) -> dict[str, bytes | None]:
    """The `setup.py` files in which what names a module, or what is below it, has its new path.

    Args:
        world: The code.
        old: The module or package, dotted.
        new: Its new path.
    """
    found: dict[str, bytes | None] = {}
    file = world.modules.find(old) or ""
    for path, data in _setups(world, old.rpartition(".")[2], file):
        tree = SyntaxTree.of_file(data)
        if tree is None:
            continue
        edits = dict[int, Edit]()
        for node in _only_named(tree):
            name, (start, end) = str(node.value), tree.place(node)
            text = data[start:end]
            if f"{name}.".startswith(f"{old}.") and text[1:-1] == name.encode():
                moved = text[:1] + new.encode() + text[1 + len(old) :]
                edits[start] = Edit(start, end, moved, "string", node.lineno)
        if edits:
            found[path] = apply_edits(data, in_order(edits.values()))
    return found


def _only_named(tree: SyntaxTree) -> Iterator[ast.Constant]:
    """The strings that name packages in calls of `setup`, and do nothing else in the file."""
    named = [*_strings(tree)]
    elements = {id(element) for _, element, _ in named}
    read_elsewhere = {
        node.id
        for node in tree.nodes
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and id(node) not in elements
    }
    for _, element, node in named:
        if not isinstance(element, ast.Name) or element.id not in read_elsewhere:
            yield node


def with_packages(
    world: World, config: Config, packages: Mapping[str, str]
) -> dict[str, bytes | None]:
    """The files that list the packages of a distribution, with more of them.

    Args:
        world: The code, in which they are.
        config: What is excluded.
        packages: The file of each, `p/new/__init__.py` -> the package beside which it is listed, if
            that is; one of them may be beside one that comes before it.
    """
    excluded = Globs(config.exclude)
    found: dict[str, bytes | None] = {}
    paths = [
        path
        for path in world.snapshot.entries
        if basename(path) in _LISTS and not excluded.match(path)
    ]
    for path, data in world.read(paths if packages else ()).items():
        changed = data
        for file, near in packages.items():
            if _is_of(file, path):
                entries = [*_LISTS[basename(path)](changed)]
                changed = _with(changed, entries, world.modules.name(file), near)
        if changed != data:
            found[path] = changed
    return found


def listed_beside(world: World, packages: Collection[str], old: str) -> dict[str, str]:
    """New packages, each with the one around it, or that from which something moves there.

    Args:
        world: The code, in which they are.
        packages: Their files.
        old: The path from which something moves, dotted.
    """
    named = sorted((world.modules.name(path), path) for path in packages)
    return {path: name.rpartition(".")[0] or old.partition(".")[0] for name, path in named}


def _is_of(file: str, path: str) -> bool:
    """Whether a file is in the folder of one that tells of a distribution, or below it."""
    folder = dirname(path)
    return not folder or file.startswith(f"{folder}/")


def _with(data: bytes, entries: Sequence[_Entry], name: str, near: str) -> bytes:
    """A file with one more entry in its list, if that has the package around it and not itself."""
    siblings = [entry for entry in entries if f"{entry.name}.".startswith(f"{near}.")]
    if not any(entry.name == near for entry in siblings) or any(
        entry.name == name for entry in entries
    ):
        return data
    last = siblings[-1]
    before = data[data.rfind(b"\n", 0, last.start) + 1 : last.start]
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    parting = b"," if last.quote else b""
    parting += b" " if before.strip() else newline + before
    new = parting + last.quote + name.encode() + last.quote
    return data[: last.end] + new + data[last.end :]


def _in_setup(data: bytes) -> Iterator[_Entry]:
    tree = SyntaxTree.of_file(data)
    if tree is None:
        return
    for keyword, element, node in _strings(tree):
        if keyword == "packages":
            quote = data[slice(*tree.place(node))][:1]
            if quote in (b'"', b"'"):
                yield _Entry(str(node.value), *tree.place(element), quote)


def _in_ini(data: bytes) -> Iterator[_Entry]:
    for section in _OPTIONS.finditer(data):
        for packages in _INI_LIST.finditer(data, *section.span()):
            for entry in _INI_ENTRY.finditer(data, *packages.span()):
                yield _Entry(entry[1].decode(), *entry.span(1), b"")


def _in_toml(data: bytes) -> Iterator[_Entry]:
    for table in _TABLE.finditer(data):
        for packages in _TOML_LIST.finditer(data, *table.span()):
            for entry in _TOML_ENTRY.finditer(data, *packages.span()):
                if entry[1]:
                    yield _Entry(entry[2].decode(), *entry.span(), entry[1])


_LISTS = {_SETUP: _in_setup, "setup.cfg": _in_ini, "pyproject.toml": _in_toml}


def _setups(world: World, word: str, file: str) -> Iterator[tuple[str, bytes]]:
    mentioning = world.fact_store.mentioning(Needles.of([word]))
    paths = [path for path in mentioning if basename(path) == _SETUP and _is_of(file, path)]
    yield from world.read(sorted(paths)).items()


def _strings(tree: SyntaxTree) -> Iterator[tuple[str, ast.expr, ast.Constant]]:
    """What names packages in calls of `setup`: the keyword, the element of its list, the string.

    Names stand for what the file sets them to, if it does so once: `PACKAGES = ["p"]`, `[package]`.
    """
    values = {name: values[0] for name, values in assigned(tree).items() if len(values) == 1}

    def meant(node: ast.expr | None) -> ast.expr | None:
        return values.get(node.id, node) if isinstance(node, ast.Name) else node

    for call in tree.nodes:
        if not isinstance(call, ast.Call) or dotted(call.func).rpartition(".")[2] != "setup":
            continue
        for keyword in call.keywords:
            value = meant(keyword.value)
            if keyword.arg in _NAMING and isinstance(value, ast.List | ast.Tuple | ast.Dict):
                for element in value.keys if isinstance(value, ast.Dict) else value.elts:
                    string = meant(element)
                    if (
                        element
                        and isinstance(string, ast.Constant)
                        and isinstance(string.value, str)
                    ):
                        yield keyword.arg, element, string
