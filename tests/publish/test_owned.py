"""The repositories of an owner, as stand-ins for GitHub and GitLab list them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.publish import github_server, gitlab_server
from tests.publish.github_server import GitHubServer
from tests.publish.gitlab_server import GitLabServer
from tests.publish.web import Fault

from onepath.errors import InputError, OutsideError
from onepath.publish.forges.owned import OwnedRepository, owned_repositories, parse_owner


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHubServer]:
    made = GitHubServer(tmp_path, stacks=False)
    with made.running():
        yield made
    assert made.problems == []


@pytest.fixture
def lab() -> Iterator[GitLabServer]:
    made = GitLabServer()
    with made.running():
        yield made
    assert made.problems == []


def at_github(hub: GitHubServer, owner: str, token: str = github_server.TOKEN) -> list[str]:
    environment = {"GITHUB_API_URL": hub.url, "GITHUB_TOKEN": token}
    asked = parse_owner(f"http://127.0.0.1/{owner}")
    listed = owned_repositories(asked, "github", lambda _: None, environment)
    return [one.name for one in listed]


def at_gitlab(lab: GitLabServer, owner: str) -> list[OwnedRepository]:
    environment = {"CI_SERVER_URL": lab.url, "GITLAB_TOKEN": gitlab_server.TOKEN}
    asked = parse_owner(f"http://127.0.0.1/{owner}")
    return owned_repositories(asked, "gitlab", lambda _: None, environment)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_every_page_of_an_organisation_is_read(hub: GitHubServer, count: int) -> None:
    for number in range(count):
        hub.owners.add("shop", f"r{number:03}")
    assert at_github(hub, "shop") == [f"shop/r{number:03}" for number in range(count)]
    assert len(hub.requests) == -(-count // 100)


def test_an_organisation_without_repositories_is_no_user(hub: GitHubServer) -> None:
    hub.owners.organisations["shop"] = []
    assert at_github(hub, "shop") == []
    assert [one.path for one in hub.requests] == ["/orgs/shop/repos"]


def test_what_a_repository_is_comes_with_it(hub: GitHubServer) -> None:
    hub.owners.add("shop", "plain")
    hub.owners.add("shop", "copy", fork=True)
    hub.owners.add("shop", "old", archived=True)
    hub.owners.add("shop", "off", disabled=True)
    environment = {"GITHUB_API_URL": hub.url, "GITHUB_TOKEN": github_server.TOKEN}
    listed = owned_repositories(
        parse_owner("http://127.0.0.1/shop"), "github", lambda _: None, environment
    )
    assert [(one.name, one.is_archived, one.is_fork) for one in listed] == [
        ("shop/copy", False, True),
        ("shop/off", True, False),
        ("shop/old", True, False),
        ("shop/plain", False, False),
    ]
    assert listed[3][1:3] == (
        "https://github.test/shop/plain.git",
        "git@github.test:shop/plain.git",
    )


@pytest.mark.parametrize(
    ("whose", "names"),
    [
        ("ada", ["ada/open", "ada/secret"]),
        ("Ada", ["ada/open", "ada/secret"]),
        ("ben", ["ada/open"]),
        (None, ["ada/open"]),
    ],
)
def test_private_repositories_are_listed_for_their_own_user(
    hub: GitHubServer, whose: str | None, names: list[str]
) -> None:
    hub.owners.add("ada", "open", of="users")
    hub.owners.add("ada", "secret", of="users", private=True)
    hub.owners.users["Ada"] = hub.owners.users["ada"]
    hub.owners.user = whose
    assert at_github(hub, "ada") == names


def test_an_owner_that_is_not_there_and_a_token_that_is_wrong_are_told(hub: GitHubServer) -> None:
    with pytest.raises(OutsideError, match="/users/nobody/repos: status 404"):
        at_github(hub, "nobody")
    with pytest.raises(OutsideError, match="status 401"):
        at_github(hub, "shop", "ghp_wrong")


def test_a_list_that_breaks_off_is_no_list(
    hub: GitHubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of it would make a name safe that somebody uses."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    for number in range(150):
        hub.owners.add("shop", f"r{number:03}")
    hub.faults.append(Fault("GET", "/orgs/shop/repos", "answer", 502, skip=1, times=9))
    with pytest.raises(OutsideError, match="status 502"):
        at_github(hub, "shop")


def test_groups_in_groups_and_users_of_gitlab(lab: GitLabServer) -> None:
    for number in range(120):
        lab.own("shop", f"shop/sub/r{number:03}")
    lab.own("shop/sub", "shop/sub/app", archived=True, forked_from_project={"id": 1})
    lab.own("5", "ada/app")
    assert len(at_gitlab(lab, "shop")) == 120
    asked = [one.query for one in lab.requests if one.path.endswith("/projects")]
    assert [(one["include_subgroups"], one["with_shared"]) for one in asked] == [
        ("True", "False")
    ] * 2
    assert at_gitlab(lab, "shop/sub") == [
        OwnedRepository(
            "shop/sub/app",
            "https://gitlab.test/shop/sub/app.git",
            "git@ssh.gitlab.test:shop/sub/app.git",
            is_archived=True,
            is_fork=True,
        )
    ]
    assert [one.name for one in at_gitlab(lab, "ada")] == ["ada/app"]
    with pytest.raises(OutsideError, match="404 Group Not Found"):
        at_gitlab(lab, "nobody")


@pytest.mark.parametrize(
    ("text", "scheme", "host", "path"),
    [
        ("shop", "https", "github.com", "shop"),
        ("https://github.com/shop/", "https", "github.com", "shop"),
        ("git@github.com:shop", "ssh", "github.com", "shop"),
        ("https://gitlab.example/shop/sub", "https", "gitlab.example", "shop/sub"),
    ],
)
def test_an_owner_is_read_as_it_is_written(text: str, scheme: str, host: str, path: str) -> None:
    owner = parse_owner(text)
    assert (owner.scheme, owner.host, owner.path) == (scheme, host, path)


def test_what_names_nobody_or_no_forge_is_told() -> None:
    with pytest.raises(InputError, match="names nobody"):
        parse_owner("https://github.com/")
    with pytest.raises(InputError, match="nothing says whether"):
        owned_repositories(parse_owner("https://git.example/shop"), None, print, {})
    with pytest.raises(InputError, match="only sent over https"):
        owned_repositories(
            parse_owner("http://git.example/shop"),
            "github",
            print,
            {"GITHUB_API_URL": "http://git.example/api/v3", "GITHUB_TOKEN": "x"},
        )
