"""Paths in Python that a framework imports: configured classes, settings, plugins, entry points."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeGuard

from onepath.facts.computed.nodes import Nodes
from onepath.facts.computed.split_paths import tables_of_paths
from onepath.facts.extract.definitions import dotted
from onepath.facts.prefilter.words import has

TARGET_KEYS = frozenset(("_target_", "class_path", "()", "class", "factory"))
"""Keys of displays whose value is imported: of Hydra, jsonargparse and `logging.config`."""
_NAMES = frozenset(("_target_", "class_path"))
"""The same as names of attributes and of keyword arguments."""
_SETTINGS = frozenset((
    "INSTALLED_APPS", "MIDDLEWARE", "MIDDLEWARE_CLASSES", "AUTHENTICATION_BACKENDS", "TEMPLATES",
    "ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION", "DATABASES", "CACHES", "STORAGES",
    "PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS", "FILE_UPLOAD_HANDLERS", "TEST_RUNNER",
    "LOGGING", "REST_FRAMEWORK", "DATABASE_ROUTERS", "pytest_plugins", "default_app_config",
))  # fmt: skip
"""Names in a module whose values are imported: of Django and of pytest."""
ENDINGS = ("_BACKEND", "_BACKENDS", "_CLASS", "_CLASSES", "_MIDDLEWARE", "_STORAGE", "_URLCONF")
_READERS = frozenset(("dictConfig",))
WORDS = (*_NAMES, *_SETTINGS, *_READERS, "entry_points")
_KEYS = re.compile(rb"[\"'](?:\(\)|class|factory)[\"'][ \t]*:")
"""How a display with one of the other keys looks."""
_HAS_END_OF_KEY = has(
    *(key + quote for key in (b"()", b"class", b"factory") for quote in (b'"', b"'"))
)

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")
_ENTRY = re.compile(r"\s*[^=\s]+\s*=\s*([^\W\d][\w.]*(?::[\w.]+)?)\s*(?:\[[^\]]*\])?\s*")


class Configured(NamedTuple):
    """One path."""

    literal: ast.Constant
    text: str
    """The path; part of the literal where that is an entry point."""


def may_have_keys(data: bytes) -> bool:
    """Whether a file may have a display with one of the keys that are words of their own."""
    # The expression alone takes ten times as long.
    return _HAS_END_OF_KEY(data) and _KEYS.search(data) is not None


def configured(nodes: Nodes) -> Iterator[Configured]:
    """The paths of a file that its framework imports.

    Args:
        nodes: The file's nodes.
    """
    split = tables_of_paths(nodes)
    for node, scope in nodes.of(ast.Dict, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call):
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in TARGET_KEYS:
                        yield from _path(value)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=name), value=value)
            ):
                if name in _NAMES:
                    yield from _path(value)
                elif scope is None and (
                    name in _SETTINGS or name in split or name.endswith(ENDINGS)
                ):
                    yield from _paths(value)
            case ast.Call(func=function, keywords=keywords):
                for keyword in keywords:
                    if keyword.arg in _NAMES:
                        yield from _path(keyword.value)
                    elif keyword.arg == "entry_points" and dotted(function).endswith("setup"):
                        yield from _entries(keyword.value)


def _path(node: ast.expr) -> Iterator[Configured]:
    if _is_text(node) and _PATH.fullmatch(str(node.value)):
        yield Configured(node, str(node.value))


def _paths(node: ast.expr) -> Iterator[Configured]:
    """Every text of a setting, keys of displays left out."""
    match node:
        case ast.Dict(values=values):
            inner: Iterable[ast.expr] = values
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            inner = values
        case ast.BinOp(left=left, right=right):
            inner = (left, right)
        case ast.Starred(value=value):
            inner = (value,)
        case _:
            yield from _path(node)
            return
    for expression in inner:
        yield from _paths(expression)


def _entries(node: ast.expr) -> Iterator[Configured]:
    """`name = package.module:function` in what `setup` is given."""
    for child in ast.walk(node):
        if _is_text(child):
            for line in str(child.value).splitlines():
                match = _ENTRY.fullmatch(line)
                if match:
                    yield Configured(child, match[1])


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
