"""Keeps runs: their sites, judgements and evidence, all or nothing.

Evidence is written first, rows that refer to it after, in one transaction a site: what a crash leaves
behind is evidence that nothing refers to, never a row whose evidence is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from checks.judge import SiteJudgement
from crawler.evidence import AuditSettings, Site
from results import claiming, judged_again, models, rows
from results.database import open_database, writing
from results.errors import JudgementStateError
from results.evidence_address import evidence_of
from results.evidence_store import EvidenceStore, storable
from results.lost_answers import recognised
from results.models import RunState
from results.records import JudgementRecord, SiteRecord
from results.stored_runs import StoredRuns, stored_run
from results.stored_sites import replace_site, tells_enough
from results.transactions import surviving
from results.work import Work
from results.work_records import Again, Lease


def new_run_id(now: datetime, entropy: bytes) -> str:
    """An id that sorts by time and reads as one: `20171121-090000-1f3a9c` (three bytes of entropy)."""
    return f"{now:%Y%m%d-%H%M%S}-{entropy[:3].hex()}"


class Store(StoredRuns):
    """Runs in one database, with the evidence beside it. Its methods may be called from any thread."""

    def __init__(self, engine: Engine, evidence: EvidenceStore) -> None:
        super().__init__(engine, evidence)
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
                claiming.conclude(session, task, again, judgement.failure, now, is_kept=is_kept)
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
            run = stored_run(session, run_id)
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
        PublishedRunError, RunUnderWayError, and the EvidenceError of evidence that is gone; then the old
        judgement stays current and nothing of the new one remains. Nor is anything of it ever shown where
        the program or the database ends in between.
        """
        return judged_again.rejudge(self._engine, self.evidence, run_id, judge, judged_by)

    def make_current(self, judgement_id: int) -> None:
        """Makes a judgement the one that its run shows."""
        judged_again.make_current(self._engine, judgement_id)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(writing(self._engine), expire_on_commit=False) as session, session.begin():
            yield session
