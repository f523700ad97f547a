"""Imports that are there for somebody else, who finds them by the name that they are bound to."""

from collections.abc import Iterator

from onepath.edit.bindings import binders
from onepath.edit.draft import Draft
from onepath.model import Definition
from onepath.symbols.destinations import Destination
from onepath.symbols.resolve import Resolution, Resolver


def is_offered(draft: Draft, name: str, to: Destination) -> bool:
    """Whether a module-level import that its own file does not use may be there for others.

    Frameworks look names up in the modules that they load, and a module may offer a name to users
    outside of the repository. Only a class in a module of tests is there for nobody: pytest looks
    for fixtures, functions and `Test` classes in it, and nothing else imports it.
    """
    if not _is_test_module(draft.path) or name.startswith(("Test", "test", "pytest_")):
        return True
    if any(draft.is_kept_by_comment(index) for index, _, _ in binders(draft, 0, name)):
        return True
    kinds = {definition.kind for definition in _definitions(draft, to)}
    return kinds != {"class"}


def is_fixture(draft: Draft, to: Destination) -> bool:
    """Whether a destination is a fixture, which pytest finds by the name that it is bound to."""
    return any(map(_makes_fixture, _definitions(draft, to)))


def is_fixture_of(resolver: Resolver, path: str, name: str) -> bool:
    """Whether a name of a module is a fixture."""
    return any(map(_makes_fixture, _of(resolver, resolver.name(path, name))))


def _makes_fixture(definition: Definition) -> bool:
    return any("fixture" in decorator for decorator in definition.decorators)


def _is_test_module(path: str) -> bool:
    file = path.rpartition("/")[2]
    return file.startswith("test_") or file.endswith("_test.py")


def _definitions(draft: Draft, to: Destination) -> Iterator[Definition]:
    """The statements that define a destination, as far as they are in the repository."""
    resolver = draft.renames.resolver
    return _of(resolver, resolver.dotted(to.dotted, draft.path))


def _of(resolver: Resolver, resolution: Resolution) -> Iterator[Definition]:
    if resolution.kind == "definition" and not resolution.rest:
        for definition in resolver.facts(resolution.path).definitions:
            if definition.qualname == resolution.name:
                yield definition
