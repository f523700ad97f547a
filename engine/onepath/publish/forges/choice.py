"""The forge behind a remote, ready to be used. Its client is imported only when it is."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from onepath.errors import InputError
from onepath.publish.forges.forge import Forge
from onepath.publish.forges.remote import (
    ForgeName,
    Remote,
    check_transport,
    github_api,
    gitlab_server,
    owner_and_name,
)
from onepath.publish.forges.tokens import github_token, gitlab_token

if TYPE_CHECKING:
    from onepath.publish.forges.gitlab_client import GitLabClient
    from onepath.publish.forges.http import Client

Note = Callable[[str], None]


def open_forge(
    name: ForgeName, remote: Remote, note: Note, environment: Mapping[str, str] = os.environ
) -> Forge:
    """Return the forge of a remote.

    Args:
        name: `github` or `gitlab`.
        remote: Where branches are pushed to; its address names the repository.
        note: Told when there is something to wait for.
        environment: Has the tokens.

    Raises:
        InputError: There is no token, the address names no repository or is not encrypted, or the
            client is not installed.
    """
    if name == "github":
        return _github(remote, note, environment)
    return _gitlab(remote, note, environment)


def _github(remote: Remote, note: Note, environment: Mapping[str, str]) -> Forge:
    owner, repository = owner_and_name(remote)
    client = github_client(remote, note, environment)
    from onepath.publish.forges.github import GitHub

    return GitHub(client, owner, repository)


def github_client(remote: Remote, note: Note, environment: Mapping[str, str]) -> "Client":
    """Return the API of the GitHub that a remote's host is.

    Raises:
        InputError: As `open_forge`.
    """
    api = github_api(remote, environment)
    check_transport(api)
    try:
        from onepath.publish.forges.http import Client
    except ImportError as error:
        raise _not_installed("github", error) from None
    return Client(api, github_token(remote.host, environment), note)


def _gitlab(remote: Remote, note: Note, environment: Mapping[str, str]) -> Forge:
    client = gitlab_client(remote, note, environment)
    from onepath.publish.forges.gitlab import GitLab

    return GitLab(client)


def gitlab_client(remote: Remote, note: Note, environment: Mapping[str, str]) -> "GitLabClient":
    """Return the API of the GitLab that a remote's host is, for what its path names.

    Raises:
        InputError: As `open_forge`.
    """
    server = gitlab_server(remote, environment)
    check_transport(server)
    try:
        from onepath.publish.forges.gitlab_client import GitLabClient
    except ImportError as error:
        raise _not_installed("gitlab", error) from None
    return GitLabClient(server, gitlab_token(remote.host, environment), remote.path, note)


def _not_installed(name: str, error: ImportError) -> InputError:
    return InputError(
        f"the client of {name} is not installed: {error}",
        hint=f"pip install 'onepath[{name}]'; --forge files needs nothing",
    )
