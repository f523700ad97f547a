"""Whoever goes on to need an old path is told by the line of the file as it is."""

import json
import re
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from typer.testing import CliRunner

from onepath_cli.app import app

PROGRAM = """
=== pkg/__init__.py
=== pkg/shapes.py
import os
import sys


def old():
    return os.sep


def late():
    return getattr(sys.modules[__name__], "o" + NAMES[0][1:])()


NAMES = ["old"]
=== main.py
from pkg.shapes import late
import pkg.shapes
from pkg.shapes import old

print(old())
KEY = "old"
print(getattr(pkg.shapes, KEY)())
"""


@pytest.mark.parametrize(
    "command",
    [
        ("rename", "pkg.shapes.old", "pkg.shapes.new"),
        ("move", "pkg.shapes.old", "pkg.other"),
        ("rename", "pkg.shapes", "pkg.forms"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("place", ["pkg/shapes.py", "main.py"])
def test_the_line_is_that_of_the_file(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    place: str,
) -> None:
    files = blocks(PROGRAM)
    if place == "main.py":
        files["pkg/shapes.py"] = files["pkg/shapes.py"].replace('NAMES = ["old"]', "NAMES = []")
    if command[1] == "pkg.shapes":
        files[place] += 'MODULES = {"a": "pkg.shapes"}\n'
    monkeypatch.chdir(make_repository(files).path)
    done = CliRunner().invoke(app, [*command, "--dry-run", "--format", "json"])
    refusals = json.loads(done.stdout)["phases"][0]["refusals"]
    [kept] = [one for one in refusals if one["code"].endswith("-kept")]
    [(path, line)] = re.findall(r"([\w/]+\.py):(\d+)", kept["reason"])
    named = files[path].splitlines()[int(line) - 1]
    assert "old" in named or "pkg.shapes" in named
    assert "def old" not in named
