"""The remote that branches are pushed to, and which forge is behind its address."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from onepath.errors import InputError
from onepath.snapshot.repository import Repository

ForgeName = Literal["github", "gitlab", "files"]

_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>\[[^\]]+\]|[^:/\s]+):(?P<path>(?!//).+)")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where branches are pushed to."""

    name: str
    """As in the repository's configuration."""
    scheme: str
    """`https`, `ssh`, `http`, `git`, `file`."""
    host: str
    """In lower case, without a port; empty for a path on this machine."""
    port: int | None
    path: str
    """`owner/name`, or deeper for GitLab, without `.git`."""


def find_remote(repository: Repository, name: str | None) -> Remote:
    """Return a remote by name; by default `origin`, or the only one there is.

    Raises:
        InputError: There is none, or its address can't be read.
    """
    names = repository.git("remote").stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if name is None:
        name = names[0] if len(names) == 1 else "origin"
    if name not in names:
        known = f"remotes: {', '.join(names)}" if names else "git remote add origin URL"
        raise InputError(f"there is no remote '{name}' to push to", hint=known)
    shown = repository.git("remote", "get-url", "--push", name, check=False).stdout
    url = shown.decode("utf-8", "surrogateescape").split("\n")[0]
    return parse_url(name, url)


def default_branch(repository: Repository, remote: str) -> str:
    """Return the branch that a remote's clone starts on, as far as this repository knows."""
    ref = f"refs/remotes/{remote}/HEAD"
    for name, prefix in ((ref, f"refs/remotes/{remote}/"), ("HEAD", "refs/heads/")):
        done = repository.git("symbolic-ref", "--quiet", name, check=False)
        found = done.stdout.decode("utf-8", "surrogateescape").strip()
        if found.startswith(prefix):
            return found.removeprefix(prefix)
    return "main"


def parse_url(name: str, url: str) -> Remote:
    """Read the address of a remote in any form that git takes.

    Raises:
        InputError: It names no repository.
    """
    if "://" not in url and (match := _SCP.fullmatch(url)):
        return Remote(name, "ssh", match["host"].strip("[]").lower(), None, _path(match["path"]))
    if "://" not in url:
        return Remote(name, "file", "", None, _path(url))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"remote {name}: {without_credentials(url)}: {error}") from None
    host = (parts.hostname or "").lower()
    # GitHub takes ssh on port 443 under another name.
    host = "github.com" if host == "ssh.github.com" else host
    scheme = parts.scheme.removeprefix("git+").lower()
    return Remote(name, scheme, host, port, _path(unquote(parts.path)))


def without_credentials(text: str) -> str:
    """Return `text` without user names and passwords in addresses."""
    return _CREDENTIALS.sub("", text)


def _path(path: str) -> str:
    return path.strip("/").removesuffix(".git").strip("/")


def owner_and_name(remote: Remote) -> tuple[str, str]:
    """Return what GitHub calls the repository.

    Raises:
        InputError: The remote's address has other than two parts.
    """
    parts = remote.path.split("/")
    if len(parts) != 2 or not all(re.fullmatch(r"[\w.-]+", part) for part in parts):
        raise InputError(
            f"the address of the remote {remote.name} names no repository: '{remote.path}'",
            hint="it should end with OWNER/NAME; choose another with --remote",
        )
    return parts[0], parts[1]


def guess_forge(remote: Remote, environment: Mapping[str, str] = os.environ) -> ForgeName:
    """Return the forge that a remote's host is.

    Raises:
        InputError: Nothing tells.
    """
    host = remote.host
    if host == "github.com" or host.endswith(".ghe.com") or "github" in host.split("."):
        return "github"
    if host and host == host_of(environment.get("GITHUB_SERVER_URL", "")):
        return "github"
    if host == "gitlab.com" or "gitlab" in host.split("."):
        return "gitlab"
    if host and host in (environment.get("CI_SERVER_HOST", ""), environment.get("GITLAB_HOST", "")):
        return "gitlab"
    raise InputError(
        f"nothing says whether '{host or remote.path}' is GitHub or GitLab",
        hint="add --forge github or --forge gitlab; --forge files --out DIR writes everything down",
    )


def forge_name(noted: str) -> ForgeName:
    """Return the forge that a note of a pull request names.

    Raises:
        InputError: It names none.
    """
    names: dict[str, ForgeName] = {"github": "github", "gitlab": "gitlab"}
    if noted not in names:
        raise InputError(f"the pull request is at '{noted}', which is no known forge")
    return names[noted]


def github_api(remote: Remote, environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of the GitHub API for a remote, without a slash at the end.

    `GITHUB_API_URL` counts where it is for the remote's host: a token must not be sent to
    another one.
    """
    given = environment.get("GITHUB_API_URL", "").rstrip("/")
    host = remote.host
    if given and host_of(given) in (host, f"api.{host}"):
        return given
    if host == "github.com":
        return "https://api.github.com"
    if host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"https://{_with_port(remote)}/api/v3"


def gitlab_server(remote: Remote, environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of a remote's GitLab, which `CI_SERVER_URL` may say."""
    given = environment.get("CI_SERVER_URL", "").rstrip("/")
    if given and host_of(given) == remote.host:
        return given
    return f"https://{_with_port(remote)}"


def check_transport(address: str) -> None:
    """Refuse to send a token over a connection that others can read.

    Raises:
        InputError: The address is not `https`, and not on this machine.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise InputError(f"{address}: a token is only sent over https")


def host_of(url: str) -> str:
    """Return the host of an address in lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _with_port(remote: Remote) -> str:
    web = remote.scheme in ("http", "https") and remote.port
    return f"{remote.host}:{remote.port}" if web else remote.host
