"""Patches, and who sees them, come and go: what is followed is what a whole audit finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.audit.one_rule import DrawnWorlds, Files, OneRule, hold_against_whole_audits

from onepath.audit.rules.patch_of_nothing import RULE
from onepath.facts.store.cache import FactsCache

FIXED = {"app/__init__.py": "", "tests/__init__.py": "", "app/base.py": "class Hub: ...\n"}
PATCH = "from unittest import mock\n\n\n@mock.patch('{other}.Hub')\ndef test_it(hub): ...\n"
BLOCKS = """
from app.base import Hub
---
from app.base import Hub


def reads():
    return Hub()
---
def Hub(): ...
---
def reads():
    return Hub.attach
---
import {other}


def chain():
    return {other}.Hub
---
import {other} as m


def other(value):
    return value.Hub, m
---
from {other} import *
---
from {other} import Hub
---
def late():
    from {other} import Hub
    return Hub
---
def later():
    import {other}
---
import {other}


def fill(name):
    setattr({other}, name, 1)
---
from unittest import mock


@mock.patch('{other}.Hub')
def test_it(hub): ...
---
from unittest import mock


@mock.patch('{other}.Hub.attach')
def test_it(hub): ...
---
from unittest import mock


@mock.patch('{other}.Gone', create=True)
def test_it(hub): ...
---
from unittest import mock


@mock.patch('{other}.Gone')
def test_it(hub): ...
---
from unittest import mock


def test_two():
    with mock.patch('{other}.Hub'):
        import app.d
""".lstrip("\n").split("---\n")
PATHS = (*(f"app/{name}.py" for name in "abcd"), "tests/test_a.py", "tests/test_b.py")
WORLDS = DrawnWorlds(FIXED, PATHS, BLOCKS)


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[OneRule]:
    with FactsCache(tmp_path / "cache") as cache:
        yield OneRule(RULE, tmp_path / "empty", cache)


@pytest.mark.parametrize("examples", [80, pytest.param(2000, marks=pytest.mark.slow)])
def test_patches_are_followed_where_files_come_and_go(rule: OneRule, examples: int) -> None:
    counts = hold_against_whole_audits(rule, WORLDS.worlds(), WORLDS.module, examples)
    assert min(counts[True], counts[False]) > examples / 10, counts


PASSED_ON, READER = BLOCKS[0], BLOCKS[4].replace("{other}", "app.a")
TEST = PATCH.replace("{other}", "app.a")
WORLD = FIXED | {"app/a.py": PASSED_ON, "tests/test_a.py": TEST}
SEEN = WORLD | {"app/b.py": READER, "app/c.py": READER}


@pytest.mark.parametrize(
    ("files", "new", "follows"),
    [
        (WORLD, {"tests/test_b.py": TEST}, True),
        (WORLD, {"tests/test_b.py": TEST, "tests/test_a.py": None}, True),
        (WORLD, {"tests/test_a.py": None}, True),
        (WORLD, {"app/b.py": READER}, False),
        (WORLD, {"app/b.py": "from app.a import Hub\n"}, True),
        (WORLD, {"app/a.py": BLOCKS[1]}, False),
        (WORLD, {"app/a.py": f"{PASSED_ON}x = 1\n"}, True),
        (SEEN, {"tests/test_b.py": TEST}, True),
        (SEEN, {"app/d.py": READER}, True),
        (SEEN, {"app/c.py": None}, True),
        (SEEN, {"app/c.py": None, "app/b.py": None}, False),
        (SEEN, {"app/c.py": "x = 1\n", "app/b.py": "y = 1\n"}, False),
    ],
)
def test_what_a_change_means_for_patches(
    rule: OneRule, files: Files, new: dict[str, str | None], follows: bool
) -> None:
    changed = {path: text for path, text in {**files, **new}.items() if text is not None}
    assert rule.follows(files, changed) is follows
