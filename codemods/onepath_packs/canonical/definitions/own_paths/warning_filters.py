"""Filters of warnings by the module that warns: `filterwarnings("ignore", module=r"pkg\\.old")`."""

import ast
import re
from collections.abc import Iterator, Mapping

from onepath.codemod import Needles, World
from onepath.facts.extract.definitions import dotted
from onepath.symbols.tree.syntax import SyntaxTree

_CALL = "filterwarnings"
_AT = 3
"""The place of the module among the arguments."""


def followed_filters(
    world: World, old: str, new: str, contents: Mapping[str, bytes | None]
) -> dict[str, bytes]:
    """The Python files that filter the warnings of a module, with its new path.

    Args:
        world: The code.
        old: The dotted path of the module.
        new: Its new path.
        contents: What files are already, where they change.
    """
    store = world.fact_store
    # A pattern: its dots are escaped, or are not.
    path = re.compile(
        rb"(?<![\w.])%b(?!\w)" % rb"(\\{0,2}\.)".join(map(re.escape, old.encode().split(b".")))
    )
    found: dict[str, bytes] = {}
    filtering = store.others_mentioning(store.python, Needles.of([_CALL]))
    for file, data in world.read([*filtering]).items():
        given = contents.get(file) or data
        changed = given
        for start, end in sorted(_modules(given), reverse=True):
            spelled = path.search(changed, start, end)
            if spelled is not None:
                dot = spelled[1] if spelled.groups() else b"."
                text = new.encode().replace(b".", dot)
                changed = changed[: spelled.start()] + text + changed[spelled.end() :]
        if changed != given:
            found[file] = changed
    return found


def _modules(data: bytes) -> Iterator[tuple[int, int]]:
    """Where a file gives the module of a filter."""
    tree = SyntaxTree.of_file(data)
    if tree is None:
        return
    for node in tree.nodes:
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == _CALL:
            given = [keyword.value for keyword in node.keywords if keyword.arg == "module"]
            for value in (*given, *node.args[_AT : _AT + 1]):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield tree.place(value)
