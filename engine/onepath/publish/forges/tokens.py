"""Tokens of forges: taken from the environment or from `gh`, never kept and never shown."""

import os
import subprocess
from collections.abc import Mapping

from onepath.errors import InputError
from onepath.publish.forges.remote import host_of

_SECONDS = 20


class Token:
    """A token that does not show itself: in messages, logs or tracebacks it is `***`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the token itself, for a header."""
        return self._value

    def hide(self, text: str) -> str:
        """Return `text` with the token, should it be in it, as `***`."""
        return text.replace(self._value, "***")

    def __repr__(self) -> str:
        return "***"


def github_token(host: str, environment: Mapping[str, str] = os.environ) -> Token:
    """Return the token for a GitHub host.

    `GH_TOKEN` and `GITHUB_TOKEN` are for github.com and, in a workflow of an enterprise server,
    for that server; `GH_ENTERPRISE_TOKEN` and `GITHUB_ENTERPRISE_TOKEN` for any other host. Then
    `gh auth token` is asked.

    Raises:
        InputError: There is none.
    """
    names = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"]
    known = (environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_API_URL"))
    servers = set(map(host_of, known))
    if host == "github.com" or host.endswith(".ghe.com") or {host, f"api.{host}"} & servers:
        names = ["GH_TOKEN", "GITHUB_TOKEN"]
    value = _first(names, environment) or _from_gh(host)
    if not value:
        raise InputError(
            f"there is no token for {host}",
            hint=f"set {names[-1]}, or log in with `gh auth login --hostname {host}`; "
            "--forge files needs none",
        )
    return _checked(value)


def gitlab_token(host: str, environment: Mapping[str, str] = os.environ) -> Token:
    """Return the token for a GitLab host, from `GITLAB_TOKEN`.

    Raises:
        InputError: There is none.
    """
    value = _first(["GITLAB_TOKEN"], environment)
    if not value:
        raise InputError(
            f"there is no token for {host}",
            hint="set GITLAB_TOKEN to one with the scope `api`; --forge files needs none",
        )
    return _checked(value)


def _first(names: list[str], environment: Mapping[str, str]) -> str:
    values = (environment.get(name, "").strip() for name in names)
    return next(filter(None, values), "")


def _from_gh(host: str) -> str:
    try:
        done = subprocess.run(
            ["gh", "auth", "token", "--hostname", host],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout.decode("utf-8", "replace").strip()


def _checked(value: str) -> Token:
    # Anything else would end the header or can't be in one; the message must not hold it.
    if not value.isascii() or not value.isprintable() or " " in value:
        raise InputError("the token holds characters that no token has", hint="set it again")
    return Token(value)
