"""The commands `compare` and `history`: what became of answers from run to run, read from the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from crawler.evidence import Institution
from results import history_view
from results.commands import (
    DEFAULT_DATABASE,
    print_view,
    print_views,
    stop,
    write_output,
    write_pieces,
)
from results.comparison import Comparison, SiteChange, site_change
from results.comparison_view import text_views, to_csv, to_json
from results.errors import ResultsError, SiteNotInRunError
from results.history import History, history_of
from results.language import N_
from results.matching import Pair, is_meant, matched
from results.observed_records import SampleRecord
from results.records import RunRecord
from results.rejudging import DatabaseOption
from results.run_policy import RunPolicy
from results.store import Store
from results.streaming import RunReader, SiteSummary

Runs = Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a run, or its beginning.")]

_AT_ONCE = 25
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
            if format_ is ComparisonFormat.TEXT:
                whole = site is not None and not changed
                print_views(text_views(found, changed=changed, whole=whole), output)
            else:
                pieces = to_json if format_ is ComparisonFormat.JSON else to_csv
                write_pieces(pieces(found, changed=changed), output)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)


def compared(store: Store, before: str, after: str, site: str | None = None) -> Comparison:
    """Two runs of a store, or one institution of them; the store stays open while its sites are gone through.
    RunNotFoundError, SiteNotInRunError.
    """
    old, new = RunReader(store.engine, before), RunReader(store.engine, after)
    listed, others = _listed(old, site), _listed(new, site)
    if site is not None and not listed and not others:
        raise SiteNotInRunError(N_("Neither run has a site {site}."), site=site)
    found = matched(tuple(listed.values()), tuple(others.values()))
    places, other_places = tuple(listed), tuple(others)
    return Comparison(
        before=old.run,
        after=new.run,
        sites=_Sites(
            store=store,
            readers=(old, new),
            pairs=[
                replace(pair, before=places[pair.before], after=other_places[pair.after])
                for pair in found.pairs
            ],
            places_kept=PLACES_KEPT if site is None else None,
        ),
        only_before=tuple(listed[places[one]] for one in found.only_before),
        only_after=tuple(others[other_places[one]] for one in found.only_after),
    )


class _Sites:
    """The institutions of both runs, read some at a time whenever they are gone through: no memory holds two
    runs of twenty thousand.
    """

    def __init__(
        self,
        *,
        store: Store,
        readers: tuple[RunReader, RunReader],
        pairs: Sequence[Pair],
        places_kept: int | None,
    ) -> None:
        """`pairs` are of positions; of each answer's places only the first `places_kept` are kept."""
        self._store, self._pairs, self._places_kept = store, pairs, places_kept
        self._old, self._new = readers

    def __iter__(self) -> Iterator[SiteChange]:
        for first in range(0, len(self._pairs), _AT_ONCE):
            yield from self._some(self._pairs[first : first + _AT_ONCE])

    def _some(self, pairs: Sequence[Pair]) -> Iterator[SiteChange]:
        old = self._read(self._old, [pair.before for pair in pairs])
        new = self._read(self._new, [pair.after for pair in pairs])
        run, other = self._old.run, self._new.run
        pages = _overlaps(self._store, other.id, list(new)) if _takes_over(run, other) else {}
        for pair in pairs:
            if pair.before in old and pair.after in new:
                before, after = (run, old[pair.before]), (other, new[pair.after])
                yield site_change(pair.by, before, after, pages.get(pair.after, ""))

    def _read(self, reader: RunReader, places: Sequence[int]) -> dict[int, SiteSummary]:
        return {site.position: _in_short(site, self._places_kept) for site in reader.sites(places)}


def _takes_over(before: RunRecord, after: RunRecord) -> bool:
    return RunPolicy.of(after.policy).sample_from == before.id


def _overlaps(store: Store, run_id: str, places: Sequence[int]) -> dict[int, str]:
    """How far a run's sites were looked at on the earlier run's pages, in words, by position."""
    samples = store.samples_by_position(run_id, places)
    told = {place: SampleRecord.of(sample) for place, sample in samples.items()}
    return {place: str(record.words) for place, record in told.items() if record}


def _listed(reader: RunReader, site: str | None) -> dict[int, Institution]:
    """The institutions of a run by position; with `site` those that it means."""
    return {place: one for place, one in reader.institutions().items() if site is None or is_meant(one, site)}


def _in_short(site: SiteSummary, kept: int | None) -> SiteSummary:
    """With the first places of each answer only: a document of a thousand sites is large enough."""
    answers = tuple(replace(one, evidence=one.evidence[:kept]) for one in site.judgement.answers)
    return replace(site, judgement=replace(site.judgement, answers=answers))


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
    every = (one for reader in readers for one in reader.institutions().values())
    meant = next((one for one in every if is_meant(one, wanted)), None)
    if meant is None:
        raise SiteNotInRunError(N_("No run has a site {wanted}."), wanted=wanted)
    return history_of(meant, _appearances(meant, readers))


def _appearances(meant: Institution, readers: Sequence[RunReader]) -> Iterator[tuple[RunRecord, SiteSummary]]:
    """The institution in each run that has it, the oldest first; one list of thousands is held at a time."""
    for reader in reversed(readers):
        institutions = reader.institutions()
        for pair in matched(tuple(institutions.values()), (meant,)).pairs:
            place = tuple(institutions)[pair.before]
            yield from ((reader.run, site) for site in reader.sites([place]))
