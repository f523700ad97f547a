"""A parameter gets another name in its own function."""

import ast
from collections.abc import Iterator

from onepath.analysis.constructors import CONSTRUCTORS
from onepath.codemod import Edit, World
from onepath.edit.fstrings import replace_in_fstring
from onepath.edit.naming import why_not
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.source import UndecodableError
from onepath.facts.spelling.file import Spelling
from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.canonical.definitions.described import PARAMETERS, described_in
from onepath_packs.canonical.definitions.refused import CannotMoveError

_QUIET = frozenset((
    "staticmethod", "classmethod", "abstractmethod", "override", "overload", "final", "lru_cache",
    "cache", "contextmanager", "asynccontextmanager", "no_type_check", "property", "setter",
))  # fmt: skip
"""Decorators that call a function as it is called."""
_BINDING = (
    ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.FunctionDef, ast.AsyncFunctionDef,
    ast.ClassDef,
)  # fmt: skip


class FunctionsOfName:
    """The functions of one name in one file.

    Args:
        world: The code.
        path: The file.
        qualname: `function` or `Class.method`.

    Raises:
        CannotMoveError: The file can't be read as a tree.
    """

    def __init__(self, world: World, path: str, qualname: str) -> None:
        self.path = path
        self.data = world.read([path])[path]
        self._facts = world.facts(path)
        if self._facts.failure is not None:
            raise CannotMoveError(path, self._facts.failure.line, self._facts.failure.reason)
        try:
            self._tree = ScopedTree(self.data, self._facts)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            raise CannotMoveError(path, 1, f"this Python can't parse it: {error}") from error
        *classes, leaf = qualname.split(".")
        self.functions = [
            node
            for node in self._tree.nodes
            if isinstance(node, FunctionNode)
            and node.name == leaf
            and [one.name for one in self._around(node)] == classes
        ]

    def _around(self, node: ast.AST) -> list[ast.ClassDef | FunctionNode]:
        defs = [
            child
            for child in self._tree.around(node)
            if isinstance(child, ast.ClassDef | FunctionNode)
        ]
        return defs[::-1]

    def renamed(self, old: str, new: str) -> tuple[Edit, ...]:
        """The edits that give the parameter its new name, in each of the functions that has it.

        Raises:
            CannotMoveError: It can't have that name there, or something may call it by its old one.
        """
        edits: list[Edit] = []
        for function in self.functions:
            for argument in named_parameters(function):
                if argument.arg == old:
                    self._check(function, old)
                    edits += self._of_function(function, argument, old, new)
        return tuple(edits)

    def _check(self, function: FunctionNode, old: str) -> None:
        for node in function.decorator_list:
            call = node.func if isinstance(node, ast.Call) else node
            if ast.unparse(call).rpartition(".")[2] not in _QUIET:
                reason = f"'@{ast.unparse(call)}' may call it by the names of its parameters"
                raise CannotMoveError(self.path, node.lineno, reason)
        if function.name.startswith(("test_", "pytest_")):
            reason = f"pytest reads the names of the parameters of '{function.name}'"
            raise CannotMoveError(self.path, function.lineno, reason)

    def _of_function(
        self, function: FunctionNode, argument: ast.arg, old: str, new: str
    ) -> Iterator[Edit]:
        tree, scope = self._tree, self._tree.inside(function)
        if scope is None:
            raise CannotMoveError(self.path, function.lineno, "its names are not certain")
        mentions = tree.named((scope, old))
        readers = {at for name in mentions if (at := tree.scope(name)) is not None}
        reason = why_not(self._facts, scope, new, {scope, *readers})
        reason = reason or self._bound_otherwise(function, scope, old)
        if reason is None and (why := Spelling(self.data, self._facts).reader(scope, old)):
            reason = f"'{old}' is read by its spelling: {why}"
        if reason is not None:
            raise CannotMoveError(self.path, argument.lineno, reason)
        start, _ = tree.place(argument)
        yield self._edit(start, start + len(old.encode()), new)
        in_strings: dict[ast.expr, int] = {}
        for node in mentions:
            string = tree.string_around(node)
            if string is None:
                yield self._edit(*tree.place(node), new)
            else:
                in_strings[string] = in_strings.get(string, 0) + 1
        for string, count in in_strings.items():
            start, end = tree.place(string)
            text = self.data[start:end].decode(self._facts.encoding.removesuffix("-sig"))
            changed = replace_in_fstring(text, old, new, count)
            if changed is None:
                reason = f"'{old}' means two things in this f-string"
                raise CannotMoveError(self.path, string.lineno, reason)
            yield self._edit(start, end, changed)
        yield from self._described(function, old, new)

    def _described(self, function: FunctionNode, old: str, new: str) -> Iterator[Edit]:
        """The docstrings that describe the parameter: a class's are also of its constructor."""
        owners: list[FunctionNode | ast.ClassDef] = [function]
        if function.name in CONSTRUCTORS:
            owners += self._around(function)[-1:]
        for owner in owners:
            encoding = self._facts.encoding
            for start, end in described_in(self._tree, owner, encoding, old, PARAMETERS):
                yield self._edit(start, end, new)

    def _bound_otherwise(self, function: FunctionNode, scope: int, old: str) -> str | None:
        """Why not all that binds the name can be rewritten; None if it can."""
        start, end = self._tree.place(function)
        for one in self._facts.scopes:
            if start <= one.start and one.end <= end and old in one.redirected:
                return f"'{old}' is declared 'nonlocal' in it"
        for node in ast.walk(function):
            is_named = isinstance(node, _BINDING) and node.name == old
            if isinstance(node, ast.alias):
                is_named = (node.asname or node.name.partition(".")[0]) == old
            if is_named and self._tree.scope(node) == scope:
                return f"'{old}' is bound again in it"
        return None

    def _edit(self, start: int, end: int, new: str) -> Edit:
        line = self.data.count(b"\n", 0, start) + 1
        return Edit(start, end, new.encode(), "name", line)


def named_parameters(function: FunctionNode) -> list[ast.arg]:
    """The parameters of a function that can be given by keyword or by place, in their order."""
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
