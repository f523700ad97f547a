"""Definitions of files with syntax that the running Python may not have."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from typer.testing import CliRunner

from onepath_cli.app import app

LIB = """\
from typing import TypeVar

T = TypeVar("T")


class Old[T]:
    def m[U: Old](self, x: U, y: T) -> "Alias[T]":
        z: T = y
        return [x, z]


def f[**P, *Ts](x: Old[int]) -> "Old[int]":
    return Old()


def g[T](x: T, y: list[T]) -> T:
    z: T = x
    return z


def h(x: T) -> T:
    return x


class K[T: int](list[T], Old[T]):
    y: T

    def m(self, t: T) -> T:
        return t


type Alias[T] = list[Old[T]]
type Plain = Old | T
type Bound[U: Old] = U | None
"""
RENAMED = {
    "Old": LIB.replace("Old", "New"),
    "T": LIB.replace('T = TypeVar("T")', 'New = TypeVar("New")')
    .replace("def h(x: T) -> T", "def h(x: New) -> New")
    .replace("Old | T", "Old | New"),
}


@pytest.mark.parametrize("name", RENAMED)
def test_type_parameters_are_names_of_their_own(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    use = f"from lib import {name}\n\nprint({name})\n"
    repository = make_repository({"lib.py": LIB, "use.py": use})
    monkeypatch.chdir(repository.path)

    done = CliRunner().invoke(app, ["rename", f"lib.{name}", "lib.New", "--worktree", "--yes"])

    assert done.exit_code == 0, done.output
    assert (repository.path / "lib.py").read_text() == RENAMED[name]
    assert (repository.path / "use.py").read_text() == use.replace(name, "New")
