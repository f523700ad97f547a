"""The recipes on packages that were published before their libraries moved."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.peers.sources import NotReachable, wheel
from tests.recipes.test_recipes import run

RELEASES = {
    "airflow-dbt==0.4.0": ("airflow3", 1),
    "apache-airflow-providers-google==10.9.0": ("airflow3", 30),
    "apache-airflow-providers-http==4.10.0": ("airflow3", 1),
    "astronomer-cosmos==1.2.5": ("airflow3", 5),
    "dag-factory==0.19.0": ("airflow3", 1),
    "gusty==0.22.0": ("airflow3", 6),
    "embedchain==0.1.60": ("langchain02", 50),
    "langchain-decorators==0.5.1": ("langchain02", 7),
    "langchain-experimental==0.0.47": ("langchain02", 60),
    "ragas==0.0.22": ("langchain02", 18),
}
"""Release -> its recipe, and how many files it changes at least."""


def left(folder: Path, *rules: str) -> dict[str, int]:
    """How often ruff finds each of some rules."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache"]
    words = ["--output-format", "json", "--select", ",".join(rules), str(folder)]
    said = subprocess.run([*command, *words], capture_output=True, check=False).stdout
    codes = [one["code"] for one in json.loads(said)]
    return {code: codes.count(code) for code in set(codes)}


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_a_published_package_follows(release: str, make_repository: Any, tmp_path: Path) -> None:
    try:
        source = wheel(release)
    except NotReachable as reason:
        pytest.skip(str(reason))
    repository = make_repository({"README": ""})
    shutil.copytree(source, repository.path, dirs_exist_ok=True)
    repository.git("add", "--all", "--force")
    repository.git("commit", "--quiet", "--message", "as published")
    names, moved = ("F821", "F811", "F401"), ("AIR302", "AIR312")
    before = left(repository.path, *names), left(repository.path, *moved)
    recipe, least = RELEASES[release]
    code, said = run(repository, "recipe", recipe, "--worktree", "--yes")
    assert code in (0, 3), said
    changed = repository.git("diff", "--name-only").split()
    assert len(changed) >= least
    for path in changed:
        if path.endswith(".py"):
            ast.parse((repository.path / path).read_bytes())
    after = left(repository.path, *names), left(repository.path, *moved)
    # Fewer where a name that was imported twice is imported once.
    assert all(count <= before[0].get(rule, 0) for rule, count in after[0].items()), after
    assert sum(after[1].values()) <= sum(before[1].values())
