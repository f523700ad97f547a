"""Tables of whole paths of which their module imports one part and looks the other up."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

SPLIT = blocks(
    """
=== an entry of a dictionary, by rsplit
from importlib import import_module

TABLE = {"one": "p.lib.Old", "other": "p.more.Other"}


def load(key):
    module, name = TABLE[key].rsplit(".", 1)
    return getattr(import_module(module), name)
=== a variable, by rpartition
import importlib

TABLE = {"one": "p.lib.Old", "other": "p.more.Other"}


def load(key):
    path = TABLE.get(key)
    module, _, name = path.rpartition(".")
    loaded = importlib.import_module(module)
    return getattr(loaded, name, None)
=== a loop over a list, by split at a colon
import importlib

TABLE = ["p.more:Other", "p.lib:Old"]


def load(key):
    for path in TABLE:
        module, name = path.split(":")
        last = getattr(importlib.import_module(module), name)
    return last
=== a loop over items, with __import__
TABLE: dict = {"other": "p.more.Other", "one": "p.lib.Old"}


def load(key):
    for label, path in TABLE.items():
        module, name = path.rsplit(".", maxsplit=1)
        made = getattr(__import__(module, fromlist=[name]), name)
    return made
"""
)
FILES = {
    "p/__init__.py": "",
    "p/lib.py": "class Old:\n    kind = 1\n",
    "p/more.py": "class Other:\n    kind = 2\n",
}
SCRIPT = "from p.table import load\nprint(load('one').kind)\n"


@pytest.mark.parametrize("shape", SPLIT)
@pytest.mark.parametrize(
    ("old", "new"), [("p.lib.Old", "p.lib.New"), ("p.lib", "p.store"), ("p.lib.Old", "p.Old")]
)
def test_the_entries_follow(unchanged_by: Program, shape: str, old: str, new: str) -> None:
    files = {**FILES, "p/table.py": SPLIT[shape]}
    if new == "p.Old":
        files["p/__init__.py"] = "from p.lib import Old\n"
    may_go = ["p.lib"] if new == "p.store" else []
    after = unchanged_by(files, rename=(old, new), script=SCRIPT, may_go=may_go)
    table = after.files["p/table.py"]
    if new == "p.Old":  # a package's own modules go on as they are
        assert table == SPLIT[shape]
    else:
        assert ("lib.Old" in table, "lib:Old" in table) == (False, False)
        assert not after.refusals
        assert ("p/lib.py" in after.files) == (new != "p.store")


@pytest.mark.parametrize(
    "reading",
    [
        "module, name = TABLE[key].rsplit('.', 1)\n    return import_module(module), name",
        "module, name = TABLE[key].rsplit('.', 1)\n    return getattr(module, name, import_module)",
        "module, name = key.rsplit('.', 1)\n    return getattr(import_module(module), name)",
    ],
)
def test_what_is_split_for_something_else_is_listed(unchanged_by: Program, reading: str) -> None:
    table = (
        "from importlib import import_module\n\nTABLE = {'one': 'p.lib.Old'}\n\n\n"
        f"def load(key):\n    {reading}\n"
    )
    after = unchanged_by({**FILES, "p/table.py": table}, rename=("p.lib.Old", "p.lib.New"))
    assert after.files["p/table.py"] == table
    assert ("p/table.py", 3, "string-not-certain") in after.refusals
