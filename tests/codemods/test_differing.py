"""Renames that lead to another definition say how it differs."""

import json
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from typer.testing import CliRunner

from onepath_cli.app import app

_ONE = """
class Base: ...
class Client(Base):
    def __init__(self, url, timeout=3): ...
    def get(self): ...
    def close(self): ...
    def _own(self): ...
def call(a, b=1): ...
def same(a): ...
LIMIT = 3
"""
_OTHER = """
class Client:
    def __init__(self, url, *, timeout=3, retries=1): ...
    def get(self, path): ...
async def call(a): ...
def same(a): return a
def LIMIT(): ...
"""
_SAID = {
    "Client": (
        "it differs by: bases none, not Base; __init__: with retries, timeout is keyword-only, "
        "not plain; get: with path; lacks close"
    ),
    "call": "it differs by: an async function, not a function",
    "same": "what a caller sees of both is the same",
    "LIMIT": "it differs by: a function, not a value",
}


@pytest.mark.parametrize("name", _SAID)
def test_a_rename_says_how_another_definition_differs(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    use = f"from p.a import {name}\n"
    repository = make_repository(
        {"p/__init__.py": "", "p/a.py": _ONE, "p/b.py": _OTHER, "u.py": use}
    )
    monkeypatch.chdir(repository.path)
    arguments = ["rename", f"p.a.{name}", f"p.b.{name}", "--dry-run", "--format", "json"]

    plan = json.loads(CliRunner().invoke(app, arguments).stdout)

    said = f"'p.b.{name}' is another definition than 'p.a.{name}'; {_SAID[name]}"
    assert said in plan["phases"][0]["remarks"]


def test_a_rename_along_one_definition_says_nothing(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"p/__init__.py": "", "p/a.py": "from p.b import call\n", "p/b.py": _OTHER}
    repository = make_repository({**files, "u.py": "from p.a import call\n"})
    monkeypatch.chdir(repository.path)

    done = CliRunner().invoke(app, ["rename", "p.a.call", "p.b.call", "--dry-run"])

    assert "another definition" not in done.output


_CALLED = """
def old(a, b=1, *, c=2): ...
def loose(*args, **keywords): ...
async def later(a): ...
class Old:
    def __init__(self, a, b=1): ...
"""
_INSTEAD = """
def old(a, *, d=2): ...
def loose(a): ...
async def later(b): ...
class Old:
    def __init__(self, a): ...
"""
_FITS = {
    "old(1)": True, "old(a=1)": True, "old(*x)": True, "old(**x)": True, "old(1, 2)": False,
    "old(1, b=2)": False, "old(1, c=3)": False, "old(1, 2, *x)": False, "old(1, c=1, **x)": False,
    "p.a.old(1, 2)": False, "p.a.old(1)": True, "print(old)": True, "later(a=1)": False,
    "later(1)": True, "loose()": False, "loose(1)": True, "loose(1, 2, z=1)": False,
    "Old(1)": True, "Old(1, 2)": False, "Old(1, b=2)": False, "isinstance(x, Old)": True,
    "old(1, 2, 3, 4)": True,
}  # fmt: skip


@pytest.mark.parametrize("call", _FITS)
def test_a_call_that_the_other_definition_does_not_take_keeps_the_one_it_has(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    name = next(name for name in ("later", "loose", "Old", "old") if name in call)
    use = f"import p.a\nfrom p.a import {name}\nx = ()\n\n\ndef f():\n    return {call}\n"
    files = {"p/__init__.py": "", "p/a.py": _CALLED, "p/b.py": _INSTEAD, "u.py": use}
    repository = make_repository({**files, "v.py": f"from p.a import {name}\n"})
    monkeypatch.chdir(repository.path)
    arguments = ["rename", f"p.a.{name}", f"p.b.{name}", "--dry-run", "--format", "json"]

    [phase] = json.loads(CliRunner().invoke(app, arguments).stdout)["phases"]

    refused = [one for one in phase["refusals"] if one["code"] == "call-differs"]
    assert [one["path"] for one in refused] == ["u.py"][_FITS[call] :]
    assert all(f"'{call}' (line 7)" in one["reason"] for one in refused)
    assert "v.py" in [one["path"] for one in phase["changes"]]
