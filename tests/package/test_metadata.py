"""What is published says the same in every place that says it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
BUILD = PYPROJECT["tool"]["hatch"]["build"]["targets"]
WORKFLOW = yaml.safe_load((TOP / ".github" / "workflows" / "ci.yml").read_text())
RELEASE = yaml.safe_load((TOP / ".github" / "workflows" / "release.yml").read_text())


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
    jobs = [*WORKFLOW["jobs"].values(), *RELEASE["jobs"].values()]
    runs = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    targets = [run.removeprefix("make ") for run in runs if run.startswith("make ")]
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


def test_the_oldest_and_the_newest_python_are_tested_on_other_systems() -> None:
    matrix = WORKFLOW["jobs"]["elsewhere"]["strategy"]["matrix"]
    every = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert matrix["python"] == [every[0], every[-1]]
    assert {*matrix["os"]} == {"macos-latest", "windows-latest"}


def test_the_command_is_also_called_like_the_distribution() -> None:
    assert PROJECT["scripts"][PROJECT["name"]] == PROJECT["scripts"]["migrate"]


def test_every_licence_that_is_named_lies_there() -> None:
    named = [path for glob in PROJECT["license-files"] for path in TOP.glob(glob)]
    texts = "\n".join(path.read_text("utf-8") for path in named)
    assert "Permission is hereby granted, free of charge" in texts
    assert "Redistribution and use in source and binary forms" in texts
    assert PROJECT["license"] == "MIT AND BSD-3-Clause"
    vendored = {path.read_text("utf-8") for path in TOP.glob("engine/**/vendor/LICENSE.*")}
    assert vendored <= {path.read_text("utf-8") for path in named}


def test_only_publishing_may_sign_and_it_has_no_token() -> None:
    build, publish = RELEASE["jobs"]["build"], RELEASE["jobs"]["publish"]
    assert RELEASE["permissions"] == {"contents": "read"}
    assert "permissions" not in build
    assert publish["permissions"] == {"attestations": "write", "id-token": "write"}
    assert publish["needs"] == "build"
    assert "secrets" not in (TOP / ".github" / "workflows" / "release.yml").read_text()


def release(tag: str, top: Path) -> subprocess.CompletedProcess[str]:
    """Run the check of a release on a copy of what it reads."""
    (top / "ci").mkdir()
    script = (TOP / "ci" / "release-version.py").read_text("utf-8")
    (top / "ci" / "release-version.py").write_text(script, "utf-8")
    return subprocess.run(
        [sys.executable, top / "ci" / "release-version.py", tag],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("tag", "changelog", "left", "told"),
    [
        ("v1.2.3", "## 1.2.3 (2026-12-01)\n", False, ""),
        ("v1.2.4", "## 1.2.4 (2026-12-01)\n", False, "pyproject.toml says 1.2.3, the tag v1.2.4"),
        ("v1.2.3", "## 1.2.2 (2026-12-01)\n", False, "CHANGELOG.md has no section 1.2.3"),
        ("v1.2.3", "## 1.2.3 (2026-12-01)\n", True, "1 fragments in changes/"),
    ],
)
def test_a_release_has_one_version(
    tmp_path: Path, tag: str, changelog: str, left: bool, told: str
) -> None:
    (tmp_path / "engine" / "onepath").mkdir(parents=True)
    (tmp_path / "changes").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "engine" / "onepath" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    if left:
        (tmp_path / "changes" / "+one.added.md").write_text("One.\n")
    done = release(tag, tmp_path)
    assert done.returncode == bool(told)
    assert told in done.stderr
