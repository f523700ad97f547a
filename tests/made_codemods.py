"""Codemods that tests make up."""

from collections.abc import Callable
from typing import Any

from onepath.codemod import BaseCodemod, Config, Outcome, World

Plan = Callable[[World, Config], Outcome]


def made(
    number: int, name: str, phase: str, title: str, plan: Plan, **more: Any
) -> type[BaseCodemod]:
    """A codemod that plans as a function does; `more` are attributes of the class."""
    body = {"number": number, "name": name, "phase": phase, "title": title, **more}
    body["plan"] = lambda self, world: plan(world, self.config)
    body["__module__"] = plan.__module__
    return type(name, (BaseCodemod,), body)


def changed(codemod: type[BaseCodemod], **more: Any) -> type[BaseCodemod]:
    """The same codemod with other attributes."""
    return type(codemod.__name__, (codemod,), {**more, "__module__": codemod.__module__})
