"""The gates in real pytest runs on real repositories."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import onepath.audit.baseline
import onepath.codemod.packs.pack
import onepath.plan.auditing
import onepath.run
import onepath.snapshot

pytest_plugins = ["pytester"]

FILES = {
    "pkg/__init__.py": "raise SystemExit('nobody imports the code under test')\n",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "from pkg.old import Manager\n\nManager()\n",
    "tests/test_app.py": "def test_app():\n    pass\n",
}
OPTIONS = ("-p", "migrate", "-p", "no:cacheprovider")
CONFIG = 'pack = "canonical"\n[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n'

# Rules with known findings, run by the real audit: it says `toy` for each line with that word.
TOY_RULES = """
import onepath.codemod.packs.pack
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule

def check(index, settings):
    world = index.world
    for path, data in world.read(list(world.snapshot.entries)).items():
        for number, line in enumerate(data.decode().splitlines(), 1):
            if "toy" in line and path.endswith(".txt"):
                yield Violation(path, number, f"says {line}", symbol=line)

def fail(index, settings):
    raise RuntimeError("a defect")

RULES = {
    "never": Rule("never", "Nothing", lambda index, settings: []),
    "toy": Rule("toy", "Toys", check, "canonical-imports"),
    "zealous": Rule("zealous", "All", check),
}
onepath.codemod.packs.pack.engine_rules = lambda: RULES
"""


class Project:
    """A repository in which pytest runs: in this process, which is quick, or in its own."""

    def __init__(self, repository: Any, pytester: pytest.Pytester) -> None:
        self.repository = repository
        self._pytester = pytester

    def write(self, files: dict[str, str]) -> None:
        self.repository.write(files)

    def run(self, *arguments: str) -> pytest.RunResult:
        return self._pytester.runpytest_inprocess(*OPTIONS, *arguments)

    def outside(self, *arguments: str) -> pytest.RunResult:
        return self._pytester.runpytest_subprocess(*OPTIONS, *arguments)

    def toys(self, *arguments: str) -> pytest.RunResult:
        return self.run("-p", "toy_rules", "--migrate", *arguments)


@pytest.fixture
def project(
    make_repository: Callable[..., Any],
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    repository = make_repository({**FILES, "migrate.toml": CONFIG})
    pytester.makepyfile(toy_rules=TOY_RULES)
    # So that what a run in this process changes is changed back.
    monkeypatch.setattr(
        onepath.codemod.packs.pack, "engine_rules", onepath.codemod.packs.pack.engine_rules
    )
    monkeypatch.syspath_prepend(pytester.path)
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("CI", "BUILD_NUMBER"):
        # Where one is set, pytest's summary says each message a second time and whole.
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(repository.path)
    return Project(repository, pytester)


def shown(result: pytest.RunResult) -> str:
    return "\n".join((*result.outlines, *result.errlines))


# ------------------------------------------------------------------- refused


def test_without_a_configuration_the_option_is_a_usage_error(project: Project) -> None:
    (project.repository.path / "migrate.toml").unlink()
    result = project.run("--migrate")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --migrate: neither migrate.toml nor [tool.migrate]" in shown(result)
    assert "Traceback" not in shown(result)


def test_two_configurations_are_a_usage_error(project: Project) -> None:
    project.write({"pyproject.toml": "[tool.migrate]\n"})
    result = project.run("--migrate")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "both configure the migration" in shown(result)


def test_a_broken_configuration_is_one_collection_error_without_a_traceback(
    project: Project,
) -> None:
    project.write({"migrate.toml": "[imports]\npkg = 3\n[nonsense]\n"})
    result = project.run("--migrate")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    assert "migrate.toml:2: imports: the new name of 'pkg' must be a string" in shown(result)
    assert "migrate.toml:3: unknown key 'nonsense'" in shown(result)
    assert "Traceback" not in shown(result)
    assert "pytest_plugin.py" not in shown(result)


def test_an_unknown_rule_is_a_collection_error(project: Project) -> None:
    project.write({"migrate.toml": CONFIG + '[audit]\nrules = ["toys"]\n'})
    result = project.toys()
    result.assert_outcomes(errors=1)
    assert "no rule 'toys'" in shown(result)
    assert "rules: deferred-cycle, never, toy, zealous" in shown(result)


def test_a_baseline_that_is_missing_fails_every_gate_with_its_reason(project: Project) -> None:
    project.write({"migrate.toml": CONFIG + '[audit]\nbaseline = "none.json"\n'})
    result = project.toys()
    result.assert_outcomes(passed=1, failed=3)
    assert shown(result).count("none.json: there is no such baseline") >= 3
    assert "Traceback" not in shown(result)
    assert "pytest_plugin.py" not in shown(result)


# ------------------------------------------------------------------- the gates


def test_a_rule_with_findings_fails_and_says_where(project: Project) -> None:
    project.write({"a.txt": "nothing\ntoy bear\n"})
    result = project.toys("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "migrate.toml::never PASSED*",
            "migrate.toml::toy FAILED*",
            "migrate.toml::zealous FAILED*",
            "*migrate::toy*",
            "toy: 1 finding",
            "a.txt:2 says toy bear",
            "mended by canonical/v0001*",
            "*migrate::zealous*",
            "zealous: 1 finding",
        ]
    )
    assert shown(result).count("mended by") == 1
    assert "Error" not in shown(result)


def test_only_the_first_twenty_places_are_shown(project: Project) -> None:
    project.write({"a.txt": "".join(f"toy {number}\n" for number in range(1023))})
    result = project.toys("-k", "toy")
    result.stdout.fnmatch_lines(["toy: 1,023 findings", "a.txt:20 says toy 19", "and 1,003 more"])
    assert "a.txt:21 " not in shown(result)


def test_only_the_rules_of_the_configuration_are_gates(project: Project) -> None:
    project.write({"migrate.toml": CONFIG + '[audit]\nrules = ["never"]\n', "a.txt": "toy\n"})
    result = project.toys("-v")
    result.assert_outcomes(passed=2)
    assert "::toy" not in shown(result)


def test_uncommitted_files_are_audited(project: Project) -> None:
    project.toys("-k", "toy").assert_outcomes(passed=1, deselected=3)
    project.write({"new.txt": "toy\n"})
    project.toys("-k", "toy").assert_outcomes(failed=1, deselected=3)


def test_findings_of_the_baseline_pass_and_new_ones_fail(project: Project) -> None:
    from onepath.audit.baseline import Baseline, BaselineEntry, write_baseline
    from onepath.audit.finding import Violation, findings

    config = CONFIG + '[audit]\nrules = ["toy"]\nbaseline = "known.json"\n'
    project.write({"migrate.toml": config, "a.txt": "toy bear\n"})
    known = findings("toy", "websocket/v0001", [Violation("a.txt", 1, "says toy bear", "toy bear")])
    write_baseline(
        project.repository.path / "known.json", Baseline.made_of(map(BaselineEntry.of, known))
    )
    project.toys().assert_outcomes(passed=2)
    project.write({"b.txt": "toy car\n"})
    result = project.toys()
    result.assert_outcomes(passed=1, failed=1)
    assert "b.txt:1 says toy car" in shown(result)
    assert "a.txt:1" not in shown(result)
    project.write({"migrate.toml": config + 'fail_on = "any"\n'})
    result = project.toys()
    assert "a.txt:1 says toy bear" in shown(result)


def test_the_audit_is_made_once_and_only_when_a_gate_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The inner runs share this process: what their conftest replaces is put back afterwards.
    audits = onepath.plan.auditing
    monkeypatch.setattr(audits, "make_audit", audits.make_audit)
    project.write(
        {
            "conftest.py": "import onepath.plan.auditing as auditing\n"
            "real = auditing.make_audit\n"
            "def counted(*args, **kwargs):\n"
            "    print('AUDITED')\n"
            "    return real(*args, **kwargs)\n"
            "auditing.make_audit = counted\n"
        }
    )
    assert shown(project.toys("-s")).count("AUDITED") == 1
    assert "AUDITED" not in shown(project.toys("-s", "--collect-only"))
    assert "AUDITED" not in shown(project.toys("-s", "-k", "test_app"))


def test_a_defect_of_a_rule_shows_its_traceback(project: Project) -> None:
    project.write(
        {
            "conftest.py": "import toy_rules\n"
            "from onepath.audit.rule import Rule\n"
            "toy_rules.RULES['toy'] = Rule('toy', 'Fails', toy_rules.fail)\n"
        }
    )
    result = project.toys("-k", "toy")
    result.assert_outcomes(failed=1, deselected=3)
    assert "RuntimeError: a defect" in shown(result)


# --------------------------------------------------------- beside other things


def test_collect_only_lists_the_gates(project: Project) -> None:
    result = project.toys("--collect-only", "-q")
    assert sorted(line for line in result.outlines if "::" in line) == [
        "migrate.toml::never",
        "migrate.toml::toy",
        "migrate.toml::zealous",
        "tests/test_app.py::test_app",
    ]


def test_one_gate_is_chosen_by_its_id(project: Project) -> None:
    project.toys("migrate.toml::never").assert_outcomes(passed=1)


@pytest.mark.parametrize("argument", [".", "tests", "migrate.toml"])
def test_the_gates_come_once_whatever_is_asked_for(project: Project, argument: str) -> None:
    result = project.toys("-v", argument)
    assert result.parseoutcomes()["passed"] == (3 if argument == "migrate.toml" else 4)
    assert shown(result).count("migrate.toml::toy PASSED") == 1


def test_from_another_folder_of_the_repository(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({"svc/pytest.ini": "[pytest]\n", "svc/test_svc.py": "def test_svc(): pass\n"})
    monkeypatch.chdir(project.repository.path / "svc")
    project.toys().assert_outcomes(passed=4)


def test_the_configuration_in_pyproject(project: Project) -> None:
    (project.repository.path / "migrate.toml").unlink()
    project.write({"pyproject.toml": '[tool.migrate.audit]\nrules = ["never"]\n'})
    result = project.toys("-v")
    result.assert_outcomes(passed=2)
    assert "pyproject.toml::never PASSED" in shown(result)


@pytest.mark.parametrize("how", ["load", "loadgroup"])
def test_in_several_workers(project: Project, how: str) -> None:
    project.write({"a.txt": "toy\n"})
    asked = ("-p", "toy_rules", "--migrate", "-p", "xdist")
    project.outside(*asked, "-n", "2", "--dist", how).assert_outcomes(passed=2, failed=2)


def test_without_xdist_and_with_strict_markers(project: Project) -> None:
    project.toys("--strict-markers").assert_outcomes(passed=4)


def test_warnings_of_the_audited_code_are_no_errors(project: Project) -> None:
    project.write({"odd.py": 'x = "\\d"\ny = 1 is 1\n'})
    project.toys("-W", "error").assert_outcomes(passed=4)


def test_the_repository_is_left_as_it_was(project: Project) -> None:
    before = project.repository.state()
    project.toys().assert_outcomes(passed=4)
    assert project.repository.state() == before


# ------------------------------------------------------------------ not asked


def test_without_the_option_there_are_no_gates_and_no_engine(project: Project) -> None:
    project.write(
        {
            "tests/test_app.py": "import sys\n"
            "def test_app():\n"
            "    assert 'onepath_cli.pytest_plugin' in sys.modules\n"
            "    assert not [name for name in sys.modules if name.startswith('onepath.')]\n"
        }
    )
    project.outside().assert_outcomes(passed=1)


def test_without_the_option_a_configuration_that_is_missing_or_broken_is_no_matter(
    project: Project,
) -> None:
    project.write({"migrate.toml": "[["})
    project.run(".").assert_outcomes(passed=1)
    (project.repository.path / "migrate.toml").unlink()
    project.run(".").assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    program = (
        "import pytest, sys\nbefore = set(sys.modules)\nimport onepath_cli.pytest_plugin\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout == "['onepath_cli', 'onepath_cli.pytest_plugin']\n"


def test_the_setting_asks_for_the_gates_too(project: Project) -> None:
    project.write({"pytest.ini": "[pytest]\nmigrate_gates = true\n"})
    project.run("-p", "toy_rules").assert_outcomes(passed=4)
    project.run("-p", "toy_rules", "tests").assert_outcomes(passed=4)


def test_with_the_setting_a_single_test_runs_alone(project: Project) -> None:
    project.write({"pytest.ini": "[pytest]\nmigrate_gates = true\n"})
    project.run("-p", "toy_rules", "tests/test_app.py::test_app").assert_outcomes(passed=1)
    project.run("-p", "toy_rules", "migrate.toml::toy").assert_outcomes(passed=1)


# ------------------------------------------------------------- the real rules


def test_a_gate_is_red_before_the_migration_and_green_after(project: Project) -> None:
    config = CONFIG + '[audit]\nrules = ["deprecated-import"]\n'
    project.write({"migrate.toml": config})
    before = project.run("--migrate", "-v")
    before.assert_outcomes(passed=1, failed=1)
    assert "migrate.toml::deprecated-import FAILED" in shown(before)
    before.stdout.fnmatch_lines(["deprecated-import: 1 finding", "app.py:1 *"])
    project.write({"app.py": "from pkg.new import Manager\n\nManager()\n"})
    project.run("--migrate").assert_outcomes(passed=2)


def test_an_older_pytest_is_refused(project: Project) -> None:
    project.write({"conftest.py": "import pytest\npytest.version_tuple = (8, 4, 0)\n"})
    result = project.toys()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert any("need pytest 9 or newer" in line for line in result.errlines)
