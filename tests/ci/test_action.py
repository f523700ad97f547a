"""The shell steps of the GitHub Action and of the GitLab template, run as the forges run them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((TOP / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
GITLAB = yaml.safe_load((TOP / "ci" / "gitlab.yml").read_text())
FILES = {
    "old.py": "from new import Name\n",
    "new.py": "class Name:\n    pass\n",
    "use.py": "from old import Name\n\nName()\n",
    "migrate.toml": '[imports]\n"old.Name" = "new.Name"\n',
}
# Answers as the API does: one comment of somebody else, and those that were made.
GH = """#!{python}
import json, os, pathlib, sys
state = pathlib.Path({state!r})
comments = json.loads(state.read_text())
args = sys.argv[1:]
if "--method" not in args:
    mark = args[args.index("--jq") + 1].split('"')[1]
    print(*[one["id"] for one in comments if one["body"].startswith(mark)], sep="\\n")
else:
    body = open(next(one for one in args if one.startswith("body=@"))[6:]).read()
    if args[args.index("--method") + 1] == "POST":
        comments.append({{"id": len(comments) + 1, "body": body}})
    else:
        number = int(next(one for one in args if "/comments/" in one).rpartition("/")[2])
        next(one for one in comments if one["id"] == number)["body"] = body
    state.write_text(json.dumps(comments))
"""


class Runner:
    """A machine of the forge with a checkout: runs the shell of a step there."""

    def __init__(self, repository: Any, folder: Path) -> None:
        self.repository, self.folder = repository, folder
        self.summary = folder / "summary"
        programs = folder / "programs"
        programs.mkdir(parents=True)
        self._program(
            "migrate",
            f"#!{sys.executable}\nfrom onepath_cli.start import main\nmain()\n",
        )
        self._program("pip", "#!/bin/sh\n")
        self.comments = folder / "comments.json"
        self.comments.write_text(json.dumps([{"id": 1, "body": "nice"}]))
        self._program("gh", GH.format(python=sys.executable, state=str(self.comments)))
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "GITHUB_ACTION_PATH": str(TOP),
            "GITHUB_REPOSITORY": "ada/code",
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(folder / "temp"),
            "RUNNER_OS": "Linux",
        }

    def _program(self, name: str, text: str) -> None:
        path = self.folder / "programs" / name
        path.write_text(text)
        path.chmod(0o755)

    def shell(self, script: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.repository.path,
            env={**self.environment, **inputs},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        assert set(STEPS[name].get("env", {})) >= set(inputs)
        return self.shell(STEPS[name]["run"], **inputs)

    def report(self, name: str) -> str:
        return (self.folder / "temp" / "onepath" / "reports" / name).read_text()


@pytest.fixture
def runner(make_repository: Callable[..., Any], tmp_path: Path) -> Runner:
    return Runner(make_repository(FILES), tmp_path / "runner")


def test_the_steps_of_the_action_deliver_reports_and_then_fail(runner: Runner) -> None:
    audited = runner.step("Audit", BASELINE="", FAIL_ON="")
    assert audited.returncode == 0, audited.stderr
    assert "::error file=use.py,line=1" in audited.stdout
    assert json.loads(runner.report("audit.sarif"))["version"] == "2.1.0"
    assert {one["location"]["path"] for one in json.loads(runner.report("audit.gitlab.json"))} >= {
        "use.py"
    }
    assert runner.summary.read_text() == runner.report("audit.md")
    assert runner.step("Result").returncode == 1
    assert runner.repository.git("status", "--porcelain") == ""


def test_the_report_ends_with_the_burndown_where_there_is_a_history(runner: Runner) -> None:
    assert runner.step("Audit", HISTORY="12").returncode == 0
    assert "mermaid" not in runner.report("audit.md")
    runner.repository.commit({"more.py": "from old import Name\n\nName()\n"})
    assert runner.step("Audit", HISTORY="12").returncode == 0
    text = runner.report("audit.md")
    assert text.startswith("### ")
    assert "line [2, 3]" in text
    assert runner.step("Audit", HISTORY="0").returncode == 0
    assert "mermaid" not in runner.report("audit.md")


def test_the_facts_are_kept_for_a_commit_and_found_for_the_version(runner: Runner) -> None:
    keyed = runner.step("Key")
    assert keyed.returncode == 0, keyed.stderr
    outputs = (Path(runner.environment["GITHUB_OUTPUT"])).read_text().splitlines()
    found = dict(line.split("=", 1) for line in outputs)
    assert found["key"] == found["prefix"] + runner.repository.git("rev-parse", "HEAD")
    assert found["prefix"].startswith("onepath-")
    runner.step("Audit")
    assert any(Path(found["folder"]).iterdir())


def test_findings_that_the_baseline_knows_pass(runner: Runner) -> None:
    written = runner.shell("migrate audit --baseline known.json --write-baseline --fail-on new")
    assert written.returncode == 0, written.stderr
    done = runner.step("Audit", BASELINE="known.json", FAIL_ON="new")
    assert "::warning file=use.py" in done.stdout
    assert runner.step("Result").returncode == 0


def test_an_audit_that_cannot_run_fails_at_once(runner: Runner) -> None:
    runner.repository.commit({"migrate.toml": "imports = 1\n"})
    done = runner.step("Audit", BASELINE="", FAIL_ON="")
    assert done.returncode == 2
    assert "migrate.toml:1" in done.stderr


def test_there_is_one_comment_however_often_it_is_written(runner: Runner) -> None:
    runner.step("Audit", BASELINE="", FAIL_ON="")
    assert runner.step("Comment", NUMBER="7", GH_TOKEN="t").returncode == 0
    path = runner.folder / "temp" / "onepath" / "reports" / "audit.md"
    path.write_text("### none\n")
    assert runner.step("Comment", NUMBER="7", GH_TOKEN="t").returncode == 0
    bodies = [one["body"] for one in json.loads(runner.comments.read_text())]
    assert bodies == ["nice", "<!-- onepath: migrate audit -->\n### none\n"]


def test_the_template_of_gitlab_keeps_the_facts_and_the_exit_code(runner: Runner) -> None:
    job = GITLAB["migrate-audit"]
    done = runner.shell("\n".join(job["script"]), ONEPATH="onepath")
    assert done.returncode == 1, done.stderr
    report = runner.repository.path / job["artifacts"]["reports"]["codequality"]
    assert json.loads(report.read_text())
    assert any((runner.repository.path / job["cache"]["paths"][0]).iterdir())
    assert runner.shell("\n".join(job["script"]), ONEPATH="onepath").returncode == 1


def test_expressions_stand_in_no_shell() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step.get("run", "")] == []
