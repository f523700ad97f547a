"""The cases of Bowler's `rename`: a method of its suite gives a query, and texts before and after.

Bowler takes every text by itself, and every name by its spelling. Here the texts of a method are
one module, and what Bowler reads without an import gets one.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.peers.cases import Case
from tests.peers.definitions import DefinitionCase
from tests.peers.sources import sdist

RELEASE = "bowler==0.9.0"
_FILE = "code.py"
_DEFINITIONS = ("function", "class")
_LIBRARY = "lib"


class _Query(NamedTuple):
    """What a chain of Bowler's selects and how it calls that."""

    kind: str
    """`function`, `class`, `subclass` or `module`."""
    old: str
    new: str
    in_class: str = ""


class _Asked(NamedTuple):
    name: str
    query: _Query
    before: str
    after: str


def cases() -> Iterator[Case]:
    """Those in which references to something of another module change."""
    for name, query, before, after in _asked():
        if query.kind == "module":
            old, new, head = query.old, query.new, _imports(before)
            moved = re.sub(rf"(?m)(?<=^import ){re.escape(old)}(?![\w])", new, head)
            yield Case(name, {_FILE: head + before}, {old: new}, {_FILE: moved + after})
        elif query.kind == "subclass":
            old, head = f"{_LIBRARY}.{query.old}", f"from {_LIBRARY} import {query.old}\n"
            moved = f"import {query.new.partition('.')[0]}\n"
            yield Case(name, {_FILE: head + before}, {old: query.new}, {_FILE: moved + after})


def definitions() -> Iterator[DefinitionCase]:
    """Those in which a function, a class or a method gets another name."""
    for name, query, before, after in _asked():
        if query.kind in _DEFINITIONS:
            parts = ["code", *filter(None, [query.in_class])]
            old, new = (".".join((*parts, leaf)) for leaf in (query.old, query.new))
            yield DefinitionCase(name, {_FILE: before}, {_FILE: after}, old, new, is_moved=False)


def _asked() -> Iterator[_Asked]:
    path = sdist(RELEASE) / "bowler/tests/query.py"
    [suite] = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    for method in suite.body:
        if isinstance(method, ast.FunctionDef):
            asked = [*_asked_by(method)]
            for at, (query, before, after) in enumerate(asked, 1):
                name = method.name if len(asked) == 1 else f"{method.name} {at}"
                yield _Asked(name, query, before, after)


def _asked_by(method: ast.FunctionDef) -> Iterator[tuple[_Query, str, str]]:
    functions = {node.name: node for node in method.body if isinstance(node, ast.FunctionDef)}
    texts: dict[str, str] = {}
    waiting: _Query | None = None
    for statement in method.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str(text))):
                texts[target] = text
                if target == "expected" and waiting is not None:
                    yield waiting, _lines(texts["input"]), _lines(text)
            case ast.Assign(value=ast.Call(keywords=keywords)):
                waiting = _query_of([key.value for key in keywords], functions)
            case ast.Expr(value=ast.Call(args=[ast.List() as pairs, *_], keywords=[key])):
                query = _query_of([key.value], functions)
                if query is not None:
                    before, after = zip(*ast.literal_eval(pairs), strict=True)
                    yield query, _lines(*before), _lines(*after)


def _query_of(values: list[ast.expr], functions: dict[str, ast.FunctionDef]) -> _Query | None:
    """What a chain renames, given as a function's name, a lambda, or calls of two functions."""
    nodes: list[ast.AST] = []
    for value in values:
        named = functions.get(value.id) if isinstance(value, ast.Name) else value
        nodes += [] if named is None else [named]
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            # `selector("a.b.c")` stands for `select_module("a.b.c")`.
            attribute = {"selector": "select_module", "modifier": "rename"}[value.func.id]
            nodes.append(ast.Call(ast.Attribute(value.func, attribute), value.args, []))
    steps = {
        call.func.attr: ast.literal_eval(call.args[0])
        for node in nodes
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    selected = [step for step in steps if step.startswith("select_")]
    kind = selected[0].removeprefix("select_") if selected else ""
    if "rename" not in steps or kind not in (*_DEFINITIONS, "subclass", "module"):
        return None
    return _Query(kind, steps[selected[0]], steps["rename"], steps.get("in_class", ""))


def _lines(*texts: str) -> str:
    return "".join(text.rstrip("\n") + "\n" for text in texts)


def _imports(text: str) -> str:
    """Imports of the modules that a text reads without any: all of a call but its last part."""
    calls = [
        ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)
    ]
    return "".join(f"import {call.rpartition('.')[0]}\n" for call in calls)
