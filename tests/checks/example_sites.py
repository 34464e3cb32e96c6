"""Example pages of checks: each case folder is a small website, served on a port of its own.

`index.html` is the front page; `/kontakti` is `kontakti.html` or `kontakti/index.html`. In HTML and JSON
`{{iso:-3}}`, `{{lv:-3}}` and `{{post:-3}}` stand for the day three days ago: ISO, in Latvian words, as an
id of X, `{{riga:0}}` for the day in Riga; `{{base}}` for the site's own address. Beside the pages may lie

- `expected.toml`: a table a code, with `outcome`, `value` (where it is said), and `reason` and `evidence`:
  pieces of text that the answer's reason and one of its pieces of evidence must hold;
- `site.toml`: `[status]` gives a path another HTTP status, `[attributes]` are the institution's,
  `[[social_posts]]` what persons saw of its accounts.
"""

from __future__ import annotations

import mimetypes
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from checks.finding import Outcome
from crawler.evidence import Institution, SeenPost

ROOT = Path(__file__).with_name("examples")
_MONTHS = "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī"


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one code must be answered."""

    outcome: Outcome
    value: int | str | None = None
    reason: str = ""
    evidence: str = ""


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`site.toml`."""

    status: dict[str, int] = msgspec.field(default_factory=dict)
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    social_posts: tuple[SeenPost, ...] = ()


class Case(msgspec.Struct, frozen=True):
    """One folder of examples."""

    folder: Path

    @property
    def check(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return f"{self.check}/{self.folder.name}"

    @property
    def language(self) -> str:
        found = re.search(r'<html[^>]*\blang="?(\w\w)', (self.folder / "index.html").read_text("utf-8"))
        return found[1] if found else ""

    def expected(self, base: str = "") -> dict[str, Expected]:
        text = filled((self.folder / "expected.toml").read_text("utf-8"), base)
        return msgspec.convert(tomllib.loads(text), dict[str, Expected])

    def setting(self, base: str = "") -> Setting:
        file = self.folder / "site.toml"
        text = filled(file.read_text("utf-8"), base) if file.exists() else ""
        return msgspec.convert(tomllib.loads(text), Setting)

    def institution(self, base: str) -> Institution:
        known = self.setting(base)
        return Institution(url=f"{base}/", attributes=known.attributes, social_posts=known.social_posts)


def cases() -> list[Case]:
    """Every folder of examples with a front page."""
    return [Case(page.parent) for page in sorted(ROOT.glob("*/*/index.html"))]


def filled(text: str, base: str) -> str:
    """Dates and the site's address filled in."""
    dated = re.sub(r"\{\{(iso|riga|lv|post):(-?\d+)\}\}", _dated, text)
    return dated.replace("{{base}}", base)


def _dated(wanted: re.Match[str]) -> str:
    if wanted[1] == "riga":
        return (datetime.now(ZoneInfo("Europe/Riga")).date() + timedelta(days=int(wanted[2]))).isoformat()
    day = date_from_today(int(wanted[2]))
    if wanted[1] == "iso":
        return day.isoformat()
    if wanted[1] == "lv":
        return f"{day.year}. gada {day.day}. {_MONTHS.split()[day.month - 1]}"
    noon = datetime.combine(day, time(9), UTC)
    return str((int(noon.timestamp() * 1000) - 1288834974657) << 22)


def date_from_today(days: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


@contextmanager
def served(case: Case) -> Iterator[str]:
    """The case's site on 127.0.0.1; gives its address without the last slash."""
    server = _Server(case)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, case: Case) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.folder = case.folder.resolve()
        self.status = case.setting(self.base).status

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up early is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = self._file(path)
        status = self.server.status.get(path, 200 if file else 404)
        self._send(status, file)

    def _file(self, path: str) -> Path | None:
        asked = self.server.folder / path.strip("/")
        tried = [asked / "index.html", asked, asked.with_name(asked.name + ".html")]
        found = next((file.resolve() for file in tried if file.is_file()), None)
        return found if found and found.is_relative_to(self.server.folder) and file_is_page(found) else None

    def _send(self, status: int, file: Path | None) -> None:
        kind = (mimetypes.guess_type(file.name)[0] if file else None) or "text/html"
        body = file.read_bytes() if file else b"<!DOCTYPE html><title>404</title><h1>404</h1>"
        if kind in {"text/html", "application/json"}:
            body = filled(body.decode(), self.server.base).encode()
            kind += "; charset=utf-8"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
        """Quiet."""


def file_is_page(file: Path) -> bool:
    """What describes the case is not part of its site."""
    return file.suffix != ".toml"
