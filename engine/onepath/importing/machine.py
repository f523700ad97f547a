"""Runs the statements of modules abstractly, in order, with what is bound by then."""

import builtins
from collections.abc import Callable, Collection, Sequence
from typing import Any

from onepath.importing.import_statements import ImportStatements
from onepath.importing.process import ATTRIBUTES
from onepath.importing.scope import NameScope, Returned
from onepath.importing.sources import Sources
from onepath.importing.steps import (
    Bind,
    BindNames,
    BodyStep,
    Branch,
    Call,
    Chain,
    Condition,
    Define,
    Delete,
    FromImport,
    FunctionSteps,
    Handler,
    Import,
    Load,
    Make,
    Raise,
    Read,
    Remove,
    Return,
    Store,
    Try,
    bound_by,
    catches,
)
from onepath.importing.values import (
    UNKNOWN,
    ImportFailed,
    ImportValue,
    Module,
    ModuleValue,
    ObjectValue,
    TextValue,
    ValueSignature,
)

_BUILTINS = frozenset(dir(builtins)) | ATTRIBUTES
_DEEPEST = 30
"""How many calls are followed into each other."""


class Machine(ImportStatements):
    """Imports modules.

    Args:
        sources: The modules.
        takes_branches: Which body runs where that can't be known: the first, or the other.
        forgiven: Failures, by their signatures, after which the program is followed as if nothing
            had happened.
        noting: Where every other failure that the program does not answer itself is noted, and
            then forgiven as well; None lets the first of them end the program.
        finds_cached: Whether a module `__getattr__` finds what it returns from a cache.
    """

    def __init__(
        self,
        sources: Sources,
        *,
        takes_branches: bool = True,
        forgiven: Collection[ValueSignature] = (),
        noting: set[ValueSignature] | None = None,
        finds_cached: bool = True,
    ) -> None:
        super().__init__(sources, takes_branches=takes_branches)
        self._forgiven = forgiven
        self._noting = noting
        self._finds_cached = finds_cached
        self._trying: list[Try] = []
        """The statements whose `except` answers a failure, outermost first."""
        self.doubtful: list[ImportFailed] = []
        """Failures of what may not run at all."""
        self.caught: list[ImportFailed] = []
        """Failures that the program itself answers with an `except`."""
        self.removed: set[tuple[str, str]] = set()
        """Names that were taken out of a module, by the module; they may have come back."""
        self._running: list[FunctionSteps] = []
        self._given: set[tuple[str, int]] = set()
        """Objects that were given attributes, by module and offset."""

    def _run_module(self, module: Module) -> None:
        if module.body is not None:
            self._run(module.body.steps, NameScope(module))

    # ----------------------------------------------------------------- steps

    def _run(self, steps: Sequence[BodyStep], scope: NameScope) -> None:
        for step in steps:
            self._running_steps.append((scope.module, step))
            try:
                # By a table, because `match` asks for one kind after the other, a million times.
                _HANDLERS[type(step)](self, step, scope)
            except ImportFailed as failed:
                here = len(failed.frames) == len(self._running_steps)
                if not here or not self._is_forgiven(failed):
                    raise
                for name in bound_by(step):
                    self._set(scope, name, UNKNOWN)
            finally:
                self._running_steps.pop()

    def _is_forgiven(self, failed: ImportFailed) -> bool:
        if failed.signature in self._forgiven:
            return True
        if self._noting is None or any(
            catches(handler, failed.kind) for one in self._trying for handler in one.handlers
        ):
            return False
        self._noting.add(failed.signature)
        return True

    def _bind_names(self, step: BindNames, scope: NameScope) -> None:
        if scope.names is None:
            scope.module.namespace.update(dict.fromkeys(step.names, UNKNOWN))
        else:
            for name in step.names:
                self._set(scope, name, UNKNOWN)

    def _define(self, step: Define, scope: NameScope) -> None:
        value = ObjectValue(
            scope.module.name, step.name, step.place.offset, step.function, None, step.has
        )
        self._set(scope, step.name, value)

    def _load_step(self, step: Load, scope: NameScope) -> None:
        self._load(self._absolute(scope.module, step.module), scope.module.path)

    def _raise(self, step: Raise, scope: NameScope) -> None:
        raise self._failed(step.kind or "Exception", f"{step.kind} is raised", "")

    def _return(self, step: Return, scope: NameScope) -> None:
        raise Returned(UNKNOWN if step.source is None else self._read(step.source, scope))

    # ----------------------------------------------------------------- names

    def _look_up(self, name: str, scope: NameScope) -> ImportValue:
        """What a name means where it is read.

        Raises:
            ImportFailed: It is not bound by then.
        """
        if scope.names is not None:
            if name in scope.names:
                return scope.names[name]
            if scope.is_class:
                if scope.outer is not None:
                    return self._look_up(name, scope.outer)
            elif scope.function is not None and name in scope.function.local:
                if self.guessed:
                    return UNKNOWN
                raise self._failed("UnboundLocalError", f"'{name}' is not bound by then", name)
            elif scope.function is not None and name in scope.function.around:
                return UNKNOWN
        module = scope.module
        value = module.namespace.get(name)
        if value is not None:
            return value
        body = module.body
        if name in _BUILTINS or module.open or body is None or name not in body.bound:
            return UNKNOWN
        raise self._failed("NameError", f"'{name}' is not bound by then", f"{module.name}.{name}")

    def _read(self, chain: Chain, scope: NameScope) -> ImportValue:
        value = self._look_up(chain[0], scope)
        for name in chain[1:]:
            if not isinstance(value, ModuleValue):
                self._check_attribute(value, name, chain)
                return UNKNOWN
            module = self.modules.get(value.name)
            if module is None:
                return UNKNOWN
            value = self._attribute_or_fail(module, name)
        return value

    def _check_attribute(self, value: ImportValue, name: str, chain: Chain) -> None:
        """Fail if an object is known not to have an attribute."""
        if not isinstance(value, ObjectValue) or value.has is None or name in value.has:
            return
        if (value.module, value.offset) not in self._given:
            text = f"'{value.module}.{value.name}' has no attribute '{name}'"
            raise self._failed("AttributeError", text, ".".join(chain))

    def _bind(self, step: Bind, scope: NameScope) -> None:
        value: ImportValue = ObjectValue(
            scope.module.name, step.name, step.place.offset, None, step.table, step.has
        )
        if isinstance(step.source, Load):
            name = self._absolute(scope.module, step.source.module)
            value = ModuleValue(name) if name in self.modules else UNKNOWN
        elif step.source is not None:
            value = self._read(step.source, scope)
        self._set(scope, step.name, value)

    def _store(self, step: Store, scope: NameScope) -> None:
        owner = self._read(step.chain[:-1], scope)
        value: ImportValue = UNKNOWN
        if step.source is not None:
            value = self._read(step.source, scope)
        elif step.has is not None:
            name, offset = step.chain[-1], step.place.offset
            value = ObjectValue(scope.module.name, name, offset, has=step.has)
        if isinstance(owner, ModuleValue) and owner.name in self.modules:
            self.modules[owner.name].namespace[step.chain[-1]] = value
        elif isinstance(owner, ObjectValue):
            self._given.add((owner.module, owner.offset))

    def _delete(self, chain: Chain, scope: NameScope) -> None:
        self._read(chain, scope)
        if len(chain) > 1:
            owner = self._read(chain[:-1], scope)
            if isinstance(owner, ModuleValue) and owner.name in self.modules:
                self._take_out(self.modules[owner.name], chain[-1])
        elif scope.names is not None and chain[0] in scope.names:
            del scope.names[chain[0]]
        else:
            self._take_out(scope.module, chain[0])

    def _take_out(self, module: Module, name: str) -> None:
        if module.namespace.pop(name, None) is not None:
            self.removed.add((module.name, name))

    def _make(self, step: Make, scope: NameScope) -> None:
        inner = NameScope(scope.module, scope.function)
        inner.names, inner.is_class = {}, True
        inner.outer = scope.outer if scope.is_class or scope.names is None else scope
        self._run(step.body, inner)
        value = ObjectValue(
            scope.module.name, step.name, step.place.offset, step.initializer, None, step.has
        )
        self._set(scope, step.name, value)

    # ----------------------------------------------------------------- flow

    def _called(self, chain: Chain, scope: NameScope) -> None:
        value = self._read(chain, scope)
        if isinstance(value, ObjectValue) and value.function is not None:
            module = self.modules.get(value.module)
            if module is not None:
                self._call(value.function, module, [])
                for name in value.function.takes:
                    self._take_out(scope.module, name)

    def _call(
        self, function: FunctionSteps, module: Module, arguments: Sequence[ImportValue]
    ) -> ImportValue:
        """Run a function; what it returns, where that is a name."""
        if self._running.count(function) > len(self._asked) or len(self._running) > _DEEPEST:
            return UNKNOWN
        scope = NameScope(module, function)
        assert scope.names is not None
        scope.names.update(dict.fromkeys(function.parameters, UNKNOWN))
        scope.names.update(zip(function.parameters, arguments, strict=False))
        self._running.append(function)
        try:
            self._run(function.steps, scope)
        except Returned as returned:
            return returned.value
        finally:
            self._running.pop()
        return UNKNOWN

    def _branch(self, step: Branch, scope: NameScope) -> None:
        test = step.test
        if isinstance(test, Condition):
            test = self._holds(test, scope)
        if test is None:
            self.guessed = True
            test = self._takes
            body = step.body if test else step.orelse
            if any(isinstance(one, Raise) for one in body):
                test = not test  # what complains of something is not what happens as a rule
            depth = len(self._running_steps)
            try:
                self._run(step.body if test else step.orelse, scope)
            except ImportFailed as failed:
                del self._running_steps[depth:]
                self.doubtful.append(failed.kept())
            return
        self._run(step.body if test else step.orelse, scope)

    def _holds(self, test: Condition, scope: NameScope) -> bool | None:
        value = (scope.names or {}).get(test.variable)
        if not isinstance(value, TextValue):
            return None
        names: Collection[str] = test.names
        if test.table:
            table = self._look_up(test.table, scope)
            if not isinstance(table, ObjectValue) or table.table is None:
                return None
            names = table.table.keys()
        return (value.text in names) is not test.negated

    def _try(self, step: Try, scope: NameScope) -> None:
        is_guard = any(catches(one, "ModuleNotFoundError") for one in step.handlers)
        try:
            self._guarded += is_guard
            self._trying.append(step)
            try:
                self._run(step.body, scope)
            finally:
                self._guarded -= is_guard
                self._trying.pop()
        except Returned as returned:
            self._looked_up(step, returned, scope)
        except ImportFailed as failed:
            handler = next((one for one in step.handlers if catches(one, failed.kind)), None)
            if handler is None:
                self._run(step.final, scope)
                raise
            if not self.guessed:
                self.caught.append(failed.kept())
            self._handle(handler, failed, scope)
        else:
            self._run(step.orelse, scope)
        self._run(step.final, scope)

    def _looked_up(self, step: Try, returned: Returned, scope: NameScope) -> None:
        """What a `return` in a `try` comes to: `return CACHE[name]` may find nothing there."""
        handler = next((one for one in step.handlers if catches(one, "KeyError")), None)
        is_made = self._finds_cached or not self._asked or returned.value is not UNKNOWN
        if is_made or handler is None:
            raise returned
        self.guessed = True
        self._run(handler.body, scope)
        self._run(step.final, scope)

    def _handle(self, handler: Handler, failed: ImportFailed, scope: NameScope) -> None:
        if handler.name:
            self._set(scope, handler.name, UNKNOWN)
        for step in handler.body:
            if isinstance(step, Raise) and not step.kind:
                raise failed
            self._run((step,), scope)
        if handler.name:
            names = scope.module.namespace if scope.names is None else scope.names
            names.pop(handler.name, None)


_HANDLERS: dict[type, Callable[[Machine, Any, NameScope], object]] = {
    Import: Machine._import,
    FromImport: Machine._from_import,
    Load: Machine._load_step,
    Bind: Machine._bind,
    BindNames: Machine._bind_names,
    Define: Machine._define,
    Make: Machine._make,
    Read: lambda machine, step, scope: machine._read(step.chain, scope),
    Call: lambda machine, step, scope: machine._called(step.chain, scope),
    Branch: Machine._branch,
    Try: Machine._try,
    Store: Machine._store,
    Delete: lambda machine, step, scope: machine._delete(step.chain, scope),
    Remove: lambda machine, step, scope: machine._take_out(scope.module, step.name),
    Raise: Machine._raise,
    Return: Machine._return,
}
