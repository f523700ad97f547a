"""A parameter gets another name: in its function, in those that override it, and at the calls.

A parameter can't have two names. So whatever may give it by keyword, and is not certain to, stands
against the rename as a whole.
"""

import ast
import keyword
from collections.abc import Iterable, Iterator

from onepath.codemod import Config, Edit, Needles, Outcome, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits
from onepath.errors import InputError, did_you_mean
from onepath.facts.computed.nodes import FunctionNode
from onepath.model import Changeset
from onepath.symbols.resolve import Step
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath_packs.canonical.definitions.parameters.body import (
    FunctionsOfName,
    named_parameters,
)
from onepath_packs.canonical.definitions.parameters.calls import ParameterCalls
from onepath_packs.canonical.definitions.parameters.target import ParameterOwners, RenamedParameter
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import prove_sum, together
from onepath_packs.canonical.definitions.unread import unread_users

OTHERWISE = "parameter-differs"


def rename_parameter(world: World, config: Config, parameter: RenamedParameter) -> Outcome:
    """Give a parameter another name.

    Args:
        world: The code.
        config: What is excluded.
        parameter: What, and its new name.

    Raises:
        InputError: There is no such parameter, or the name can't be one.
        CannotMoveError: Something stands against it; nothing is changed.
    """
    old, new = parameter.old, parameter.new
    if not new.isidentifier() or keyword.iskeyword(new):
        raise InputError(f"'{new}' is no name in Python")
    owners = ParameterOwners(world, parameter)
    edits: dict[str, list[Edit]] = {}
    refusals: set[Refusal] = set()
    places: set[int | None] = set()
    known: set[str] = set()
    for path, qualname in [*owners.functions, *_inner_overrides(world, owners)]:
        body = FunctionsOfName(world, path, qualname)
        for function in body.functions:
            names = {argument.arg for argument in named_parameters(function)}
            known |= names
            if old in names:
                places.add(_place(function, old, is_method=bool(parameter.method)))
            else:
                refusals.add(_without(path, qualname, function, old))
        edits.setdefault(path, []).extend(body.renamed(old, new))
    if not places:
        name = ".".join(filter(None, (parameter.place[1], parameter.method)))
        raise InputError(f"'{name}' has no parameter '{old}'", hint=did_you_mean(old, known))
    calls = ParameterCalls(owners, None if None in places else max(filter(None, places), default=0))
    mentioning = world.fact_store.mentioning(Needles.of([*owners.words, old]))
    refusals.update(unread_users(world, mentioning, old))
    for path in mentioning:
        if world.facts(path).failure is None:
            calls.look(_tree(world, path))
    _check_handed_on(calls, old)
    _check_callbacks(owners, calls)
    for path, found in calls.edits.items():
        edits.setdefault(path, []).extend(found)
    family = owners.family
    remarks = () if family is None else family.remarks(parameter.method)
    return _outcome(world, config, edits, refusals, remarks)


def _check_handed_on(calls: ParameterCalls, old: str) -> None:
    """Refuse a keyword that something unknown is given where the function is handed on.

    Raises:
        CannotMoveError: Names the call, or the table from which it may be given.
    """
    if calls.escapes is None:
        return
    where = ":".join(map(str, calls.escapes))
    if calls.unknown is not None:
        path, line, text = calls.unknown
        reason = f"'{text}' is called with '{old}', and may be what is handed on in {where}"
        raise CannotMoveError(path, line, reason)
    if calls.is_unpacked and calls.key is not None:
        reason = f"'{old}' may be given from here to what is handed on in {where}"
        raise CannotMoveError(*calls.key, reason)


def _check_callbacks(owners: ParameterOwners, calls: ParameterCalls) -> None:
    """Refuse a keyword of a protocol of what is called: any function may stand for it.

    Raises:
        CannotMoveError: Names a call that gives it.
    """
    is_protocol = owners.family is not None and bool(owners.family.asked_for)
    if is_protocol and owners.parameter.method == "__call__" and calls.edits:
        path, found = min(calls.edits.items())
        name, old = owners.parameter.place[1], owners.parameter.old
        reason = f"any function may stand for '{name}', and is called with '{old}' here"
        raise CannotMoveError(path, found[0].line, reason)


def _inner_overrides(world: World, owners: ParameterOwners) -> Iterator[Step]:
    """The methods of classes in functions, and in other classes, that override the method."""
    method = owners.parameter.method
    for path in (
        world.fact_store.mentioning(Needles.of([method])) if owners.family is not None else ()
    ):
        if world.facts(path).failure is None:
            yield from ((path, name) for name in owners.overrides(_tree(world, path)))


def _outcome(
    world: World,
    config: Config,
    edits: dict[str, list[Edit]],
    refusals: set[Refusal],
    remarks: Iterable[str],
) -> Outcome:
    excluded = Globs(config.exclude)
    contents: dict[str, bytes | None] = {}
    for path, found in edits.items():
        if found and excluded.match(path):
            raise CannotMoveError(path, found[0].line, "the configuration excludes this file")
        if found:
            contents[path] = apply_edits(world.read([path])[path], sorted(set(found)))
    changes = together(world, contents)
    prove_sum(world, world.after({change.path: change.new for change in changes}), changes)
    return Outcome(Changeset(changes, tuple(sorted(refusals))), {}, {}, tuple(remarks))


def _tree(world: World, path: str) -> Tree:
    try:
        return Tree(path, world.read([path])[path], world.facts(path), world.resolver)
    except NotReadableError as error:
        raise CannotMoveError(path, 1, str(error)) from None


def _place(function: FunctionNode, old: str, *, is_method: bool) -> int | None:
    """How many arguments come before a parameter at a call; None for one by keyword alone."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    is_static = any(ast.unparse(node) == "staticmethod" for node in function.decorator_list)
    return names.index(old) - (is_method and not is_static) if old in names else None


def _without(path: str, qualname: str, function: FunctionNode, old: str) -> Refusal:
    """A function of the family that does not have the parameter.

    Raises:
        CannotMoveError: It takes any keyword, and may hand it on.
    """
    if function.args.kwarg is not None:
        reason = f"'{qualname}' takes any keyword, and may hand '{old}' on"
        raise CannotMoveError(path, function.lineno, reason)
    return Refusal(path, function.lineno, OTHERWISE, f"'{qualname}' has no parameter '{old}'")
