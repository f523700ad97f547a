"""The tree of one function of a module, made when somebody asks for it.

The trees of all functions would fill the memory, and one in five is asked for.
"""

import ast

from onepath.facts.computed.nodes import FunctionNode


def function_at(
    data: bytes, text: bytes, place: tuple[int, int], *, is_plain: bool
) -> FunctionNode:
    """The tree of a function once more, without its decorators.

    Args:
        data: Its file.
        text: Its lines, from the one of its `def` on.
        place: Line and column at which it begins, as the tree of the file has them.
        is_plain: Whether columns of that tree are certainly those of the file's bytes.
    """
    if is_plain:
        try:
            return function_of(text)
        except (SyntaxError, ValueError):
            pass  # the first line is not indented as the function is, after a backslash
    return next(
        node
        for node in ast.walk(ast.parse(data))
        if isinstance(node, FunctionNode) and (node.lineno, node.col_offset) == place
    )


def function_of(text: bytes) -> FunctionNode:
    """The tree of a function by itself, with the columns that it has in its file.

    Args:
        text: Its lines, from the one of its `def` on, in UTF-8.

    Raises:
        SyntaxError: They do not stand alone.
        ValueError: They are no text.
    """
    is_indented = text[:1].isspace()
    spelled = text.decode()
    (node,) = ast.parse(f"if 1:\n{spelled}" if is_indented else spelled).body
    if isinstance(node, ast.If):
        (node,) = node.body
    if not isinstance(node, FunctionNode):
        raise SyntaxError("not a function")
    function: FunctionNode = node
    return function
