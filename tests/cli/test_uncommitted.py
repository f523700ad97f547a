"""Changes that a plan of a revision does not see are said, and nothing else is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "old.py": "from new import Name\n",
    "new.py": "class Name:\n    pass\n",
    "use.py": "from old import Name\n\nName()\n",
    "migrate.toml": '[imports]\n"old.Name" = "new.Name"\n',
}


def run(repository: Any, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--repo", str(repository.path), *arguments])


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dry-run", "--format", "stat"],
        ["--yes"],
        ["apply"],
        ["audit"],
        ["--rev", "main", "audit"],
        ["rename", "old.Name", "new.Name", "--dry-run"],
        ["rename", "old.Name", "new.Name", "--yes"],
    ],
)
def test_every_kind_of_change_is_counted(repository: Any, arguments: list[str]) -> None:
    repository.write({"use.py": "1\n", "new.py": FILES["new.py"] + "x = 1\n"})
    repository.git("add", "new.py")
    (repository.path / "migrate.toml").chmod(0o755)
    before = repository.state()
    done = run(repository, *arguments)
    assert "3 files with changes are not in this, which reads " in done.stderr
    assert done.stderr.count("not in this") == 1
    assert repository.state()[:5] == before[:5]


def test_a_deleted_file_is_a_change(repository: Any) -> None:
    (repository.path / "use.py").unlink()
    done = run(repository, "--dry-run")
    assert "1 file with changes is not in this, which reads HEAD" in done.stderr


def test_one_that_was_only_touched_is_none(repository: Any) -> None:
    os.symlink("new.py", repository.path / "link.py")
    repository.commit()
    for name in (*FILES, "link.py"):
        os.utime(repository.path / name, (1, 1), follow_symlinks=False)
    assert "not in this" not in run(repository, "--dry-run").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rev", "WORKTREE", "--dry-run"],
        ["--rev", "WORKTREE", "audit"],
        ["rename", "old.Name", "new.Name", "--worktree", "--dry-run"],
        ["rename", "old.Name", "new.Name", "--worktree"],
        ["--quiet", "--dry-run"],
    ],
)
def test_where_the_files_are_read_or_nothing_is_to_be_said(
    repository: Any, arguments: list[str]
) -> None:
    repository.write({"migrate.toml": FILES["migrate.toml"] + "# more\n"})
    assert "not in this" not in run(repository, *arguments).stderr


def test_an_untouched_tree_and_a_folder_without_git_say_nothing(
    repository: Any, tmp_path: Path
) -> None:
    assert "not in this" not in run(repository, "--dry-run").stderr
    folder = tmp_path / "plain"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    done = CliRunner().invoke(app, ["--repo", str(folder), "--dry-run"])
    assert (done.exit_code, "not in this" in done.stderr) == (0, False)


def test_no_filter_of_the_repository_is_run(repository: Any, tmp_path: Path) -> None:
    repository.commit({".gitattributes": "*.py filter=mine\n"})
    repository.git("config", "filter.mine.clean", f"touch {tmp_path}/ran; cat")
    repository.write({"use.py": "1\n"})
    assert "1 file with changes" in run(repository, "--dry-run").stderr
    assert not (tmp_path / "ran").exists()


def test_a_failure_inside_ends_git_too(repository: Any) -> None:
    done = run(repository, "--dry-run", "--phase", "none")
    assert done.exit_code == 2
    assert "not in this" not in done.stderr
