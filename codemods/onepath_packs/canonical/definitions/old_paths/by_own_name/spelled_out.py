"""Whether any text spells a name: if none does, whatever is shown with it shows what has it."""

import ast
import re

from onepath.codemod import Needles, World
from onepath.symbols.modules import is_test
from onepath.symbols.tree.syntax import SyntaxTree

_PYTHON = (".py", ".pyi")
_PROSE = (".rst", ".md", ".markdown", ".txt")


def is_spelled_out(world: World, name: str) -> bool:
    """Whether what is no test, docstring or page of documents has a text with a name in it."""
    needles, store = Needles.of([name]), world.fact_store
    entries = world.snapshot.entries.items()
    others = [path for path, entry in entries if entry.is_regular and not path.endswith(_PYTHON)]
    if any(not path.endswith(_PROSE) for path in store.others_mentioning(others, needles)):
        return True
    sources = [path for path in store.mentioning(needles) if not is_test(path)]
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(_has_text(data, word) for data in world.read(sources).values())


def _has_text(data: bytes, word: re.Pattern[str]) -> bool:
    tree = SyntaxTree.of_file(data)
    if tree is None:
        return True
    documented = {id(node.value) for node in tree.nodes if isinstance(node, ast.Expr)}
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
        and word.search(node.value) is not None
        for node in tree.nodes
    )
