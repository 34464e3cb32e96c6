"""`python -m demo`: show eindekss on the bundled sites, or only serve them to look at."""

from __future__ import annotations

import argparse
import csv
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from demo.server import SiteServer, serve

_NOT_EVALUABLE = 3
_NOBODY = "Miglas pārvalde"
"""The fifth institution: nothing listens at its address."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the sites, audit them with the command's own `run`, and say where the results are."""
    options, further = _parser().parse_known_args(arguments)
    with serve(options.port) as servers, _closed_port() as closed:
        institutions = [(server.url, server.site.description) for server in servers]
        if options.serve:
            return _only_serve(servers)
        options.out.mkdir(parents=True, exist_ok=True)
        listed = options.out / "institutions.csv"
        with listed.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["url", "name", "kind", "language"])
            rows.writerows([url, said.institution, said.kind, said.language] for url, said in institutions)
            rows.writerow([f"http://127.0.0.1:{closed}/", _NOBODY, "institution", "lv"])
        return _audit(listed, options.out, further)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description=__doc__, epilog="Further options are handed to `eindekss run`."
    )
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results")
    parser.add_argument("--serve", action="store_true", help="serve the sites until Ctrl-C, audit nothing")
    parser.add_argument(
        "--port", type=int, default=0, help="first of the ports; free ones are taken without it"
    )
    return parser


def _only_serve(servers: Sequence[SiteServer]) -> int:
    for server in servers:
        print(f"{server.url}  {server.site.description.institution}: {server.site.description.story}")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    return 0


def _audit(listed: Path, out: Path, further: Sequence[str]) -> int:
    """Run and show; 0 where the sites were audited.

    eindekss ends with 3 where a site is not evaluable. One of the demo's is not, on purpose, so here 3
    is what should come out.
    """
    database = f"sqlite:///{(out / 'eindekss.sqlite3').as_posix()}"
    report = out / "report.html"
    settings = [
        "--allow-private",
        "--pages",
        "8",
        "--seed",
        "2017",
        "--timeout",
        "20",
        "--rate",
        "50",
        "--db",
        database,
    ]
    shown = ["--format", "html", "--output", str(report)]
    code = _eindekss("run", str(listed), "--name", "demo", *settings, *shown, *further)
    if code not in {0, _NOT_EVALUABLE}:
        return code
    code = _eindekss("show", "demo", "--db", database)
    print(f"\nReport: {report}\nDatabase and evidence: {out}")
    print("Look at the sites themselves with: .venv/bin/python -m demo --serve --port 8100")
    return code


def _eindekss(*arguments: str) -> int:
    """The command, as a reader would call it; Ctrl-C reaches it, and it ends in its own time."""
    command = [sys.executable, "-c", "from cli import main; main()", *arguments]
    process = subprocess.Popen(command)  # noqa: S603 - our own command
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port that is taken but on which nothing listens: connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
