"""What a constructor or a function refuses to work without."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.analysis.factories.demands import PERMISSION, demands
from onepath.analysis.factories.variants import find_goal
from onepath.analysis.index import Index
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

Demanded = Callable[[str, str], frozenset[str]]


@pytest.fixture
def demanded(tmp_path: Path) -> Demanded:
    def run(source: str, name: str) -> frozenset[str]:
        (tmp_path / "m.py").write_text(source)
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            world.fact_store.load(world.fact_store.python)
        goal = find_goal(index := Index(world, Settings()), f"m.{name}")
        assert goal is not None
        return demands(index, goal.callee)

    return run


def hub(body: str, params: str = "user=None, token=None") -> str:
    return f"class Hub:\n    def __init__(self, {params}):\n        {body}\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("self.token = token", set()),
        ("if token is not None:\n            raise ValueError", set()),
        ("if token == 5:\n            raise ValueError", set()),
        ("if token and user is None:\n            raise ValueError", set()),
        ("def check():\n            raise ValueError", set()),
        ("if token is None:\n            raise ValueError", {"token"}),
        ("if not token:\n            raise ValueError", {"token"}),
        ("if token is None or user is None:\n            raise ValueError", {"token", "user"}),
        ("if valid(token):\n            pass\n        else:\n            raise ValueError",
         {"token"}),
        ("try:\n            if not token: raise ValueError\n        finally:\n            pass",
         {"token"}),
        ("self.token = token\n        if not self.token:\n            raise ValueError", {"token"}),
        ("known = find(token)\n        if known is None:\n            raise ValueError",
         {"token"}),
        ("assert token", {"token"}),
        ("if not allowed.get():\n            raise ValueError", {PERMISSION}),
        ("raise TypeError('use get_hub()')", {PERMISSION}),
    ],
)  # fmt: skip
def test_a_check_that_rejects_the_default_demands(
    demanded: Demanded, body: str, expected: set[str]
) -> None:
    assert demanded(hub(body), "Hub") == expected


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        (hub("pass", "user, token=None"), "Hub", {"user"}),
        (hub("if size < 0:\n            raise ValueError", "size=1"), "Hub", set()),
        (hub("if size < 1:\n            raise ValueError", "size=0"), "Hub", {"size"}),
        (hub("if not token:\n            raise ValueError").replace("init", "new"), "Hub",
         {"token"}),
        (hub("if not token:\n            raise ValueError") + "class Sub(Hub):\n    pass\n",
         "Sub", {"token"}),
        ("def make(token=None):\n    if not token:\n        raise ValueError\n", "make",
         {"token"}),
        ("class Plain:\n    pass\n", "Plain", set()),
    ],
)  # fmt: skip
def test_parameters_without_a_default_count_and_so_do_functions_and_bases(
    demanded: Demanded, source: str, name: str, expected: set[str]
) -> None:
    assert demanded(source, name) == expected
