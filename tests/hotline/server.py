"""The product behind a real port, which can be made to fail: dead, deaf on some addresses, or cut before it answers."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Iterable
from typing import Any, Final

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

WEBHOOKS: Final = "/webhooks/"
SOCKET: Final = "hotline.socket"


class _Handler(WSGIRequestHandler):
    """Says nothing of requests; gives each its socket, so that a test can cut it."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[SOCKET] = self.connection
        return environ

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(ThreadedWSGIServer):
    """Knows its open connections: one that is killed must not go on answering on those it had."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*args, **options)

    def get_request(self) -> Any:
        accepted = super().get_request()
        self.connections.add(accepted[0])
        return accepted

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A connection we cut ourselves; what the product itself refuses is an answer, not an error of the server.
        return


class ProductServer:
    """Start once; `stop` and `start` again on the same port are a crash and its repair."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0
        self.heal()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._server is not None

    def heal(self) -> None:
        """Forget the failures asked for."""
        self.deaf: tuple[str, ...] = ()
        self.answers_to_lose = 0
        self.requests_to_break = 0
        self.twice = False
        self.pairs: list[tuple[bytes, bytes]] = []

    def start(self) -> None:
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.set_app(self._answer)
        self.port = server.server_address[1]
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="product", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop at once, in the middle of whatever is said on the connections."""
        server, self._server = self._server, None
        if server is None or self._thread is None:
            return
        server.shutdown()
        for connection in tuple(server.connections):
            _cut(connection)
        server.server_close()
        self._thread.join(10)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if any(path.startswith(beginning) for beginning in self.deaf):
            _cut(environ[SOCKET])
            return []
        if not path.startswith(WEBHOOKS):
            return self._application(environ, start_response)
        if self.requests_to_break > 0:
            self.requests_to_break -= 1
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"broken on purpose"]
        if self.twice:
            self._repeat_before(environ)
        answer = b"".join(self._application(environ, start_response))
        if self.answers_to_lose > 0:
            self.answers_to_lose -= 1
            _cut(environ[SOCKET])
        if self.pairs and self.twice:
            self.pairs[-1] = (self.pairs[-1][0], answer)
        return [answer]

    def _repeat_before(self, environ: dict[str, Any]) -> None:
        """The same request a first time, as a network does that did not get the answer."""
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size)
        first = {**environ, "wsgi.input": io.BytesIO(body)}
        said = b"".join(self._application(first, _unheard))
        environ["wsgi.input"] = io.BytesIO(body)
        self.pairs.append((said, b""))


def _unheard(*_: Any) -> Any:
    """The status and headers of an answer nobody gets."""


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
