"""`migrate history`, as a person runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.conftest import Migrate
from tests.conftest import Repository

MakeRepository = Callable[..., Repository]
CONFIG = 'schema = 1\n[imports]\n"pkg.old.Thing" = "pkg.new.Thing"\n'


@pytest.fixture
def repository(make_repository: MakeRepository) -> Repository:
    made = make_repository(
        {
            "pkg/__init__.py": "",
            "pkg/new.py": "class Thing:\n    pass\n",
            "pkg/old.py": "from pkg.new import Thing\n",
            "one.py": "from pkg.old import Thing\n",
        }
    )
    made.commit({"migrate.toml": CONFIG}, "configure")
    made.commit({"one.py": "from pkg.new import Thing\n"}, "mend")
    return made


def test_each_revision_has_the_findings_that_an_audit_of_it_gives(
    repository: Repository, migrate: Migrate
) -> None:
    before = repository.state()
    done = migrate("history", "--format", "json", cwd=repository.path)
    assert done.code == 0
    points = json.loads(done.out)["points"]
    assert len(points) == 3
    for point in points:
        audit = migrate("audit", "--rev", point["commit"], "--format", "json", cwd=repository.path)
        rules = json.loads(audit.out)["rules"]
        assert point["rules"] == {rule: one["findings"] for rule, one in rules.items()}
    assert repository.state() == before


def test_whose_configuration_is_used_is_said_once(repository: Repository, migrate: Migrate) -> None:
    done = migrate("history", cwd=repository.path)
    assert done.err == (
        "for 1 of 3 revisions: the revision has no configuration: migrate.toml is used as it lies\n"
    )


def test_files_are_written_where_they_are_asked_for(
    repository: Repository, migrate: Migrate, tmp_path: Path
) -> None:
    badge, lines = tmp_path / "badge.svg", tmp_path / "history.jsonl"
    done = migrate(
        "history",
        "--last",
        "2",
        "--rule",
        "deprecated-import",
        "--badge",
        str(badge),
        "--format",
        "jsonl",
        "--output",
        str(lines),
        cwd=repository.path,
    )
    assert (done.code, done.out) == (0, b"")
    assert "1 fewer than at" in "".join(ElementTree.parse(badge).getroot().itertext())
    points = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [point["rules"] for point in points] == [
        {"deprecated-import": 1},
        {"deprecated-import": 0},
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--every", "2", "--points", "3"], "contradict each other"),
        (["--since", "nowhere"], "nowhere: no such revision"),
        (["--rule", "shimm"], "no rule 'shimm'"),
        (["--rev", "WORKTREE"], "has no commit"),
    ],
)
def test_wrong_arguments_are_the_users(
    arguments: list[str], message: str, repository: Repository, migrate: Migrate
) -> None:
    done = migrate("history", *arguments, cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert message in done.err


def test_a_folder_without_git_has_no_history(tmp_path: Path, migrate: Migrate) -> None:
    done = migrate("history", cwd=tmp_path)
    assert done.code == 2
    assert "not in a git repository" in done.err
