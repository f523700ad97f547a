"""Requests to a GitLab: patient, and with errors that say what was asked for."""

import time
from collections.abc import Callable
from typing import Any

import gitlab
import requests
from gitlab.exceptions import GitlabAuthenticationError, GitlabError

from onepath.errors import OutsideError
from onepath.publish.forges.remote import host_of
from onepath.publish.forges.tokens import Token
from onepath.report.text import printable

_TIMEOUT = 60.0
ATTEMPTS = 4
"""How often something is asked for."""


class GitLabClient:
    """One server's API.

    Args:
        server: Its address.
        token: Sent to this server only.
        path: What the requests are about, for messages: a project or an owner.
        note: Told when there is something to wait for.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        server: str,
        token: Token,
        path: str,
        note: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # It waits by itself when a limit is reached, for as long as the server says.
        self.api = gitlab.Gitlab(
            server, private_token=token.reveal(), timeout=_TIMEOUT, user_agent="onepath"
        )
        self._server = server
        self._token = token
        self.path = path
        self.sleep = sleep
        self._note = note

    def repeat(self, what: str, ask: Callable[[], Any]) -> Any:
        """Ask until there is an answer; only for what may be carried out twice.

        Args:
            what: What is asked for, as messages call it.
            ask: Asks.

        Raises:
            OutsideError: GitLab can't or does not give it.
        """
        failure: Exception | None = None
        for attempt in range(ATTEMPTS):
            try:
                return ask()
            except (GitlabError, requests.RequestException) as error:
                failure = error
            if not may_pass(failure):
                break
            if attempt < ATTEMPTS - 1:
                self._note(f"{host_of(self._server)}: no answer; trying again")
                self.sleep(2.0**attempt)
        raise self.error(what, failure)

    def error(self, what: str, failure: Exception | None) -> OutsideError:
        """The error to raise for what failed."""
        said = str(failure) if isinstance(failure, GitlabError) else "no connection, or it was cut"
        hint = "run this again: it goes on where it stopped"
        if isinstance(failure, GitlabAuthenticationError):
            hint = "the token is not accepted: it is wrong, expired, or lacks the scope `api`"
        text = f"{host_of(self._server)}: {what} of {self.path}: {said}"
        return OutsideError(self._token.hide(printable(text)), hint=hint)


def may_pass(failure: Exception) -> bool:
    """Whether trying again may help: a lost connection, a limit, trouble of the server."""
    code = getattr(failure, "response_code", None)
    return not isinstance(failure, GitlabError) or code is None or code == 429 or code >= 500
