"""The commands `compare` and `history`: what became of answers from run to run, read from the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from crawler.evidence import Institution
from results import history_view
from results.commands import DEFAULT_DATABASE, print_view, stop, write_output
from results.comparison import Comparison, compare
from results.comparison_view import text_view, to_csv, to_json
from results.errors import ResultsError, SiteNotInRunError
from results.history import History, history_of
from results.language import N_
from results.matching import is_meant, matched
from results.records import RunRecord, SampleRecord
from results.rejudging import DatabaseOption
from results.run_policy import RunPolicy
from results.store import Store
from results.streaming import RunReader, SiteSummary

Runs = Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a run, or its beginning.")]

PLACES_KEPT = 2
"""Places of an answer that a comparison of whole runs shows; of one institution it shows all."""


class ComparisonFormat(StrEnum):
    """How a comparison is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class HistoryFormat(StrEnum):
    """How a history is written."""

    TEXT = "text"
    JSON = "json"


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="compare")(compare_runs)
    app.command()(history)


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
    (run, sites), (other, others) = _read(store, before, site), _read(store, after, site)
    if site is not None and not sites and not others:
        raise SiteNotInRunError(N_("Neither run has a site {site}."), site=site)
    pages = _overlaps(store, other, others) if _takes_over(run, other) else {}
    return compare(run, sites, other, others, pages)


def _takes_over(before: RunRecord, after: RunRecord) -> bool:
    return RunPolicy.of(after.policy).sample_from == before.id


def _overlaps(store: Store, run: RunRecord, sites: Sequence[SiteSummary]) -> dict[int, str]:
    """How far a run's sites were looked at on the earlier run's pages, in words, by position."""
    samples = store.samples_by_position(run.id, [site.position for site in sites])
    told = {place: SampleRecord.of(sample) for place, sample in samples.items()}
    return {place: str(record.words) for place, record in told.items() if record}


def _read(store: Store, run_id: str, site: str | None) -> tuple[RunRecord, tuple[SiteSummary, ...]]:
    reader = RunReader(store.engine, run_id)
    if site is None:
        return reader.run, tuple(map(_in_short, reader.sites()))
    meant = [place for place, one in reader.institutions().items() if is_meant(one, site)]
    return reader.run, tuple(reader.sites(meant))


def _in_short(site: SiteSummary) -> SiteSummary:
    """With the first places of each answer only: a thousand sites must fit into memory, twice."""
    answers = (replace(one, evidence=one.evidence[:PLACES_KEPT]) for one in site.judgement.answers)
    return replace(site, judgement=replace(site.judgement, answers=tuple(answers)))


def history(
    site: Annotated[
        str, typer.Argument(metavar="SITE", help="Address, name or registration number of an institution.")
    ],
    *,
    format_: Annotated[HistoryFormat, typer.Option("--format", help="How to write it.")] = HistoryFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", help="File instead of standard output.")] = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Show an institution in all runs: each answer over time, the percentage, and where the rules changed."""
    try:
        store = Store.open(database, create=False)
        try:
            found = site_history(store, site)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    if format_ is HistoryFormat.TEXT:
        print_view(history_view.text_view(found), output)
    else:
        write_output(history_view.to_json(found), output)


def site_history(store: Store, wanted: str) -> History:
    """An institution in all runs of a store, the oldest first. SiteNotInRunError."""
    readers = [RunReader(store.engine, run.id) for run in store.runs()]
    lists = [reader.institutions() for reader in readers]
    every = (one for institutions in lists for one in institutions.values())
    meant = next((one for one in every if is_meant(one, wanted)), None)
    if meant is None:
        raise SiteNotInRunError(N_("No run has a site {wanted}."), wanted=wanted)
    return history_of(meant, _appearances(meant, readers, lists))


def _appearances(
    meant: Institution, readers: Sequence[RunReader], lists: Sequence[Mapping[int, Institution]]
) -> Iterator[tuple[RunRecord, SiteSummary]]:
    """The institution in each run that has it, the oldest first."""
    for reader, institutions in zip(reversed(readers), reversed(lists), strict=True):
        for pair in matched(tuple(institutions.values()), (meant,)).pairs:
            place = tuple(institutions)[pair.before]
            yield from ((reader.run, site) for site in reader.sites([place]))
