"""A module that a package loads late, and that a new import would load at once, is named."""

from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.rename import plan_rename

BY_NAME = """\
def __getattr__(name):
    if name == "Heavy":
        from pkg.heavy import Heavy
        return Heavy
    raise AttributeError(name)
"""
BY_TABLE = """\
import importlib

_TABLE = {"Heavy": "pkg.heavy"}

def __getattr__(name):
    if name in _TABLE:
        return getattr(importlib.import_module(_TABLE[name]), name)
    raise AttributeError(name)
"""
EAGER = "from pkg.heavy import Heavy\n"
AFTER_EFFECTS = "import os\nimport pkg\n\nos.environ['A'] = ''\nprint(pkg.Heavy.mode)\n"
IN_A_FUNCTION = "import pkg as p\n\ndef run():\n    return p.Heavy() or p.Heavy\n"
LOADED_BEFORE = "import pkg\nfrom pkg.heavy import MODE\n\nprint(pkg.Heavy, MODE)\n"
LOADED_THEN = "from pkg import Heavy\n\nprint(Heavy)\n"
LATE_STILL = "def run():\n    from pkg import Heavy\n    return Heavy\n"


@pytest.mark.parametrize(
    ("package", "app", "lines"),
    [
        (BY_NAME, AFTER_EFFECTS, "5"),
        (BY_TABLE, AFTER_EFFECTS, "5"),
        (BY_TABLE, IN_A_FUNCTION, "4"),
        (EAGER, AFTER_EFFECTS, ""),
        (BY_NAME, LOADED_BEFORE, ""),
        (BY_TABLE, LOADED_THEN, ""),
        (BY_NAME, LATE_STILL, ""),
    ],
)
def test_a_module_that_becomes_an_eager_import(
    tmp_path: Path, package: str, app: str, lines: str
) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").write_text(package)
    (tmp_path / "pkg/heavy.py").write_text("MODE = 1\n\nclass Heavy:\n    mode = MODE\n")
    (tmp_path / "app.py").write_text(app)
    config, snapshot = parse_config("", ""), open_snapshot(tmp_path)
    [phase] = plan_rename(
        snapshot, config, "pkg.Heavy", "pkg.heavy.Heavy", executor=SerialExecutor()
    ).phases
    assert "app.py" in [change.path for change in phase.changeset.changes]
    told = (
        "app.py: 'pkg.heavy' is now imported with this file; 'pkg' imported it only when it was "
        f"read from there (line {lines})"
    )
    assert [one for one in phase.remarks if "is now imported" in one] == [told] * bool(lines)
