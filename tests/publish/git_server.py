"""A real git server on the loopback address: `git http-backend` behind Python's own server."""

import os
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.publish.loopback import Loopback


class GitServer(Loopback):
    """Serves every repository below `root`, for reading and writing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cut = False
        """Whether a push is carried out and its answer never given."""
        self.down = False
        """Whether every request is refused."""
        super().__init__()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        if self.down:
            handler.send_error(503)
            return
        data = self._body(handler)
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": handler.command,
            "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(
            ["git", "http-backend"], input=data, env=environment, capture_output=True
        )
        if self.cut and parts.path.endswith("git-receive-pack") and handler.command == "POST":
            handler.close_connection = True
            handler.connection.close()
            return
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = [line.partition(b": ")[::2] for line in head.split(b"\r\n") if line]
        status = next((value for name, value in headers if name == b"Status"), b"200 OK")
        handler.send_response(int(status.split()[0]))
        for name, value in headers:
            if name != b"Status":
                handler.send_header(name.decode(), value.decode())
        handler.end_headers()
        handler.wfile.write(body)

    @staticmethod
    def _body(handler: BaseHTTPRequestHandler) -> bytes:
        if handler.headers.get("Transfer-Encoding") == "chunked":
            pieces = []
            while size := int(handler.rfile.readline(), 16):
                pieces.append(handler.rfile.read(size))
                handler.rfile.readline()
            handler.rfile.readline()
            return b"".join(pieces)
        return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
