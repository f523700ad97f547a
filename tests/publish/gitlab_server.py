"""A stand-in for GitLab: the few calls in use, with a state."""

import itertools
import re
from typing import Any
from urllib.parse import unquote, urlencode

from tests.publish.web import Answer, Request, Web

TOKEN = "glpat-0123456789abcdef"
_CREATE = {"source_branch", "target_branch", "title", "description", "remove_source_branch"}
_UPDATE = {"target_branch", "title", "description", "add_labels", "reviewer_ids", "state_event"}


class GitLabServer(Web):
    """The project `group/sub/app` with the number 42."""

    def __init__(self) -> None:
        super().__init__()
        self.merge_requests: dict[int, dict[str, Any]] = {}
        self.users = {"ada": 5, "ben": 6}
        self.owned: dict[str, list[dict[str, Any]]] = {}
        """Projects, by the path of a group or the number of a user."""
        self._numbers = itertools.count(3)

    def answer(self, request: Request) -> Answer:
        if request.headers.get("private-token") != TOKEN:
            return 401, {"message": "401 Unauthorized"}
        path = request.path.removeprefix("/api/v4")
        for method, pattern, call in (
            ("GET", "/projects/group%2Fsub%2Fapp", self._project),
            ("GET", "/projects/42/merge_requests", self._list),
            ("POST", "/projects/42/merge_requests", self._create),
            ("PUT", r"/projects/42/merge_requests/\d+", self._update),
            ("GET", "/users", self._find_users),
            ("GET", "/groups/[^/]+", self._group),
            ("GET", "/(groups|users)/[^/]+/projects", self._owned),
        ):
            if request.method == method and re.fullmatch(pattern, path):
                return call(request)
        self.problems.append(f"{request.method} {request.path}")
        return 404, {"message": "404 Not Found"}

    def opened(self) -> list[dict[str, Any]]:
        return [one for one in self.merge_requests.values() if one["state"] == "opened"]

    def _project(self, _: Request) -> Answer:
        return 200, {
            "id": 42,
            "path_with_namespace": "group/sub/app",
            "default_branch": "main",
            "web_url": f"{self.url}/group/sub/app",
        }

    def _list(self, request: Request) -> Answer:
        branch = request.query["source_branch"]
        assert request.query["state"] == "all"
        found = [one for one in self.merge_requests.values() if one["source_branch"] == branch]
        return 200, found[::-1]

    def _create(self, request: Request) -> Answer:
        if not set(request.body) <= _CREATE:
            self.problems.append(f"unknown: {set(request.body) - _CREATE}")
        branch = request.body["source_branch"]
        if any(one["source_branch"] == branch for one in self.opened()):
            return 409, {"message": ["Another open merge request already exists: !3"]}
        number = next(self._numbers)
        made = {
            "id": 1000 + number, "iid": number, "state": "opened", "source_project_id": 42,
            "web_url": f"https://gitlab.test/-/merge_requests/{number}", "labels": [],
            "reviewers": [], **request.body,
        }  # fmt: skip
        made["draft"] = made["title"].startswith("Draft: ")
        self.merge_requests[number] = made
        return 201, made

    def _update(self, request: Request) -> Answer:
        if not set(request.body) <= _UPDATE:
            self.problems.append(f"unknown: {set(request.body) - _UPDATE}")
        one = self.merge_requests[int(request.path.rpartition("/")[2])]
        body = dict(request.body)
        if body.pop("state_event", "") == "close":
            one["state"] = "closed"
        for label in filter(None, body.pop("add_labels", "").split(",")):
            one["labels"] += [label] if label not in one["labels"] else []
        if "reviewer_ids" in body:
            names = {number: name for name, number in self.users.items()}
            one["reviewers"] = [{"username": names[number]} for number in body.pop("reviewer_ids")]
        one |= body
        one["draft"] = one["title"].startswith("Draft: ")
        return 200, one

    def own(self, owner: str, path: str, **more: Any) -> None:
        """Give a group or a user's number a project."""
        made = {
            "id": len(path), "path_with_namespace": path, "archived": False,
            "http_url_to_repo": f"https://gitlab.test/{path}.git",
            "ssh_url_to_repo": f"git@ssh.gitlab.test:{path}.git", **more,
        }  # fmt: skip
        self.owned.setdefault(owner, []).append(made)

    def _group(self, request: Request) -> Answer:
        path = unquote(request.path.rpartition("/")[2])
        if path not in self.owned or path.isdigit():
            return 404, {"message": "404 Group Not Found"}
        return 200, {"id": path, "full_path": path}

    def _owned(self, request: Request) -> Answer:
        owner = unquote(request.path.split("/")[-2])
        page, size = int(request.query.get("page", 1)), int(request.query["per_page"])
        return 200, self.owned[owner][(page - 1) * size : page * size]

    def headers(self, request: Request) -> dict[str, str]:
        if not request.path.endswith("/projects"):
            return {}
        owner = unquote(request.path.split("/")[-2])
        page, size = int(request.query.get("page", 1)), int(request.query["per_page"])
        if page * size >= len(self.owned[owner]):
            return {}
        query = urlencode({**request.query, "page": page + 1})
        return {"Link": f'<{self.url}{request.path}?{query}>; rel="next"'}

    def _find_users(self, request: Request) -> Answer:
        name = request.query["username"]
        known = self.users.get(name)
        return 200, [] if known is None else [{"id": known, "username": name}]
