"""Copies of values that functions set again: who reads the copy late would get another value."""

import pytest
from tests.programs.conftest import Program

B = """\
config = {"x": 1}


def reset():
    global config
    config = {"x": 2}


def handler():
    return "first"
"""
COPIES = {
    "an import": "from m.b import config, handler\n",
    "a star": "from m.b import *\n",
    "an assignment": "import m.b\n\nconfig = m.b.config\nhandler = m.b.handler\n",
    "another name": "from m.b import config as own, handler\nconfig = own\n",
}
USE = """\
import m.a
import m.b
from m.a import config

FIRST = m.a.config["x"]


def read():
    from m.a import config as late

    return m.a.config["x"], late["x"], config["x"], m.b.config["x"]
"""


@pytest.mark.parametrize("copy", COPIES)
def test_late_readers_of_a_copy_stay(unchanged_by: Program, copy: str) -> None:
    files = {"m/__init__.py": "", "m/b.py": B, "m/a.py": COPIES[copy], "use.py": USE}
    script = "import m.b, use\nm.b.reset()\nprint(use.FIRST, use.read())\n"
    after = unchanged_by(files, rename=("m.a.config", "m.b.config"), script=script)
    assert after.printed == "1 (1, 1, 1, 2)\n"
    assert {(line, code) for _, line, code in after.refusals} >= {
        (9, "late-bound"), (11, "late-bound"),
    }  # fmt: skip
    assert "from m.b import config\n" in after.files["use.py"]


SET_BY = {
    "a function of another module": "import m.b\n\n\ndef reset():\n    m.b.config = {'x': 2}\n",
    "another module as it is imported": "from m import b\n\nb.config = {'x': 2}\n",
}


@pytest.mark.parametrize("setting", SET_BY)
def test_values_that_others_set_are_copies_too(unchanged_by: Program, setting: str) -> None:
    files = {
        "m/__init__.py": "",
        "m/b.py": "config = {'x': 1}\n",
        "m/a.py": "from m.b import config\n",
        "late.py": SET_BY[setting],
        "use.py": "import m.a\n\n\ndef read():\n    return m.a.config['x']\n",
    }
    script = "import use, late\ngetattr(late, 'reset', print)()\nprint(use.read())\n"
    after = unchanged_by(files, rename=("m.a.config", "m.b.config"), script=script)
    assert after.refusals == (("use.py", 5, "late-bound"),)


def test_what_is_set_once_goes_to_its_canonical_path(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "",
        "m/b.py": B,
        "m/a.py": "from m.b import config, handler\n",
        "use.py": "import m.a\n\n\ndef read():\n    return m.a.handler()\n",
    }
    after = unchanged_by(
        files, rename=("m.a.handler", "m.b.handler"), script="import use\nprint(use.read())\n"
    )
    assert not after.refusals
    assert "m.b.handler()" in after.files["use.py"]


def test_what_a_module_looks_up_each_time_is_no_copy(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "",
        "m/b.py": B,
        "m/a.py": "import m.b\n\n\ndef __getattr__(name):\n    return getattr(m.b, name)\n",
        "use.py": "import m.a\n\n\ndef read():\n    return m.a.config['x']\n",
    }
    script = "import m.b, use\nm.b.reset()\nprint(use.read())\n"
    after = unchanged_by(files, rename=("m.a.config", "m.b.config"), script=script)
    assert after.printed == "2\n"
