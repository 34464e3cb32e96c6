"""Small sites on 127.0.0.1, and the real command run against them as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from tests.crawler.page_server import Handler, Route

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from cli import main; main()"]
_TEXT = "Pašvaldības tīmekļa vietnē ir ziņas, pakalpojumi, kontakti un padomes lēmumi. " * 5


def html(title: str, body: str = "") -> str:
    """A page with text enough to be judged and nothing wrong with it."""
    return (
        f"<!doctype html><html lang=lv><head><meta charset=utf-8><title>{title}</title>"
        "<meta name=viewport content='width=device-width'></head>"
        f"<body><main><h1>{title}</h1><p>{_TEXT}</p>{body}</main></body></html>"
    )


def page(title: str, body: str = "") -> Route:
    """A route that answers with a good page."""
    return lambda handler: handler.answer(html(title, body))


def text(body: str) -> Route:
    """A route for robots.txt."""
    return lambda handler: handler.answer(body, kind="text/plain")


def redirect(to: str) -> Route:
    """A route that leads elsewhere."""
    return lambda handler: handler.answer("", status=302, headers={"Location": to})


def silent(handler: Handler) -> None:
    """A route that never answers."""
    handler.server.stopping.wait(60)
    handler.close_connection = True


def small_site(pages: int = 4) -> dict[str, Route]:
    """A home page that links to numbered pages."""
    links = "".join(f"<p><a href='/{n}'>Lapa {n}</a></p>" for n in range(pages))
    return {"/": page("Novads", links)} | {f"/{n}": page(f"Lapa {n}") for n in range(pages)}


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the JSON document."""
        return dict(json.loads(self.out))

    @property
    def sites(self) -> list[dict[str, Any]]:
        """Of the document, in order."""
        return list(self.document["sites"])


class Call(NamedTuple):
    """A command to run."""

    arguments: tuple[str, ...]
    environ: Mapping[str, str] = {}
    stdin: bytes = b""
    command: tuple[str, ...] = tuple(COMMAND)


def call(*arguments: object, stdin: bytes = b"", **environ: str) -> Call:
    """The command with these arguments."""
    return Call(tuple(map(str, arguments)), environ, stdin)


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """That of the tests, wide enough for tables and with UTF-8."""
    return os.environ | {"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"} | dict(environ)


def run(one: Call) -> Ran:
    """Run a command to its end."""
    began = time.monotonic()
    done = subprocess.run(
        [*one.command, *one.arguments],
        cwd=ROOT,
        env=environment(one.environ),
        input=one.stdin,
        capture_output=True,
        timeout=100,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), time.monotonic() - began)


def run_all(calls: Mapping[str, Call], at_once: int = 3) -> dict[str, Ran]:
    """Run several commands, a few at a time; results by name."""
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(calls, pool.map(run, calls.values()), strict=True))
