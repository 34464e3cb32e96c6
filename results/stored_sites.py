"""Sites, judgements of them, answers and findings as rows, in the transaction of the caller."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select

from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import Site
from results import models, rows
from results.errors import JudgementStateError, RunNotFoundError
from results.evidence_store import StoredSite
from results.work_records import Lease


def replace_site(
    session: Session, run_id: str, position: int, site: Site, stored: StoredSite, judgement: SiteJudgement
) -> None:
    """Puts a site with the run's current judgement of it where there was another, or none."""
    current_judgement(session, run_id)
    session.exec(delete(models.Site).where(*at(run_id, position)))
    row = added(session, rows.site_row(run_id, position, site, stored.manifest.digest))
    for place, (page, blob) in enumerate(zip(site.pages, stored.pages, strict=True)):
        session.add(rows.page_row(row_id(row), place, page, blob.digest))
    session.flush()
    # Asked again: one that became the run's just now (`judged_again`) held up the row of the site.
    add_judgement(session, row_id(current_judgement(session, run_id)), row_id(row), judgement)


_TELLS = {SiteStatus.INTERNAL_ERROR: 0, SiteStatus.NOT_EVALUABLE: 1}
"""How much a result says of the site; those that are not here say most."""


def tells_enough(session: Session, lease: Lease, judgement: SiteJudgement) -> bool:
    """Whether a result says no less of the site than the one that is stored."""
    query = (
        select(models.SiteJudgement.status)
        .join(models.Site, col(models.Site.id) == col(models.SiteJudgement.site_id))
        .join(models.Judgement, col(models.Judgement.id) == col(models.SiteJudgement.judgement_id))
        .where(*at(lease.run_id, lease.position), col(models.Judgement.is_current))
    )
    stored = session.exec(query).first()
    return stored is None or _TELLS.get(judgement.status, 2) >= _TELLS.get(SiteStatus(stored), 2)


def add_judgement(session: Session, judgement_id: int, site_id: int, judged: SiteJudgement) -> None:
    """Adds what a judgement says of a site, in the transaction of the caller."""
    row = added(session, rows.site_judgement_row(judgement_id, site_id, judged))
    pages = session.exec(select(models.Page).where(models.Page.site_id == site_id))
    page_ids = {page.url: row_id(page) for page in pages}
    for place, answer in enumerate(judged.answers):
        session.add(rows.answer_row(row_id(row), place, answer))
    found = [(check, finding) for check in sorted(judged.findings) for finding in judged.findings[check]]
    for place, (check, finding) in enumerate(found):
        session.add(rows.finding_row(row_id(row), place, check, finding, page_ids))


def said(session: Session, judged: int) -> tuple[list[models.Answer], list[models.Finding]]:
    """The answers and findings of a judged site, in their order."""
    answers = select(models.Answer).where(models.Answer.site_judgement_id == judged)
    findings = select(models.Finding).where(models.Finding.site_judgement_id == judged)
    return (
        list(session.exec(answers.order_by(col(models.Answer.position)))),
        list(session.exec(findings.order_by(col(models.Finding.position)))),
    )


def current_judgement(session: Session, run_id: str) -> models.Judgement:
    """The judgement that a run shows. RunNotFoundError."""
    query = select(models.Judgement).where(
        col(models.Judgement.run_id) == run_id, col(models.Judgement.is_current)
    )
    found = session.exec(query).first()
    if found is None:
        raise RunNotFoundError(f"There is no run {run_id} with a judgement.")
    return found


def at(run_id: str, position: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions for the site at a place of a run."""
    return col(models.Site.run_id) == run_id, col(models.Site.position) == position


_Row = TypeVar("_Row", models.Site, models.Judgement, models.SiteJudgement)


def added(session: Session, row: _Row) -> _Row:
    """The row with the id that the database gave it."""
    session.add(row)
    session.flush()
    return row


def row_id(row: models.Site | models.Page | models.Judgement | models.SiteJudgement) -> int:
    """The id of a row that is stored."""
    if row.id is None:
        raise JudgementStateError("A row was used before it was stored.")
    return row.id
