"""Questions about commits, which git is asked once, and again where the answer may change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.land.commits import is_ancestor
from onepath.snapshot import repository as module
from onepath.state.branches.chain import read_chain


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands of git that were run so far."""
    commands: list[str] = []
    run_git = module.run_git
    words = ("merge-base", "rev-list", "cat-file")

    def run(arguments: Any, **more: Any) -> Any:
        commands.extend(word for word in arguments if word in words)
        return run_git(arguments, **more)

    monkeypatch.setattr(module, "run_git", run)
    return commands


def test_what_is_said_of_commits_is_asked_once(
    make_repository: Callable[..., Any], discover: Callable[..., Any], asked: list[str]
) -> None:
    made = make_repository({"a.py": ""})
    first, second = made.git("rev-parse", "HEAD"), made.commit({"a.py": "2"})
    repository = discover(made.path)
    for _ in range(3):
        assert is_ancestor(repository, first, second)
        assert not is_ancestor(repository, second, first)
        assert is_ancestor(repository, first, first)
    assert asked == ["merge-base"] * 2
    asked.clear()
    chains = [read_chain(repository, second) for _ in range(3)]
    assert asked == ["rev-list", "cat-file"]
    assert [[one.oid for one in chain.people] for chain in chains] == [[first, second]] * 3


def test_a_branch_that_moves_is_asked_for_again(
    make_repository: Callable[..., Any], discover: Callable[..., Any]
) -> None:
    made = make_repository({"a.py": ""})
    made.git("branch", "other")
    second = made.commit({"a.py": "2"})
    repository = discover(made.path)
    assert not is_ancestor(repository, second, "other")
    made.git("branch", "--force", "other", second)
    assert is_ancestor(repository, second, "other")


def test_a_commit_that_comes_later_is_asked_for_again(
    make_repository: Callable[..., Any], discover: Callable[..., Any], tmp_path: Path
) -> None:
    made = make_repository({"a.py": ""})
    first = made.git("rev-parse", "HEAD")
    made.git("clone", "--quiet", made.path.as_uri(), str(tmp_path / "clone"))
    second = made.commit({"a.py": "2"})
    repository = discover(tmp_path / "clone")
    assert not is_ancestor(repository, first, second)
    repository.git("fetch", "--quiet")
    assert is_ancestor(repository, first, second)


def test_a_history_that_reaches_further_back_later_is_asked_for_again(
    make_repository: Callable[..., Any], discover: Callable[..., Any], tmp_path: Path
) -> None:
    made = make_repository({"a.py": ""})
    first = made.git("rev-parse", "HEAD")
    made.commit({"a.py": "2"})
    third = made.commit({"a.py": "3"})
    made.git("clone", "-q", "--depth=1", made.path.as_uri(), str(tmp_path / "shallow"))
    repository = discover(tmp_path / "shallow")
    made.git("-C", str(tmp_path / "shallow"), "fetch", "-q", made.path.as_uri(), first)
    assert not is_ancestor(repository, first, third)
    assert len(read_chain(repository, third).people) == 1
    repository.git("fetch", "--quiet", "--unshallow")
    assert is_ancestor(repository, first, third)
    assert len(read_chain(repository, third).people) == 3
