"""Filters of warnings by the module that warns."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import PYTEST, RUN, Program

OLD = """
=== pkg/__init__.py
=== pkg/old.py
import warnings
def f():
    warnings.warn("old", DeprecationWarning)
    return 1
=== main.py
import warnings
warnings.filterwarnings("error")
FILTER
from pkg.old import f
print(f())
"""
FILTERS = [
    r'warnings.filterwarnings("ignore", module=r"pkg\.old")',
    r'warnings.filterwarnings("ignore", module="pkg\\.old$")',
    r'warnings.filterwarnings("ignore", "", DeprecationWarning, r"^pkg\.old\Z")',
    'warnings.filterwarnings("ignore", category=DeprecationWarning, module="pkg.old")',
]


@pytest.mark.parametrize("line", FILTERS)
def test_a_filter_follows_its_module(unchanged_by: Program, line: str) -> None:
    files = blocks(OLD, FILTER=f"{line}\n")
    after = unchanged_by(files, rename=("pkg.old", "pkg.compat"), script=RUN, may_go=["pkg.old"])
    assert "old.py" not in after.files
    assert not after.refusals


def test_a_filter_of_another_module_is_left(unchanged_by: Program) -> None:
    line = 'warnings.filterwarnings("ignore", module=r"pkg\\.older|.*")'
    files = blocks(OLD, FILTER=f"{line}\n")
    after = unchanged_by(files, rename=("pkg.old", "pkg.new"), script=RUN, may_go=["pkg.old"])
    assert line in after.files["main.py"]


def test_a_filter_of_pytest_follows(unchanged_by: Program) -> None:
    files = blocks(OLD, FILTER="")
    files["pyproject.toml"] = (
        "[tool.pytest.ini_options]\n"
        'filterwarnings = ["error", "ignore::DeprecationWarning:pkg.old"]\n'
    )
    files["tests/test_it.py"] = "from pkg.old import f\n\n\ndef test_it():\n    assert f() == 1\n"
    how = {"rename": ("pkg.old", "pkg.new"), "may_go": ["pkg.old"]}
    after = unchanged_by(files, **how, script=PYTEST.format(tests="tests"))
    assert after.printed == "1 passed\n"
    assert not after.refusals
