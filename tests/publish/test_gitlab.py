"""Merge requests at a stand-in for GitLab, through python-gitlab itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.publish.gitlab_server import TOKEN, GitLabServer
from tests.publish.web import Fault

from onepath.config.owners import CodeOwners
from onepath.errors import OnepathError, OutsideError, RefusedError
from onepath.publish.forges.gitlab import GitLab
from onepath.publish.forges.gitlab_client import GitLabClient
from onepath.publish.forges.tokens import Token
from onepath.publish.publish import Choices

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"
CHOICES = Choices(labels=("migration", "x"), owners=CodeOwners(b"* @ada @group/sub\n"), draft=True)


@pytest.fixture
def server() -> Iterator[GitLabServer]:
    made = GitLabServer()
    with made.running():
        yield made
    assert made.problems == []


@pytest.fixture
def lab(hub: Any, server: GitLabServer) -> Any:
    """`lab()` publishes two phases; the branches lie beside the project, so only GitLab fails."""
    hub.project.git("remote", "add", "near", str(hub.origin))
    parts = hub.parts()

    def publish(choices: Choices = CHOICES, token: str = TOKEN) -> Any:
        forge = GitLab(client(server, hub, token))
        return hub.publish(choices, forge=forge, parts=parts, remote="near")

    return publish


def client(server: GitLabServer, hub: Any, token: str) -> GitLabClient:
    return GitLabClient(
        server.url, Token(token), "group/sub/app", hub.notes.append, hub.clock.sleep
    )


def statuses(publication: Any) -> list[str]:
    return [one.status for one in publication.parts]


def check_all_there(lab: Any, server: GitLabServer) -> None:
    first, second = server.opened()
    assert len(server.merge_requests) == 2
    assert (first["source_branch"], first["target_branch"]) == (FIRST, "main")
    assert (second["source_branch"], second["target_branch"]) == (SECOND, FIRST)
    for one in (first, second):
        assert one["labels"] == ["migration", "x"]
        assert one["reviewers"] == [{"username": "ada"}]
        assert " ready " in one["description"].splitlines()[0]
    server.requests.clear()
    assert statuses(lab()) == ["unchanged", "unchanged"]
    assert server.writes() == []


def test_each_phase_gets_a_merge_request(lab: Any, server: GitLabServer) -> None:
    done = lab()
    assert statuses(done) == ["created", "created"]
    assert done.stack == "chain"
    first, _ = server.opened()
    assert first["title"] == "Draft: Take canonical-imports to one path"
    assert "| **this** | !3 Take canonical" in first["description"]
    assert done.parts[0].title == "Take canonical-imports to one path"
    assert "@group/sub was not asked for a review" in done.parts[0].notes[0]
    check_all_there(lab, server)


def test_titles_and_texts_of_people_are_kept(lab: Any, server: GitLabServer) -> None:
    lab()
    one = server.merge_requests[3]
    one |= {"title": "My own", "draft": False, "description": f"Hello\n{one['description']}"}
    before = dict(one)
    assert statuses(lab()) == ["unchanged", "unchanged"]
    one["target_branch"] = "other"
    assert statuses(lab()) == ["updated", "unchanged"]
    assert one == before


def test_a_closed_one_is_left_alone(lab: Any, server: GitLabServer) -> None:
    lab()
    server.merge_requests[3]["state"] = "closed"
    assert statuses(lab()) == ["closed", "waiting"]


def test_withdrawing(lab: Any, server: GitLabServer, hub: Any) -> None:
    lab()
    forge = GitLab(client(server, hub, TOKEN))
    forge.target()
    pull = forge.find(FIRST)
    assert pull is not None
    forge.withdraw(pull, pull.body.replace(" ready ", " withdrawn "))
    assert server.merge_requests[3]["state"] == "closed"
    assert statuses(lab()) == ["created", "updated"]


def test_there_are_no_native_stacks(lab: Any, server: GitLabServer) -> None:
    with pytest.raises(RefusedError, match="no native stacks"):
        lab(Choices(stack="native"))
    assert server.merge_requests == {}


CALLS = [
    ("GET", ".*/projects/[^/]+"), ("GET", ".*/merge_requests"), ("POST", ".*/merge_requests"),
    ("PUT", r".*/merge_requests/\d+"), ("GET", ".*/users"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["lost", "cut", "half"])
@pytest.mark.parametrize("times", [1, 30])
def test_connections_that_fail(lab: Any, server: GitLabServer, kind: Any, times: int) -> None:
    for call in CALLS:
        server.merge_requests.clear()
        server.faults = [Fault(*call, kind, times=times)]
        failure = None
        try:
            lab()
        except OnepathError as error:
            failure = error
        server.faults = []
        if times == 1:
            assert failure is None, call
        if failure is not None:
            assert failure.exit_code == 4
            assert TOKEN not in failure.message
            lab()
        check_all_there(lab, server)


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 500, 502])
def test_refusals(lab: Any, server: GitLabServer, status: int) -> None:
    for call in CALLS:
        server.merge_requests.clear()
        server.faults = [Fault(*call, "answer", status, body={"message": f"no {TOKEN}"}, times=30)]
        with pytest.raises(OutsideError) as caught:
            lab()
        assert TOKEN not in caught.value.message
        server.faults = []
        lab()
        check_all_there(lab, server)


def test_a_limit_is_waited_for(lab: Any, server: GitLabServer, monkeypatch: Any) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    server.faults = [Fault("POST", ".*/merge_requests", "answer", 429, {"Retry-After": "9"})]
    lab()
    assert 9 in waits
    check_all_there(lab, server)


def test_a_wrong_token(lab: Any, server: GitLabServer) -> None:
    with pytest.raises(OutsideError) as caught:
        lab(token="glpat-wrong")
    assert "401" in caught.value.message
    assert "not accepted" in caught.value.hint
    assert "glpat-wrong" not in caught.value.message
