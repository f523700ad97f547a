"""The forge behind a remote, ready to be used. Its client is imported only when it is."""

import os
from collections.abc import Callable, Mapping

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
    api = github_api(remote, environment)
    check_transport(api)
    try:
        from onepath.publish.forges.github import GitHub
        from onepath.publish.forges.http import Client
    except ImportError as error:
        raise _not_installed("github", error) from None
    client = Client(api, github_token(remote.host, environment), note)
    return GitHub(client, owner, repository)


def _gitlab(remote: Remote, note: Note, environment: Mapping[str, str]) -> Forge:
    server = gitlab_server(remote, environment)
    check_transport(server)
    try:
        from onepath.publish.forges.gitlab import GitLab
    except ImportError as error:
        raise _not_installed("gitlab", error) from None
    return GitLab(server, gitlab_token(remote.host, environment), remote.path, note)


def _not_installed(name: str, error: ImportError) -> InputError:
    return InputError(
        f"the client of {name} is not installed: {error}",
        hint=f"pip install 'onepath[{name}]'; --forge files needs nothing",
    )
