"""From the source of a module to the steps that run when it is imported."""

import ast
import sys
import types
from array import array
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate

from onepath.facts.computed.nodes import FunctionNode
from onepath.importing.expressions import (
    Expressions,
    chain_of,
    chain_read,
    condition,
    literal_table,
    loaded_module,
)
from onepath.importing.functions import function_at
from onepath.importing.names import Binders, is_dynamic
from onepath.importing.removals import FRAME, deleted, removed, taken_from_caller
from onepath.importing.steps import (
    Bind,
    BodyStep,
    Branch,
    Define,
    Delete,
    FromImport,
    FunctionBody,
    FunctionSteps,
    Handler,
    Import,
    Make,
    ModuleBody,
    Raise,
    Read,
    Remove,
    Return,
    StepPlace,
    Store,
    Try,
)

_MANY = 2_000
"""How many modules' steps are remembered: the same files are asked for again and again."""
_OF_FUNCTIONS = frozenset(dir(types.FunctionType))
_OF_CLASSES = frozenset(dir(type)) | frozenset(dir(object)) | {"__module__", "__weakref__"}


@lru_cache(maxsize=_MANY)
def body_of(data: bytes) -> ModuleBody | None:
    """The steps of a module; None if this Python can't parse it.

    Args:
        data: The bytes of its file.
    """
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = array("Q", [0, *accumulate(map(len, data.splitlines(keepends=True)))])
    binders = Binders(data)
    compiler = _Compiler(data, lines, binders, _defers_annotations(tree))
    bound = binders.names(tree.body, module=True)
    return ModuleBody(compiler.block(tree.body), bound, is_dynamic(tree, data))


def _defers_annotations(tree: ast.Module) -> bool:
    """Whether annotations are not evaluated when their statement runs."""
    return sys.version_info >= (3, 14) or any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


@cache
def _attributes_of(kind: type) -> frozenset[str]:
    """What attributes each constant of a type has: one set for all of them."""
    return frozenset(dir(kind))


class _Compiler:
    """Turns statements into steps, in the order in which Python runs them."""

    def __init__(
        self, data: bytes, lines: Sequence[int], binders: Binders, defers_annotations: bool
    ) -> None:
        self._data = data
        self._lines = lines
        self._binders = binders
        self._defers = defers_annotations
        self._reads_frames = FRAME in data
        top = b"".join(data.split(b"\n", 2)[:2])
        self._is_plain = not (data.startswith(BOM_UTF8) or b"coding" in top)
        """Whether columns of the tree are certainly those of the file's bytes."""
        self._above = 0
        """Lines of the file above the tree that is read: that of a function has its own lines."""
        self._around: frozenset[str] = frozenset()
        """The names that the functions around a statement bind."""
        self._expressions = Expressions(self._place)

    def _place(self, node: ast.stmt | ast.expr) -> StepPlace:
        line = node.lineno + self._above
        return StepPlace(line, self._lines[line - 1] + node.col_offset)

    def block(self, statements: Iterable[ast.stmt], *, local: bool = False) -> tuple[BodyStep, ...]:
        """The steps of a suite.

        Args:
            statements: Its statements.
            local: Whether it is in a function, where annotations of variables do nothing.
        """
        return tuple(step for statement in statements for step in self._statement(statement, local))

    def _read(self, *nodes: ast.expr | None) -> Iterator[BodyStep]:
        for node in nodes:
            if node is not None:
                yield from self._expressions.steps(node)

    def _statement(self, node: ast.stmt, local: bool) -> Iterator[BodyStep]:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from self._import(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._define(node)
            case ast.ClassDef():
                yield from self._make(node)
            case ast.Assign():
                yield from self._assign(node.targets, node.value)
            case ast.AnnAssign():
                if not (local or self._defers):
                    yield from self._read(node.annotation)
                if node.value is not None:
                    yield from self._assign([node.target], node.value)
            case ast.AugAssign():
                target = chain_of(node.target)
                if target is not None:
                    yield Read(self._place(node), target)
                yield from self._assign([node.target], node.value, known=False)
            case ast.Delete():
                for expression in deleted(node.targets):
                    chain, name = chain_of(expression), removed(expression)
                    if chain is not None:
                        yield Delete(self._place(node), chain)
                    elif name is not None:
                        yield Remove(self._place(node), name)
            case ast.Return():
                yield from self._read(node.value)
                source = chain_read(node.value) if node.value is not None else None
                yield Return(self._place(node), source)
            case ast.Raise():
                yield from self._raise(node)
            case ast.Expr():
                yield from self._read(node.value)
            case ast.Assert():
                yield from self._read(node.test)
            case _:
                yield from self._compound(node, local)

    def _compound(self, node: ast.stmt, local: bool) -> Iterator[BodyStep]:
        place = self._place(node)
        match node:
            case ast.If():
                yield from self._read(node.test)
                body, orelse = (
                    self.block(statements, local=local) for statements in (node.body, node.orelse)
                )
                yield Branch(place, condition(node.test), body, orelse)
            case ast.While():
                yield from self._read(node.test)
                test = condition(node.test)
                body = self.block(node.body, local=local)
                yield Branch(place, test if test is False else None, body, ())
                yield from self.block(node.orelse, local=local)
            case ast.For() | ast.AsyncFor():
                yield from self._read(node.iter)
                targets = tuple(self._targets(node.target, place))
                yield Branch(place, None, (*targets, *self.block(node.body, local=local)), ())
                yield from self.block(node.orelse, local=local)
            case ast.With() | ast.AsyncWith():
                yield from self._with(node, local)
            case ast.Try() | ast.TryStar():
                yield self._try(node, local)
            case ast.Match():
                yield from self._read(node.subject)
                for case in node.cases:
                    names = sorted(self._binders.names([case.pattern]))
                    bound = tuple(Bind(place, name, None) for name in names)
                    yield Branch(place, None, (*bound, *self.block(case.body, local=local)), ())
            case _:
                if type(node).__name__ == "TypeAlias":
                    yield Bind(place, node.name.id, None)  # type: ignore[attr-defined]

    # ---------------------------------------------------------- statements

    def _import(self, node: ast.Import | ast.ImportFrom) -> Iterator[BodyStep]:
        place = self._place(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(place, alias.name, alias.asname)
            return
        names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
        yield FromImport(place, node.level, node.module or "", names)

    def _assign(
        self, targets: Sequence[ast.expr], value: ast.expr, *, known: bool = True
    ) -> Iterator[BodyStep]:
        yield from self._read(value)
        place = self._place(value)
        source = chain_read(value) if known else None
        module = loaded_module(value, place) if known else None
        kind: type | None = type(value.value) if isinstance(value, ast.Constant) else None
        has = None if kind is None else _attributes_of(kind)
        for target in targets:
            if isinstance(target, ast.Name):
                yield Bind(place, target.id, module or source, literal_table(value), has)
            elif isinstance(target, ast.Attribute):
                chain = chain_of(target)
                if chain is None:
                    yield from self._read(target.value)
                else:
                    yield Store(place, chain, source, has)
            else:
                yield from self._targets(target, place)

    def _targets(self, target: ast.expr, place: StepPlace) -> Iterator[BodyStep]:
        """What is bound to values of which nothing is known."""
        if isinstance(target, ast.Name):
            yield Bind(place, target.id, None)
        elif isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                yield from self._targets(inner, place)
        elif isinstance(target, ast.Starred):
            yield from self._targets(target.value, place)
        elif isinstance(target, ast.Subscript):
            yield from self._read(target.value, target.slice)
        elif isinstance(target, ast.Attribute):
            chain = chain_of(target)
            if chain is not None:
                yield Store(place, chain, None)

    def _define(self, node: FunctionNode) -> Iterator[BodyStep]:
        yield from self._read(*node.decorator_list)
        yield from self._read(*node.args.defaults, *node.args.kw_defaults)
        if not self._defers:
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            yield from self._read(*(argument.annotation for argument in arguments), node.returns)
        place = self._place(node)
        yield from self._decorated(node)
        has = None if node.decorator_list else _OF_FUNCTIONS
        yield Define(place, node.name, self._function(node), has)

    def _decorated(self, node: FunctionNode | ast.ClassDef) -> Iterator[BodyStep]:
        """The calls of decorators that are names."""
        for decorator in reversed(node.decorator_list):
            chain = chain_of(decorator)
            if chain is not None:
                yield from self._expressions.call(decorator, chain)

    def _function(self, node: FunctionNode) -> FunctionSteps:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [
            argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None
        ]
        parameters = tuple(argument.arg for argument in every)

        around = self._around
        line, column = node.lineno + self._above, node.col_offset
        end_line = (node.end_lineno or 0) + self._above
        end = self._lines[end_line - 1] + (node.end_col_offset or 0)
        text = self._data[self._lines[line - 1] : end]

        def read() -> FunctionBody:
            function = function_at(self._data, text, (line, column), is_plain=self._is_plain)
            local = self._binders.names(function.body) | frozenset(parameters)
            self._around = around | local
            self._above = line - function.lineno
            try:
                steps = self.block(function.body, local=True)
            finally:
                self._around = frozenset()
                self._above = 0
            takes = taken_from_caller(function) if self._reads_frames else frozenset()
            return FunctionBody(local, steps, takes)

        return FunctionSteps(node.name, parameters, read, around, text)

    def _make(self, node: ast.ClassDef) -> Iterator[BodyStep]:
        yield from self._read(*node.decorator_list)
        yield from self._read(*node.bases, *(keyword.value for keyword in node.keywords))
        initializer = next(
            (
                statement
                for statement in node.body
                if isinstance(statement, FunctionNode) and statement.name == "__init__"
            ),
            None,
        )
        body = self.block(node.body)
        function = None if initializer is None else self._function(initializer)
        place = self._place(node)
        is_plain = not (node.bases or node.keywords or node.decorator_list)
        has = _OF_CLASSES | self._binders.names(node.body) if is_plain else None
        yield Make(place, node.name, body, function, has)
        yield from self._decorated(node)

    def _raise(self, node: ast.Raise) -> Iterator[BodyStep]:
        yield from self._read(node.exc, node.cause)
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        chain = chain_of(raised) if raised is not None else None
        yield Raise(self._place(node), "" if chain is None else chain[-1])

    def _with(self, node: ast.With | ast.AsyncWith, local: bool) -> Iterator[BodyStep]:
        place, suppressed = self._place(node), set[str]()
        for item in node.items:
            yield from self._read(item.context_expr)
            if item.optional_vars is not None:
                yield from self._targets(item.optional_vars, place)
            call = item.context_expr
            called = chain_of(call.func) if isinstance(call, ast.Call) else None
            if called is not None and called[-1] == "suppress" and isinstance(call, ast.Call):
                suppressed |= {chain[-1] for chain in map(chain_of, call.args) if chain}
        body = self.block(node.body, local=local)
        if suppressed:
            yield Try(place, body, (Handler(frozenset(suppressed), "", ()),), (), ())
        else:
            yield from body

    def _try(self, node: ast.Try | ast.TryStar, local: bool) -> Try:
        handlers = tuple(
            Handler(
                _caught(handler.type), handler.name or "", self.block(handler.body, local=local)
            )
            for handler in node.handlers
        )
        body, orelse, final = (
            self.block(statements, local=local)
            for statements in (node.body, node.orelse, node.finalbody)
        )
        return Try(self._place(node), body, handlers, orelse, final)


def _caught(node: ast.expr | None) -> frozenset[str]:
    if node is None:
        return frozenset()
    every = node.elts if isinstance(node, ast.Tuple) else [node]
    return frozenset((chain_of(expression) or ("?",))[-1] for expression in every)
