import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.land.conftest import FILES, plan_of, two_phases
from tests.publish.git_server import GitServer
from tests.publish.github_server import TOKEN, GitHubServer
from tests.publish.web import Clock

from onepath.model import Phase, Plan
from onepath.publish.forges.github import GitHub
from onepath.publish.forges.http import Client
from onepath.publish.forges.tokens import Token
from onepath.publish.landed import landed_parts
from onepath.publish.part import PhasePart
from onepath.publish.publish import Choices, Publication, publish
from onepath.snapshot.repository import Repository
from onepath.state.branches.landing import land


@dataclass
class Hub:
    """A project, its origin on a real git server, and the forge beside it."""

    project: Any
    origin: Path
    git: GitServer
    github: GitHubServer
    repository: Repository
    plan: Plan
    clock: Clock
    notes: list[str]
    ready: Sequence[PhasePart] = ()

    def land(self, phases: Sequence[Phase] | None = None) -> None:
        land(self.repository, self.plan, self.plan.phases if phases is None else phases)

    def parts(self, phases: Sequence[Phase] | None = None) -> list[PhasePart]:
        chosen = self.plan.phases if phases is None else phases
        landed = land(self.repository, self.plan, chosen)
        return landed_parts(self.repository, self.plan, landed)[0]

    def forge(self) -> GitHub:
        client = Client(
            self.github.url, Token(TOKEN), self.notes.append, self.clock.sleep, self.clock.now
        )
        return GitHub(client, "shop", "app")

    def publish(
        self,
        choices: Choices | None = None,
        *,
        forge: GitHub | None = None,
        parts: Sequence[PhasePart] | None = None,
        beneath: Sequence[PhasePart] = (),
        remote: str = "origin",
    ) -> Publication:
        return publish(
            self.repository,
            remote,
            forge or self.forge(),
            self.parts() if parts is None else parts,
            beneath,
            choices or Choices(),
            lambda _: None,
        )

    def remote_branches(self) -> dict[str, str]:
        done = subprocess.run(
            ["git", "-C", self.origin, "for-each-ref", "--format=%(refname:short) %(objectname)",
             "refs/heads/migrate"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        return dict(line.split(" ") for line in done.stdout.splitlines())


@pytest.fixture
def make_hub(
    make_repository: Callable[..., Any], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Hub]]:
    """`make_hub(stacks=...)` gives a project with an origin and a forge; nothing has landed."""
    with ExitStack() as stack:

        def make(*, stacks: bool = False, phases: Sequence[Phase] | None = None) -> Hub:
            project = make_repository(FILES)
            (project.path / "run.py").chmod(0o755)
            project.git("commit", "--quiet", "--all", "--message", "executable")
            origin = tmp_path / "served" / "shop" / "app.git"
            origin.parent.mkdir(parents=True)
            project.git("clone", "--quiet", "--bare", str(project.path), str(origin))
            git = GitServer(tmp_path / "served")
            project.git("remote", "add", "origin", f"{git.url}/shop/app.git")
            project.git("fetch", "--quiet", str(origin), "main:refs/remotes/origin/main")
            github = GitHubServer(origin, stacks=stacks)
            stack.enter_context(git.running())
            stack.enter_context(github.running())
            repository = Repository.discover(project.path)
            assert repository is not None
            stack.enter_context(repository)
            plan = plan_of(project.git("rev-parse", "HEAD"), phases or two_phases())
            hub = Hub(project, origin, git, github, repository, plan, Clock(), [])
            stack.callback(lambda: check(hub))
            return hub

        yield make


def check(hub: Hub) -> None:
    assert hub.github.problems == []


@pytest.fixture
def hub(make_hub: Callable[..., Hub]) -> Hub:
    """A forge without stacks; two phases have landed."""
    made = make_hub()
    made.land()
    return made
