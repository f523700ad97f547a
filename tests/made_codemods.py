"""Codemods that tests make up."""

from collections.abc import Callable
from typing import Any

from onepath.codemod import Codemod, Config, Proposal, World

Plan = Callable[[World, Config], Proposal]


def made(number: int, name: str, phase: str, title: str, plan: Plan, **more: Any) -> type[Codemod]:
    """A codemod that proposes what a function does; `more` are attributes of the class."""
    body = {"number": number, "name": name, "phase": phase, "title": title, **more}
    body["propose"] = lambda self, world, _: plan(world, self.config)
    body["__module__"] = plan.__module__
    return type(name, (Codemod,), body)


def changed(codemod: type[Codemod], **more: Any) -> type[Codemod]:
    """The same codemod with other attributes."""
    return type(codemod.__name__, (codemod,), {**more, "__module__": codemod.__module__})
