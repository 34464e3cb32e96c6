"""Runs as they are kept: which there are, and each as values. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from crawler.evidence import Sample, Site
from results import models, rows
from results.errors import EvidencePrunedError, RunNotFoundError, SiteNotInRunError
from results.evidence_store import EvidenceStore
from results.half_judged import whole
from results.later_failures import later_failures
from results.panel.decisions import Decision
from results.panel.store import decisions_by_site
from results.records import RunRecord, RunSummary, SiteRecord
from results.run_progress import open_tasks
from results.selection import choose_run, same_address
from results.stored_sites import at, current_judgement, row_id, said
from results.transactions import surviving

_Key = TypeVar("_Key")


class StoredRuns:
    """What one database says of its runs, with the evidence beside it. May be read from any thread."""

    def __init__(self, engine: Engine, evidence: EvidenceStore) -> None:
        self._engine = engine
        self.evidence = evidence

    @property
    def engine(self) -> Engine:
        """The database, for what reads or writes other tables than this class does."""
        return self._engine

    @surviving
    def runs(self) -> tuple[RunSummary, ...]:
        """All runs, the newest first."""
        counts = select(models.Site.run_id, func.count()).group_by(col(models.Site.run_id))
        newest = select(models.Run).order_by(col(models.Run.started_at).desc(), col(models.Run.id).desc())
        with Session(self._engine) as session:
            sites = {run_id: count for run_id, count in session.exec(counts)}  # noqa: C416 - rows are no pairs to mypy
            return tuple(rows.run_summary(run, sites.get(run.id, 0)) for run in session.exec(newest))

    def find_run(self, wanted: str | None = None) -> str:
        """The id of the run with that id or name, or the only one that begins so; the newest for None.
        RunNotFoundError, AmbiguousRunError.
        """
        return choose_run(self.runs(), wanted)

    @surviving
    def load_run(self, run_id: str, *, site: str | None = None, judgement_id: int | None = None) -> RunRecord:
        """A run by its current judgement, or by another; all its sites, or those at one address.
        RunNotFoundError, and the EvidenceError of evidence that is gone.
        """
        with Session(self._engine) as session:
            run = stored_run(session, run_id)
            judgement = (
                current_judgement(session, run_id)
                if judgement_id is None
                else _judgement(session, run_id, judgement_id)
            )
            sites = tuple(self._sites(session, run_id, row_id(judgement), site))
            every, left = whole(session, run_id), open_tasks(session, run_id)
            unseen = later_failures(session, run_id)
        if site is not None:
            left = [task for task in left if same_address(task.institution["url"], site)]
            unseen = tuple(one for one in unseen if same_address(one.institution.url, site))
        if site is not None and not sites:
            raise SiteNotInRunError(f"Run {run_id} has no site {site}.")
        return rows.run_record(run, judgement, every, sites, left, unseen)

    def iterate_sites(self, run_id: str, judgement_id: int) -> Iterator[SiteRecord]:
        """The sites of a run one after the other, for what is too large to hold. Raises as `load_run`."""
        with Session(self._engine) as session:
            for site in self._sites(session, run_id, judgement_id, None):
                yield site
                session.expunge_all()

    @surviving
    def judgement_ids(self, run_id: str) -> tuple[int, ...]:
        """Ids of a run's judgements in the order in which they were made. RunNotFoundError."""
        with Session(self._engine) as session:
            stored_run(session, run_id)
            return whole(session, run_id)

    @surviving
    def load_samples(self, run_id: str) -> dict[str, Sample]:
        """Samples of a run by the address of the site; of sites that have one. Raises as `load_evidence`."""
        with Session(self._engine) as session:
            stored_run(session, run_id)
            query = select(models.Site.url, models.Site.evidence).where(models.Site.run_id == run_id)
            return self._samples(session.exec(query).all())

    def samples_by_position(self, run_id: str, positions: Collection[int]) -> dict[int, Sample]:
        """The same by position, of the sites there."""
        query = select(models.Site.position, models.Site.evidence).where(
            models.Site.run_id == run_id, col(models.Site.position).in_(positions)
        )
        with Session(self._engine) as session:
            return self._samples(session.exec(query).all())

    def _samples(self, stored: Iterable[tuple[_Key, str]]) -> dict[_Key, Sample]:
        drawn = {key: self.evidence.load_manifest(digest).site.sample for key, digest in stored}
        return {key: sample for key, sample in drawn.items() if sample is not None}

    def load_evidence(self, run_id: str, position: int) -> Site:
        """All evidence of one site. RunNotFoundError, EvidencePrunedError, and the EvidenceError of what is
        gone.
        """
        with Session(self._engine) as session:
            require_evidence(stored_run(session, run_id))
            digest = session.exec(select(models.Site.evidence).where(*at(run_id, position))).first()
        if digest is None:
            raise RunNotFoundError(f"Run {run_id} has no site number {position}.")
        return self.evidence.load_site(digest)

    def _sites(
        self, session: Session, run_id: str, judgement_id: int, wanted: str | None
    ) -> Iterator[SiteRecord]:
        query = (
            select(models.Site, models.SiteJudgement)
            .join(models.SiteJudgement, col(models.SiteJudgement.site_id) == col(models.Site.id))
            .where(
                col(models.Site.run_id) == run_id,
                col(models.SiteJudgement.judgement_id) == judgement_id,
            )
            .order_by(col(models.Site.position))
        )
        decided = decisions_by_site(session, run_id)
        for site, judged in session.exec(query):
            if wanted is None or same_address(site.url, wanted):
                yield self._site_record(session, site, judged, decided.get(site.position, ()))

    def _site_record(
        self,
        session: Session,
        site: models.Site,
        judged: models.SiteJudgement,
        decisions: tuple[Decision, ...],
    ) -> SiteRecord:
        pages = select(models.Page).where(models.Page.site_id == site.id).order_by(col(models.Page.position))
        observed = self.evidence.load_manifest(site.evidence).site
        return rows.site_record(
            site,
            session.exec(pages).all(),
            observed,
            rows.site_judgement(judged, *said(session, row_id(judged))),
            decisions,
        )


def require_evidence(run: models.Run) -> None:
    """EvidencePrunedError where the evidence of the run's pages was removed."""
    if run.pruned_at is not None:
        raise EvidencePrunedError(
            f"The evidence of run {run.id} was pruned on {run.pruned_at:%Y-%m-%d}; its pages can't be read."
        )


def stored_run(session: Session, run_id: str) -> models.Run:
    """The row of a run. RunNotFoundError."""
    run = session.get(models.Run, run_id)
    if run is None:
        raise RunNotFoundError(f"There is no run {run_id}.")
    return run


def _judgement(session: Session, run_id: str, judgement_id: int) -> models.Judgement:
    found = session.get(models.Judgement, judgement_id)
    if found is None or judgement_id not in whole(session, run_id):
        raise RunNotFoundError(f"Run {run_id} has no judgement {judgement_id}.")
    return found
