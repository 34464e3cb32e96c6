"""Reads a run in small pieces: exports and reports of thousands of sites hold a few of them at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, inspect
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from checks.finding import Answer, Finding
from checks.judge import SiteJudgement
from crawler.evidence import Institution
from results import models, rows
from results.errors import RunNotFoundError
from results.half_judged import whole
from results.later_failures import later_failures
from results.observed_records import PageRecord
from results.records import RunRecord
from results.run_progress import open_tasks

_SITES_AT_ONCE = 25
_INSTITUTIONS_AT_ONCE = 500
_ANSWERS = select_columns(*inspect(models.Answer).columns)
"""All columns as plain rows, which have the names of a `models.Answer`: a run has a million of them, and an
object that the session follows costs several times as much."""


class SiteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A site with its answers, without findings, pages and evidence."""

    position: int
    institution: Institution
    started_at: datetime
    finished_at: datetime
    judgement: SiteJudgement
    """Its `findings` are empty."""

    @property
    def name(self) -> str:
        """The institution's name, or its address where it has none."""
        return self.institution.name or self.institution.url


class RunReader:
    """One run by one judgement, read in pieces. RunNotFoundError where there is no such thing."""

    def __init__(self, engine: Engine, run_id: str, judgement_id: int | None = None) -> None:
        self._engine = engine
        with Session(engine) as session:
            run = session.get(models.Run, run_id)
            chosen, every = _judgement(session, run_id, judgement_id), whole(session, run_id)
            if run is None or chosen is None or chosen.id not in every:
                raise RunNotFoundError(f"There is no run {run_id} with such a judgement.")
            self.judgement_id = chosen.id or 0
            left, unseen = open_tasks(session, run_id), later_failures(session, run_id)
            self.run: RunRecord = rows.run_record(run, chosen, every, (), left, unseen)
            """The run without its sites."""

    def institutions(self) -> dict[int, Institution]:
        """All institutions by the position of their site, in its order."""
        wanted = select(models.Site.position, models.Site.institution)
        query = wanted.where(models.Site.run_id == self.run.id).order_by(col(models.Site.position))
        with Session(self._engine) as session:
            found = session.exec(query.execution_options(yield_per=_INSTITUTIONS_AT_ONCE))
            return {place: msgspec.convert(one, Institution) for place, one in found}

    def sites(self, only: Collection[int] | None = None, *, answers: bool = True) -> Iterator[SiteSummary]:
        """All sites in the order of the list, or those at these positions; without their answers on wish."""
        query = (
            select(models.Site, models.SiteJudgement)
            .join(models.SiteJudgement, col(models.SiteJudgement.site_id) == col(models.Site.id))
            # The run is the judgement's: it is said so that an index gives few sites of many, and in order.
            .where(
                col(models.Site.run_id) == self.run.id,
                col(models.SiteJudgement.judgement_id) == self.judgement_id,
            )
            .order_by(col(models.Site.position))
        )
        if only is not None:
            query = query.where(col(models.Site.position).in_(only))
        for batch in self._batches(query):
            said = self._answers(tuple(judged.id for _, judged in batch)) if answers else {}
            for site, judged in batch:
                yield _summary(site, judged, said.get(judged.id, ()))

    def answers_to(self, code: str) -> Iterator[tuple[int, Answer]]:
        """The site's position, and its answer to the code; in the order of the list."""
        query = (
            select(models.Answer, models.Site.position)
            .join(models.SiteJudgement, col(models.SiteJudgement.id) == col(models.Answer.site_judgement_id))
            .join(models.Site, col(models.Site.id) == col(models.SiteJudgement.site_id))
            .where(
                col(models.SiteJudgement.judgement_id) == self.judgement_id, col(models.Answer.code) == code
            )
            .order_by(col(models.Site.position))
        )
        for batch in self._batches(query, 500):
            for answer, position in batch:
                yield position, rows.answer(answer)

    def findings(self) -> Iterator[tuple[int, str, Finding]]:
        """The site's position, the check, and what it found; in the order of the list."""
        query = (
            select(models.Finding, models.Site.position)
            .join(models.SiteJudgement, col(models.SiteJudgement.id) == col(models.Finding.site_judgement_id))
            .join(models.Site, col(models.Site.id) == col(models.SiteJudgement.site_id))
            .where(col(models.SiteJudgement.judgement_id) == self.judgement_id)
            .order_by(col(models.Site.position), col(models.Finding.position))
        )
        for batch in self._batches(query, 200):
            for finding, position in batch:
                yield position, finding.check_id, rows.finding(finding)

    def pages(self) -> Iterator[tuple[int, PageRecord]]:
        """The site's position and a page; in the order of the list."""
        query = (
            select(models.Page, models.Site.position)
            .join(models.Site, col(models.Site.id) == col(models.Page.site_id))
            .where(col(models.Site.run_id) == self.run.id)
            .order_by(col(models.Site.position), col(models.Page.position))
        )
        for batch in self._batches(query, 200):
            for page, position in batch:
                yield position, rows.page_record(page)

    def _answers(self, judged: tuple[int | None, ...]) -> dict[int | None, list[models.Answer]]:
        wanted: ColumnElement[bool] = col(models.Answer.site_judgement_id).in_(judged)
        query = _ANSWERS.where(wanted).order_by(
            col(models.Answer.site_judgement_id), col(models.Answer.position)
        )
        with Session(self._engine) as session:
            found: Any = session.execute(query)
            return {key: list(group) for key, group in groupby(found, key=attrgetter("site_judgement_id"))}

    def _batches(self, query: Any, size: int = _SITES_AT_ONCE) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - any select
        with Session(self._engine) as session:
            found = session.exec(query.execution_options(yield_per=size))
            # The session refers to its rows weakly: a batch that nobody holds any more is gone.
            yield from found.partitions(size)


def _judgement(session: Session, run_id: str, judgement_id: int | None) -> models.Judgement | None:
    query = select(models.Judgement).where(col(models.Judgement.run_id) == run_id)
    chosen = (
        col(models.Judgement.is_current) if judgement_id is None else col(models.Judgement.id) == judgement_id
    )
    return session.exec(query.where(chosen)).first()


def _summary(
    site: models.Site, judged: models.SiteJudgement, answers: Sequence[models.Answer]
) -> SiteSummary:
    return SiteSummary(
        position=site.position,
        institution=msgspec.convert(site.institution, Institution),
        started_at=site.started_at,
        finished_at=site.finished_at,
        judgement=rows.site_judgement(judged, answers, ()),
    )
