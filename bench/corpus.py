"""Serves folders of the corpora (`../shared/corpora`) on loopback, each on a port of its own."""

from __future__ import annotations

import csv
import functools
import http
import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Static files, without listings and without a log."""

    protocol_version = "HTTP/1.1"

    def list_directory(self, path: object) -> None:  # noqa: ARG002  (the base class's name)
        """Not found: the original servers did not list their folders either."""
        self.send_error(http.HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Say nothing: thousands of requests a run."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no news."""


@contextmanager
def serve(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """The base address (no slash at the end) of a static server for one folder."""
    server = _Server(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serve_all(folders: dict[str, Path]) -> Iterator[dict[str, str]]:
    """Base addresses by name, one port each."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serve(folder)) for name, folder in folders.items()}


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file of labels."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
