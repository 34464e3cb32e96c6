"""Keeps the second audit of a site beside the first: its evidence, and what the two agree on."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from sqlmodel import Session, col, delete, select

from checks.judge import SiteJudgement
from crawler.evidence import Sample, Site
from results import claiming, models, rows
from results.confirming import settled
from results.evidence_store import storable
from results.lost_answers import recognised
from results.store import Store
from results.stored_sites import add_judgement, said
from results.transactions import writing
from results.work_records import Again, Lease


def first_sample(store: Store, run_id: str, position: int) -> Sample | None:
    """The sample of the site's first audit, as pinned from this run; None where there is no first audit."""
    where = (models.Site.run_id == run_id, col(models.Site.position) == position)
    with Session(store.engine) as session:
        digest = session.exec(select(models.Site.evidence).where(*where)).first()
    sample = store.evidence.load_manifest(digest).site.sample if digest else None
    return replace(sample, pinned_from=run_id) if sample else None


def save_second(
    store: Store,
    lease: Lease,
    site: Site,
    second: SiteJudgement,
    now: datetime,
    again: Again | None = None,
) -> None:
    """Keeps a second audit's evidence, makes the judgement what both audits agree on, and ends the task's
    lease, in one transaction. With `again` the second audit is to be tried once more: the judgement stays as
    it is, and the lease says why. Where it tells nothing of what had changed, its failure is kept.

    Raises:
        StaleLeaseError: the lease is not the newest any more; nothing was stored.
        DiskFullError, EvidenceUnwritableError, EvidenceAwayError: as for the first.
    """
    digest = store.evidence.put_site(site).manifest.digest
    recognised(store.engine, lease, digest, lambda: _save(store, lease, digest, second, now, again))


def _save(
    store: Store, lease: Lease, digest: str, second: SiteJudgement, now: datetime, again: Again | None
) -> bool:
    with Session(writing(store.engine)) as session, session.begin():
        task, found = claiming.held(session, lease), _first(session, lease)
        if found is None or again is not None:
            claiming.conclude(session, task, again, second.failure, now, is_kept=False)
            return found is not None
        both = _settle(session, found, digest, second)
        claiming.conclude(session, task, None, both.failure, now)
        # The lease tells of its own audit.
        unseen = both.changes.failure if both.changes else None
        claiming.note(session, lease.task_id, lease.fence, now, "done", unseen)
    return True


def _settle(
    session: Session, found: tuple[models.Site, models.SiteJudgement], digest: str, second: SiteJudgement
) -> SiteJudgement:
    """Puts what both audits agree on in the place of the first's judgement."""
    row, judged = found
    row.again = digest
    session.add(row)
    both = settled(rows.site_judgement(judged, *said(session, judged.id or 0)), storable(second))
    judgement_id, site_id = judged.judgement_id, judged.site_id
    session.exec(delete(models.SiteJudgement).where(col(models.SiteJudgement.id) == judged.id))
    session.flush()
    add_judgement(session, judgement_id, site_id, both)
    return both


def _first(session: Session, lease: Lease) -> tuple[models.Site, models.SiteJudgement] | None:
    query = (
        select(models.Site, models.SiteJudgement)
        .join(models.SiteJudgement, col(models.SiteJudgement.site_id) == col(models.Site.id))
        .join(models.Judgement, col(models.Judgement.id) == col(models.SiteJudgement.judgement_id))
        .where(
            models.Site.run_id == lease.run_id,
            col(models.Site.position) == lease.position,
            col(models.Judgement.is_current),
        )
    )
    return session.exec(query).first()
