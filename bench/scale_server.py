"""Serves the sites of `bench.scale_sites`, each on an address of its own, from one process.

.venv/bin/python -m bench.scale_server --sites 1000 --pages 6 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import ssl
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import trustme

from bench.scale_sites import PORT, TLS_PORT, Plan, page, plans

HANGING = 120.0
_SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='80'><rect width='120' height='{n}'/></svg>"
)
_CSS = ".menu a{padding:2px}" * 300


class Sites:
    """Answers by the address that was connected to."""

    def __init__(self, all_plans: list[Plan]) -> None:
        self._plans = {plan.address: plan for plan in all_plans}
        self._asked: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        plan = self._plans[writer.get_extra_info("sockname")[0]]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await self._answer(plan, reader, writer):
                pass
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def _answer(self, plan: Plan, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ", 2)[1]
        await asyncio.sleep(plan.thinks if path.startswith("/p") or path == "/" else plan.thinks / 4)
        wrong = _WRONG.get(plan.broken)
        if wrong is not None and path != "/robots.txt":
            self._asked[plan.address] = self._asked.get(plan.address, 0) + 1
            return await wrong(writer, self._asked[plan.address])
        writer.write(_good(plan, path))
        await writer.drain()
        return True


def _good(plan: Plan, path: str) -> bytes:
    name = path.partition("?")[0]
    if name == "/":
        return _whole(page(plan, 0), charset="latin1" if plan.broken == "wrong_charset" else "utf-8")
    if name.startswith("/p/") and name[3:].isdigit() and int(name[3:]) < max(plan.pages, 1):
        return _whole(page(plan, int(name[3:])))
    if name == "/robots.txt":
        rule = "Disallow: /" if plan.broken == "robots_forbid" else "Disallow:"
        return _whole(f"User-agent: *\n{rule}\n".encode(), kind="text/plain")
    if name == "/site.css":
        return _whole(_CSS.encode(), kind="text/css", more="Cache-Control: max-age=600\r\n")
    if name.startswith("/i/"):
        return _whole(_SVG.format(n=20 + len(path)).encode(), kind="image/svg+xml")
    status = "200 OK" if plan.broken == "soft_404" else "404 Not Found"
    return _whole(b"<!doctype html><title>404</title><h1>Lapa nav atrasta</h1>", status=status)


def _whole(
    body: bytes, *, status: str = "200 OK", kind: str = "text/html", charset: str = "", more: str = ""
) -> bytes:
    named = f"{kind}; charset={charset}" if charset else kind
    head = f"HTTP/1.1 {status}\r\nContent-Type: {named}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


Wrong = Callable[[asyncio.StreamWriter, int], Awaitable[bool]]
"""Answers a request in a wrong way, given how many came before it; whether the connection is kept."""


def _status(status: str, more: str = "", body: str = "<h1>Kļūda</h1>") -> Wrong:
    async def answer(writer: asyncio.StreamWriter, _: int) -> bool:
        writer.write(_whole(body.encode(), status=status, charset="utf-8", more=more))
        await writer.drain()
        return True

    return answer


async def _hang(_: asyncio.StreamWriter, __: int) -> bool:
    await asyncio.sleep(HANGING)
    return False


async def _drip(writer: asyncio.StreamWriter, _: int) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html><title>x</title>")
    for _second in range(int(HANGING)):
        writer.write(b"<p>")
        await writer.drain()
        await asyncio.sleep(1)
    return False


async def _reset(writer: asyncio.StreamWriter, _: int) -> bool:
    writer.transport.abort()
    return False


async def _empty(writer: asyncio.StreamWriter, _: int) -> bool:
    writer.write(_whole(b""))
    await writer.drain()
    return True


async def _giant(writer: asyncio.StreamWriter, _: int) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html><title>x</title>")
    for _piece in range(80):
        writer.write(b"<p>" + b"garumzime " * 100_000)
        await writer.drain()
    return False


async def _too_many(writer: asyncio.StreamWriter, asked: int) -> bool:
    return await _status("429 Too Many Requests", "Retry-After: 2\r\n")(writer, asked)


_LOOP = "<!doctype html><title>x</title><h1>Cilpa</h1><script>for(;;);</script>"
_CHALLENGE = (
    "<!doctype html><title>Just a moment...</title><h1>Checking your browser</h1><div id=cf-challenge></div>"
)
_WRONG: dict[str, Wrong] = {
    "http_500": _status("500 Internal Server Error"),
    "http_503": _status("503 Service Unavailable", "Retry-After: 5\r\n"),
    "http_403": _status("403 Forbidden"),
    "http_404": _status("404 Not Found"),
    "http_429": _too_many,
    "hangs": _hang,
    "drips": _drip,
    "redirect_loop": _status("302 Found", "Location: /again\r\n"),
    "reset": _reset,
    "empty": _empty,
    "giant": _giant,
    "not_html": _status("200 OK", "Content-Disposition: attachment\r\n", "%PDF-1.4"),
    "endless_script": _status("200 OK", body=_LOOP),
    "challenge": _status("403 Forbidden", "cf-mitigated: challenge\r\n", _CHALLENGE),
}


async def serve(all_plans: list[Plan]) -> None:
    """Serve until cancelled; says `ready` on standard output."""
    sites = Sites(all_plans)
    open_ = [plan.address for plan in all_plans if plan.broken not in {"unknown_host", "refused", "tls"}]
    tls = [plan.address for plan in all_plans if plan.broken == "tls"]
    servers = [await asyncio.start_server(sites.serve, open_, PORT, backlog=64)]
    if tls:
        servers.append(await asyncio.start_server(sites.serve, tls, TLS_PORT, ssl=_untrusted()))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _untrusted() -> ssl.SSLContext:
    """A certificate of an authority that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "chain.pem")
        trustme.CA().issue_cert("scale.example").private_key_and_cert_chain_pem.write_to_path(str(file))
        context.load_cert_chain(file)
    return context


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sites", "pages", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    wanted = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(plans(wanted.sites, wanted.pages, wanted.seed)))


if __name__ == "__main__":
    main()
