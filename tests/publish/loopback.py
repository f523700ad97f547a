"""A server on the loopback address that runs in a thread of the test."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Loopback(ABC):
    """A server at `url`; what it does with a request is decided in `serve`."""

    protocol = "HTTP/1.0"

    def __init__(self) -> None:
        self.over = threading.Event()
        """Set when the server ends, for those that wait."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = server.protocol
            disable_nagle_algorithm = True  # else each answer takes 40 ms

            def handle_any(self) -> None:
                server.serve(self)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @abstractmethod
    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve while the context lasts."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
