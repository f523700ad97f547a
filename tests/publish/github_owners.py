"""Owners at the stand-in for GitHub: what they have, page by page."""

from dataclasses import dataclass, field
from typing import Any

from tests.publish import openapi
from tests.publish.web import Answer, Request


@dataclass
class Owners:
    """Organisations and users, with their repositories."""

    web: str
    """The address that repositories are cloned from by https."""
    organisations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    users: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    user: str | None = None
    """Whose token it is; None for one of a workflow."""

    def add(self, owner: str, name: str, *, of: str = "organisations", **more: Any) -> None:
        """Give an owner a repository."""
        full_name = f"{owner}/{name}"
        made = {
            "name": name, "full_name": full_name, "fork": False, "archived": False,
            "private": False, "clone_url": f"{self.web}/{full_name}.git",
            "ssh_url": f"git@github.test:{full_name}.git", **more,
        }  # fmt: skip
        getattr(self, of).setdefault(owner, []).append(made)

    def answer(self, request: Request, operation: dict[str, Any]) -> Answer:
        """The page of a list, or the user."""
        if request.path == "/user":
            if self.user is None:
                return 403, {"message": "Resource not accessible by integration"}
            return 200, openapi.sample(operation, 200) | {"login": self.user}
        listed = self._listed(request)
        if listed is None:
            return 404, {"message": "Not Found", "documentation_url": "u", "status": "404"}
        first, size = self._page(request)
        shown = [openapi.sample(operation, 200) | one for one in listed[first : first + size]]
        return 200, shown

    def link(self, request: Request) -> dict[str, str]:
        """The header that leads to the page after this one."""
        first, size = self._page(request)
        if first + size >= len(self._listed(request) or ()):
            return {}
        page = int(request.query.get("page", 1)) + 1
        return {"Link": f'<https://github.test{request.path}?page={page}>; rel="next"'}

    def _listed(self, request: Request) -> list[dict[str, Any]] | None:
        parts = request.path.strip("/").split("/")
        if parts == ["user", "repos"]:
            return self.users.get(self.user or "")
        listed = (self.organisations if parts[0] == "orgs" else self.users).get(parts[1])
        # A user's private ones are shown to that user alone, by /user/repos.
        return (
            listed
            if listed is None or parts[0] == "orgs"
            else [one for one in listed if not one["private"]]
        )

    @staticmethod
    def _page(request: Request) -> tuple[int, int]:
        size = int(request.query.get("per_page", 30))
        return (int(request.query.get("page", 1)) - 1) * size, size
