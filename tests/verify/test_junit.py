"""What pytest writes, read: real files of a real pytest where it matters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onepath.verify.gate import pytest_gate
from onepath.verify.gate.commands import calls_pytest
from onepath.verify.gate.junit import CaseVerdict, TestResult, read_junit

TESTS = """
import unittest

import pytest


@pytest.mark.parametrize("value", ["a[b]::c", 2])
def test_parameters(value):
    assert value == 2


class TestClass:
    def test_passes(self):
        pass

    @pytest.mark.skip(reason="later")
    def test_skipped(self):
        pass


class Case(unittest.TestCase):
    def test_unit(self):
        self.fail("no\\x1b[31m way")


@pytest.fixture
def broken():
    yield
    raise OSError("afterwards")


def test_teardown(broken):
    pass


@pytest.mark.xfail
def test_expected():
    assert 0
"""


def run(folder: Path, *options: str, chosen: Path | None = None) -> Path:
    report, plugins = folder / "report.xml", Path(pytest_gate.__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.fspath(plugins), "PYTHONDONTWRITEBYTECODE": "1",
                   "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # fmt: skip
    if chosen is not None:
        environment["ONEPATH_GATE_TESTS"] = os.fspath(chosen)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pytest_gate", f"--junitxml={report}",
         "--continue-on-collection-errors", *options],
        cwd=folder, env=environment, capture_output=True,
    )  # fmt: skip
    return report


def test_every_test_is_known_by_its_node_id(tmp_path: Path) -> None:
    (tmp_path / "test_all.py").write_text(TESTS)
    (tmp_path / "test_broken.py").write_text("import nowhere_at_all\n")
    found = read_junit(run(tmp_path))
    assert found is not None
    verdicts = {name.removeprefix("test_all.py::"): one.verdict for name, one in found.items()}
    assert verdicts == {
        "test_parameters[a[b]::c]": CaseVerdict.FAILED,
        "test_parameters[2]": CaseVerdict.PASSED,
        "TestClass::test_passes": CaseVerdict.PASSED,
        "TestClass::test_skipped": CaseVerdict.SKIPPED,
        "Case::test_unit": CaseVerdict.FAILED,
        "test_teardown": CaseVerdict.FAILED,
        "test_expected": CaseVerdict.SKIPPED,
        "test_broken": CaseVerdict.FAILED,
    }
    assert "No module named 'nowhere_at_all'" in found["test_broken"].said
    assert not found["test_broken"].is_test
    assert found["test_all.py::test_teardown"].is_test


def test_only_chosen_tests_run(tmp_path: Path) -> None:
    (tmp_path / "test_all.py").write_text(TESTS)
    chosen = tmp_path / "chosen.json"
    name = "test_all.py::test_parameters[a[b]::c]"
    chosen.write_text(f'["{name}"]')
    found = read_junit(run(tmp_path, chosen=chosen))
    assert found is not None
    assert list(found) == [name]


def test_a_file_that_is_none_says_nothing(tmp_path: Path) -> None:
    assert read_junit(tmp_path / "none.xml") is None
    (tmp_path / "cut.xml").write_text("<testsuites><testsuite><testcase")
    assert read_junit(tmp_path / "cut.xml") is None


def test_a_test_that_is_there_twice_counts_with_its_worst_result(tmp_path: Path) -> None:
    case = '<testcase classname="a" name="b">{}</testcase>'
    inner = case.format("<failure message='x'/>") + case.format("<skipped/>") + case.format("")
    (tmp_path / "report.xml").write_text(f"<testsuite>{inner}</testsuite>")
    assert read_junit(tmp_path / "report.xml") == {
        "a::b": TestResult(CaseVerdict.FAILED, "x", is_test=False)
    }


@pytest.mark.parametrize(
    ("command", "calls"),
    [
        ("python -m pytest -q", True),
        ("pytest", True),
        ("uv run pytest tests", True),
        ("/opt/py.test x", True),
        ("coverage run -m pytest", True),
        ("make test", False),
        ("python tests/run_pytest.py", False),
    ],
)
def test_which_commands_are_pytest(command: str, calls: bool) -> None:
    assert calls_pytest(command.split()) is calls
