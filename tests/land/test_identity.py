from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onepath.errors import InputError
from onepath.land.commit.identity import commit_identity


@pytest.fixture
def nobody(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No author in the environment any more, once the project is there."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nobody")
def test_no_identity_is_the_users_to_set(project: Any, discover: Callable[..., Any]) -> None:
    project.git("config", "user.useConfigOnly", "true")
    with pytest.raises(InputError, match="git knows no author") as caught:
        commit_identity(discover(project.path), "author")
    assert "git config user.name" in caught.value.hint


@pytest.mark.parametrize("date", ["gibberish", "@99999999999999 +0000"])
def test_a_date_that_makes_no_sense(
    project: Any, discover: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", date)
    with pytest.raises(InputError, match="committer"):
        commit_identity(discover(project.path), "committer")


def test_the_environment_comes_first(project: Any, discover: Callable[..., Any]) -> None:
    project.git("config", "user.name", "Other")
    found = commit_identity(discover(project.path), "author")
    assert (found.name, found.email) == ("Ada Author", "ada@example.org")
    assert found.line == "Ada Author <ada@example.org> 1757844000 +0000"


@pytest.mark.usefixtures("nobody")
def test_then_the_configuration(
    project: Any, discover: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("config", "user.name", "Zoë O'Hara")
    project.git("config", "user.email", "zoe@example.org")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2025-09-14T10:00:00-0330")
    found = commit_identity(discover(project.path), "author")
    assert (found.name, found.email) == ("Zoë O'Hara", "zoe@example.org")
    assert found.date.utcoffset() == -timedelta(hours=3, minutes=30)
    assert found.date.isoformat() == "2025-09-14T10:00:00-03:30"
