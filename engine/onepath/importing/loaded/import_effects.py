"""What importing a module does to others: it registers, connects, changes what they hold.

Warnings and log messages are no such thing, nor is a value that only the module itself holds.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from onepath.analysis.forwarding_modules import LOGGERS
from onepath.facts.computed.nodes import DefinitionNode, FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError

_TELLING = frozenset((
    "warn", "warn_explicit", "debug", "info", "warning", "error", "critical", "exception", "log",
    "print",
))  # fmt: skip
"""Calls that only tell something: warnings, log messages, prints."""
_QUIET_ROOTS = frozenset(("warnings", "logging", "logger", "log", "typing", "__all__"))
REGISTERING = frozenset((
    "connect", "listens_for", "receiver", "register", "shared_task", "subscribe",
))  # fmt: skip
"""Last names of calls and decorators that tell something of what they are given."""
_REBUILDING = frozenset(("model_rebuild", "update_forward_refs"))
"""Methods by which a class of pydantic completes itself."""
_LEAVING_ALL = frozenset((
    "sys.stderr.flush", "sys.stderr.write", "sys.stdout.flush", "sys.stdout.write", "time.sleep",
))  # fmt: skip
"""Calls that only wait or write for whoever looks on. Their modules are built into the interpreter,
so that no file can be in their place."""
_BINDING = ast.Import | ast.ImportFrom | ast.Try | ast.TryStar | ast.Pass
_CLASS_NAME = re.compile(r"_*[A-Z]\w*[a-z]")


class ImportEffect(NamedTuple):
    """A statement that runs when a module is imported and reaches beyond it."""

    line: int
    text: str
    """The first line of the statement."""


class Around(Protocol):
    """What is known of the code around a module."""

    def is_ours(self, name: str) -> bool:
        """Whether a name at the top of the module is imported from this repository."""

    def is_module(self, name: str) -> bool:
        """Whether a dotted name is certainly a module."""

    def keeps(self, decorator: ast.expr) -> bool:
        """Whether a decorator keeps what it decorates; one that nobody knows only wraps."""

    def is_told(self, cls: ast.ClassDef) -> bool:
        """Whether a base of a class in another module is told of it."""

    def changes(self, call: ast.Call) -> bool:
        """Whether a call of something from another module changes what others hold."""


def import_effect(data: bytes, around: Around) -> ImportEffect | None:
    """The first statement of a module that does something to others when it is imported.

    Args:
        data: The bytes of a Python file.
        around: What is known around it.

    Returns:
        None if there is none, or the file can't be read.
    """
    try:
        source = SourceText(data)
        tree = parse(source.utf8)
    except (SyntaxError, UndecodableError):
        return None
    module = _Module(tree, around)
    acting = (node for node in import_time_statements(tree.body) if module.acts(node))
    return next(_effects(source, acting), None)


def possible_effects(data: bytes, around: Around) -> Sequence[ImportEffect]:
    """The statements of a module that may do something to others when it is imported.

    Stricter than `import_effect`, for a module that is to be deleted: only what certainly keeps to
    the module is left out. A call of an outside library may do anything, a log message does not.

    Args:
        data: The bytes of a Python file that parses.
        around: What is known around it.
    """
    source = SourceText(data)
    tree = parse(source.utf8)
    module = _Module(tree, around)
    return [*_effects(source, filter(module.may_act, import_time_statements(tree.body)))]


def messages(data: bytes) -> Sequence[ImportEffect]:
    """The warnings and log messages of a module that parses, when it is imported."""
    source = SourceText(data)
    tree = parse(source.utf8)
    return [
        *_effects(source, (node for node in import_time_statements(tree.body) if _is_message(node)))
    ]


def _effects(source: SourceText, nodes: Iterable[ast.stmt]) -> Iterator[ImportEffect]:
    lines = source.utf8.splitlines()
    for node in nodes:
        decorators = getattr(node, "decorator_list", ())
        line = decorators[0].lineno if decorators else node.lineno
        yield ImportEffect(line, lines[line - 1].decode("utf-8", "replace").strip())


def import_time_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, those in blocks included."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and (
            "__name__" in (test := ast.dump(node.test)) or "TYPE_CHECKING" in test
        ):
            yield from import_time_statements(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.TryStar | ast.For | ast.With | ast.While):
            for _, value in ast.iter_fields(node):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    yield from import_time_statements(value)
            for handler in getattr(node, "handlers", ()):
                yield from import_time_statements(handler.body)


class _Module:
    """Tells which statements of a module reach beyond it.

    Args:
        tree: The module.
        around: As for `import_effect`.
    """

    def __init__(self, tree: ast.Module, around: Around) -> None:
        self._around = around
        self._imported = {
            alias.asname or alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        self._outside = _outside_paths(tree)
        self._functions = {
            node.name: node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.decorator_list
        }
        self._classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        self._own = _own_objects(tree.body)
        self._seen: set[tuple[str, bool]] = set()

    def acts(self, node: ast.stmt) -> bool:
        """Whether a statement does something to others when it runs."""
        if self._gives_way(node):
            return False
        if isinstance(node, ast.Expr):
            value = node.value.value if isinstance(node.value, ast.Await) else node.value
            return isinstance(value, ast.Call) and self._call_acts(value)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete):
            roots = (
                root_of(expression)
                for expression in _targets(node)
                if not isinstance(expression, ast.Name)
            )
            return any(root in self._imported for root in roots) or self._registers(node)
        if isinstance(node, ast.ClassDef) and self._around.is_told(node):
            return True
        if isinstance(node, DefinitionNode):
            return any(map(self._keeps, node.decorator_list))
        return False

    def may_act(self, node: ast.stmt) -> bool:
        """Whether nothing shows that a statement keeps to the module; its blocks don't count."""
        if self.acts(node):
            return True
        if self._gives_way(node):
            return False
        if isinstance(node, ast.Expr):
            is_quiet = isinstance(node.value, ast.Constant) or _is_message(node)
            is_quiet |= isinstance(node.value, ast.Call) and self._leaves_all(node.value)
            return not (is_quiet or _is_about_all(node))
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            called = {_last(child) for child in ast.walk(node) if isinstance(child, ast.Call)}
            binds = all(isinstance(expression, ast.Name) for expression in _targets(node))
            return not (_is_about_all(node) or (binds and called <= LOGGERS))
        if isinstance(node, DefinitionNode):
            return bool(node.decorator_list)
        if isinstance(node, ast.If):
            return "__name__" in ast.dump(node.test)  # a script
        return not isinstance(node, _BINDING)

    def _gives_way(self, node: ast.stmt) -> bool:
        """Whether the module puts another one in its place: `sys.modules[__name__] = other`.

        Who imports it gets the other one then, and that is all.
        """
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=table, slice=ast.Name(id="__name__"))],
                value=ast.Name() | ast.Attribute() as other,
            ):
                return dotted(table) == "sys.modules" and self._around.is_module(dotted(other))
        return False

    def _keeps(self, decorator: ast.expr) -> bool:
        """Whether a decorator keeps what it decorates; an own object keeps it to the module."""
        root = root_of(decorator)
        if root in self._imported:
            return self._around.keeps(decorator) or self._tells_of(decorator)
        is_own = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) == root
        return is_own and root in self._functions and self._function_acts(root, deep=True)

    def _call_acts(self, call: ast.Call) -> bool:
        if _only_tells(call) or self._leaves_all(call):
            return False
        root, last = root_of(call.func), _last(call)
        if isinstance(call.func, ast.Name) and root in self._functions:
            return self._function_acts(root)
        if dotted(call.func) == f"{root}.{last}":
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if root in self._own and not any(map(self._holds_others, given)):
                return False
            if root in self._classes and last in _REBUILDING:
                return False
        return True

    def _leaves_all(self, call: ast.Call) -> bool:
        """Whether a call changes nothing that anybody holds."""
        if any(isinstance(child, ast.Call) for child in ast.walk(call) if child is not call):
            return False  # what it is given may
        root, _, rest = dotted(call.func).partition(".")
        path = self._outside.get(root, "")
        return (f"{path}.{rest}" if rest else path) in _LEAVING_ALL

    def _function_acts(self, name: str, *, deep: bool = False) -> bool:
        """Whether a function of the module does something to others, if it is called.

        Args:
            name: Of the function.
            deep: Whether the functions in it are called as well, as those of a decorator are.
        """
        if (name, deep) in self._seen:
            return False
        self._seen.add((name, deep))
        function = self._functions[name]
        inner = [node for node in ast.walk(function) if isinstance(node, FunctionNode)]
        bodies = [function_def.body for function_def in inner] if deep else [function.body]
        outer, self._own = self._own, self._own.union(*map(_own_objects, bodies))
        try:
            return any(
                self.acts(statement)
                for body in bodies
                for statement in import_time_statements(body)
            )
        finally:
            self._own = outer

    def _holds_others(self, node: ast.expr) -> bool:
        return any(
            isinstance(child, ast.Name) and self._around.is_ours(child.id)
            for child in ast.walk(node)
        )

    def _registers(self, node: ast.stmt) -> bool:
        """Whether a value is what something gives that keeps it, or changes what others hold."""
        value = getattr(node, "value", None)
        if not isinstance(value, ast.Call):
            return False
        if isinstance(value.func, ast.Name) and value.func.id in self._functions:
            return self._function_acts(value.func.id)
        return self._tells_of(value) or self._around.changes(value)

    def _tells_of(self, node: ast.expr) -> bool:
        """Whether something imported is told of what it is given, by its name."""
        return root_of(node) in self._imported and _last(node) in REGISTERING


def _outside_paths(tree: ast.Module) -> dict[str, str]:
    """What each name that absolute imports alone bind means: the path of a module, or in one."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    found.setdefault(bound, set()).add(alias.name if alias.asname else bound)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    path = f"{module}.{alias.name}"
                    found.setdefault(alias.asname or alias.name, set()).add(path)
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.arg(arg=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                found.setdefault(name, set()).add("")
            case ast.ImportFrom(names=names):
                for alias in names:
                    found.setdefault(alias.asname or alias.name, set()).add("")
    return {name: min(paths) for name, paths in found.items() if len(paths) == 1}


def _targets(
    node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete,
) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target]


def _own_objects(body: Sequence[ast.stmt]) -> set[str]:
    """The names that are bound to new objects only, which nobody else holds by then."""
    found: set[str] = set()
    others: set[str] = set()
    for node in import_time_statements(body):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {expression.id for expression in targets if isinstance(expression, ast.Name)}
            (found if node.value is not None and _is_new(node.value) else others).update(names)
    return found - others


def _is_new(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return bool(_CLASS_NAME.match(_last(value)))
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp)


def _is_message(node: ast.stmt) -> bool:
    """Whether a statement is a warning, a log message or a print."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and _last(node.value) in _TELLING
    )


def _is_about_all(node: ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    """Whether a statement only says which names the module exports."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call) and dotted(node.value.func).startswith("__all__.")
    return [*map(dotted, _targets(node))] == ["__all__"]


def _only_tells(call: ast.Call) -> bool:
    last = _last(call)
    return last in _TELLING or last in LOGGERS or root_of(call.func) in _QUIET_ROOTS


def _last(node: ast.expr) -> str:
    """The last name of what is called, or of a chain of names."""
    callee = dotted(node.func if isinstance(node, ast.Call) else node)
    return callee.rpartition(".")[2]


def root_of(node: ast.expr) -> str:
    """The name at which an expression begins; empty if it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
