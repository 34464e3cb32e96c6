"""Options of commands that open a store: which database, and where its evidence lies."""

from __future__ import annotations

from typing import Annotated

import typer

DEFAULT_DATABASE = "sqlite:///out/eindekss.sqlite3"
DatabaseOption = Annotated[
    str,
    typer.Option("--db", envvar="EINDEKSS_DB", metavar="URL|PATH", help="Database of runs."),
]
EvidenceOption = Annotated[
    str | None,
    typer.Option(
        "--evidence",
        envvar="EINDEKSS_EVIDENCE",
        metavar="URL|PATH",
        help="Where evidence lies; left out: as the database knows, or beside it.",
    ),
]
