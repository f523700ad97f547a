"""Imports come and go with files: what is followed is what a whole audit finds."""

from pathlib import Path

import pytest
from tests.audit.one_rule import DrawnWorlds, Files, OneRule, hold_against_whole_audits

from onepath.audit.rule import engine_rules
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache

FIXED = {
    "app/__init__.py": "",
    "app/sub/__init__.py": "",
    "tests/__init__.py": "",
    "app/base.py": "class Hub: ...\n\n\nclass Kit: ...\n",
}
BLOCKS = """
from app.base import Hub
---
from app.base import Hub, Kit

__all__ = ["Hub"]
---
from app.base import *
---
import warnings
from app.base import Hub

warnings.warn("old", DeprecationWarning)
---
from app.base import Hub, Kit


class Own(Kit): ...
---
from {other} import Hub


def use():
    return Hub()
---
import {other}


def use_all():
    return {other}.Hub(), {other}.Kit
---
def late():
    from {other} import Hub, Kit

    return Hub, Kit
---
from {other} import missing
---
def missing(): ...
---
import {other}
---
import app.gone
---
from {other} import Kit


class Mine(Kit): ...
---
def __getattr__(name): ...
---
x = 1
""".lstrip("\n").split("---\n")
PATHS = (
    *(f"app/{name}.py" for name in "abc"),
    *(f"app/sub/{name}.py" for name in ("__init__", "d", "e")),
    "script.py",
    "tests/test_a.py",
    "tests/test_b.py",
)
SETTINGS = Settings(imports={"app.a.Hub": "app.base.Hub"})
WORLDS = DrawnWorlds(FIXED, PATHS, BLOCKS)


@pytest.mark.parametrize("examples", [60, pytest.param(1500, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "name", ["shim", "dangling-import", "deprecated-import", "import-fragmentation", "import-cycle"]
)
def test_imports_are_followed_where_files_come_and_go(
    name: str, examples: int, tmp_path: Path
) -> None:
    with FactsCache(tmp_path / "cache") as cache:
        rule = OneRule(engine_rules()[name], tmp_path / "empty", cache, SETTINGS)
        counts = hold_against_whole_audits(rule, WORLDS.worlds(), WORLDS.module, examples)
    assert min(counts[True], counts[False]) > examples / 20, counts


OFFERING = "from app.base import Hub\n\n__all__ = ['Hub']\n"
USING = "from app.{name} import Hub\n\n\ndef use():\n    return Hub()\n"
SHIM = FIXED | {
    "app/old.py": "from app.base import Hub\n",
    "app/a.py": USING.format(name="old"),
    "app/b.py": USING.format(name="old"),
}
NEARLY = SHIM | {
    "app/old.py": "from app.base import Hub\n\n\nclass Own(Hub):\n    def one(self): ...\n"
}
SETTING = FIXED | {
    "app/fill.py": "import app.base\n\n\ndef fill(name):\n    setattr(app.base, name, 1)\n",
    "app/a.py": "from app.sub import missing\n",
}
CALLS = FIXED | {"app/base.py": "fill(other=1)\n", "app/a.py": "from app.base import missing\n"}
CHAIN = FIXED | {
    "app/a.py": "import app.b\n",
    "app/b.py": "import app.base\n",
    "app/offers.py": f"{OFFERING}import app.a\n",
    "app/user.py": USING.format(name="offers"),
    "app/other.py": USING.format(name="base"),
}
SOUGHT = FIXED | {
    "app/a.py": "from app.base import main\n",
    "app/b.py": "def main(): ...\n",
    "app/c.py": "def main(): ...\n",
}


@pytest.mark.parametrize(
    ("name", "files", "new", "follows"),
    [
        ("shim", SHIM, {"app/c.py": SHIM["app/a.py"]}, True),
        ("shim", SHIM, {"app/a.py": None}, True),
        ("shim", SHIM, {"app/a.py": None, "app/b.py": None}, False),
        ("shim", SHIM, {"app/a.py": None, "app/d.py": SHIM["app/a.py"]}, True),
        ("shim", SHIM, {"tests/test_a.py": "import app.old\n"}, True),
        ("shim", SHIM, {"app/old.py": "from app.base import Hub, Kit\n"}, False),
        ("shim", SHIM, {"app/old.py": "# a line\nfrom app.base import Hub\nprint('old')\n"}, True),
        ("shim", NEARLY, {"app/old.py": f"{NEARLY['app/old.py']}    def more(self): ...\n"}, True),
        ("shim", NEARLY, {"app/old.py": SHIM["app/old.py"]}, False),
        ("dangling-import", SETTING, {"app/fill.py": f"{SETTING['app/fill.py']}x = 1\n"}, True),
        ("dangling-import", CALLS, {"app/base.py": f"# a line\n{CALLS['app/base.py']}"}, True),
        ("dangling-import", CALLS, {"app/base.py": "fill(missing=1)\n"}, False),
        ("dangling-import", SETTING, {"app/sub/d.py": SETTING["app/fill.py"]}, False),
        ("import-fragmentation", CHAIN, {"app/b.py": "import app.sub\n"}, True),
        ("import-fragmentation", CHAIN, {"app/b.py": "import app.user\n"}, True),
        ("import-fragmentation", CHAIN, {"app/b.py": "import app.user, app.other\n"}, True),
        ("import-fragmentation", CHAIN, {"app/offers.py": OFFERING}, True),
        ("import-fragmentation", CHAIN, {"app/offers.py": "from app.base import Hub\n"}, False),
        ("dangling-import", SOUGHT, {"app/d.py": "def main(): ...\n"}, True),
        ("dangling-import", SOUGHT, {"app/b.py": None}, False),
        ("dangling-import", SOUGHT, {"app/d.py": "def main(): ...\n", "app/b.py": None}, True),
        ("dangling-import", SOUGHT, {"other_top/d.py": "def work(): ...\n"}, True),
    ],
)
def test_what_a_change_means_for_what_rests_on_imports(
    name: str, files: Files, new: dict[str, str | None], follows: bool, tmp_path: Path
) -> None:
    changed = {path: text for path, text in {**files, **new}.items() if text is not None}
    with FactsCache(tmp_path / "cache") as cache:
        rule = OneRule(engine_rules()[name], tmp_path / "empty", cache, SETTINGS)
        assert rule.follows(files, changed) is follows
