"""Serves the demo sites on 127.0.0.1, each on its own port, as small institutions' servers would."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo.site import Behaviour, DemoSite, load_sites

_MEGABYTE = bytes(1024 * 1024)


def today() -> date:
    """Today, by which news and posts are dated."""
    return datetime.now(UTC).date()


class SiteServer(ThreadingHTTPServer):
    """One site on one port; a request that hangs ends with the server."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: DemoSite, port: int = 0) -> None:
        """Bind a free port, or the given one."""
        self.site = site
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """The site's home page."""
        return f"{self.base}/"

    @property
    def base(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own types
        """A client that hangs up early is no news."""

    def server_close(self) -> None:
        """Let hanging requests go, then close."""
        self.closing.set()
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    disable_nagle_algorithm = True
    timeout = 30
    """A connection that is kept open but idle ends after so many seconds."""

    def do_GET(self) -> None:
        """Answer as the site's description, pages or files say; else 404."""
        parts = urlsplit(self.path)
        site = self.server.site
        behaviour = site.description.behaviours.get(parts.path)
        if behaviour is not None:
            self._behave(behaviour)
        elif not self._said(parts.path) and not self._shown(parts.path, parts.query):
            self._file(parts.path)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's names and types
        """Quiet: the audit's own progress is on the terminal."""

    def _said(self, path: str) -> bool:
        """robots.txt and the sitemap, made from the site's description."""
        description = self.server.site.description
        if path == "/robots.txt" and (description.robots or description.sitemap):
            sitemap = f"Sitemap: {self.server.base}/sitemap.xml\n" if description.sitemap else ""
            self._send(200, "text/plain; charset=utf-8", (description.robots + sitemap).encode())
        elif path == "/sitemap.xml" and description.sitemap:
            self._send(200, "application/xml", self.server.site.sitemap(self.server.base).encode())
        else:
            return False
        return True

    def _shown(self, path: str, query: str) -> bool:
        site = self.server.site
        search = site.description.search
        fields = parse_qs(query)
        asked = fields.get(search.field, [""])[0] if search and path == search.path else None
        page = site.page(path, asked, self.server.base)
        if page is not None:
            self._send(200, "text/html; charset=utf-8", page.encode())
        return page is not None

    def _file(self, path: str) -> None:
        site = self.server.site
        file = (site.static / path.lstrip("/")).resolve()
        if not file.is_relative_to(site.static.resolve()) or not file.is_file():
            self._send(404, "text/html; charset=utf-8", site.not_found(self.server.base).encode())
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        body = file.read_bytes()
        if file.suffix == ".xml":
            body = site.dated(body.decode()).replace("{{base}}", self.server.base).encode()
        self._send(200, kind, body)

    def _behave(self, behaviour: Behaviour) -> None:
        if behaviour.hang:
            self.server.closing.wait()
            self.close_connection = True
        elif behaviour.redirect:
            self._send(302, behaviour.content_type, b"", location=behaviour.redirect)
        elif behaviour.megabytes:
            self._large(behaviour)
        else:
            self._send(behaviour.status, behaviour.content_type, behaviour.body.encode())

    def _large(self, behaviour: Behaviour) -> None:
        self._head(behaviour.status, behaviour.content_type, behaviour.megabytes * len(_MEGABYTE))
        for _ in range(behaviour.megabytes if self.command == "GET" else 0):
            self.wfile.write(_MEGABYTE)

    def _send(self, status: int, content_type: str, body: bytes, location: str = "") -> None:
        self._head(status, content_type, len(body), location)
        if self.command == "GET":
            self.wfile.write(body)

    def _head(self, status: int, content_type: str, length: int, location: str = "") -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        if location:
            self.send_header("Location", location)
        self.end_headers()


@contextmanager
def serve(first_port: int = 0) -> Iterator[tuple[SiteServer, ...]]:
    """All demo sites up, on free ports or on `first_port` and those after it, until the block ends."""
    sites = load_sites(today)
    servers = tuple(
        SiteServer(site, first_port + number if first_port else 0) for number, site in enumerate(sites)
    )
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield servers
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
