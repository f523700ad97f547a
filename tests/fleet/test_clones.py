"""Repositories by address: cloned from a real git server, kept, and brought up to date."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from tests.fleet.conftest import FIRST, Fleet
from tests.publish.git_server import GitServer
from tests.publish.github_server import TOKEN, GitHubServer

from onepath.errors import InputError
from onepath.fleet.members import repository_name


@dataclass
class Served:
    """A project that is served, the fleet that clones it, and the forge."""

    project: Repository
    origin: Path
    server: GitServer
    github: GitHubServer
    fleet: Fleet

    @property
    def name(self) -> str:
        return repository_name(f"{self.server.url}/shop/app.git")

    @property
    def clone(self) -> Path:
        return self.fleet.top / ".migrate-fleet" / "clones" / f"{self.name}.git"

    def push(self, files: dict[str, str]) -> str:
        commit = self.project.commit(files, "more")
        self.project.git("push", "--quiet", "origin", "main")
        return commit

    def missing(self) -> list[str]:
        """The objects of history that the clone does not have."""
        done = subprocess.run(
            ["git", "--git-dir", self.clone, "rev-list", "--objects", "--all", "--missing=print"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        return [line for line in done.stdout.splitlines() if line.startswith("?")]


@pytest.fixture
def served(fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    project = fleet.add("app", {"old.py": "first = 1\n"})
    project.commit({"old.py": "second = 2\n"}, "another content")
    origin = tmp_path / "served" / "shop" / "app.git"
    origin.parent.mkdir(parents=True)
    project.git("clone", "--quiet", "--bare", str(project.path), str(origin))
    for key in ("allowFilter", "allowAnySHA1InWant"):
        project.git("--git-dir", str(origin), "config", f"uploadpack.{key}", "true")
    server, github = GitServer(tmp_path / "served"), GitHubServer(origin, stacks=False)
    for name in ("GH_TOKEN", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    with server.running(), github.running():
        project.git("remote", "add", "origin", f"{server.url}/shop/app.git")
        fleet.write(f'[[repositories]]\nurl = "{server.url}/shop/app.git"\n')
        yield Served(project, origin, server, github, fleet)
    assert github.problems == []


def test_a_clone_has_the_files_of_branches_and_not_those_of_history(served: Served) -> None:
    done = served.fleet.json("plan").by_name[served.name]
    assert done["result"]["base"] == served.project.git("rev-parse", "HEAD")
    assert done["place"] == f"{served.server.url}/shop/app.git"
    first = served.project.git("rev-parse", "HEAD~1:old.py")
    assert served.missing() == [f"?{first}"]


def test_a_clone_is_brought_up_to_date_unless_it_shall_not(served: Served) -> None:
    served.fleet("apply")
    old = served.project.git("rev-parse", "HEAD")
    new = served.push({"more.py": "from shop.old import Name\n"})
    kept = served.fleet.json("plan", "--no-fetch").by_name[served.name]
    assert kept["result"]["base"] == old
    moved = served.fleet.json("apply").by_name[served.name]["result"]
    assert moved["base"] == new
    assert [one["status"] for one in moved["branches"]] == ["moved", "moved"]


def test_pull_requests_are_opened_from_a_clone_and_not_twice(served: Served) -> None:
    done = served.fleet.json("pr", "--forge", "github", "--draft").by_name[served.name]["result"]
    assert [one["status"] for one in done["pull_requests"]] == ["created", "created"]
    assert all(pull["draft"] for pull in served.github.open_pulls())
    listed = served.project.git("--git-dir", str(served.origin), "for-each-ref", "refs/heads")
    assert FIRST in listed
    again = served.fleet("pr", "--forge", "github").out
    assert f"{served.name}  done  #7 unchanged, #8 unchanged\n" in again
    shown = served.fleet("status").out
    assert f"{served.name}  done  2 landed\n" in shown


def test_what_a_person_pushed_to_a_branch_is_kept(served: Served, tmp_path: Path) -> None:
    served.fleet("pr", "--forge", "github")
    other = tmp_path / "other"
    served.project.git("clone", "--quiet", "--branch", FIRST, str(served.origin), str(other))
    (other / "shop" / "new.py").write_text("class Name:\n    x = 1\n")
    served.project.git("-C", str(other), "commit", "--quiet", "--all", "--message", "a person's")
    served.project.git("-C", str(other), "push", "--quiet")
    served.push({"more.py": "from shop.old import Name\n"})
    done = served.fleet.json("pr", "--forge", "github").by_name[served.name]["result"]
    assert [one["people"] for one in done["pull_requests"]] == [1, 0]
    log = served.project.git("--git-dir", str(served.origin), "log", "--format=%s", FIRST)
    assert log.splitlines()[0] == "a person's"


def test_a_server_that_is_down_says_so_and_leaves_nothing_half_made(served: Served) -> None:
    served.server.down = True
    done = served.fleet.json("plan", code=4).by_name[served.name]
    assert "git fetch failed" in done["reason"]
    assert list(served.clone.parent.iterdir()) == []
    served.server.down = False
    served.fleet("plan")
    served.server.down = True
    served.fleet("plan", "--no-fetch")
    served.fleet("plan", code=4)


def test_an_address_with_nothing_in_it_or_another_branch(
    served: Served, make_repository: Callable[..., Any]
) -> None:
    empty = served.origin.with_name("empty.git")
    served.project.git("init", "--quiet", "--bare", str(empty))
    url = f"{served.server.url}/shop/empty.git"
    served.fleet.write(f'[[repositories]]\nurl = "{url}"\n')
    assert "it has no commit" in served.fleet("plan", code=2).out
    served.fleet.write(
        f'[[repositories]]\nurl = "{served.server.url}/shop/app.git"\nrev = "release"\n'
    )
    assert "release: no such revision" in served.fleet("plan", code=2).out
    served.project.git("push", "--quiet", "origin", "HEAD~1:refs/heads/release")
    done = served.fleet.json("plan").by_name[served.name]["result"]
    assert done["base"] == served.project.git("rev-parse", "HEAD~1")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://git.example.org/shop/app.git", "git.example.org/shop/app"),
        ("https://ada:secret@git.example.org/shop/app", "git.example.org/shop/app"),
        ("https://git.example.org:8443/a/b/c.git/", "git.example.org_8443/a/b/c"),
        ("git@git.example.org:shop/app.git", "git.example.org/shop/app"),
        ("ssh://git@git.example.org/~ada/app", "git.example.org/_ada/app"),
        ("https://git.example.org/../../etc/app", "git.example.org/etc/app"),
    ],
)
def test_a_clone_is_called_after_its_address_and_stays_in_its_folder(url: str, name: str) -> None:
    assert repository_name(url) == name


def test_an_address_without_a_path_names_nothing() -> None:
    with pytest.raises(InputError, match="names no repository"):
        repository_name("https://git.example.org/")
