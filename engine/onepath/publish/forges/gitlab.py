"""Merge requests at GitLab, through python-gitlab."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import gitlab
import requests
from gitlab.exceptions import GitlabAuthenticationError, GitlabError

from onepath.errors import OutsideError
from onepath.publish.forges.forge import ForgeRepository, PullRequest, WantedPullRequest
from onepath.publish.forges.remote import host_of
from onepath.publish.forges.tokens import Token
from onepath.report.text import printable

_TIMEOUT = 60.0
_ATTEMPTS = 4
_DRAFT = "Draft: "


class GitLab:
    """A project at GitLab.

    Args:
        server: Its address.
        token: Sent to this server only.
        path: `group/name`, or deeper.
        note: Told when there is something to wait for.
        sleep: Waits for seconds.
    """

    sign = "!"
    limit = 1_000_000

    def __init__(
        self,
        server: str,
        token: Token,
        path: str,
        note: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # It waits by itself when a limit is reached, for as long as the server says.
        self._api = gitlab.Gitlab(
            server, private_token=token.reveal(), timeout=_TIMEOUT, user_agent="onepath"
        )
        self._server = server
        self._token = token
        self._path = path
        self._note = note
        self._sleep = sleep
        self._project: Any = None

    def target(self) -> ForgeRepository:
        """The project.

        Raises:
            OutsideError: There is none, or the token does not show it.
        """
        self._project = self._repeat("the project", lambda: self._api.projects.get(self._path))
        data = self._project.attributes
        return ForgeRepository(data["path_with_namespace"], data["default_branch"], data["web_url"])

    def find(self, branch: str) -> PullRequest | None:
        """The open merge request of a branch, else the newest one; None if it never had one."""
        listed = self._repeat(
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
        for _ in range(_ATTEMPTS):
            try:
                return _pull(self._project.mergerequests.create(content).attributes)
            except (GitlabError, requests.RequestException) as error:
                failure = error
            # The answer may have been lost, or somebody else was quicker: look before trying again.
            there = self.find(wanted.branch)
            if there is not None and there.state == "open":
                return there
            if not _may_pass(failure):
                break
            self._sleep(1.0)
        raise self._error(f"the merge request of {wanted.branch}", failure)

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
        found = self._repeat("its users", lambda: self._api.users.list(username=name, get_all=True))
        return list(found)

    def _save(self, pull: PullRequest, content: dict[str, Any]) -> PullRequest:
        data = self._repeat(
            f"!{pull.number}", lambda: self._project.mergerequests.update(pull.number, content)
        )
        return _pull(data)

    def _repeat(self, what: str, ask: Callable[[], Any]) -> Any:
        """Ask until there is an answer; only for what may be carried out twice."""
        failure: Exception | None = None
        for attempt in range(_ATTEMPTS):
            try:
                return ask()
            except (GitlabError, requests.RequestException) as error:
                failure = error
            if not _may_pass(failure):
                break
            if attempt < _ATTEMPTS - 1:
                self._note(f"{host_of(self._server)}: no answer; trying again")
                self._sleep(2.0**attempt)
        raise self._error(what, failure)

    def _error(self, what: str, failure: Exception | None) -> OutsideError:
        said = str(failure) if isinstance(failure, GitlabError) else "no connection, or it was cut"
        hint = "run this again: it goes on where it stopped"
        if isinstance(failure, GitlabAuthenticationError):
            hint = "the token is not accepted: it is wrong, expired, or lacks the scope `api`"
        text = f"{host_of(self._server)}: {what} of {self._path}: {said}"
        return OutsideError(self._token.hide(printable(text)), hint=hint)


def _may_pass(failure: Exception) -> bool:
    """Whether trying again may help: a lost connection, a limit, trouble of the server."""
    code = getattr(failure, "response_code", None)
    return not isinstance(failure, GitlabError) or code is None or code == 429 or code >= 500


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
