"""Unpicklers that admit what they know by its path; classes that tell others of their module."""

import json
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from typer.testing import CliRunner

from onepath_cli.app import app

_UNPICKLER = """
import pickle
from p.state import State


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if ADMITTED:
            return super().find_class(module, name)
"""
_ADMITTED = [
    '(module, name) == ("p.state", "State")',
    'f"{module}.{name}" in {"p.state.State"}',
    'name in {"p.state": ["State"]}.get(module, [])',
]
_COMMANDS = [
    ["move", "p.state.State", "p.data"],
    ["rename", "p.state.State", "p.state.Saved"],
    ["move", "p/state.py", "p/inner"],
]


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
@pytest.mark.parametrize("admitted", _ADMITTED)
def test_what_an_unpickler_admits_by_its_path_keeps_it(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    admitted: str,
    command: list[str],
) -> None:
    files = {"p/__init__.py": "", "p/data.py": "", "p/state.py": "class State:\n    x = 1\n"}
    files["p/load.py"] = _UNPICKLER.replace("ADMITTED", admitted)
    monkeypatch.chdir(make_repository({**files, "p/inner/__init__.py": ""}).path)

    done = CliRunner().invoke(app, [*command, "--dry-run"])

    assert done.exit_code == 3
    assert "p/load.py:8: what is pickled is admitted by this path" in done.output


def test_classes_that_tell_others_of_their_module_are_listed_where_it_moves(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "class Model:\n    def __init_subclass__(cls):\n        FILED[cls.__module__] = cls\n"
    files = {
        "p/__init__.py": "",
        "p/inner/__init__.py": "",
        "p/base.py": f"FILED = {{}}\n\n\n{told}",
        "p/models.py": "from p.base import Model\n\n\nclass Order(Model): ...\nclass Alone: ...\n",
    }
    monkeypatch.chdir(make_repository(files).path)

    arguments = ["move", "p/models.py", "p/inner", "--dry-run", "--format", "json"]
    plan = json.loads(CliRunner().invoke(app, arguments).stdout)

    [refusal] = plan["phases"][0]["refusals"]
    assert (refusal["path"], refusal["line"]) == ("p/models.py", 4)
    assert refusal["reason"] == "'Order' tells others of its module, which is another one then"
