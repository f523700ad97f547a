"""Leaves out of a body what can't matter to the modules that are followed.

In a cycle of two hundred modules each of them is imported first once, so that every step that
only binds or reads what comes from elsewhere would be run forty thousand times.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from unicodedata import is_normalized

from onepath.importing.removals import FRAME
from onepath.importing.steps import (
    Bind,
    BindNames,
    BodyStep,
    Branch,
    Call,
    Define,
    FromImport,
    FunctionSteps,
    Handler,
    Import,
    Load,
    Make,
    ModuleBody,
    Read,
    Try,
)

Follows = Callable[[Import | FromImport | Load], bool]


def pruned(body: ModuleBody, follows: Follows) -> ModuleBody:
    """A body that binds the same names and imports the same followed modules in the same order.

    Args:
        body: The whole body.
        follows: Whether an import may lead to a module that is followed, or to one above it.
    """
    pruner = _Pruner(body, follows)
    return ModuleBody(pruner.block(body.steps), body.bound, body.dynamic)


class _Pruner:
    def __init__(self, body: ModuleBody, follows: Follows) -> None:
        self._asked: dict[int, bool] = {}
        """Imports by identity -> whether they may lead to what is followed."""
        self._leads = follows
        self._interesting: set[str] = set()
        """Names that may mean followed modules, or functions that import them when called."""
        before = -1
        while len(self._interesting) > before:
            before = len(self._interesting)
            self._note(body.steps)

    def _follows(self, step: Import | FromImport | Load) -> bool:
        # Asked again in each round, and for each function around an import.
        known = self._asked.get(id(step))
        if known is None:
            known = self._asked[id(step)] = self._leads(step)
        return known

    def _note(self, steps: Sequence[BodyStep]) -> None:
        for step in steps:
            match step:
                case Import() if self._follows(step):
                    self._interesting.add(step.asname or step.module.partition(".")[0])
                case FromImport() if self._follows(step):
                    self._interesting.update(bound for _, bound in step.names)
                case Bind(source=Load()):
                    self._interesting.add(step.name)
                case Bind(source=tuple() as chain) if chain[0] in self._interesting:
                    self._interesting.add(step.name)
                case Define() if self._matters(step.function):
                    self._interesting.add(step.name)
                case Make() if step.initializer is not None and self._matters(step.initializer):
                    self._interesting.add(step.name)
                case _:
                    for inner in _inner(step):
                        self._note(inner)

    def _matters(self, function: FunctionSteps) -> bool:
        """Whether a call of a function may import what is followed, or take names away."""
        if not _may_matter(function.text, self._interesting):
            return False
        return bool(function.takes) or any(self._reaches(step) for step in function.steps)

    def _reaches(self, step: BodyStep) -> bool:
        match step:
            case Import() | FromImport() | Load():
                return self._follows(step)
            case Call() | Read():
                return step.chain[0] in self._interesting
        return any(self._reaches(one) for inner in _inner(step) for one in inner)

    def block(self, steps: Sequence[BodyStep]) -> tuple[BodyStep, ...]:
        """The steps of a suite that matter; what only binds names does so in one step."""
        body_steps: list[BodyStep] = []
        for step in steps:
            for kept in self._kept(step):
                last = body_steps[-1] if body_steps else None
                if isinstance(kept, BindNames) and isinstance(last, BindNames):
                    body_steps[-1] = BindNames(last.place, (*last.names, *kept.names))
                else:
                    body_steps.append(kept)
        return tuple(body_steps)

    def _kept(self, step: BodyStep) -> Iterator[BodyStep]:
        match step:
            case Import() if not self._follows(step):
                yield BindNames(step.place, (step.asname or step.module.partition(".")[0],))
            case FromImport() if not self._follows(step):
                if step.names[0][0] == "*":
                    yield step
                else:
                    yield BindNames(step.place, tuple(bound for _, bound in step.names))
            case Read() if len(step.chain) == 1 or step.chain[0] not in self._interesting:
                return
            case Call() if step.chain[0] not in self._interesting:
                return
            case Bind(source=None, table=None):
                yield BindNames(step.place, (step.name,))
            case Bind(source=tuple() as chain) if chain[0] not in self._interesting:
                yield BindNames(step.place, (step.name,))
            case Define() if step.name not in (*self._interesting, "__getattr__"):
                yield BindNames(step.place, (step.name,))
            case Make():
                kept = tuple(
                    one for one in self.block(step.body) if not isinstance(one, BindNames | Define)
                )
                if kept or step.name in self._interesting:
                    yield step._replace(body=kept)
                else:
                    yield BindNames(step.place, (step.name,))
            case Branch():
                body, orelse = self.block(step.body), self.block(step.orelse)
                if body or orelse:
                    yield step._replace(body=body, orelse=orelse)
            case Try():
                yield self._try(step)
            case _:
                yield step

    def _try(self, step: Try) -> Try:
        # What may be missing is told by its import, so that all of them stay here.
        body = tuple(
            kept
            for one in step.body
            for kept in ((one,) if isinstance(one, Import | FromImport) else self._kept(one))
        )
        handlers = tuple(Handler(h.kinds, h.name, self.block(h.body)) for h in step.handlers)
        return step._replace(
            body=body,
            handlers=handlers,
            orelse=self.block(step.orelse),
            final=self.block(step.final),
        )


def _may_matter(text: bytes, names: Collection[str]) -> bool:
    """Whether a function may import anything, read one of some names, or its caller's frame.

    Most do not, and so need no steps.
    """
    if b"import" in text or FRAME in text or not _spells_as_meant(text):
        return True
    return any(name.encode() in text for name in names)


def _spells_as_meant(text: bytes) -> bool:
    """Whether names are spelled as Python has them, which takes a "ﬁ" for "fi"."""
    try:
        return text.isascii() or is_normalized("NFKC", text.decode())
    except UnicodeDecodeError:
        return False


def _inner(step: BodyStep) -> Iterator[Sequence[BodyStep]]:
    """The suites inside a step."""
    match step:
        case Branch():
            yield from (step.body, step.orelse)
        case Try():
            yield from (step.body, step.orelse, step.final)
            yield from (handler.body for handler in step.handlers)
        case Make():
            yield step.body
