"""Merge requests at GitLab, through python-gitlab."""

from collections.abc import Sequence
from typing import Any, Literal

import requests
from gitlab.exceptions import GitlabError

from onepath.publish.forges.forge import ForgeRepository, PullRequest, WantedPullRequest
from onepath.publish.forges.gitlab_client import ATTEMPTS, GitLabClient, may_pass

_DRAFT = "Draft: "


class GitLab:
    """A project at GitLab.

    Args:
        client: The API, for the project's path: `group/name`, or deeper.
    """

    sign = "!"
    limit = 1_000_000

    def __init__(self, client: GitLabClient) -> None:
        self._client = client
        self._project: Any = None

    def target(self) -> ForgeRepository:
        """The project.

        Raises:
            OutsideError: There is none, or the token does not show it.
        """
        client = self._client
        self._project = client.repeat("the project", lambda: client.api.projects.get(client.path))
        data = self._project.attributes
        return ForgeRepository(data["path_with_namespace"], data["default_branch"], data["web_url"])

    def find(self, branch: str) -> PullRequest | None:
        """The open merge request of a branch, else the newest one; None if it never had one."""
        listed = self._client.repeat(
            "its merge requests",
            lambda: self._project.mergerequests.list(
                source_branch=branch, state="all", get_all=True
            ),
        )
        own = self._project.get_id()
        pulls = [_pull(one.attributes) for one in listed if one.source_project_id == own]
        opened = [pull for pull in pulls if pull.state == "open"]
        return max(opened or pulls, key=lambda pull: pull.number, default=None)

    def create(self, wanted: WantedPullRequest) -> PullRequest:
        """Open a merge request; if somebody else just did, return that one.

        Raises:
            OutsideError: GitLab can't or does not.
        """
        content = {
            "source_branch": wanted.branch, "target_branch": wanted.base,
            "title": (_DRAFT if wanted.draft else "") + wanted.title,
            "description": wanted.body, "remove_source_branch": True,
        }  # fmt: skip
        failure: Exception | None = None
        for _ in range(ATTEMPTS):
            try:
                return _pull(self._project.mergerequests.create(content).attributes)
            except (GitlabError, requests.RequestException) as error:
                failure = error
            # The answer may have been lost, or somebody else was quicker: look before trying again.
            there = self.find(wanted.branch)
            if there is not None and there.state == "open":
                return there
            if not may_pass(failure):
                break
            self._client.sleep(1.0)
        raise self._client.error(f"the merge request of {wanted.branch}", failure)

    def update(self, pull: PullRequest, wanted: WantedPullRequest) -> PullRequest:
        """Give a merge request another base, title or body; what is equal is not sent."""
        title = (_DRAFT if pull.draft else "") + wanted.title
        pairs = (
            ("target_branch", pull.base, wanted.base),
            ("title", (_DRAFT if pull.draft else "") + pull.title, title),
            ("description", pull.body, wanted.body),
        )
        changed = {name: new for name, old, new in pairs if old != new}
        return self._save(pull, changed) if changed else pull

    def label(self, pull: PullRequest, labels: Sequence[str]) -> None:
        """Add labels to those that it has; a label that is not there yet is made."""
        self._save(pull, {"add_labels": ",".join(labels)})

    def request_reviews(self, pull: PullRequest, reviewers: Sequence[str]) -> list[str]:
        """Ask users for reviews; groups and addresses can't be asked.

        Returns:
            Who could not be asked and why, as lines.
        """
        notes: list[str] = []
        ids: list[int] = []
        for name in reviewers:
            plain = name.removeprefix("@")
            users = self._users(plain) if name.startswith("@") and "/" not in plain else []
            ids += [user.get_id() for user in users]
            if not users:
                notes.append(f"{name} was not asked for a review: there is no such user")
        if ids:
            self._save(pull, {"reviewer_ids": ids})
        return notes

    def stacks(self) -> None:
        """GitLab shows merge requests that target each other's branches, and has no stacks."""

    def withdraw(self, pull: PullRequest, body: str) -> None:
        """Close a merge request, with another body."""
        self._save(pull, {"state_event": "close", "description": body})

    def _users(self, name: str) -> list[Any]:
        found = self._client.repeat(
            "its users", lambda: self._client.api.users.list(username=name, get_all=True)
        )
        return list(found)

    def _save(self, pull: PullRequest, content: dict[str, Any]) -> PullRequest:
        data = self._client.repeat(
            f"!{pull.number}", lambda: self._project.mergerequests.update(pull.number, content)
        )
        return _pull(data)


def _pull(data: dict[str, Any]) -> PullRequest:
    states: dict[str, Literal["open", "closed", "merged"]] = {
        "opened": "open", "merged": "merged",
    }  # fmt: skip
    draft = bool(data.get("draft"))
    return PullRequest(
        number=data["iid"],
        url=data["web_url"],
        state=states.get(data["state"], "closed"),
        branch=data["source_branch"],
        base=data["target_branch"],
        title=data["title"].removeprefix(_DRAFT) if draft else data["title"],
        body=(data["description"] or "").replace("\r\n", "\n"),
        draft=draft,
    )
