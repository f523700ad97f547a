"""Requests to a forge: one at a time, patient with limits, and never repeated blindly.

A request that changes something and whose answer was lost may have been carried out. So only
requests that may be carried out twice are sent again; for the others the caller has to look.
"""

import email.utils
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from onepath import __version__
from onepath.errors import OutsideError
from onepath.publish.forges.remote import host_of
from onepath.publish.forges.tokens import Token
from onepath.report.text import printable

_TIMEOUTS = (10.0, 60.0)
"""Seconds until the connection stands, and between two bytes of the answer."""
_ATTEMPTS = 4
_BETWEEN_WRITES = 1.0
"""Seconds. GitHub asks for that much, so that writes are not taken for an attack."""
_LONGEST_WAIT = 300.0
"""Seconds. For longer than that nobody should have to watch."""
_REDIRECTS = (301, 302, 307, 308)
_SAFE = frozenset({"GET", "HEAD"})


class UncertainError(OutsideError):
    """The answer to a request was lost, and it may have been carried out."""


class UnprocessableError(OutsideError):
    """The forge understood the request and can't do it (409, 422)."""


class MissingError(OutsideError):
    """The forge knows no such thing, or does not show it to this token (404)."""


class ForbiddenError(OutsideError):
    """The token may not do that (403)."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the forge said."""

    status: int
    data: Any
    """The JSON of its body; None if that is empty."""
    is_last: bool = True
    """Whether no page of a list comes after this one."""


class _Lost(Exception):  # noqa: N818
    """An attempt failed in a way that may pass."""


@dataclass
class Client:
    """One server's API.

    Args:
        api: Its address, without a slash at the end.
        token: Sent to this server only.
        note: Told when there is something to wait for.
        sleep: Waits for seconds.
        now: The time, in seconds since 1970.
    """

    api: str
    token: Token
    note: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    _session: requests.Session = field(default_factory=requests.Session, repr=False)
    _last_write: float = 0.0

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str | int] | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        """Send a request until it is answered.

        Args:
            method: As in HTTP.
            path: Below the API's address, with a slash first.
            json: The body.
            params: What is behind the question mark.
            repeatable: Whether it may be carried out twice; by default reading may.

        Raises:
            UncertainError: The answer was lost, and the request must not be sent twice.
            UnprocessableError: 409 or 422.
            MissingError: 404 or 410.
            ForbiddenError: 403 that is no limit.
            OutsideError: Anything else went wrong, too often.
        """
        again = method in _SAFE if repeatable is None else repeatable
        lost = ""
        for attempt in range(_ATTEMPTS):
            if method not in _SAFE:
                self._pace()
            try:
                response = self._send(method, self.api + path, json, params)
            except _Lost as error:
                lost = str(error)
                if not again:
                    raise UncertainError(self._message(method, path, lost)) from None
            else:
                wait = self._limit(response, attempt)
                if wait is None:
                    return self._answer(method, path, response)
                lost = "the limit of requests is reached"
                self._wait_for_limit(method, path, wait)
                continue
            if attempt < _ATTEMPTS - 1:
                self.note(f"{self._host}: {lost}; trying again")
                self.sleep(2.0**attempt)
        raise OutsideError(self._message(method, path, lost), hint="run this again: it goes on")

    @property
    def _host(self) -> str:
        return host_of(self.api)

    def _pace(self) -> None:
        early = self._last_write + _BETWEEN_WRITES - self.now()
        if 0 < early <= _BETWEEN_WRITES:
            self.sleep(early)
        self._last_write = self.now()

    # ------------------------------------------------------------- sending

    def _send(
        self,
        method: str,
        url: str,
        json: Mapping[str, Any] | None,
        params: Mapping[str, str | int] | None,
    ) -> requests.Response:
        for _ in range(4):
            try:
                response = self._session.request(
                    method, url, json=json, params=params, auth=self._sign,
                    headers={"Accept": "application/vnd.github+json", "User-Agent": _AGENT},
                    timeout=_TIMEOUTS, allow_redirects=False,
                )  # fmt: skip
                # A body that ends too early shows here.
                if response.status_code < 500 and response.content:
                    response.json()
            except requests.exceptions.JSONDecodeError:
                raise _Lost("its answer is no JSON") from None
            except requests.RequestException as error:
                raise _Lost(_reason(error)) from None
            target = urljoin(url, response.headers.get("Location", ""))
            if method in _SAFE and response.status_code in _REDIRECTS and self._is_own(target):
                url, params = target, None
                continue
            if response.status_code >= 500:
                raise _Lost(f"status {response.status_code}")
            return response
        raise _Lost("it redirects without end")

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token. As `auth`, since a `.netrc` would replace a plain header."""
        request.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return request

    def _is_own(self, url: str) -> bool:
        here, there = urlsplit(self.api), urlsplit(url)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    # ------------------------------------------------------------- limits

    def _limit(self, response: requests.Response, attempt: int) -> float | None:
        """Return for how many seconds a limit holds; None if none was reached."""
        if response.status_code not in (403, 429):
            return None
        headers = response.headers
        if (after := headers.get("retry-after")) is not None:
            return self._seconds(after)
        if headers.get("x-ratelimit-remaining") == "0":
            reset = headers.get("x-ratelimit-reset", "")
            return max(float(reset) - self.now(), 0.0) + 1.0 if reset.isdigit() else 60.0
        if response.status_code == 429 or "rate limit" in _said(response).lower():
            return 60.0 * 2.0**attempt
        return None

    def _seconds(self, after: str) -> float:
        if after.strip().isdigit():
            return float(after)
        try:
            return max(email.utils.parsedate_to_datetime(after).timestamp() - self.now(), 0.0)
        except ValueError:
            return 60.0

    def _wait_for_limit(self, method: str, path: str, wait: float) -> None:
        if wait > _LONGEST_WAIT:
            at = time.strftime("%H:%M", time.localtime(self.now() + wait))
            raise OutsideError(
                self._message(method, path, f"the limit of requests is reached until {at}"),
                hint="run this again then: it goes on where it stopped",
            )
        self.note(f"{self._host}: the limit of requests is reached; waiting for {wait:.0f} s")
        self.sleep(wait)

    # ------------------------------------------------------------ answers

    def _answer(self, method: str, path: str, response: requests.Response) -> Response:
        status = response.status_code
        if status < 300:
            data = response.json() if response.content else None
            return Response(status, data, is_last="next" not in response.links)
        raise self._failure(method, path, status, _said(response))

    def _failure(self, method: str, path: str, status: int, said: str) -> OutsideError:
        message = self._message(method, path, f"status {status}{said and f': {said}'}")
        if status == 401:
            return OutsideError(message, hint="the token is not accepted: it is wrong or expired")
        if status == 403:
            hint = "the token needs to read and write pull requests (and issues, for labels)"
            return ForbiddenError(message, hint=hint)
        if status in (404, 410):
            hint = "there is no such thing, or the token does not show it"
            return MissingError(message, hint=hint)
        if status in (409, 422):
            return UnprocessableError(message)
        return OutsideError(message)

    def _message(self, method: str, path: str, what: str) -> str:
        return self.token.hide(printable(f"{self._host}: {method} {path}: {what}"))


_AGENT = f"onepath/{__version__}"


def _said(response: requests.Response) -> str:
    """Return the reason that is in an error's body."""
    try:
        data = response.json()
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    details = [
        str(one.get("message") or one.get("code") or "") if isinstance(one, dict) else str(one)
        for one in (errors if isinstance(errors, list) else [])
    ]
    return "; ".join(filter(None, [str(data.get("message", "")), *details]))


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return f"its certificate is not accepted: {error}"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy can't be used"
    if isinstance(error, requests.ConnectionError):
        return "the connection failed or was cut"
    return type(error).__name__
