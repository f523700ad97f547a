"""What a name of an example stands for."""

import ast

from onepath.symbols.tree.syntax import SyntaxTree


def made_of(example: SyntaxTree, node: ast.expr) -> ast.expr:
    """What a name of an example is bound to, if that is always made in one way; else the name."""
    if not isinstance(node, ast.Name):
        return node
    made: dict[str, ast.expr] = {}
    for name in example.words.get(node.id, ()):
        around = example.parent(name)
        if isinstance(name.ctx, ast.Load):
            continue
        if not (isinstance(around, ast.Assign) and around.targets == [name]):
            return node
        value = around.value.func if isinstance(around.value, ast.Call) else around.value
        made[ast.unparse(value)] = around.value
    return made.popitem()[1] if len(made) == 1 else node
