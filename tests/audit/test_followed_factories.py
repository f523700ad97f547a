"""Factories come and go with files: what is followed is what a whole audit finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.audit.one_rule import DrawnWorlds, OneRule, hold_against_whole_audits

from onepath.audit.rules.factory_variant import RULE
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.facts.store.cache import FactsCache

BASE = (
    "class Hub:\n    def __init__(self, user): ...\n    def attach(self): ...\n\n\n"
    "def settled(user):\n    return Hub(user)\n"
)
FIXED = {
    "app/__init__.py": "",
    "tests/__init__.py": "",
    "app/base.py": BASE,
}
BLOCKS = """
from app.base import Hub


def make(u):
    return Hub(u)
---
from app.base import Hub


def make(u):
    if u:
        return Hub(u)
---
def make(u):
    return u
---
from app.base import Hub


hub = Hub(1)


def get():
    return hub
---
from app.base import Hub


hub = Hub(1)
_other = Hub(2)
---
from app.base import Hub


def keep():
    global kept
    kept = Hub(1)
    return kept
---
import app.base


class Box:
    @classmethod
    def make(cls):
        return app.base.Hub(1)

    def give(self):
        return self.make()
---
from app.base import settled


class Box:
    def make(self):
        return settled(1)
---
from app.base import Hub


class Sub(Hub):
    @classmethod
    def of(cls, a):
        return cls(a)
---
from app.base import Hub


def said(u) -> Hub:
    return outside(u)
---
from {other} import make


def again(u):
    return make(u)
---
from {other} import make as build

short = build
---
import {other}


def third():
    box = {other}.Box()
    return box.make()
---
from {other} import hub


def holds():
    return hub
---
from {other} import Sub


def sub():
    return Sub.of(1)
---
import {other} as m_

make = m_.make


def by_m():
    return m_.make(1)
---
def test_it():
    from {other} import make
    make(1)
    make(2)
---
from {other} import Box


def test_box():
    box = Box()
    box.make()
    box.give()
---
from app.base import Hub


def test_hub():
    Hub(1).attach()
""".lstrip("\n").split("---\n")
PATHS = (*(f"app/{name}.py" for name in "abcd"), "tests/test_a.py", "tests/test_b.py")
SETTLED = Settings(canonical=(CanonicalSymbol("app.base.Hub", factory="app.base.settled"),))
FREE = Settings(canonical=(CanonicalSymbol("app.base.Hub"),))
WORLDS = DrawnWorlds(FIXED, PATHS, BLOCKS)


@pytest.fixture(params=["settled", "free"])
def rule(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OneRule]:
    wanted = SETTLED if request.param == "settled" else FREE
    with FactsCache(tmp_path / "cache") as cache:
        yield OneRule(RULE, tmp_path / "empty", cache, wanted)


@pytest.mark.parametrize("examples", [60, pytest.param(1500, marks=pytest.mark.slow)])
def test_factories_are_followed_where_files_come_and_go(rule: OneRule, examples: int) -> None:
    counts = hold_against_whole_audits(rule, WORLDS.worlds(), WORLDS.module, examples)
    assert min(counts[True], counts[False]) > examples / 10, counts


MAKING, AGAIN, TEST = BLOCKS[0], BLOCKS[10].replace("{other}", "app.a"), BLOCKS[16]
WORLD = FIXED | {
    "app/a.py": MAKING,
    "app/b.py": AGAIN,
    "app/c.py": BLOCKS[4],
    "tests/test_a.py": TEST.replace("{other}", "app.a"),
}


@pytest.mark.parametrize(
    ("new", "follows"),
    [
        ({"app/b_n.py": AGAIN}, True),
        ({"app/b_n.py": AGAIN, "app/b.py": None}, True),
        ({"app/b.py": None}, True),
        ({"app/b.py": f"{AGAIN}\n\ndef more():\n    return again(1)\n"}, True),
        ({"app/b.py": AGAIN.replace("return make(u)", "x = 1\n    return make(u)")}, True),
        ({"app/b.py": AGAIN.replace("return make(u)", "make(u)\n    return make(u)")}, True),
        ({"app/b.py": AGAIN.replace("return make(u)", "return u")}, False),
        ({"app/a.py": MAKING.replace("return Hub(u)", "log(u)\n    return Hub(u)")}, True),
        ({"app/a.py": BLOCKS[2]}, False),
        ({"tests/test_a.py": None}, True),
        ({"tests/test_b.py": WORLD["tests/test_a.py"]}, True),
        ({"tests/test_a.py": WORLD["tests/test_a.py"] + "    make(3)\n"}, True),
        ({"app/d.py": "def plain(a):\n    return a\n"}, True),
        ({"tests/test_b.py": "import app.c\n\n\ndef test():\n    app.c._other.attach()\n"}, False),
    ],
)
def test_what_a_change_means_for_factories(
    rule: OneRule, new: dict[str, str | None], follows: bool
) -> None:
    changed = {path: text for path, text in {**WORLD, **new}.items() if text is not None}
    assert rule.follows(WORLD, changed) is follows
