"""Repositories by their owner: listed by a forge, cloned from a real git server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.fleet.conftest import FIRST, Fleet
from tests.publish.git_server import GitServer
from tests.publish.github_server import TOKEN, GitHubServer
from tests.publish.web import Fault

from onepath.errors import InputError, OutsideError
from onepath.fleet.manifest import read_manifest
from onepath.fleet.members import members
from onepath.publish.forges.owned import OwnedRepository


@dataclass
class Company:
    """An organisation at a forge, and the fleet that is all it has."""

    fleet: Fleet
    served: Path
    git: GitServer
    github: GitHubServer

    @property
    def host(self) -> str:
        """What clones of it are called after."""
        return self.git.url.removeprefix("http://").replace(":", "_")

    def add(self, name: str, **more: bool) -> None:
        """Give the organisation a repository that can be cloned."""
        project = self.fleet.add(name)
        bare = self.served / "shop" / f"{name}.git"
        project.git("clone", "--quiet", "--bare", str(project.path), str(bare))
        for key in ("allowFilter", "allowAnySHA1InWant"):
            project.git("--git-dir", str(bare), "config", f"uploadpack.{key}", "true")
        self.github.owners.add("shop", name, **more)

    def write(self, more: str = "") -> None:
        """Have a fleet of the organisation alone."""
        owner = f'owner = "{self.git.url}/shop"\nforge = "github"\n'
        self.fleet.write(f"[[repositories]]\n{owner}{more}")

    def names(self, *arguments: str) -> list[str]:
        """The repositories that a run plans, as the organisation calls them."""
        done = self.fleet.json("plan", *arguments)
        return [one.removeprefix(f"{self.host}/shop/") for one in done.by_name]


@pytest.fixture
def company(fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    served = tmp_path / "served"
    served.mkdir()
    git, github = GitServer(served), GitHubServer(served / "shop" / "app.git", stacks=False)
    github.owners.web = git.url
    for name in ("GH_TOKEN", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    with git.running(), github.running():
        made = Company(fleet, served, git, github)
        made.write()
        yield made
    assert github.problems == []


def test_all_that_an_owner_has_is_planned_and_published(company: Company) -> None:
    for name in ("app", "lib"):
        company.add(name)
    assert company.names() == ["app", "lib"]
    done = company.fleet.json("pr", "--forge", "github", "--only", "*/app")
    (one,) = done.document["repositories"]
    assert [pull["status"] for pull in one["result"]["pull_requests"]] == ["created", "created"]
    assert company.github.open_pulls()[0]["head"] == FIRST


def test_a_repository_that_is_new_at_the_forge_belongs_to_the_next_run(company: Company) -> None:
    company.add("app")
    assert company.names() == ["app"]
    company.add("new")
    assert company.names("--no-fetch") == ["app"]
    assert company.names() == ["app", "new"]


def test_archived_ones_and_forks_are_left_out_and_told(company: Company) -> None:
    company.add("app")
    company.add("old", archived=True)
    company.add("copy", fork=True)
    done = company.fleet.json("plan")
    assert len(done.by_name) == 1
    assert "left out: 1 archived, 1 fork\n" in done.err
    assert done.document["left_out"][0].endswith('/shop": left out: 1 archived, 1 fork')
    company.write("archived = true\nforks = true\n")
    assert company.names() == ["app", "copy", "old"]
    company.write('archived = true\nexclude = ["o*"]\n')
    assert company.names() == ["app"]


def test_what_was_left_out_does_not_keep_a_name_but_an_owner_without_repositories_does(
    company: Company,
) -> None:
    company.add("app")
    company.add("copy", fork=True)
    assert "safe to delete: every" in company.fleet("uses", "acme.Nothing").out
    company.write('exclude = ["*"]\n')
    assert "is chosen" in company.fleet("uses", "acme.Nothing", code=2).err
    company.fleet.add("near")
    company.fleet.write(f'{company.fleet.file.read_text()}[[repositories]]\npath = "repos/near"\n')
    done = company.fleet("uses", "acme.Nothing", code=1)
    assert "gives no repository" in done.err
    assert "not known to be safe" in done.out


def test_a_forge_that_is_down_is_one_line_and_keeps_nobody_from_anything(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    company.add("app")
    company.fleet.write(f'{company.fleet.file.read_text()}[[repositories]]\npath = "repos/app"\n')
    company.github.faults.append(Fault("GET", "/orgs/shop/repos", "answer", 502, times=99))
    done = company.fleet.json("plan", code=4)
    assert {name: one["code"] for name, one in done.by_name.items()} == {
        f"{company.host}/shop/*": 4,
        "repos/app": 0,
    }
    assert "status 502" in done.by_name[f"{company.host}/shop/*"]["reason"]
    assert "not known to be safe" in company.fleet("uses", "acme.Nothing", code=4).out
    assert "status 502" in company.fleet("plan", "--only", "*/shop/app", code=4).out


def test_nothing_is_known_of_an_owner_before_the_first_run(company: Company) -> None:
    done = company.fleet("plan", "--no-fetch", code=2)
    assert "it is not known what owner" in done.out
    assert company.github.requests == []


@pytest.mark.parametrize(
    ("owner", "https", "ssh", "problem"),
    [
        ("https://github.com/shop", "https://github.com/shop/a.git", "", ""),
        ("https://github.com/shop", "http://github.com/shop/a.git", "", "not https at github.com"),
        ("https://github.com/shop", "https://evil.example/shop/a", "", "not https at github.com"),
        ("https://github.com/shop", "file:///etc", "", "not https at github.com"),
        ("git@github.com:shop", "", "git@github.com:shop/a.git", ""),
        ("git@gitlab.example:shop", "", "git@ssh.gitlab.example:shop/a.git", ""),
        ("git@github.com:shop", "", "ext::sh -c x", "not ssh at github.com"),
    ],
)
def test_a_forge_does_not_choose_how_it_is_cloned_from(
    fleet: Fleet, owner: str, https: str, ssh: str, problem: str
) -> None:
    fleet.write(f'[[repositories]]\nowner = "{owner}"\nforge = "github"\n')
    listing = [OwnedRepository("shop/a", https, ssh)]
    (member,) = members(read_manifest(fleet.file), lambda _: listing).members
    if problem:
        assert isinstance(member.problem, OutsideError)
        assert problem in member.problem.message
    else:
        assert (member.problem, member.url) == (None, https or ssh)


def test_credentials_in_the_address_of_an_owner_are_not_shown(fleet: Fleet) -> None:
    fleet.write('[[repositories]]\nowner = "https://ada:secret@github.com/shop"\n')

    def listing(_: object) -> list[OwnedRepository]:
        raise InputError("no")

    found = members(read_manifest(fleet.file), listing).members
    assert [(one.name, one.shown) for one in found] == [
        ("github.com/shop/*", "https://github.com/shop")
    ]
    assert "secret" not in members(read_manifest(fleet.file), lambda _: []).missing[0]
