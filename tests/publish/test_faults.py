"""What a forge or the network can do to a run; after each, another run finishes the work."""

from typing import Any

import pytest
import requests
from tests.publish.github_server import TOKEN
from tests.publish.web import Fault

from onepath.config.owners import CodeOwners
from onepath.errors import OnepathError, OutsideError
from onepath.publish.forges import http
from onepath.publish.publish import Choices

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"
CHOICES = Choices(labels=("migration",), owners=CodeOwners(b"* @ada @shop/core\n"), draft=True)

REPOSITORY = ("GET", "/repos/shop/app")
LIST = ("GET", ".*/pulls")
CREATE = ("POST", ".*/pulls")
LABEL = ("POST", ".*/labels")
REVIEW = ("POST", ".*/requested_reviewers")
UPDATE = ("PATCH", r".*/pulls/\d+")
STACKS = ("GET", ".*/stacks")
STACK = ("POST", ".*/stacks")
EVERY_CALL = [REPOSITORY, LIST, CREATE, LABEL, REVIEW, UPDATE, STACKS, STACK]
NAMES = ["repository", "list", "create", "label", "review", "update", "stacks", "stack"]

LIMITS = {
    "retry-after": (
        403,
        {"retry-after": "30"},
        {"message": "You have exceeded a secondary rate limit"},
    ),
    "reset": (
        403,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000060"},
        {"message": "no"},
    ),
    "429": (429, {"retry-after": "7"}, {"message": "slow down"}),
    "said": (403, {}, {"message": "You have exceeded a secondary rate limit. Please wait."}),
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_TIMEOUTS", (2.0, 0.5))


@pytest.fixture
def hub(make_hub: Any) -> Any:
    """A forge with stacks; two phases have landed. The branches lie beside it: only it fails."""
    made = make_hub(stacks=True)
    made.land()
    made.project.git("remote", "add", "near", str(made.origin))
    made.ready = made.parts()
    return made


def publish(hub: Any, **more: Any) -> Any:
    return hub.publish(CHOICES, parts=hub.ready, remote="near", **more)


def check_all_there(hub: Any) -> None:
    """One pull request for each branch, complete; and nothing is left to do."""
    first, second = hub.github.open_pulls()
    assert [first["head"], second["head"]] == [FIRST, SECOND]
    assert len(hub.github.pulls) == 2
    assert [first["base"], second["base"]] == ["main", FIRST]
    for pull in (first, second):
        assert pull["labels"] == ["migration"]
        assert (pull["reviewers"], pull["teams"]) == (["ada"], ["core"])
        assert " ready " in pull["body"].splitlines()[0]
    assert list(hub.github.stacks.values()) == [[first["number"], second["number"]]]
    hub.github.requests.clear()
    assert [one.status for one in publish(hub).parts] == ["unchanged", "unchanged"]
    assert hub.github.writes() == []
    assert hub.github.problems == []


def run_twice(hub: Any, fault: Fault) -> OnepathError | None:
    """Publish with a fault; if that failed, once more without. Returns the failure."""
    hub.github.forget()
    hub.github.faults = [fault]
    failure = None
    try:
        publish(hub)
    except OnepathError as error:
        failure = error
    hub.github.faults = []
    if failure is not None:
        assert failure.exit_code == 4
        assert TOKEN not in failure.message + failure.hint
        publish(hub)
    check_all_there(hub)
    return failure


@pytest.mark.parametrize("kind", ["lost", "cut", "half", "hang"])
def test_a_connection_that_fails_once(hub: Any, kind: Any) -> None:
    for call in EVERY_CALL:
        assert run_twice(hub, Fault(*call, kind)) is None, f"{call}: once is no reason to give up"


def test_a_server_in_trouble_once(hub: Any) -> None:
    for call, status in zip(EVERY_CALL, [500, 502, 503, 504] * 2, strict=True):
        assert run_twice(hub, Fault(*call, "answer", status)) is None, call


@pytest.mark.parametrize("kind", ["lost", "cut", "half"])
def test_a_connection_that_stays_bad(hub: Any, kind: Any) -> None:
    for call in EVERY_CALL:
        failure = run_twice(hub, Fault(*call, kind, times=20))
        # What was carried out each time is found when it is looked for.
        carried_out = kind in ("cut", "half") and call in (CREATE, STACK)
        assert (failure is None) == carried_out, call


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422])
def test_a_refusal(hub: Any, status: int) -> None:
    """What a forge does not want to do now it may want to do later."""
    for call in EVERY_CALL:
        for skip in (0, 1):
            fault = Fault(*call, "answer", status, body={"message": "no"}, times=20, skip=skip)
            if call == REVIEW and status in (404, 409, 422):
                check_nobody_asked(hub, fault)
            elif call == STACKS and skip == 0 and status in (403, 404, 409, 422):
                check_chained(hub, fault)
            else:
                failure = run_twice(hub, fault)
                assert failure is None or "status" in failure.message, call


def check_nobody_asked(hub: Any, fault: Fault) -> None:
    """A review that is refused is said, and keeps nothing else from being done."""
    hub.github.forget()
    hub.github.faults = [fault]
    done = publish(hub)
    assert any("was not asked for a review" in note for one in done.parts for note in one.notes)
    assert len(hub.github.open_pulls()) == 2
    hub.github.faults = []
    assert [one.status for one in publish(hub).parts] == ["unchanged", "unchanged"]


def check_chained(hub: Any, fault: Fault) -> None:
    """A server that does not answer for stacks has none; later it may."""
    hub.github.forget()
    hub.github.faults = [fault]
    assert publish(hub).stack == "chain"
    assert hub.github.stacks == {}
    hub.github.faults = []
    assert publish(hub).stack == "native"
    check_all_there(hub)


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_waited_for(hub: Any, limit: str) -> None:
    status, headers, body = LIMITS[limit]
    wanted = {"retry-after": 30, "429": 7, "said": 60}
    for call in EVERY_CALL:
        hub.clock.waits, hub.notes[:] = [], []
        assert run_twice(hub, Fault(*call, "answer", status, headers, body)) is None, call
        longest = max(hub.clock.waits)
        assert longest == wanted[limit] if limit in wanted else 1 <= longest <= 61
        assert any("the limit of requests is reached; waiting" in note for note in hub.notes)


def test_a_long_limit_is_not_waited_for(hub: Any) -> None:
    fault = Fault(*CREATE, "answer", 403, {"retry-after": "3000"}, {"message": "limit"}, skip=1)
    failure = run_twice(hub, fault)
    assert failure is not None
    assert "the limit of requests is reached until" in failure.message
    assert "goes on where it stopped" in failure.hint


def test_writes_are_a_second_apart(hub: Any) -> None:
    publish(hub)
    writes = len(hub.github.writes())
    assert writes > 5
    assert len([wait for wait in hub.clock.waits if 0.9 < wait <= 1]) == writes - 1


def test_somebody_else_opens_it_meanwhile(hub: Any) -> None:
    """Two machines publish at once: the other's pull request is taken."""
    real, done = hub.github._create, []

    def create(request: Any, operation: Any) -> Any:
        answer = real(request, operation)
        if done:
            return answer
        done.append(answer)
        return real(request, operation)

    hub.github._create = create
    publish(hub)
    check_all_there(hub)


def test_a_server_that_redirects(hub: Any) -> None:
    """A repository that has got another name is followed, and used by that name."""
    to = f"{hub.github.url}/repos/shop/renamed"
    hub.github.faults = [
        Fault(*REPOSITORY, "answer", 301, {"Location": to}, {"url": to, "message": "moved"})
    ]
    hub.github.full_name = "shop/renamed"
    publish(hub)
    assert {one.path.split("/")[3] for one in hub.github.requests[1:]} == {"renamed"}
    assert len(hub.github.open_pulls()) == 2


def test_a_token_is_not_sent_to_where_a_redirect_leads(hub: Any, make_hub: Any) -> None:
    to = f"http://localhost:{hub.github.url.rpartition(':')[2]}/repos/shop/app"
    hub.github.faults = [Fault(*REPOSITORY, "answer", 302, {"Location": to}, {"message": "there"})]
    with pytest.raises(OutsideError, match="status 302"):
        publish(hub)
    assert len(hub.github.requests) == 1


def test_an_answer_that_is_no_json(hub: Any) -> None:
    import types

    real = hub.github._send

    def send(handler: Any, status: int, body: Any, headers: Any, **more: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "14")
        handler.end_headers()
        handler.wfile.write(b"<html>hotel</h")

    hub.github._send = types.MethodType(lambda _, *a, **k: send(*a, **k), hub.github)
    with pytest.raises(OutsideError, match="its answer is no JSON"):
        publish(hub)
    hub.github._send = real
    publish(hub)
    check_all_there(hub)


def test_the_token_is_in_no_message_and_no_traceback(hub: Any) -> None:
    import traceback

    body = {"message": f"bad token {TOKEN}", "errors": [{"message": TOKEN}, TOKEN]}
    hub.github.faults = [Fault(*CREATE, "answer", 403, body=body)]
    with pytest.raises(OutsideError) as caught:
        publish(hub)
    shown = "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )
    assert TOKEN not in shown.replace(repr(body), "")
    assert "bad token ***" in caught.value.message
    client = hub.forge()._client
    assert TOKEN not in repr(client)


def test_a_netrc_does_not_replace_the_token(
    hub: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(hub.github.url) == ("other", "other")
    publish(hub)
    check_all_there(hub)


@pytest.mark.parametrize("after", range(12))
def test_killed_after_any_request(hub: Any, after: int) -> None:
    """The process ends without a word somewhere in the middle; another run finishes."""

    class KilledError(BaseException):
        pass

    forge = hub.forge()
    real, count = forge._client._send, 0

    def send(*arguments: Any) -> Any:
        nonlocal count
        answer = real(*arguments)
        count += 1
        if count > after:
            raise KilledError
        return answer

    forge._client._send = send
    try:
        publish(hub, forge=forge)
    except KilledError:
        publish(hub)
    check_all_there(hub)
