"""What statements at the top of a module bind and read while the module is imported."""

import ast
from collections.abc import Collection, Iterable, Sequence

from onepath.facts.computed.nodes import DefinitionNode, FunctionNode

# What may run a method of an object: a call, an operator, an access, an iteration, a format.
_RUNS_METHODS = (
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.boolop,
    ast.comprehension,
    ast.FormattedValue,
    ast.Starred,
)


def all_needed_early(
    names: Collection[str], defining: Sequence[ast.stmt], body: Sequence[ast.stmt]
) -> set[str]:
    """The names that have to be bound before a definition.

    What it calls while the module is imported, or is decorated with, runs then: all that this
    reads has to be there as well, and what that needs.

    Args:
        names: Those that the definition itself reads then.
        defining: Its statements.
        body: Those of the module that it comes to.
    """
    early = {*names}
    if not any(map(_runs_something, defining)):
        return early
    waiting = [*body]
    while needed := [statement for statement in waiting if bound_by(statement) & early]:
        waiting = [statement for statement in waiting if statement not in needed]
        for statement in needed:
            early |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return early


def bound_by(statement: ast.stmt) -> set[str]:
    """The names of its module that a statement binds, or may once it is called, in any block."""
    if isinstance(statement, DefinitionNode):
        declared = (node for node in ast.walk(statement) if isinstance(node, ast.Global))
        return {statement.name, *(name for node in declared for name in node.names)}
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, DefinitionNode):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
    return found


def reads_early(statement: ast.stmt) -> set[str]:
    """The names that a statement may read while the module is imported."""
    if not isinstance(statement, DefinitionNode):
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    heads: list[ast.AST] = [*statement.decorator_list]
    if isinstance(statement, ast.ClassDef):
        heads += [*statement.bases, *statement.keywords]
        heads += [node for node in statement.body if not isinstance(node, DefinitionNode)]
        for node in statement.body:
            if isinstance(node, ast.ClassDef):
                heads.append(node)
            elif isinstance(node, FunctionNode):
                heads += _head_of(node)
    else:
        heads += _head_of(statement)
    return {node.id for head in heads for node in ast.walk(head) if isinstance(node, ast.Name)}


def readers(body: Sequence[ast.stmt], names: Iterable[str]) -> set[str]:
    """Some names, and the functions and classes of a module that may read them when they run."""
    reading = [
        (statement.name, {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)})
        for statement in body
        if isinstance(statement, DefinitionNode)
    ]
    known, new = set[str](), {*names}
    while new:
        known |= new
        new = {name for name, read in reading if read & new} - known
    return known


def _runs_something(statement: ast.stmt) -> bool:
    """Whether a statement may run code of others while it defines what moves."""
    if isinstance(statement, ast.ClassDef):
        return True  # its metaclass, and what its body calls
    if isinstance(statement, FunctionNode) and statement.decorator_list:
        return True
    read = _head_of(statement) if isinstance(statement, FunctionNode) else [statement]
    return any(isinstance(node, _RUNS_METHODS) for head in read for node in ast.walk(head))


def _head_of(function: FunctionNode) -> list[ast.AST]:
    returns = [] if function.returns is None else [function.returns]
    return [*function.decorator_list, function.args, *returns]
