"""What is published says the same in every place that says it."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
BUILD = PYPROJECT["tool"]["hatch"]["build"]["targets"]
WORKFLOW = yaml.safe_load((TOP / ".github" / "workflows" / "ci.yml").read_text())


def test_the_versions_of_python_are_those_that_are_tested() -> None:
    told = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    assert told == WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={told[0]}"


@pytest.mark.parametrize("package", BUILD["wheel"]["packages"])
def test_every_package_is_typed_and_expected_in_the_wheel(package: str) -> None:
    assert (TOP / package / "py.typed").is_file()
    assert Path(package).name in PYPROJECT["tool"]["check-wheel-contents"]["toplevel"]


def test_every_target_that_ci_makes_is_there() -> None:
    makefile = (TOP / "Makefile").read_text()
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    targets = [step["run"].removeprefix("make ") for step in steps if "run" in step]
    assert targets
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []


def test_what_is_in_the_sdist_is_there() -> None:
    included = BUILD["sdist"]["include"]
    assert [one for one in included if not (TOP / one.removeprefix("/")).exists()] == []


def test_every_change_is_of_a_known_kind() -> None:
    kinds = {kind["directory"] for kind in PYPROJECT["tool"]["towncrier"]["type"]}
    names = {path.name for path in (TOP / "changes").iterdir()} - {"README.md"}
    pattern = re.compile(rf"\+[a-z0-9-]+\.({'|'.join(sorted(kinds))})\.md")
    assert [name for name in sorted(names) if not pattern.fullmatch(name)] == []
