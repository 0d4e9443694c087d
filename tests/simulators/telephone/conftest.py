"""A small product on a real port: it answers each path with a document and keeps what it was asked."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from simulators.telephone.settings import Line
from simulators.telephone.testing import Telephone

LINE = "+33321216216"
CALLER = "+33639981234"
Params = dict[str, str]


@dataclass
class Answer:
    body: str = ""
    status: int = 200
    content_type: str = "text/xml"
    wait_for: threading.Event | None = None


@dataclass
class Asked:
    method: str
    url: str
    path: str
    params: Params
    headers: Params


Document = str | Answer | Callable[[Params], "str | Answer"]


@dataclass
class Product:
    """`documents` by path; a path without document answers an empty `<Response>`."""

    base: str = ""
    documents: dict[str, Document] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def to(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        document = self.documents.get(asked.path, "")
        given = document(asked.params) if callable(document) else document
        return given if isinstance(given, Answer) else Answer(f"<Response>{given}</Response>")


def _handler(product: Product) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            self._serve(self.rfile.read(size).decode())

        def do_GET(self) -> None:
            self._serve(urlsplit(self.path).query)

        def _serve(self, form: str) -> None:
            params = dict(parse_qsl(form, keep_blank_values=True))
            url, path = product.base + self.path, urlsplit(self.path).path
            answer = product.answer(Asked(self.command, url, path, params, dict(self.headers)))
            if answer.wait_for is not None:
                answer.wait_for.wait(10)
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


@pytest.fixture
def product() -> Iterator[Product]:
    made = Product()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)


def start_phone(product: Product, **more: Any) -> Telephone:
    line = Line(LINE, product.base + "/voice", product.base + "/sms", product.base + "/status", "Essai")
    phone = Telephone([line], **more)
    phone.start()
    return phone


@pytest.fixture
def phone(product: Product) -> Iterator[Telephone]:
    made = start_phone(product)
    yield made
    made.stop()
