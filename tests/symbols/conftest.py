from collections.abc import Callable, Mapping

import pytest

from onepath.facts.extract.file import extract
from onepath.model import Facts
from onepath.symbols.modules import Modules
from onepath.symbols.resolve import Resolver

World = Callable[..., Resolver]


def resolver_of(files: Mapping[str, str], roots: tuple[str, ...] | None = None) -> Resolver:
    known: dict[str, Facts] = {}

    def facts(path: str) -> Facts:
        if path not in known:
            known[path] = extract(files[path].encode())
        return known[path]

    return Resolver(Modules(files, roots), facts)


@pytest.fixture
def resolver() -> World:
    """`resolver({"a.py": "..."})` resolves names in these files."""
    return resolver_of
