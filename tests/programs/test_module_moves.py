"""`rename` and `move` of modules and packages: programs that print the same afterwards."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program
from typer.testing import CliRunner

from onepath_cli.app import app

APP = {
    "app/__init__.py": "from .core.engine import Engine\n",
    "app/core/__init__.py": (
        "from . import engine\nfrom .engine import Engine as Engine\nfrom .io import reader\n"
    ),
    "app/core/engine.py": """\
from . import io
from .io.reader import read
from .. import util
from ..util import helper
import app.core.io.reader


class Engine:
    def go(self):
        from .io import reader

        return read(), helper(), app.core.io.reader.read(), reader is io.reader, util.helper()


if __name__ == "__main__":
    print(Engine().go())
""",
    "app/core/io/__init__.py": "from . import reader\n",
    "app/core/io/reader.py": """\
from importlib import resources

from ...util import helper


def read():
    return helper()


def data():
    return resources.files("app.core.io").joinpath("d.txt").read_text()
""",
    "app/core/io/d.txt": "some data\n",
    "app/util.py": "def helper():\n    return 1\n",
    "main.py": """\
import app.core.engine
import app.core.engine as eng
from app import core, util
from app.core import engine, Engine
from app.core.engine import Engine as E
import importlib, subprocess, sys
from unittest import mock
import app.core.io.reader as reader
with mock.patch("app.core.engine.read", return_value=5):
    print(app.core.engine.Engine().go(), eng.Engine is E, core.Engine is Engine is E)
with mock.patch.object(reader, "helper", lambda: 7):
    print(reader.read(), app.core.io.reader.read())
print(importlib.import_module("app.core.engine").Engine is engine.Engine)
command = [sys.executable, "-m", "app.core.engine"]
print(subprocess.run(command, capture_output=True, text=True).stdout)
print(app.core.io.reader.data(), util.helper(), app.util.helper())
""",
    "pyproject.toml": '[project.scripts]\nrun = "app.core.engine:Engine"\n\n'
    '[tool.setuptools.package-data]\n"app.core.io" = ["*.txt"]\n\n'
    '[tool.coverage.run]\nomit = ["app/core/engine.py", "app/core/io/*"]\n',
    "Makefile": "run: ; python -m app.core.engine\n",
}
MOVES = {
    "a module gets another name": (
        ("rename", "app.core.engine", "app.core.motor"),
        {"app/core/engine.py": "app/core/motor.py"},
    ),
    "a module at the top of a package": (
        ("rename", "app.util", "app.tools"),
        {"app/util.py": "app/tools.py"},
    ),
    "a package inside another one": (
        ("rename", "app.core.io", "app.core.inout"),
        {"app/core/io/reader.py": "app/core/inout/reader.py"},
    ),
    "a package with packages in it": (
        ("rename", "app.core", "app.kernel"),
        {"app/core/io/__init__.py": "app/kernel/io/__init__.py"},
    ),
    "a module to the package above": (
        ("move", "app.core.engine", "app"),
        {"app/core/engine.py": "app/engine.py"},
    ),
    "a module to a package below": (
        ("move", "app.util", "app.core"),
        {"app/util.py": "app/core/util.py"},
    ),
    "a package to another one": (
        ("move", "app.core.io", "app"),
        {"app/core/io/reader.py": "app/io/reader.py"},
    ),
    "a file to a folder that is not there": (
        ("move", "app/util.py", "app/sub/"),
        {"app/util.py": "app/sub/util.py"},
    ),
    "a folder to a folder": (
        ("move", "app/core/io", "app/"),
        {"app/core/io/reader.py": "app/io/reader.py"},
    ),
    "a file to a file": (
        ("move", "app/core/engine.py", "app/core/io/motor.py"),
        {"app/core/engine.py": "app/core/io/motor.py"},
    ),
}
KEPT = "a module to the package above"
"""Importing the module from there first would come back to it half way."""


@pytest.mark.parametrize("case", MOVES)
def test_a_program_prints_the_same(unchanged_by: Program, case: str) -> None:
    (verb, old, new), files = MOVES[case]
    dotted = old.removesuffix(".py").replace("/", ".")
    going = [
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in APP
        if path.endswith(".py")
    ]
    may_go = [module for module in going if f"{module}.".startswith(f"{dotted}.")]
    command = {"rename" if verb == "rename" else "move": (old, new)}
    after = unchanged_by(APP, **command, script=RUN, may_go=may_go)
    for before, there in files.items():
        assert there in after.files
        assert before not in after.files or case == KEPT
    if case == KEPT:
        assert "from app.engine import Engine" in after.files["app/core/engine.py"]
        assert "old-module-kept" in {code for _, _, code in after.refusals}
        return
    assert not [one for one in after.refusals if one[2] != "mentioned"]


def test_git_sees_that_a_file_has_moved(unchanged_by: Program) -> None:
    after = unchanged_by(APP, rename=("app.util", "app.tools"), script=RUN, may_go=["app.util"])
    assert after.files["app/tools.py"] == APP["app/util.py"]


def test_a_module_that_stays_for_others_is_marked_where_linters_look(
    unchanged_by: Program,
) -> None:
    names = [f"a_function_with_a_long_name_{number}" for number in range(5)]
    files = {
        "app/__init__.py": "",
        "app/late.py": "".join(f"def {name}():\n    return 1\n\n\n" for name in names),
        "app/later/__init__.py": "",
        "tests/test_late.py": f'CODE = """\nfrom app.late import {names[0]}\n{names[0]}()\n"""\n',
    }
    script = f"from app.late import {names[0]}\nprint({names[0]}())\n"
    after = unchanged_by(files, rename=("app.late", "app.later.late"), script=script)
    first, _, *inside = after.files["app/late.py"].split("\n\n")[1].splitlines()
    assert first == "from app.later.late import (  # noqa: F401"
    assert ")" in inside


OTHER_PYTHON = {
    "app/__init__.py": "import app.load\n",
    "app/load.py": "import app.sub.part\n",
    "app/sub/__init__.py": "",
    "app/sub/part.py": "VALUE = 5\n",
    "app/old.py": """\
import app


def text(value):
    if str is bytes:
        return unicode(value)
    return str(value)


def opened(path):
    try:
        return open(path)
    except (WindowsError, OSError):
        return None


def value():
    return app.sub.part.VALUE
""",
    "main.py": """\
from app.old import opened, text, value
print(text(1), opened('main.py') is None, value())
""",
}


@pytest.mark.parametrize(
    "change",
    [
        {"rename": ("app.old", "app.new")},
        {"move": ("app.old", "app.sub")},
        {"rename": ("app", "application")},
        {"move": ("app.old.text", "app.texts")},
        {"move": ("app.old.text", "app.sub.part")},
        {"move": ("app.old.opened", "app.load")},
    ],
    ids=lambda change: " ".join(next(iter(change.values()))),
)
def test_a_name_that_nothing_defines_need_not_be_defined_elsewhere(
    unchanged_by: Program, change: dict[str, tuple[str, str]]
) -> None:
    modules = ["app", "app.load", "app.old", "app.sub", "app.sub.part"]
    after = unchanged_by(OTHER_PYTHON, **change, script=RUN, may_go=modules)
    assert after.printed == "1 False 5\n"
    assert after.files != OTHER_PYTHON


SERVER = """
=== pkg/__init__.py
=== pkg/server.py
import sys
def main():
    print("served", __name__, sys.argv[1:])
    return 3
if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.mark.parametrize(
    "line",
    [
        'command = [sys.executable, "-mpkg.server", "a"]',
        'command = f"{sys.executable} -mpkg.server a".split()',
        'command = [sys.executable, "-u", "-Wd", "-mpkg.server", "a"]',
    ],
)
def test_a_module_that_is_run_without_a_blank_follows(unchanged_by: Program, line: str) -> None:
    run = "print(subprocess.run(command, capture_output=True, text=True).stdout)"
    files = blocks(f"{SERVER}=== main.py\nimport subprocess, sys\n{line}\n{run}\n")
    how = {"rename": ("pkg.server", "pkg.service")}
    after = unchanged_by(files, **how, script=RUN, may_go=["pkg.server"])
    assert not after.refusals


@pytest.mark.parametrize("package", [False, True])
def test_a_module_that_is_kept_still_runs(unchanged_by: Program, package: bool) -> None:
    """What is run is named where nothing shows that it is."""
    run = (
        'COMMANDS = {"serve": "pkg.server"}\n'
        'command = [sys.executable, "-m", COMMANDS["serve"], "a"]\n'
        "done = subprocess.run(command, capture_output=True, text=True)\n"
        "print(done.stdout, done.stderr, done.returncode)"
    )
    files = blocks(f"{SERVER}=== main.py\nimport subprocess, sys\n{run}\n")
    if package:
        files["pkg/server/__main__.py"] = files.pop("pkg/server.py")
        files["pkg/server/__init__.py"] = "x = 1\n"
    after = unchanged_by(files, rename=("pkg.server", "pkg.service"), script=RUN)
    assert "['a']" in after.printed
    assert "old-module-kept" in {code for *_, code in after.refusals}


DANGLING = {
    "app/__init__.py": "",
    "app/there.py": "VALUE = 5\n",
    "app/old.py": """\
class Info:
    pass


def first():
    try:
        from app.there import gone
    except ImportError:
        return "nothing"
    return gone


def second():
    try:
        import app.lost
    except ImportError:
        return first()
    return app.lost
""",
    "main.py": "from app.old import Info, first, second\nprint(Info.__name__, first(), second())\n",
}


@pytest.mark.parametrize(
    "change",
    [
        {"move": ("app.old.first", "app.there")},
        {"move": ("app.old.second", "app.there")},
        {"move": ("app.old.first", "app.new")},
        {"move": [("app.old.first", "app.new"), ("app.old.second", "app.new")]},
    ],
)
def test_an_import_that_leads_nowhere_may_do_so_elsewhere(
    unchanged_by: Program, change: dict[str, tuple[str, str]]
) -> None:
    after = unchanged_by(DANGLING, **change, script=RUN, may_go=["app.old"])
    assert after.printed == "Info nothing nothing\n"
    assert after.files != DANGLING


def test_a_name_that_a_function_binds_later_is_passed_on_if_it_is_there(
    unchanged_by: Program,
) -> None:
    files = {
        "app/__init__.py": "",
        "app/old.py": "def load():\n    global json\n    import json\n    return json.dumps(1)\n",
        "main.py": "import importlib\nold = importlib.import_module('app.' + 'old')\n"
        "from app.old import load\nprint(load(), old.load())\n",
    }
    after = unchanged_by(files, rename=("app.old", "app.new"), script=RUN)
    assert after.printed == "1 1\n"
    assert ("app/old.py", 1, "old-module-kept") in after.refusals


def test_a_move_that_closes_a_cycle_names_no_line_of_what_the_old_module_would_be(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "p/__init__.py": "",
        "p/a/__init__.py": "from .c import C\n",
        "p/a/c.py": "from . import d\nfrom .d import D\n\n\nclass C(D):\n    mod = d\n",
        "p/a/d.py": "class D: ...\n",
        "p/x/__init__.py": "",
    }
    repository = make_repository(files)
    monkeypatch.chdir(repository.path)

    done = CliRunner().invoke(app, ["move", "p/a/c.py", "p/x", "--dry-run"])

    assert done.exit_code == 3
    assert "p/a/c.py:1: importing 'p.x.c' would fail" in done.output
    assert "-> p/a/c.py, which would pass its names on)" in done.output
