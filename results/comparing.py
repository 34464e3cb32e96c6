"""The commands `compare` and `history`: what became of answers from run to run, read from the database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from results.commands import DEFAULT_DATABASE, print_view, stop, write_output
from results.comparison import Comparison, compare
from results.comparison_view import text_view, to_csv, to_json
from results.errors import ResultsError, SiteNotInRunError
from results.matching import is_meant
from results.records import RunRecord
from results.rejudging import DatabaseOption
from results.store import Store
from results.streaming import RunReader, SiteSummary

Runs = Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a run, or its beginning.")]


class ComparisonFormat(StrEnum):
    """How a comparison is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="compare")(compare_runs)


def compare_runs(
    before: Runs,
    after: Runs,
    *,
    format_: Annotated[
        ComparisonFormat, typer.Option("--format", help="How to write it.")
    ] = ComparisonFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", help="File instead of standard output.")] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="Only this institution: address, name or number.")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what differs.")] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Say what became better or worse from one run to another, and what can't be compared."""
    try:
        store = Store.open(database, create=False)
        try:
            found = compared(store, store.find_run(before), store.find_run(after), site)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    if format_ is ComparisonFormat.TEXT:
        print_view(text_view(found, changed=changed, whole=site is not None and not changed), output)
    elif format_ is ComparisonFormat.JSON:
        write_output(to_json(found, changed=changed), output)
    else:
        write_output(to_csv(found, changed=changed), output)


def compared(store: Store, before: str, after: str, site: str | None = None) -> Comparison:
    """Two runs of a store, or one institution of them. RunNotFoundError, SiteNotInRunError."""
    (run, sites), (other, others) = _read(store, before), _read(store, after)
    if site is not None:
        sites = tuple(one for one in sites if is_meant(one.institution, site))
        others = tuple(one for one in others if is_meant(one.institution, site))
        if not sites and not others:
            raise SiteNotInRunError(f"Neither run has a site {site}.")
    return compare(run, sites, other, others)


def _read(store: Store, run_id: str) -> tuple[RunRecord, tuple[SiteSummary, ...]]:
    reader = RunReader(store.engine, run_id)
    return reader.run, tuple(reader.sites())
