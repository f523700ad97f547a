"""What in the code of a file reads a name by its spelling: calls, strings, parameters."""

import ast
import re
from collections.abc import Callable, Iterator
from enum import Enum
from textwrap import dedent
from typing import NamedTuple

from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.calls import BY_NAME
from onepath.facts.extract.definitions import dotted, string_value
from onepath.facts.source import SourceText
from onepath.facts.spelling.calls import (
    GET,
    HOLDS_CODE,
    RESOLVES,
    RESOLVING,
    RUNS,
    TELLING_KEYWORDS,
    TELLS,
    WRITE,
)
from onepath.facts.spelling.computed_names import ComputedNames

IsFollowed = Callable[[int, int, str], bool]
"""Whether all mentions of a name between two offsets of the file follow a change of the name."""


class Reach(Enum):
    """Whose names a reader sees."""

    MODULE = "module"
    HERE = "here"
    """Those of the scope in which it is."""
    ALL = "all"
    """Those of the module and of every scope around it."""


class SpellingReader(NamedTuple):
    """A place that reads a name by its spelling."""

    start: int
    """Where, in bytes of the file."""
    reach: Reach
    why: str
    """In words."""


_NAMESPACES = {
    "globals": Reach.MODULE, "locals": Reach.HERE, "vars": Reach.HERE, "dir": Reach.HERE,
}  # fmt: skip
_TYPES = frozenset(("dict", "frozenset", "list", "set", "tuple", "type"))
_CONTAINERS = (
    ast.List
    | ast.Tuple
    | ast.Set
    | ast.Dict
    | ast.keyword
    | ast.Starred
    | ast.IfExp
    | ast.BinOp
    | ast.BoolOp
)


def readers(
    tree: ast.Module, source: SourceText, name: str, is_followed: IsFollowed
) -> Iterator[SpellingReader]:
    """Everything in a file that reads a name by its spelling, doctests and comments left out.

    Args:
        tree: Of `source`.
        source: The file.
        name: The name; which scope binds it, is for the caller to compare with the reach.
        is_followed: Knows the quoted annotations that follow a change of the name.
    """
    yield from _Search(tree, source, name, is_followed).run()


class _Search:
    def __init__(
        self, tree: ast.Module, source: SourceText, name: str, is_followed: IsFollowed
    ) -> None:
        self._tree = tree
        self._source = source
        self._name = name
        self._word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        self._is_followed = is_followed
        self._parents: dict[ast.AST, ast.AST] = {}
        self._computed = ComputedNames(tree, self._parents)
        self._runs_code = HOLDS_CODE.search(source.utf8) is not None
        self._resolves = RESOLVES.search(source.utf8) is not None
        self._annotating: set[str] = set()
        """Names that stand as annotations."""

    def run(self) -> Iterator[SpellingReader]:
        nodes = []
        for node in ast.walk(self._tree):
            nodes.append(node)
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
            if isinstance(annotation, ast.expr):
                inner = ast.walk(annotation)
                self._annotating.update(one.id for one in inner if isinstance(one, ast.Name))
        for node in nodes:
            found = self._of_node(node)
            if found is not None:
                yield SpellingReader(self._offset(node), *found)

    def _of_node(self, node: ast.AST) -> tuple[Reach, str] | None:
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._string(node, node.value) if self._word.search(node.value) else None
        if isinstance(node, ast.JoinedStr):
            return self._debugged(node)
        if isinstance(node, ast.Attribute) and node.attr in ("f_globals", "f_locals"):
            return Reach.ALL, f"'{node.attr}' is read"
        if isinstance(node, ast.Subscript) and _is_own_module(node):
            return self._of_module(node)
        if isinstance(node, ast.arg) and node.arg == self._name:
            owner = self._parents.get(self._parents[node])
            if (
                isinstance(owner, FunctionNode)
                and _asks_for_fixtures(owner)
                and node in _without_default(owner.args)
            ):
                return Reach.MODULE, f"'{owner.name}' has a parameter of this name"
        return None

    def _offset(self, node: ast.AST) -> int:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return self._source.to_file(self._source.offset(line, column))

    # ------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> tuple[Reach, str] | None:
        callee = dotted(node.func).removeprefix("builtins.").removeprefix("__builtin__.")
        if callee in _NAMESPACES and not node.args and not node.keywords:
            reads = self._reads(node)
            return (_NAMESPACES[callee], f"'{callee}()' is read") if reads else None
        if callee in ("eval", "exec") and node.args:
            code = string_value(node.args[0])
            named = any(keyword.arg in ("globals", "locals") for keyword in node.keywords)
            if len(node.args) > 1 or named:
                return None  # a namespace of its own, or what `globals()` gives
            if code is None or self._word.search(code):
                return Reach.ALL, f"'{callee}' runs code"
            return None
        if callee.rpartition(".")[2] in RESOLVING and self._name in self._annotating:
            return self._resolved(node)
        return self._of_module(node) if _is_own_module(node) else None

    def _resolved(self, node: ast.Call) -> tuple[Reach, str] | None:
        """What resolves annotations with names that it is given: one of them may be this one."""
        why = Reach.MODULE, f"'{dotted(node.func)}' is given names for annotations"
        if any(keyword.arg == self._name for keyword in node.keywords):
            return why
        is_method = not dotted(node.func).endswith(("get_type_hints", "get_annotations"))
        given = [*node.args[not is_method :], *(keyword.value for keyword in node.keywords)]
        for expression in given:
            keys = (
                [string_value(key) for key in expression.keys]
                if isinstance(expression, ast.Dict)
                else [None]
            )
            if self._name in keys or (None in keys and not isinstance(expression, ast.Constant)):
                return why
        return None

    def _reads(self, node: ast.Call) -> bool:
        """Whether the name is read from what `globals()` or the like gives, as far as is known."""
        parent = self._parents[node]
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return isinstance(parent.ctx, ast.Load) and self._may_be(parent.slice)
        if isinstance(parent, ast.Compare):
            return self._may_be(parent.left)
        if isinstance(parent, ast.Attribute):
            call = self._parents[parent]
            if isinstance(call, ast.Call) and call.args and parent.attr in GET:
                return self._may_be(call.args[0])
            return parent.attr not in WRITE
        if isinstance(parent, ast.BinOp):
            return self._may_mention(parent.left)
        if isinstance(parent, ast.keyword) or node in getattr(parent, "args", ()):
            call = self._parents[parent] if isinstance(parent, ast.keyword) else parent
            return not isinstance(call, ast.Call) or self._uses_namespace(call, node)
        return True

    def _uses_namespace(self, call: ast.Call, namespace: ast.Call) -> bool:
        """Whether a call that is given a namespace may read the name from it."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "format_map"):
            return self._may_mention(call.func.value)
        last = dotted(call.func).rpartition(".")[2]
        if last in RUNS:
            values = [*call.args, *(keyword.value for keyword in call.keywords)]
            code = [node for node in values if not isinstance(node, ast.Call | ast.Dict)]
            return any(map(self._may_mention, code)) or not code
        return True

    def _of_module(self, node: ast.expr) -> tuple[Reach, str] | None:
        """What is read from `sys.modules[__name__]`."""
        parent = self._parents[node]
        why = Reach.MODULE, "the module itself is looked up"
        if isinstance(parent, ast.Attribute):
            if parent.attr != "__dict__":
                return why if parent.attr == self._name else None
        elif isinstance(parent, ast.Call) and len(parent.args) > 1 and parent.args[0] is node:
            return why if self._may_be(parent.args[1]) else None
        return why

    def _may_be(self, node: ast.expr) -> bool:
        text = string_value(node)
        return text == self._name if text is not None else self._computed.may_be(node, self._name)

    def _may_mention(self, node: ast.expr) -> bool:
        text = string_value(node)
        return text is None or bool(self._word.search(text))

    # ---------------------------------------------------------- strings

    def _debugged(self, node: ast.JoinedStr) -> tuple[Reach, str] | None:
        """`f"{Engine=}"` prints how the name is spelled."""
        for before, value in zip(node.values, node.values[1:], strict=False):
            text = string_value(before)
            if text is None or not isinstance(value, ast.FormattedValue):
                continue
            shown = re.search(r"([^=]*)=\s*\Z", text)
            names = {child.id for child in ast.walk(value.value) if isinstance(child, ast.Name)}
            if shown and self._name in names and self._word.search(shown[1]):
                return Reach.ALL, "an f-string shows the spelling"
        return None

    def _string(self, node: ast.Constant, text: str) -> tuple[Reach, str] | None:
        parent = self._parents[node]
        if isinstance(parent, ast.JoinedStr | ast.BinOp) or text.startswith((".", "%s", "{}")):
            beyond = re.search(rf"\.{re.escape(self._name)}\b", text)
            if beyond and self._statement_names(node, "__name__"):
                return Reach.MODULE, "a path is built from '__name__'"
            if isinstance(parent, ast.JoinedStr):
                return None
        if isinstance(parent, ast.Expr) or (isinstance(parent, ast.Dict) and node in parent.keys):
            return None
        span = (
            self._offset(node),
            self._source.to_file(self._source.end(node)),
        )
        if self._is_followed(*span, self._name):
            return None
        code = _parsed(text)
        is_run = self._is_run(node)
        if is_run is None:
            return None
        if is_run and re.search(rf"@{re.escape(self._name)}\b", text):
            return Reach.ALL, "code in a string reads it"
        if code is None or not any(map(self._is_read, ast.walk(code))):
            return None
        if is_run or (self._runs_code and not self._is_told(node)):
            return Reach.ALL, "code in a string reads it"
        if self._is_type(code, node):
            return Reach.MODULE, "a string spells it"
        return None

    def _is_read(self, node: ast.AST) -> bool:
        """Whether a part of the code in a string is the name, or quotes it once more."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._word.search(node.value) is not None
        return isinstance(node, ast.Name) and node.id == self._name

    def _is_run(self, node: ast.AST) -> bool | None:
        """Whether a call runs a string as code; None if it gives it other names to read."""
        call = self._parents[node]
        call = self._parents[call] if isinstance(call, ast.keyword) else call
        if not isinstance(call, ast.Call) or dotted(call.func).rpartition(".")[2] not in RUNS:
            return False
        has_names = any(isinstance(expression, ast.Dict) for expression in call.args[1:2])
        return None if has_names else True

    def _is_type(self, code: ast.Module, node: ast.Constant) -> bool:
        """Whether a string may be resolved as a type, or as the name itself."""
        expression = code.body[0].value if isinstance(code.body[0], ast.Expr) else None
        if len(code.body) != 1 or expression is None or not _is_type(expression):
            return False
        is_plain = isinstance(expression, ast.Name)
        is_path = isinstance(expression, ast.Attribute) and self._resolves
        if not (is_plain or is_path or isinstance(expression, ast.Subscript | ast.BinOp)):
            return False
        if self._is_told(node):
            return False
        return self._is_given(node, is_plain=is_plain)

    def _is_given(self, node: ast.AST, *, is_plain: bool) -> bool:
        """Whether a string goes where something may resolve it."""
        parent = self._parents[node]
        while isinstance(parent, _CONTAINERS):
            node, parent = parent, self._parents[parent]
        if isinstance(parent, ast.Call):
            return True
        if isinstance(parent, ast.Subscript):
            head = dotted(parent.value).rpartition(".")[2]
            if head in _TYPES:
                return True
            is_class = head[:1].isupper() and not head.isupper()
            return is_class and head not in ("Literal", self._name)
        if isinstance(parent, ast.Assign | ast.AnnAssign):
            if not is_plain or self._resolves:
                return True
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return any(
                isinstance(expression, ast.Name) and expression.id in self._annotating
                for expression in targets
            )
        return self._resolves and not isinstance(parent, ast.Compare)

    def _is_told(self, node: ast.AST) -> bool:
        """Whether a string is shown to people, compared, or mere text."""
        parent = self._parents[node]
        while isinstance(parent, _CONTAINERS | ast.FormattedValue | ast.JoinedStr):
            if isinstance(parent, ast.keyword) and parent.arg in TELLING_KEYWORDS:
                return True
            node, parent = parent, self._parents[parent]
        if isinstance(parent, ast.Compare | ast.Assert | ast.Raise):
            return True
        if not isinstance(parent, ast.Call):
            return False
        last = dotted(parent.func).rpartition(".")[2]
        if isinstance(parent.func, ast.Attribute) and not last:
            last = parent.func.attr
        if last in BY_NAME and len(parent.args) > 1:
            return not _is_own_module(parent.args[0])  # of another object
        return (
            last in TELLS
            or last.startswith("assert")
            or last.endswith(("Error", "Exception", "Warning"))
        )

    def _statement_names(self, node: ast.AST, name: str) -> bool:
        """Whether the statement around a node reads a name."""
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))


def _asks_for_fixtures(node: FunctionNode) -> bool:
    """Whether pytest gives a function what its parameters are called."""
    decorators = (
        expression.func if isinstance(expression, ast.Call) else expression
        for expression in node.decorator_list
    )
    return node.name.startswith("test") or any(
        "fixture" in dotted(expression) for expression in decorators
    )


def _without_default(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters that pytest fills: it gives nothing to `/`, `*`, `**` and to defaults."""
    required = arguments.args[: max(0, len(arguments.args) - len(arguments.defaults))]
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*required, *(argument for argument, default in keywords if default is None)]


def _is_own_module(node: ast.expr) -> bool:
    """Whether an expression is `sys.modules[__name__]` or the like."""
    if isinstance(node, ast.Subscript):
        key = node.slice
        return dotted(node.value).rpartition(".")[2] == "modules" and dotted(key) == "__name__"
    if isinstance(node, ast.Call) and node.args and dotted(node.args[0]) == "__name__":
        callee = dotted(node.func)
        return callee.endswith(("import_module", "__import__", "modules.get"))
    return False


def _parsed(text: str) -> ast.Module | None:
    try:
        code = ast.parse(dedent(text).strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return code if code.body else None


def _is_type(node: ast.AST) -> bool:
    """Whether an expression may be a type: names, attributes, subscripts, unions."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and _is_type(node.left) and _is_type(node.right)
    if isinstance(node, ast.Subscript):
        return _is_type(node.value) and _is_type(node.slice)
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_is_type, node.elts))
    if isinstance(node, ast.Attribute):
        return _is_type(node.value)
    return isinstance(node, ast.Name | ast.Constant)
