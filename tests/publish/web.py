"""A server on the loopback address, with faults that a test asks for."""

import json
import re
import socket
import threading
import time
from abc import abstractmethod
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tests.publish.loopback import Loopback

Kind = Literal["answer", "lost", "cut", "half", "hang"]


@dataclass
class Fault:
    """What goes wrong with requests that match."""

    method: str
    path: str
    """A regular expression of the whole path."""
    kind: Kind
    """`answer`: another status is given, and nothing done. `lost`: the connection is cut and
    nothing done. `cut`: it is done, and no answer given. `half`: it is done, and half of the
    answer given. `hang`: it is done, and the answer never comes."""
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=lambda: {"message": "out of order"})
    times: int = 1
    skip: int = 0
    """How many matching requests go well before."""


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


Answer = tuple[int, Any]


class Web(Loopback):
    """A server; what it answers is decided in `answer`."""

    protocol = "HTTP/1.1"

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.problems: list[str] = []
        """What was wrong with requests or answers; must be empty in the end."""
        self._lock = threading.Lock()
        super().__init__()

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """The status and the body that a request gets."""

    def headers(self, request: Request) -> dict[str, str]:
        """The headers beside what `answer` gives."""
        return {}

    def writes(self) -> list[tuple[str, str]]:
        """The requests that change something, in order."""
        return [(one.method, one.path) for one in self.requests if one.method != "GET"]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        data = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        request = Request(
            handler.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            {key.lower(): value for key, value in handler.headers.items()},
            json.loads(data) if data else None,
        )
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request)
            if fault is not None and fault.kind == "answer":
                self._send(handler, fault.status, fault.body, fault.headers)
                return
            if fault is not None and fault.kind == "lost":
                self._hang_up(handler)
                return
            status, body = self.answer(request)
        if fault is None:
            self._send(handler, status, body, self.headers(request))
        elif fault.kind == "half":
            self._send(handler, status, body, {}, half=True)
            self._hang_up(handler)
        elif fault.kind == "hang":
            self.over.wait(timeout=5)
            self._hang_up(handler)
        else:
            self._hang_up(handler)

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.method != request.method or not re.fullmatch(fault.path, request.path):
                continue
            if fault.skip:
                fault.skip -= 1
            elif fault.times:
                fault.times -= 1
                return fault
        return None

    @staticmethod
    def _send(
        handler: BaseHTTPRequestHandler,
        status: int,
        body: Any,
        headers: dict[str, str],
        *,
        half: bool = False,
    ) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2] if half else data)

    @staticmethod
    def _hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    def now(self) -> float:
        self.time += 0.001
        return self.time


def wait_until(condition: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)
