"""Who looks a module-level name up when functions run, and who replaces it there.

A patch of `module.Name` is seen by those who read the attribute while the patch is active. Who
imported the name at the top of a file keeps what was there before.
"""

from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import Literal, NamedTuple

from onepath.model import DottedString, Facts, Guard, UseKind
from onepath.symbols.find_references.callees import Purpose, purpose_of, replaces
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.find_references.told import may_patch_by_string
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolver, Step
from onepath.symbols.spelling.composed import (
    ANY_MODULE,
    UNKNOWN,
    ComposedName,
    named_in,
    purpose_of_spelled,
    spelled_names,
)

_RUNNING = ("function", "lambda")
_PATCHING = frozenset(("mock", "mocker", "monkeypatch", "mp", "patch"))
"""Names by which files have what replaces things."""


ReadingKind = Literal["import", "chain", "string", "own", "attribute"]


class Reading(NamedTuple):
    """A place that looks a name up when it runs."""

    path: str
    line: int
    step: Step
    kind: ReadingKind
    """`import`, `chain`, `string` (one literal that is imported), `own` (in its module itself) or
    `attribute` (named apart from its module)"""
    at: int = 0
    """Where it is in the file; 0 for `own`."""


class Patch(NamedTuple):
    """A place that replaces a name in a module, or that may."""

    path: str
    line: int
    step: Step
    string: int = -1
    """Index into `Facts.strings` of the one literal that names it; -1 for any other form."""
    spelled: ComposedName | None = None
    """The composed name that names it."""
    by_object: bool = False
    """Whether the module is given as an object that the file imports."""
    at: int = 0
    """Where an assignment is in the file, whose line is 0."""
    attribute: int = -1
    """Index into `Facts.strings` of the literal that names it beside an object; -1 if none does."""


def readings(
    path: str, facts: Facts, resolver: Resolver, steps: Collection[Step]
) -> Iterator[Reading]:
    """The places of a file that look one of `steps` up when functions run.

    Lines are 0 where only an offset is known.
    """
    words = {name for _, name in steps}
    for statement in facts.imports:
        if statement.is_from and is_late(statement.guard):
            dotted = resolver.modules.absolute(path, statement.level, statement.module)
            module = resolver.modules.find(dotted, path) if dotted else None
            for alias in statement.names:
                if module is not None and (module, alias.name) in steps:
                    yield Reading(
                        path, statement.line, (module, alias.name), "import", statement.start
                    )
    for step, written, at in _chains(path, facts, resolver, steps, words):
        if not written:
            yield Reading(path, 0, step, "chain", at)
    for module, name in steps:
        if module == path and any(
            name in scope.free and _is_global(facts, index, name)
            for index, scope in enumerate(facts.scopes)
        ):
            yield Reading(path, 0, (module, name), "own")
    for string in facts.strings:
        if not runs_late(facts, string.scope):
            continue
        found = _step_of(path, facts, resolver, string, steps)
        if found is not None and string.target >= 0:
            if not replaces(path, facts, resolver, string):
                yield Reading(path, string.line, found, "attribute", string.start)
        elif found is not None and purpose_of(path, facts, resolver, string) is Purpose.IMPORTS:
            kind: ReadingKind = "string" if string.plain else "attribute"
            yield Reading(path, string.line, found, kind, string.start)


def patches(
    path: str, facts: Facts, resolver: Resolver, steps: Collection[Step]
) -> Iterator[Patch]:
    """The places of a file that replace one of `steps`, or that may."""
    words = {name for _, name in steps}
    for index, string in enumerate(facts.strings):
        step = _step_of(path, facts, resolver, string, steps)
        if step is None:
            continue
        if replaces(path, facts, resolver, string):
            if string.target >= 0:
                yield Patch(path, string.line, step, by_object=True, attribute=index)
            else:
                yield Patch(path, string.line, step, index)
        elif purpose_of(path, facts, resolver, string) is Purpose.UNKNOWN and may_patch_by_string(
            path, facts, resolver
        ):
            yield Patch(path, string.line, step)
    for composed_name in spelled_names(path, facts, resolver):
        if purpose_of_spelled(path, facts, resolver, composed_name) is not Purpose.PATCHES:
            continue
        if composed_name.is_known:
            dotted, _, name = composed_name.value.replace(":", ".").rpartition(".")
            module = resolver.modules.find(dotted, path) or ""
        else:
            module, name = [("", ""), *named_in(composed_name.value, path, resolver)][-1]
        for step in steps:
            if module in (step[0], ANY_MODULE) and name in (step[1], UNKNOWN):
                by_object = composed_name.composed.parts[0][0] == "object"
                yield Patch(
                    path,
                    composed_name.composed.line,
                    step,
                    spelled=composed_name,
                    by_object=by_object,
                )
    for step, written, at in _chains(path, facts, resolver, steps, words):
        if written:
            yield Patch(path, 0, step, by_object=True, at=at)
    for module, at in _changed_dicts(path, facts, resolver):
        # The names are keys of a dictionary, which may be any.
        yield from (Patch(path, 0, step, at=at) for step in steps if step[0] == module)


def _changed_dicts(path: str, facts: Facts, resolver: Resolver) -> Iterator[tuple[str, int]]:
    """The modules whose dictionaries a file has, `old.__dict__` and `vars(old)`, and where.

    It may change them: `monkeypatch.setitem(old.__dict__, "Name", x)`, `patch.dict(vars(old), x)`.
    """
    asking = {at for at, scope in enumerate(facts.scopes) if "vars" in scope.free}
    given = [
        (use, [*takewhile(lambda name: name != "__dict__", (name for name, _ in use.chain))])
        for use in facts.uses
        if use.scope in asking or any(name == "__dict__" for name, _ in use.chain)
    ]
    strings = [string for string in facts.strings if string.value.endswith(".__dict__")]
    may_patch = is_test(path) or not all(_PATCHING.isdisjoint(one.bound) for one in facts.scopes)
    if not may_patch or not (given or strings):
        return
    for use, chain in given:
        for owner in modules_bound(path, facts, resolver, use.bound_in, use.name):
            resolution = resolver.attributes(owner, chain)
            if resolution.kind == "module" and not resolution.rest:
                yield resolution.path, use.start
    for string in strings:
        module = resolver.modules.find(string.value.removesuffix(".__dict__"), path)
        if module is not None:
            yield module, string.start


def is_late(guard: int) -> bool:
    """Whether an import runs only when a function does."""
    return bool(guard & Guard.FUNCTION) and not guard & Guard.TYPE_CHECKING


def runs_late(facts: Facts, scope: int) -> bool:
    """Whether what is in a scope runs only when a function does."""
    while scope >= 0:
        if facts.scopes[scope].kind in _RUNNING:
            return True
        scope = facts.scopes[scope].parent
    return False


def _chains(
    path: str, facts: Facts, resolver: Resolver, steps: Collection[Step], words: Collection[str]
) -> Iterator[tuple[Step, bool, int]]:
    """The chains that run late and pass through a step, whether they assign to it, and where."""
    bound: dict[tuple[int, str], list[str]] = {}
    for use in facts.uses:
        if not use.chain or not any(name in words for name, _ in use.chain):
            continue
        key = use.bound_in, use.name
        if key not in bound:
            bound[key] = list(modules_bound(path, facts, resolver, *key))
        for module in bound[key]:
            at = module
            for place, (name, _) in enumerate(use.chain):
                is_last = place + 1 == len(use.chain)
                written = is_last and bool(use.kind & (UseKind.STORE | UseKind.DELETE))
                if (at, name) in steps and (written or runs_late(facts, use.scope)):
                    yield (at, name), written, use.start
                inner = resolver.name(at, name)
                if inner.kind != "module":
                    break
                at = inner.path


def _is_global(facts: Facts, index: int, name: str) -> bool:
    """Whether a scope that runs late reads the module's own name."""
    scope = facts.scopes[index]
    if not runs_late(facts, index):
        return False
    while scope.parent >= 0:
        scope = facts.scopes[scope.parent]
        if name in scope.bound and scope.kind in _RUNNING:
            return False
    return True


def _step_of(
    path: str, facts: Facts, resolver: Resolver, string: DottedString, steps: Collection[Step]
) -> Step | None:
    """The step that a string names, and nothing of it."""
    if string.target >= 0:
        use = facts.use(string.target)
        for owner in modules_bound(path, facts, resolver, use.bound_in, use.name):
            resolution = resolver.attributes(owner, [name for name, _ in use.chain])
            if resolution.kind == "module" and (resolution.path, string.value) in steps:
                return resolution.path, string.value
        return None
    module, _, name = string.value.replace(":", ".").rpartition(".")
    if not module or not any(name == step[1] for step in steps):
        return None
    resolution = resolver.dotted(module, path)
    step = resolution.path, name
    return step if resolution.kind == "module" and not resolution.rest and step in steps else None
