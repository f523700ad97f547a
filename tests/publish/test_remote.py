"""Addresses of remotes in every form that git takes, and tokens that go nowhere else."""

import os
import traceback
from pathlib import Path

import pytest

from onepath.errors import InputError
from onepath.publish.forges.remote import (
    check_transport,
    github_api,
    gitlab_server,
    guess_forge,
    owner_and_name,
    parse_url,
    without_credentials,
)
from onepath.publish.forges.tokens import Token, github_token, gitlab_token


@pytest.mark.parametrize(
    ("url", "scheme", "host", "path"),
    [
        ("https://github.com/shop/app.git", "https", "github.com", "shop/app"),
        ("https://github.com/shop/app", "https", "github.com", "shop/app"),
        ("https://github.com/shop/app/", "https", "github.com", "shop/app"),
        ("https://ada:s3cret@GitHub.com/shop/app.git", "https", "github.com", "shop/app"),
        ("git@github.com:shop/app.git", "ssh", "github.com", "shop/app"),
        ("github.com:shop/app", "ssh", "github.com", "shop/app"),
        ("git@github.com:/shop/app.git", "ssh", "github.com", "shop/app"),
        ("ssh://git@github.com/shop/app.git", "ssh", "github.com", "shop/app"),
        ("ssh://git@ssh.github.com:443/shop/app.git", "ssh", "github.com", "shop/app"),
        ("git+ssh://git@ghe.example:7999/shop/app", "ssh", "ghe.example", "shop/app"),
        ("git@[::1]:shop/app.git", "ssh", "::1", "shop/app"),
        ("git://ghe.example/shop/app.git", "git", "ghe.example", "shop/app"),
        ("https://gitlab.example:8443/a/b/c.git", "https", "gitlab.example", "a/b/c"),
        ("https://dev.example/a%20b/c", "https", "dev.example", "a b/c"),
        ("/srv/git/app.git", "file", "", "srv/git/app"),
        ("../app", "file", "", "../app"),
        ("file:///srv/app.git", "file", "", "srv/app"),
    ],
)
def test_addresses(url: str, scheme: str, host: str, path: str) -> None:
    remote = parse_url("origin", url)
    assert (remote.scheme, remote.host, remote.path) == (scheme, host, path)


@pytest.mark.parametrize("url", ["https://github.com:port/a/b", "https://[::1/a/b"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InputError):
        parse_url("origin", url)


@pytest.mark.parametrize(
    ("url", "environment", "api"),
    [
        ("git@github.com:a/b", {}, "https://api.github.com"),
        ("https://acme.ghe.com/a/b", {}, "https://api.acme.ghe.com"),
        ("git@ghe.example:a/b", {}, "https://ghe.example/api/v3"),
        ("https://ghe.example:8443/a/b", {}, "https://ghe.example:8443/api/v3"),
        ("ssh://git@ghe.example:7999/a/b", {}, "https://ghe.example/api/v3"),
        ("git@ghe.example:a/b", {"GITHUB_API_URL": "https://ghe.example/api/v3/"},
         "https://ghe.example/api/v3"),
        ("git@github.com:a/b", {"GITHUB_API_URL": "https://api.github.com"},
         "https://api.github.com"),
        # The workflow's own server is not the remote's: its token must not go there.
        ("git@ghe.example:a/b", {"GITHUB_API_URL": "https://api.github.com"},
         "https://ghe.example/api/v3"),
        ("git@github.com:a/b", {"GITHUB_API_URL": "https://evil.example"},
         "https://api.github.com"),
    ],
)  # fmt: skip
def test_the_api_of_github(url: str, environment: dict[str, str], api: str) -> None:
    assert github_api(parse_url("origin", url), environment) == api


def test_the_server_of_gitlab() -> None:
    remote = parse_url("origin", "git@gitlab.example:a/b/c.git")
    assert gitlab_server(remote, {}) == "https://gitlab.example"
    known = {"CI_SERVER_URL": "https://gitlab.example:8443"}
    assert gitlab_server(remote, known) == "https://gitlab.example:8443"
    assert gitlab_server(remote, {"CI_SERVER_URL": "https://x.example"}) == "https://gitlab.example"


@pytest.mark.parametrize(
    ("url", "environment", "forge"),
    [
        ("git@github.com:a/b", {}, "github"),
        ("https://acme.ghe.com/a/b", {}, "github"),
        ("https://github.acme.example/a/b", {}, "github"),
        ("https://code.example/a/b", {"GITHUB_SERVER_URL": "https://code.example"}, "github"),
        ("git@gitlab.com:a/b/c", {}, "gitlab"),
        ("https://gitlab.gnome.org/a/b", {}, "gitlab"),
        ("https://code.example/a/b", {"CI_SERVER_HOST": "code.example"}, "gitlab"),
    ],
)
def test_the_forge_is_guessed(url: str, environment: dict[str, str], forge: str) -> None:
    assert guess_forge(parse_url("origin", url), environment) == forge


@pytest.mark.parametrize(
    "url", ["https://code.example/a/b", "/srv/app.git", "https://mygithub.com/a/b"]
)
def test_nothing_is_guessed_without_a_reason(url: str) -> None:
    with pytest.raises(InputError, match="nothing says"):
        guess_forge(parse_url("origin", url), {})


@pytest.mark.parametrize("url", ["https://github.com/a", "https://github.com/a/b/c", "git@h:a/b?c"])
def test_a_repository_needs_an_owner_and_a_name(url: str) -> None:
    with pytest.raises(InputError, match="names no repository"):
        owner_and_name(parse_url("origin", url))


def test_tokens_go_over_https_or_stay_on_this_machine() -> None:
    for address in ("https://ghe.example/api/v3", "http://127.0.0.1:80", "http://localhost:80/x"):
        check_transport(address)
    for address in (
        "http://ghe.example/api/v3",
        "ftp://127.0.0.1",
        "http://127.0.0.1.evil.example",
    ):
        with pytest.raises(InputError, match="only sent over https"):
            check_transport(address)


def test_credentials_are_taken_out_of_text() -> None:
    text = "unable to access 'https://ada:s3cret@h/a/': no; ssh://git@h/x"
    assert without_credentials(text) == "unable to access 'https://h/a/': no; ssh://h/x"


# ------------------------------------------------------------------- tokens


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `gh` that gives the content of a file, and nothing else on the PATH of that name."""
    script = tmp_path / "gh"
    script.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/token 2>/dev/null\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize(
    ("host", "environment", "token"),
    [
        ("github.com", {"GH_TOKEN": "one", "GITHUB_TOKEN": "two"}, "one"),
        ("github.com", {"GH_TOKEN": " ", "GITHUB_TOKEN": "two\n"}, "two"),
        ("acme.ghe.com", {"GITHUB_TOKEN": "two"}, "two"),
        ("ghe.example", {"GITHUB_TOKEN": "two", "GH_ENTERPRISE_TOKEN": "three"}, "three"),
        ("ghe.example", {"GITHUB_TOKEN": "two", "GITHUB_SERVER_URL": "https://ghe.example"}, "two"),
        (
            "ghe.example",
            {"GITHUB_TOKEN": "two", "GITHUB_API_URL": "https://ghe.example/api"},
            "two",
        ),
    ],
)
def test_where_a_token_comes_from(
    host: str, environment: dict[str, str], token: str, gh: Path
) -> None:
    assert github_token(host, environment).reveal() == token
    assert not (gh / "asked").exists()


def test_gh_is_asked_last(gh: Path) -> None:
    (gh / "token").write_text("gho_from_gh\n")
    # A token for github.com is not for another host.
    assert github_token("ghe.example", {"GITHUB_TOKEN": "two"}).reveal() == "gho_from_gh"
    assert (gh / "asked").read_text() == "auth token --hostname ghe.example\n"


def test_without_a_token(gh: Path) -> None:
    with pytest.raises(InputError, match=r"no token for github\.com") as caught:
        github_token("github.com", {})
    assert "GITHUB_TOKEN" in caught.value.hint
    with pytest.raises(InputError) as caught:
        gitlab_token("gitlab.com", {})
    assert "GITLAB_TOKEN" in caught.value.hint


def test_a_token_that_would_end_the_header_is_refused_and_not_shown() -> None:
    for value in ("secret\r\nX-Other: 1", "sécret", "two words"):
        with pytest.raises(InputError) as caught:
            gitlab_token("gitlab.com", {"GITLAB_TOKEN": value})
        assert value not in caught.value.message + caught.value.hint


def test_a_token_does_not_show_itself() -> None:
    token = Token("s3cret")
    assert (repr(token), str(token), f"{token}") == ("***", "***", "***")
    assert token.hide("a s3cret b") == "a *** b"
    try:
        raise ValueError(token)
    except ValueError as error:
        shown = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
        assert "s3cret" not in shown.replace('Token("s3cret")', "").replace('"s3cret"', "")
