"""A threaded web server for browser tests: files of `pages/`, and routes that misbehave."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers GET and POST from the server's routes, else from the folder of pages."""

    protocol_version = "HTTP/1.1"
    server: PageServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((self.command, self.path))
        self.server.asked_at.append(time.monotonic())
        route = self.server.routes.get(path)
        if route is not None:
            route(self)
            return
        file = PAGES / path.lstrip("/")
        if not file.is_file():
            self.answer("<!doctype html><title>Nav atrasts</title><h1>404</h1>", status=404)
            return
        kind = {".html": "text/html; charset=utf-8", ".css": "text/css"}.get(file.suffix, "text/plain")
        # A second port of this server is another site to the browser.
        text = file.read_text(encoding="utf-8").replace("{other}", self.server.other)
        self.answer(text, kind=kind)

    do_POST = do_GET  # noqa: N815 - the base class wants this name

    def answer(
        self,
        body: str | bytes,
        *,
        status: int = 200,
        kind: str = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Quiet."""


class PageServer(ThreadingHTTPServer):
    """Listens on a port of its own, of 127.0.0.1 unless another address of this machine is named."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, routes: dict[str, Route], other: str = "", at: str = "127.0.0.1") -> None:
        super().__init__((at, 0), Handler)
        self.routes = routes
        self.other = other
        self.asked: list[tuple[str, str]] = []
        self.asked_at: list[float] = []
        """When (monotonic), for each that was asked."""
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    @property
    def localhost(self) -> str:
        """The same server under another site's name."""
        return f"http://localhost:{self.server_port}"


@contextlib.contextmanager
def serving(routes: dict[str, Route] | None = None, at: str = "127.0.0.1") -> Iterator[PageServer]:
    """The server, running; `{other}` in its pages is its own address under another site's name."""
    server = PageServer(routes or {}, at=at)
    server.other = server.localhost
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
