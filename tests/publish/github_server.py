"""A stand-in for GitHub: it keeps pull requests and stacks, and GitHub's description judges it."""

import itertools
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
from tests.publish import openapi
from tests.publish.github_owners import Owners
from tests.publish.web import Answer, Request, Web

TOKEN = "ghp_0123456789abcdefSecret"


class GitHubServer(Web):
    """The repository `shop/app` with pull requests between branches of a real git repository."""

    def __init__(self, git: Path, *, stacks: bool) -> None:
        super().__init__()
        self.git = git
        self.has_stacks = stacks
        self.drafts = True
        self.people = {"ada", "ben", "cleo"}
        self.teams = {"core", "web"}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.stacks: dict[int, list[int]] = {}
        self.full_name = "shop/app"
        self.owners = Owners("https://github.test")
        self._numbers = itertools.count(7)
        self._stack_numbers = itertools.count(1)

    def forget(self) -> None:
        """Have no pull requests and no stacks any more."""
        self.pulls.clear()
        self.stacks.clear()

    def open_pulls(self) -> list[dict[str, Any]]:
        return [pull for pull in self.pulls.values() if pull["state"] == "open"]

    # ------------------------------------------------------------- judging

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials", "status": "401"}
        try:
            operation, values = openapi.find_operation(request.method, request.path)
            openapi.check_request(operation, request.query, request.body)
        except (LookupError, AssertionError, jsonschema.ValidationError) as error:
            self.problems.append(f"{request.method} {request.path}: {error}")
            return 400, {"message": "bad request"}
        if "repo" in values:
            status, body = self._carry_out(request, values, operation)
        else:
            status, body = self.owners.answer(request, operation)
            if status == 404:  # GitHub gives it to who asks for nobody, and does not declare it
                return status, body
        try:
            openapi.check_answer(operation, status, body)
        except (AssertionError, jsonschema.ValidationError) as error:
            self.problems.append(f"the answer to {request.method} {request.path}: {error}")
        return status, body

    def headers(self, request: Request) -> dict[str, str]:
        return self.owners.link(request) if request.path.endswith("/repos") else {}

    def _carry_out(
        self, request: Request, values: dict[str, str], operation: dict[str, Any]
    ) -> Answer:
        if f"{values['owner']}/{values['repo']}" != self.full_name:
            return 404, {"message": "Not Found", "documentation_url": "u", "status": "404"}
        path = request.path.removeprefix(f"/repos/{self.full_name}")
        kind = (request.method, "/".join("N" if p.isdigit() else p for p in path.split("/")))
        calls = {
            ("GET", ""): self._repository,
            ("GET", "/pulls"): self._list,
            ("POST", "/pulls"): self._create,
            ("GET", "/pulls/N"): self._get,
            ("PATCH", "/pulls/N"): self._update,
            ("POST", "/pulls/N/requested_reviewers"): self._reviewers,
            ("POST", "/issues/N/labels"): self._labels,
            ("GET", "/stacks"): self._list_stacks,
            ("POST", "/stacks"): self._create_stack,
            ("POST", "/stacks/N/add"): self._extend_stack,
            ("POST", "/stacks/N/unstack"): self._unstack,
        }
        if kind[1].startswith("/stacks") and not self.has_stacks:
            return 404, {"message": "Not Found", "documentation_url": "u", "status": "404"}
        return calls[kind](request, operation)

    # ------------------------------------------------------- pull requests

    def _repository(self, _: Request, operation: dict[str, Any]) -> Answer:
        owner, _, name = self.full_name.partition("/")
        made = openapi.sample(operation, 200)
        made |= {"name": name, "full_name": self.full_name, "default_branch": "main"}
        made["owner"] |= {"login": owner}
        made["html_url"] = f"https://example.test/{self.full_name}"
        return 200, made

    def _list(self, request: Request, operation: dict[str, Any]) -> Answer:
        query = request.query
        head = query.get("head", "").partition(":")[2]
        state = query.get("state", "open")
        shown = [
            self._shown(pull, operation, 200)
            for pull in sorted(self.pulls.values(), key=lambda one: -one["number"])
            if (not head or pull["head"] == head) and state in ("all", pull["state"])
        ]
        return 200, shown[: int(query.get("per_page", 30))]

    def _create(self, request: Request, operation: dict[str, Any]) -> Answer:
        body = request.body
        head, base = body["head"], body["base"]
        if any(pull["head"] == head for pull in self.open_pulls()):
            return self._invalid(f"A pull request already exists for shop:{head}.")
        for name in (head, base):
            if self._commit(name) is None:
                return self._invalid(f"{name} invalid")
        if not self._git("rev-list", "-1", f"refs/heads/{base}..refs/heads/{head}"):
            return self._invalid(f"No commits between {base} and {head}")
        if body.get("draft") and not self.drafts:
            return self._invalid("Draft pull requests are not supported in this repository.")
        if len(body.get("body", "")) > 65_536:
            return self._invalid("body is too long (maximum is 65536 characters)")
        number = next(self._numbers)
        self.pulls[number] = {
            "number": number, "state": "open", "merged_at": None, "head": head, "base": base,
            "title": body["title"], "body": body.get("body"), "draft": body.get("draft", False),
            "labels": [], "reviewers": [], "teams": [],
        }  # fmt: skip
        return 201, self._shown(self.pulls[number], operation, 201)

    def _get(self, request: Request, operation: dict[str, Any]) -> Answer:
        return 200, self._shown(self._pull(request), operation, 200)

    def _update(self, request: Request, operation: dict[str, Any]) -> Answer:
        pull = self._pull(request)
        if len(request.body.get("body", "")) > 65_536:
            return self._invalid("body is too long (maximum is 65536 characters)")
        pull |= request.body
        return 200, self._shown(pull, operation, 200)

    def _reviewers(self, request: Request, operation: dict[str, Any]) -> Answer:
        pull, body = self._pull(request), request.body
        people, teams = body.get("reviewers", []), body.get("team_reviewers", [])
        if not (set(people) <= self.people and set(teams) <= self.teams):
            return self._invalid("Reviews may only be requested from collaborators.")
        pull["reviewers"] += [one for one in people if one not in pull["reviewers"]]
        pull["teams"] += [one for one in teams if one not in pull["teams"]]
        return 201, self._shown(pull, operation, 201)

    def _labels(self, request: Request, operation: dict[str, Any]) -> Answer:
        pull = self._pull(request)
        pull["labels"] += [one for one in request.body["labels"] if one not in pull["labels"]]
        return 200, [openapi.sample(operation, 200) | {"name": one} for one in pull["labels"]]

    def _pull(self, request: Request) -> dict[str, Any]:
        return self.pulls[next(int(part) for part in request.path.split("/") if part.isdigit())]

    def _shown(self, pull: dict[str, Any], operation: dict[str, Any], status: int) -> Any:
        made = openapi.sample(operation, status)
        same = ("number", "state", "merged_at", "title", "body", "draft")
        made |= {key: pull[key] for key in same if key in made or key == "merged_at"}
        made["draft"] = pull["draft"]
        made["html_url"] = f"https://example.test/{self.full_name}/pull/{pull['number']}"
        for side in ("head", "base"):
            made[side] |= {"ref": pull[side], "sha": self._commit(pull[side]) or "0" * 40}
        made["head"]["repo"] = openapi.smallest("repository") | {"full_name": self.full_name}
        return made

    @staticmethod
    def _invalid(message: str) -> Answer:
        return 422, {
            "message": "Validation Failed",
            "documentation_url": "u",
            "errors": [{"resource": "PullRequest", "code": "custom", "message": message}],
        }

    # ------------------------------------------------------------- stacks

    def _list_stacks(self, request: Request, operation: dict[str, Any]) -> Answer:
        wanted = request.query.get("pull_request")
        return 200, [
            self._stack(number, operation, 200)
            for number, pulls in self.stacks.items()
            if wanted is None or int(wanted) in pulls
        ]

    def _create_stack(self, request: Request, operation: dict[str, Any]) -> Answer:
        numbers = request.body["pull_requests"]
        if problem := self._stack_problem(numbers, ""):
            return self._invalid(problem)
        number = next(self._stack_numbers)
        self.stacks[number] = list(numbers)
        return 201, self._stack(number, operation, 201)

    def _extend_stack(self, request: Request, operation: dict[str, Any]) -> Answer:
        stack = int(request.path.split("/")[-2])
        numbers = request.body["pull_requests"]
        if problem := self._stack_problem(numbers, self.pulls[self.stacks[stack][-1]]["head"]):
            return self._invalid(problem)
        self.stacks[stack] += numbers
        return 200, self._stack(stack, operation, 200)

    def _unstack(self, request: Request, _: dict[str, Any]) -> Answer:
        stack = int(request.path.split("/")[-2])
        if stack not in self.stacks:
            return 404, {"message": "Not Found", "documentation_url": "u", "status": "404"}
        del self.stacks[stack]
        return 204, None

    def _stack_problem(self, numbers: list[int], below: str) -> str:
        for number in numbers:
            if any(number in pulls for pulls in self.stacks.values()):
                return f"#{number} is in a stack already"
            pull = self.pulls[number]
            if below and pull["base"] != below:
                return f"the base of #{number} is not {below}"
            below = pull["head"]
        return ""

    def _stack(self, number: int, operation: dict[str, Any], status: int) -> Any:
        made = openapi.sample(operation, status)
        made |= {"number": number, "open": True}
        pulls = [self.pulls[one] for one in self.stacks[number]]
        made["pull_requests"] = [
            {
                "id": 1,
                "node_id": "n",
                "url": "https://example.test/",
                "title": pull["title"],
                "html_url": "https://example.test/",
                "user": None,
                "number": pull["number"],
                "state": pull["state"],
                "draft": pull["draft"],
                "merged_at": pull["merged_at"],
                "head": self._end(pull["head"]),
                "base": self._end(pull["base"]),
            }
            for pull in pulls
        ]
        return made

    def _end(self, branch: str) -> dict[str, Any]:
        repository = {"id": 1, "url": "https://example.test/", "name": "app"}
        return {"ref": branch, "sha": self._commit(branch) or "0" * 40, "repo": repository}

    # ---------------------------------------------------------------- git

    def _commit(self, branch: str) -> str | None:
        loose = self.git / "refs" / "heads" / branch
        if loose.is_file():
            return loose.read_text().strip()
        return self._git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}") or None

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(self.git), *arguments], capture_output=True)
        return done.stdout.decode().strip()
