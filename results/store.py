"""Keeps runs: their sites, judgements and evidence, all or nothing.

Evidence is written first, rows that refer to it after, in one transaction a site: what a crash leaves
behind is evidence that nothing refers to, never a row whose evidence is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, delete, select

from checks.judge import SiteJudgement
from crawler.evidence import AuditSettings, Sample, Site
from results import claiming, models, rows
from results.confirming import settled_again
from results.database import open_database, writing
from results.errors import (
    EvidencePrunedError,
    JudgementStateError,
    PublishedRunError,
    RunNotFoundError,
    SiteNotInRunError,
)
from results.evidence_address import evidence_of
from results.evidence_store import EvidenceStore, storable
from results.lost_answers import recognised
from results.models import RunState
from results.panel.decisions import Decision
from results.panel.store import decisions_by_site
from results.records import JudgementRecord, RunRecord, RunSummary, SiteRecord
from results.run_progress import open_tasks
from results.selection import choose_run, same_address
from results.stored_sites import (
    add_judgement,
    added,
    at,
    current_judgement,
    replace_site,
    row_id,
    said,
    tells_enough,
)
from results.transactions import surviving
from results.work import Work
from results.work_records import Again, Lease

_Key = TypeVar("_Key")


def new_run_id(now: datetime, entropy: bytes) -> str:
    """An id that sorts by time and reads as one: `20171121-090000-1f3a9c` (three bytes of entropy)."""
    return f"{now:%Y%m%d-%H%M%S}-{entropy[:3].hex()}"


class Store:
    """Runs in one database, with the evidence beside it. Its methods may be called from any thread."""

    def __init__(self, engine: Engine, evidence: EvidenceStore) -> None:
        self._engine = engine
        self.evidence = evidence
        self.work = Work(engine)

    @classmethod
    def open(cls, database: str, *, evidence: str | Path | None = None, create: bool = True) -> Store:
        """The store at a database URL or path, with its evidence (`evidence_of` says where that lies).

        Raises the DatabaseError of what is wrong with it, EvidencePlaceError, EvidenceAwayError.
        """
        engine = open_database(database, create=create)
        try:
            return cls(engine, evidence_of(engine, evidence, create=create))
        except BaseException:
            engine.dispose()
            raise

    @property
    def engine(self) -> Engine:
        """The database, for what reads or writes other tables than this class does."""
        return self._engine

    def close(self) -> None:
        """Gives back all connections."""
        self._engine.dispose()

    def begin_run(
        self,
        run_id: str,
        *,
        name: str,
        settings: AuditSettings,
        versions: Mapping[str, str],
        judged_by: JudgementRecord,
        started_at: datetime,
        source: str = "audit",
    ) -> None:
        """Notes a run and its first judgement. `source`: where answers not observed here come from."""
        with self._writing() as session:
            if session.get(models.Run, run_id) is not None:
                raise JudgementStateError(f"There is a run {run_id} already.")
            begun = {"versions": dict(versions), "started_at": started_at, "source": source}
            session.add(rows.run_row(run_id, name, settings, begun))
            session.flush()
            session.add(rows.judgement_row(run_id, judged_by, current=True))

    def save_site(self, run_id: str, position: int, site: Site, judgement: SiteJudgement) -> SiteRecord:
        """Keeps a site's evidence and judgement, all or nothing; saved again, it replaces what was there.
        Gives back what the store will give from now on.
        """
        site, judgement = storable(site), storable(judgement)
        stored = self.evidence.put_site(site)
        with self._writing() as session:
            replace_site(session, run_id, position, site, stored, judgement)
        return SiteRecord.of(position, site, judgement)

    def save_result(
        self,
        lease: Lease,
        site: Site,
        judgement: SiteJudgement,
        now: datetime,
        again: Again | None = None,
    ) -> bool:
        """Keeps the result of a task and ends its lease, in one transaction: done, or to be tried `again`.

        Gives back whether the result is now the run's: one that tells less than the earlier one (evaluated,
        then not evaluable, then our own failure) does not replace it.

        Raises:
            StaleLeaseError: the lease is not the newest any more; nothing was stored.
        """
        site, judgement = storable(site), storable(judgement)
        stored = self.evidence.put_site(site)

        def keep() -> bool:
            with self._writing() as session:
                task = claiming.held(session, lease)
                is_kept = tells_enough(session, lease, judgement)
                if is_kept:
                    replace_site(session, lease.run_id, lease.position, site, stored, judgement)
                claiming.conclude(session, task, again, judgement.failure, now)
            return is_kept

        return recognised(self._engine, lease, stored.manifest.digest, keep)

    @surviving
    def save_interrupted(self, lease: Lease, site: Site, judgement: SiteJudgement, now: datetime) -> None:
        """Keeps what was seen until somebody stopped the work, unless there is an earlier result, and gives
        the task back as if it had not been taken. StaleLeaseError: nothing was stored.
        """
        site, judgement = storable(site), storable(judgement)
        stored = self.evidence.put_site(site)
        with self._writing() as session:
            task = claiming.held(session, lease)
            if tells_enough(session, lease, judgement):
                replace_site(session, lease.run_id, lease.position, site, stored, judgement)
            claiming.give_back(session, task, judgement.failure, now)

    @surviving
    def finish_run(self, run_id: str, finished_at: datetime, state: RunState = RunState.FINISHED) -> None:
        """Notes how a run ended: FINISHED, INTERRUPTED (what is done is kept) or FAILED."""
        with self._writing() as session:
            run = _run(session, run_id)
            run.state, run.finished_at = state, finished_at
            session.add(run)

    def rejudge(
        self,
        run_id: str,
        judge: Callable[[Site], SiteJudgement],
        judged_by: JudgementRecord,
    ) -> int:
        """Judges the stored evidence of a run again, without observing, and makes the new judgement the
        current one when it is whole; the old ones stay. Returns its id. Raises EvidencePrunedError,
        PublishedRunError, and the EvidenceError of evidence that is gone; then the old judgement stays
        current and nothing of the new one remains.
        """
        with self._writing() as session:
            run = _run(session, run_id)
            require_evidence(run)
            if run.source != "audit":
                raise PublishedRunError(f"Run {run_id} ({run.source}) can't be judged: nothing was observed.")
            row = added(session, rows.judgement_row(run_id, judged_by, current=False))
            new = row_id(row)
        try:
            self._judge_sites(run_id, new, judge)
        except BaseException:
            with self._writing() as session:
                session.exec(delete(models.Judgement).where(col(models.Judgement.id) == new))
            raise
        self.make_current(new)
        return new

    @surviving
    def make_current(self, judgement_id: int) -> None:
        """Makes a judgement the one that its run shows."""
        with self._writing() as session:
            chosen = session.get(models.Judgement, judgement_id)
            if chosen is None:
                raise JudgementStateError(f"There is no judgement {judgement_id}.")
            session.get(models.Run, chosen.run_id, with_for_update=True)
            others = update(models.Judgement).where(col(models.Judgement.run_id) == chosen.run_id)
            session.exec(others.values(is_current=False))
            chosen.is_current = True
            session.add(chosen)

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
            run = _run(session, run_id)
            judgement = (
                current_judgement(session, run_id)
                if judgement_id is None
                else _judgement(session, run_id, judgement_id)
            )
            sites = tuple(self._sites(session, run_id, row_id(judgement), site))
            every, left = _judgement_ids(session, run_id), open_tasks(session, run_id)
        if site is not None:
            left = [task for task in left if same_address(task.institution["url"], site)]
        if site is not None and not sites:
            raise SiteNotInRunError(f"Run {run_id} has no site {site}.")
        return rows.run_record(run, judgement, every, sites, left)

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
            _run(session, run_id)
            return _judgement_ids(session, run_id)

    @surviving
    def load_samples(self, run_id: str) -> dict[str, Sample]:
        """Samples of a run by the address of the site; of sites that have one. Raises as `load_evidence`."""
        with Session(self._engine) as session:
            _run(session, run_id)
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
            require_evidence(_run(session, run_id))
            digest = session.exec(select(models.Site.evidence).where(*at(run_id, position))).first()
        if digest is None:
            raise RunNotFoundError(f"Run {run_id} has no site number {position}.")
        return self.evidence.load_site(digest)

    def _judge_sites(self, run_id: str, judgement_id: int, judge: Callable[[Site], SiteJudgement]) -> None:
        with Session(self._engine) as session:
            sites = session.exec(
                select(models.Site, models.SiteJudgement.changes)
                .join(models.SiteJudgement, col(models.SiteJudgement.site_id) == col(models.Site.id))
                .join(models.Judgement, col(models.Judgement.id) == col(models.SiteJudgement.judgement_id))
                .where(col(models.Site.run_id) == run_id, col(models.Judgement.is_current))
            ).all()
        for row, changes in sites:
            judged = judge(self.evidence.load_site(row.evidence))
            if row.again is not None:
                judged = settled_again(judged, judge(self.evidence.load_site(row.again)), changes)
            with self._writing() as session:
                add_judgement(session, judgement_id, row_id(row), storable(judged))

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

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(writing(self._engine), expire_on_commit=False) as session, session.begin():
            yield session


def require_evidence(run: models.Run) -> None:
    """EvidencePrunedError where the evidence of the run's pages was removed."""
    if run.pruned_at is not None:
        raise EvidencePrunedError(
            f"The evidence of run {run.id} was pruned on {run.pruned_at:%Y-%m-%d}; its pages can't be read."
        )


def _run(session: Session, run_id: str) -> models.Run:
    run = session.get(models.Run, run_id)
    if run is None:
        raise RunNotFoundError(f"There is no run {run_id}.")
    return run


def _judgement_ids(session: Session, run_id: str) -> tuple[int, ...]:
    rows_of = select(models.Judgement.id).where(models.Judgement.run_id == run_id)
    return tuple(sorted(found for found in session.exec(rows_of) if found is not None))


def _judgement(session: Session, run_id: str, judgement_id: int) -> models.Judgement:
    found = session.get(models.Judgement, judgement_id)
    if found is None or found.run_id != run_id:
        raise RunNotFoundError(f"Run {run_id} has no judgement {judgement_id}.")
    return found
