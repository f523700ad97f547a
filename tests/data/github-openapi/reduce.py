"""Makes `openapi.json` from GitHub's description of its API: the calls in use, nothing else.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python reduce.py package/generated/api.github.com.json > openapi.json

Examples and explanations are left out; what a schema demands stays.
"""

import json
import sys
from pathlib import Path
from typing import Any

_REPOSITORY = "/repos/{owner}/{repo}"
_CALLS = {
    "/orgs/{org}/repos": ("get",),
    "/user": ("get",),
    "/user/repos": ("get",),
    "/users/{username}/repos": ("get",),
    _REPOSITORY: ("get",),
    f"{_REPOSITORY}/pulls": ("get", "post"),
    f"{_REPOSITORY}/pulls/{{pull_number}}": ("get", "patch"),
    f"{_REPOSITORY}/pulls/{{pull_number}}/requested_reviewers": ("post",),
    f"{_REPOSITORY}/issues/{{issue_number}}/labels": ("post",),
    f"{_REPOSITORY}/stacks": ("get", "post"),
    f"{_REPOSITORY}/stacks/{{stack_number}}/add": ("post",),
    f"{_REPOSITORY}/stacks/{{stack_number}}/unstack": ("post",),
}
_LEFT_OUT = (
    "description", "example", "examples", "externalDocs", "summary", "tags", "title",
    "deprecated", "x-github", "x-octokit",
)  # fmt: skip


def reduced(description: dict[str, Any]) -> dict[str, Any]:
    """The description with the paths and components in use only."""
    paths = {
        path: {method: _bare(description["paths"][path][method]) for method in methods}
        for path, methods in _CALLS.items()
    }
    components: dict[str, dict[str, Any]] = {}
    pending = _references(paths)
    while pending:
        _, _, kind, name = pending.pop().split("/")
        kept = components.setdefault(kind, {})
        if name not in kept:
            kept[name] = _bare(description["components"][kind][name])
            pending |= _references(kept[name])
    return {
        "openapi": description["openapi"],
        "info": {key: description["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": {kind: dict(sorted(kept.items())) for kind, kept in components.items()},
    }


def _bare(value: Any, *, names: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            key: _bare(inner, names=key == "properties")
            for key, inner in value.items()
            if names or key not in _LEFT_OUT
        }
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for inner in value for found in _references(inner)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*(_references(inner) for inner in value.values()))


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump(reduced(whole), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
