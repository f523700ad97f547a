"""Renames that are meant at once, as steps: `a` to `b` beside `b` to `a`, or beside `b` to `c`.

A name that another rename frees is taken after that. Names that take each other's place need one
that is free in between; it is in nothing that is shown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from onepath.codemod import Needles, Outcome, Refusal, World
from onepath.errors import InputError, RefusedError
from onepath_packs.canonical.definitions.old_paths.shim import Shim

WorldTask = Callable[[World], Outcome]

_BETWEEN = "_meanwhile"
"""What the name between two steps ends with."""


class RenameStep(NamedTuple):
    """One of the renames, or of the two that one takes by way of a name in between."""

    old: str
    new: str
    between: str = ""
    """The name in between, if one of both is it."""
    instead: str = ""
    """The last part of the path for which the name in between stands."""


def ordered(world: World, renames: Mapping[str, str]) -> list[RenameStep]:
    """Some renames as steps that can be taken one after another.

    Args:
        world: The code of which all of them speak.
        renames: Old path -> new path.

    Returns:
        The steps. What is inside of something that is renamed as well comes before it.
    """
    there = {old for old in renames if world.resolver.dotted(old).kind != "unresolved"}
    steps: list[RenameStep] = []
    deepest_first = sorted(renames, key=lambda old: -old.count("."))
    for _, group in groupby(deepest_first, key=lambda old: old.count(".")):
        waiting = {old: RenameStep(old, renames[old]) for old in group}
        while waiting:
            taken = waiting.keys() & there
            ready = next(
                (step for step in waiting.values() if step.new not in taken - {step.old}), None
            )
            if ready is None:
                first = waiting.pop(next(iter(waiting)))
                free = free_path(world, first.old)
                names = [path.rpartition(".")[2] for path in (free, first.old)]
                steps.append(RenameStep(first.old, free, *names))
                waiting[free] = RenameStep(free, first.new, *names)
            else:
                steps.append(waiting.pop(ready.old))
    return steps


def check_shims(shim: Shim, renames: Mapping[str, str]) -> None:
    """Refuse a shim at a path that something else gets.

    Args:
        shim: What shall stay at the old paths.
        renames: Old path -> new path.

    Raises:
        InputError: Names the first such path.
    """
    taken = [new for new in renames.values() if new in renames]
    if taken and shim.kind != "none":
        raise InputError(
            f"'{taken[0]}' is the new path of something else, so no shim can stay there",
            hint="leave --shim out",
        )


def free_path(world: World, dotted: str) -> str:
    """A path beside another one whose last part no Python file has."""
    free = f"{dotted}{_BETWEEN}"
    while world.fact_store.mentioning(Needles.of([free.rpartition(".")[2]])):
        free += "_"
    return free


class AtOnce:
    """What steps come to that are meant at once, told as if nothing had been in between.

    Args:
        steps: All of them, in order.
    """

    def __init__(self, steps: Sequence[RenameStep]) -> None:
        self._steps = steps
        self._waiting = list(steps)
        self._left: dict[str, Refusal] = {}
        """Path that another step takes -> a place that was left alone when it was freed."""

    def next(self, task_of: Callable[[RenameStep], WorldTask], world: World) -> Outcome:
        """Take the first step that can be taken: what stands against one may go with another.

        Args:
            task_of: Gives what takes a step.
            world: The code as it is by now.

        Raises:
            RefusedError: None can; says why the first one can't.
        """
        problem: RefusedError | None = None
        for at, step in enumerate(self._waiting):
            if any(_comes_first(rename_step, step) for rename_step in self._waiting[:at]):
                continue
            try:
                outcome = self._take(step, task_of(step), world)
            except RefusedError as error:
                problem = problem or error
            else:
                del self._waiting[at]
                return outcome
        assert problem is not None
        raise problem

    def _take(self, step: RenameStep, task: WorldTask, world: World) -> Outcome:
        """Take a step.

        Raises:
            RefusedError: It takes a name that has not become free.
        """
        try:
            outcome = task(world)
        except InputError as error:
            if (left := self._left.get(step.new)) is None:
                raise
            raise _not_free(step, left) from error
        if outcome.changeset.refusals:
            self._left[step.old] = outcome.changeset.refusals[0]
        return _without_between(step, outcome) if step.between else outcome

    def check(self, outcome: Outcome) -> None:
        """Refuse what all steps come to if a name in between is still in it.

        Raises:
            RefusedError: Names the place that needs it.
        """
        for step in self._steps:
            word = step.between.encode()
            for change in outcome.changeset.changes if word else ():
                if change.new is not None and word in change.new:
                    line = change.new.count(b"\n", 0, change.new.index(word)) + 1
                    own = [
                        refusal
                        for refusal in outcome.changeset.refusals
                        if refusal.path == change.path
                    ]
                    left = next(iter(own), Refusal(change.path, line, "", "it is named here"))
                    raise _not_free(step, left)


def _comes_first(step: RenameStep, other: RenameStep) -> bool:
    """Whether one step comes before the other: it is inside, or frees or brings a path."""
    return step.old.startswith(f"{other.old}.") or step.old == other.new or step.new == other.old


def _without_between(step: RenameStep, outcome: Outcome) -> Outcome:
    """What a step came to, with the name that is renamed for the one that stands for it."""
    word = re.compile(rf"\b{re.escape(step.between)}\b")
    refusals = tuple(
        refusal._replace(reason=word.sub(step.instead, refusal.reason))
        for refusal in outcome.changeset.refusals
    )
    ends = not step.new.endswith(step.between)
    remarks = tuple(word.sub(step.instead, line) for line in outcome.remarks if ends)
    return replace(
        outcome, changeset=replace(outcome.changeset, refusals=refusals), remarks=remarks
    )


def _not_free(step: RenameStep, left: Refusal) -> RefusedError:
    """Why a step can't be taken: a place goes on to need a name that another one gets."""
    old, new = (
        path.replace(step.between, step.instead) if step.between else path for path in step[:2]
    )
    names = f"'{old}' and '{new}' can't change at once"
    return RefusedError(f"{left.path}:{left.line}: {names}, as this place stays: {left.reason}")
