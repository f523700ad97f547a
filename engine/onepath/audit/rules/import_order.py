"""Public names whose meaning depends on the environment or on what was imported before.

What it finds
    Public module-level names that several statements bind to different things: in the branches of
    an `if`, in a `try` and its `except`, by two star imports, by a function's `global`, or one
    after the other. Names that mean the same thing whichever statement ran are not found, nor are
    version switches (`sys.version_info`, `sys.platform`), `TYPE_CHECKING`, overloads, what a module
    chooses among definitions of its own, and fallbacks for packages that are not part of the
    repository: all that is in a `try` which imports such a package, and in its `except`.

    It is shown where canonical paths are configured, or somebody names the rule: elsewhere such a
    name is nearly always a choice that somebody has made.

Why it matters
    Two processes, or two tests in one process, get different classes under one name. A check with
    `isinstance` then fails for an object that was made with "the same" class.

Example
    `try: from app.fast import Manager` / `except ImportError: from app.slow import Manager` in a
    repository that has both modules.

How it is fixed
    Bind the name once, unconditionally, to its canonical path. Where a choice is really needed,
    make it a function that is called, not a name that is imported.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules._choices import CONDITIONAL
from onepath.config.settings import Settings
from onepath.model import Guard
from onepath.symbols.binders import Binder

_SWITCHES = ("sys.version", "sys.platform", "os.name", "version_info", "platform.system")
_HERE = "here"
_OWN = ("def", "async def", "class", "alias")


class LastBinding(NamedTuple):
    """What a name would mean if one statement bound it last."""

    line: int
    conditional: bool
    meaning: tuple[object, ...]
    ours: bool
    """Whether it means something of this repository."""


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """One violation for each such name, at its first binding."""
    for violations in index.of_files(_of_file).values():
        yield from violations


def _of_file(index: Index, path: str) -> Sequence[Violation]:
    if index.is_test(path):
        return ()
    names = index.resolver.table(path).names
    of_names = (
        _of_name(index, path, name, binders)
        for name, binders in names.items()
        if not name.startswith("_")
    )
    return (
        *chain.from_iterable(of_names),
        *_rebound_by_functions(index, path),
        *_from_several_stars(index, path),
    )


def _of_name(index: Index, path: str, name: str, binders: list[Binder]) -> Iterator[Violation]:
    outcomes = [binding for b in binders if (binding := _outcome(index, path, b)) is not None]
    if len({binding.meaning for binding in outcomes}) < 2 or not any(
        binding.ours for binding in outcomes
    ):
        return
    is_conditional = any(binding.conditional for binding in outcomes)
    # What one's own choice or an outside package decides is no matter of order.
    if is_conditional and not any(
        binding.ours and binding.meaning[0] != _HERE for binding in outcomes
    ):
        return
    lines = sorted({binding.line for binding in outcomes})
    where = ", ".join(map(str, lines))
    symbol = f"{index.module(path)}.{name}"
    if is_conditional:
        message = f"what '{name}' is depends on which of the lines {where} ran"
    else:
        message = f"'{name}' is bound to different things on the lines {where}"
    yield Violation(path, lines[0], message, symbol)


def _outcome(index: Index, path: str, binder: Binder) -> LastBinding | None:
    """None for what does not count: annotations, version switches, values, decorated overloads."""
    conditional = bool(binder.guard & CONDITIONAL)
    if binder.guard & (Guard.TYPE_CHECKING | Guard.FUNCTION):
        return None
    if binder.guard & (Guard.TRY | Guard.HANDLER) and _tries_outside(index, path, binder.start):
        return None
    if binder.imported is not None:
        statement, alias = binder.imported
        if _is_switch(index, path, statement.block):
            return None
        target = index.resolver.imported(path, statement, alias)
        if target.kind == "unresolved":
            return None
        ours = target.kind in ("definition", "module")
        return LastBinding(statement.line, conditional, target.target, ours)
    definition = binder.definition
    if definition is None or definition.kind not in _OWN or definition.decorators:
        return None
    if definition.kind == "alias":
        target = index.named(path, definition.target)
        if target.kind == "unresolved" or (target.path, target.name) == (path, definition.qualname):
            return None
        return LastBinding(definition.line, conditional, target.target, target.kind == "definition")
    return LastBinding(definition.line, conditional, (_HERE, path, definition.start), True)


def _is_switch(index: Index, path: str, block: int) -> bool:
    blocks = index.facts(path).blocks
    while block > 0:
        if any(word in blocks[block].test for word in _SWITCHES):
            return True
        if blocks[block].kind == "else":
            owner = blocks[block].owner_start
            if any(b.owner_start == owner and any(w in b.test for w in _SWITCHES) for b in blocks):
                return True
        block = blocks[block].parent
    return False


def _tries_outside(index: Index, path: str, at: int) -> bool:
    """Whether a place is in a `try`, or one of its clauses, that imports an outside package."""
    facts = index.facts(path)
    tried = {
        number
        for number, block in enumerate(facts.blocks)
        if block.kind == "try" and block.owner_start <= at < block.owner_end
    }
    return any(
        index.resolver.imported(path, statement, alias).kind == "external"
        for statement in facts.imports
        if statement.block in tried
        for alias in statement.names
        if alias.name != "*"
    )


def _rebound_by_functions(index: Index, path: str) -> Iterator[Violation]:
    """Public names of classes, functions and imports that a function binds anew with `global`."""
    names = index.resolver.table(path).names
    for definition in index.facts(path).definitions:
        name = definition.qualname
        if not definition.guard & Guard.FUNCTION or name.startswith("_") or "." in name:
            continue
        meant = [b for b in names.get(name, ()) if not b.guard & Guard.FUNCTION and _is_meant(b)]
        if meant:
            message = f"'{name}' is bound anew by a function, through 'global'"
            yield Violation(path, definition.line, message, f"{index.module(path)}.{name}")


def _is_meant(binder: Binder) -> bool:
    """Whether a statement gives a name a meaning of its own, not merely a first value."""
    return binder.imported is not None or (
        binder.definition is not None and binder.definition.kind in _OWN
    )


def _from_several_stars(index: Index, path: str) -> Iterator[Violation]:
    """Public names that two star imports bring as different things."""
    brought: dict[str, tuple[int, tuple[object, ...]]] = {}
    for statement in index.resolver.table(path).stars:
        dotted = index.world.modules.absolute(path, statement.level, statement.module)
        source = index.resolver.module(path, dotted) if dotted else None
        if source is None or source.kind != "module":
            continue
        for name in sorted(index.resolver.star_names(source.path)[0]):
            target = index.resolver.name(source.path, name)
            line, first = brought.setdefault(name, (statement.line, target.target))
            if target.kind == "definition" and first != target.target:
                message = f"'{name}' comes from the stars on the lines {line}, {statement.line}"
                yield Violation(path, line, message, f"{index.module(path)}.{name}")


def _is_wanted(settings: Settings) -> bool:
    return bool(settings.canonical or settings.imports)


RULE = Rule(
    "import-order",
    "a public name that depends on environment or order",
    check,
    local=True,
    of_files=(_of_file,),
    by_default=_is_wanted,
)
