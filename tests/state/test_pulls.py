from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.snapshot.repository import Repository
from onepath.state.branches.pulls import note_pull, read_pulls
from onepath.state.model import NotedPullRequest

ONE = NotedPullRequest("github", 7, "https://example.org/pull/7", "open")


@pytest.fixture
def project(make_repository: Callable[..., Any]) -> Any:
    return make_repository({"a.py": "x = 1\n"})


def opened(path: Path) -> Repository:
    repository = Repository.discover(path)
    assert repository is not None
    return repository


def test_a_note_is_read_back_changed_and_forgotten(project: Any) -> None:
    with opened(project.path) as repository:
        assert read_pulls(repository) == {}
        note_pull(repository, "migrate/demo/01-a", ONE)
        note_pull(repository, "migrate/démo/02-b", ONE._replace(number=8))
        assert read_pulls(repository) == {
            "migrate/demo/01-a": ONE,
            "migrate/démo/02-b": ONE._replace(number=8),
        }
        note_pull(repository, "migrate/demo/01-a", ONE._replace(state="merged"))
        assert read_pulls(repository)["migrate/demo/01-a"].state == "merged"
        note_pull(repository, "migrate/demo/01-a", None)
        note_pull(repository, "migrate/démo/02-b", None)
        note_pull(repository, "migrate/never/was", None)
        assert read_pulls(repository) == {}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"number": "x"}'])
def test_a_note_that_makes_no_sense_is_left_out(project: Any, content: bytes) -> None:
    with opened(project.path) as repository:
        oid = repository.git("hash-object", "-w", "--stdin", input=content).stdout.decode().strip()
        project.git("update-ref", "refs/onepath/pulls/odd", oid)
        project.git("update-ref", "refs/onepath/pulls/commit", "HEAD")
        note_pull(repository, "good", ONE)
        assert read_pulls(repository) == {"good": ONE}
