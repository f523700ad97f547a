"""The cases of LibCST's `RenameCommand`: each method says `before`, `after` and the two names."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from tests.peers.cases import Case
from tests.peers.sources import sdist

RELEASE = "libcst==1.9.0"


def cases() -> Iterator[Case]:
    """Read the cases; those that spell a name with LibCST's colon are read without it."""
    path = sdist(RELEASE) / "libcst/codemod/commands/tests/test_rename.py"
    [suite] = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.ClassDef)]
    for method in suite.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        texts = {
            node.targets[0].id: dedent(ast.literal_eval(node.value))
            for node in method.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        [call] = [
            node
            for node in ast.walk(method)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "self.assertCodemod"
        ]
        before, after = (texts[ast.unparse(argument)].lstrip("\n") for argument in call.args)
        names = {key.arg: ast.literal_eval(key.value) for key in call.keywords}
        old, new = (names[key].replace(":", ".").strip(".") for key in ("old_name", "new_name"))
        yield Case(method.name, {"code.py": before}, {old: new}, {"code.py": after})
