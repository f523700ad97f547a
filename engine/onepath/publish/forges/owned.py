"""The repositories of an owner, as the forge lists them."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from onepath.errors import InputError
from onepath.publish.forges.choice import github_client, gitlab_client
from onepath.publish.forges.remote import ForgeName, Remote, guess_forge, parse_url

if TYPE_CHECKING:
    from onepath.publish.forges.gitlab_client import GitLabClient
    from onepath.publish.forges.http import Client

_NAME = re.compile(r"[\w-]+")
_PAGE = 100


class OwnedRepository(NamedTuple):
    """A repository of an owner."""

    name: str
    """`owner/name`"""
    https: str
    """The address to clone it from by https."""
    ssh: str
    """The address to clone it from by ssh."""
    is_archived: bool = False
    """Whether nothing can be pushed to it any more."""
    is_fork: bool = False


def parse_owner(text: str) -> Remote:
    """Read the address of an owner: `https://HOST/OWNER`, `git@HOST:OWNER`, or a name at GitHub.

    Raises:
        InputError: It names no owner.
    """
    owner = parse_url("owner", f"https://github.com/{text}" if _NAME.fullmatch(text) else text)
    if not owner.path:
        raise InputError(f"the address of the owner names nobody: {owner.host}")
    return owner


def owned_repositories(
    owner: Remote,
    forge: ForgeName | None,
    note: Callable[[str], None],
    environment: Mapping[str, str] = os.environ,
) -> list[OwnedRepository]:
    """Ask a forge which repositories an organisation, a group or a user has, by name.

    Args:
        owner: What `parse_owner` returned.
        forge: `github` or `gitlab`; None if the host tells.
        note: Told when there is something to wait for.
        environment: Has the tokens.

    Raises:
        InputError: There is no token, nothing tells the forge, or its client is not installed.
        OutsideError: There is no such owner, or the forge does not answer.
    """
    name = forge or guess_forge(owner, environment)
    if name == "github":
        listed = _at_github(github_client(owner, note, environment), owner.path)
    else:
        listed = _at_gitlab(gitlab_client(owner, note, environment), owner.path)
    # Between two pages a repository may have moved to the next one.
    return sorted(set(listed))


def _at_github(client: "Client", owner: str) -> Iterator[OwnedRepository]:
    """Those that the token shows; of a user that is its own user, the private ones as well."""
    from onepath.publish.forges.http import MissingError

    try:
        yield from _listed(client, f"/orgs/{owner}/repos", {"type": "all"})
    except MissingError:
        if _is_own(client, owner):
            yield from _listed(client, "/user/repos", {"affiliation": "owner"})
        else:
            yield from _listed(client, f"/users/{owner}/repos", {"type": "owner"})


def _is_own(client: "Client", owner: str) -> bool:
    """Whether a token is that of this user; one of an app or a workflow is nobody's."""
    from onepath.publish.forges.http import ForbiddenError

    try:
        login: str = client.ask("GET", "/user").data["login"]
    except ForbiddenError:
        return False
    return login.lower() == owner.lower()


def _listed(client: "Client", path: str, params: Mapping[str, str]) -> Iterator[OwnedRepository]:
    page, is_last = 1, False
    while not is_last:
        asked: dict[str, str | int] = {
            **params,
            "sort": "full_name",
            "per_page": _PAGE,
            "page": page,
        }
        answer = client.ask("GET", path, params=asked)
        for one in answer.data:
            yield OwnedRepository(
                one["full_name"],
                one["clone_url"],
                one["ssh_url"],
                bool(one.get("archived") or one.get("disabled")),
                one["fork"],
            )
        page, is_last = page + 1, answer.is_last


def _at_gitlab(client: "GitLabClient", owner: str) -> Iterator[OwnedRepository]:
    """Those of a group and of the groups in it, or those of a user."""
    for one in client.repeat("the projects", partial(_projects, client.api, owner)):
        data = one.attributes
        yield OwnedRepository(
            data["path_with_namespace"],
            data["http_url_to_repo"],
            data["ssh_url_to_repo"],
            bool(data.get("archived")),
            bool(data.get("forked_from_project")),
        )


def _projects(api: Any, owner: str) -> Sequence[Any]:
    from gitlab.exceptions import GitlabGetError

    ordered = {"order_by": "id", "sort": "asc", "per_page": _PAGE, "get_all": True}
    try:
        group = api.groups.get(owner, with_projects=False)
    except GitlabGetError as error:
        users = api.users.list(username=owner, get_all=True) if error.response_code == 404 else ()
        if not users:
            raise
        projects: Sequence[Any] = users[0].projects.list(**ordered)
    else:
        projects = group.projects.list(include_subgroups=True, with_shared=False, **ordered)
    return projects
