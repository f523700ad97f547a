"""Pull requests at GitHub, github.com or an enterprise server."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from onepath.errors import OutsideError
from onepath.publish.forges.forge import ForgeRepository, PullRequest, Stacking, WantedPullRequest
from onepath.publish.forges.github_stacks import Stacks
from onepath.publish.forges.http import Client, MissingError, UncertainError, UnprocessableError

_MOST_REVIEWERS = 15
_ATTEMPTS = 3


class GitHub:
    """A repository at GitHub.

    Args:
        client: The API.
        owner: As in the remote's address; a repository that moved is followed.
        name: The same.
    """

    sign = "#"
    limit = 65_536

    def __init__(self, client: Client, owner: str, name: str) -> None:
        self._client = client
        self._repository = f"/repos/{owner}/{name}"
        self._owner = owner
        self._stacks = Stacks(client, self._repository)

    def target(self) -> ForgeRepository:
        """The repository; from here on under the name that it has now.

        Raises:
            OutsideError: There is none, or the token does not show it.
        """
        data = self._client.ask("GET", self._repository).data
        self._owner = data["owner"]["login"]
        self._repository = f"/repos/{data['full_name']}"
        self._stacks = Stacks(self._client, self._repository)
        return ForgeRepository(data["full_name"], data["default_branch"], data["html_url"])

    def find(self, branch: str) -> PullRequest | None:
        """The open pull request of a branch, else the newest one; None if it never had one."""
        params: dict[str, str | int] = {
            "head": f"{self._owner}:{branch}",
            "state": "all",
            "per_page": 100,
        }
        listed = self._client.ask("GET", f"{self._repository}/pulls", params=params).data
        # A server that does not understand `head` lists all, and a fork may have such a branch.
        pulls = [_pull(one) for one in listed if self._is_of(one, branch)]
        opened = [pull for pull in pulls if pull.state == "open"]
        return max(opened or pulls, key=lambda pull: pull.number, default=None)

    def create(self, wanted: WantedPullRequest) -> PullRequest:
        """Open a pull request; if somebody else just did, return that one.

        Raises:
            OutsideError: GitHub can't or does not.
        """
        content = {
            "title": wanted.title, "head": wanted.branch, "base": wanted.base,
            "body": wanted.body, "draft": wanted.draft,
        }  # fmt: skip
        path = f"{self._repository}/pulls"
        for _ in range(_ATTEMPTS):
            try:
                return _pull(self._client.ask("POST", path, json=content).data)
            except (UncertainError, UnprocessableError) as error:
                there = self.find(wanted.branch)
                if there is not None and there.state == "open":
                    return there
                failure = error
            if isinstance(failure, UnprocessableError):
                if not (content["draft"] and "draft" in failure.message.lower()):
                    raise OutsideError(f"{wanted.branch}: {failure.message}")
                content["draft"] = False
        raise failure

    def update(self, pull: PullRequest, wanted: WantedPullRequest) -> PullRequest:
        """Give a pull request another base, title or body; what is equal is not sent."""
        pairs = (
            ("base", pull.base, wanted.base),
            ("title", pull.title, wanted.title),
            ("body", pull.body, wanted.body),
        )
        changed = {name: new for name, old, new in pairs if old != new}
        return self._patch(pull, changed) if changed else pull

    def label(self, pull: PullRequest, labels: Sequence[str]) -> None:
        """Add labels to those that it has; a label that is not there yet is made."""
        path = f"{self._repository}/issues/{pull.number}/labels"
        self._client.ask("POST", path, json={"labels": list(labels)}, repeatable=True)

    def request_reviews(self, pull: PullRequest, reviewers: Sequence[str]) -> list[str]:
        """Ask for reviews; who can't be asked does not keep the others from it.

        Returns:
            Who could not be asked and why, as lines.
        """
        names = [name for name in reviewers if name.startswith("@")][:_MOST_REVIEWERS]
        notes = [
            f"{name} was not asked for a review: "
            + ("only names can be asked" if not name.startswith("@") else "too many")
            for name in reviewers
            if name not in names
        ]
        if not names:
            return notes
        try:
            self._ask_reviews(pull, names)
        except (UnprocessableError, MissingError):
            for name in names:
                try:
                    self._ask_reviews(pull, [name])
                except (UnprocessableError, MissingError) as error:
                    notes.append(f"{name} was not asked for a review: {error.message}")
        return notes

    def stacks(self) -> Stacking | None:
        """What makes native stacks; None if the server has none."""
        if not self._stacks.available():
            return None
        return lambda pulls: self._stacks.make([pull.number for pull in pulls])

    def withdraw(self, pull: PullRequest, body: str) -> None:
        """Close a pull request, with another body."""
        self._patch(pull, {"state": "closed", "body": body})

    def _ask_reviews(self, pull: PullRequest, names: Sequence[str]) -> None:
        plain = [name.removeprefix("@") for name in names]
        content = {
            "reviewers": [name for name in plain if "/" not in name],
            "team_reviewers": [name.partition("/")[2] for name in plain if "/" in name],
        }
        path = f"{self._repository}/pulls/{pull.number}/requested_reviewers"
        self._client.ask("POST", path, json=content, repeatable=True)

    def _patch(self, pull: PullRequest, content: Mapping[str, str]) -> PullRequest:
        path = f"{self._repository}/pulls/{pull.number}"
        return _pull(self._client.ask("PATCH", path, json=content, repeatable=True).data)

    def _is_of(self, data: Mapping[str, Any], branch: str) -> bool:
        head = data["head"]
        repository = head["repo"] or {}
        own = str(repository.get("full_name", "")).lower()
        return head["ref"] == branch and f"/repos/{own}" == self._repository.lower()


def _pull(data: Mapping[str, Any]) -> PullRequest:
    state: Literal["open", "closed", "merged"] = "open"
    if data["state"] != "open":
        state = "merged" if data.get("merged_at") else "closed"
    return PullRequest(
        number=data["number"],
        url=data["html_url"],
        state=state,
        branch=data["head"]["ref"],
        base=data["base"]["ref"],
        title=data["title"],
        body=(data["body"] or "").replace("\r\n", "\n"),
        draft=bool(data.get("draft")),
    )
