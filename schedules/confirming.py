"""Puts answers that changed since an earlier run to a second audit, at the end of the run.

The first result is stored with its changes unconfirmed, and the task goes back into a round after all others.
Whoever takes it then audits the same pages again and holds the two judgements against each other. Killed in
between, the task is still there, and so is the first result. A second audit that sees nothing is made once
more; then the changes stay unconfirmed, and why is told with the site, the run, its status and in the log.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from checks.accessibility.comparable import Basis
from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import Institution, Sample, Scope, Site, settings_of
from crawler.log import failure_words, logger
from results import second_audits
from results.confirming import is_open, noted
from results.ground import ground
from results.store import Store
from results.streaming import SiteSummary
from results.task_models import SECOND_AUDIT
from results.work_records import Again, Lease
from schedules.open_runs import OpenRun
from schedules.retrying import Result, next_attempt

_log = logger("confirming")
MOST_SECOND = 2
"""How often a second audit that saw nothing is made at most."""
_SEEN = frozenset({SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED})


def is_second_look(lease: Lease) -> bool:
    """Whether the task is at its second audit."""
    return lease.round >= SECOND_AUDIT


def with_changes(opened: OpenRun, lease: Lease, site: Site, judgement: SiteJudgement) -> SiteJudgement:
    """The judgement with what became better or worse since the run compared with; as it is where there is
    none, or the institution was not in it. RunNotFoundError.
    """
    if opened.compared is None or judgement.status not in _SEEN:
        return judgement
    earlier = opened.compared.summary(lease.institution)
    if earlier is None:
        return judgement
    run = opened.compared.run
    was, now = run.basis_of(earlier.institution), _basis(opened, lease.institution)
    return replace(judgement, changes=noted(earlier, was, _summary(lease, site, judgement), now, run.id))


def second_look(judgement: SiteJudgement, now: datetime) -> Again | None:
    """The task's second audit; None where nothing changed."""
    return Again(not_before=now, round=SECOND_AUDIT) if is_open(judgement) else None


def first_sample(store: Store, lease: Lease) -> Sample | None:
    """The pages that the first audit of this run looked at. EvidenceError."""
    return second_audits.first_sample(store, lease.run_id, lease.position)


def once_more(
    lease: Lease, site: Site, judgement: SiteJudgement, opened: OpenRun, now: datetime
) -> Again | None:
    """When a second audit that could not see the site is made again, as its reason asks for; None where it
    saw something, or was tried often enough.
    """
    result = Result.of(lease, site, judgement)
    asked = next_attempt(replace(result, tries=1, retry_until=None), opened.plan.policy, now)
    if asked is None or lease.round + 1 >= SECOND_AUDIT + MOST_SECOND:
        return None
    return replace(asked, round=lease.round + 1, retry_until=None)


def conclude(
    store: Store, lease: Lease, site: Site, judgement: SiteJudgement, now: datetime, again: Again | None
) -> None:
    """Store what the two audits agree on, and end the task or have it tried `again`. StaleLeaseError: nothing
    was stored.
    """
    second_audits.save_second(store, lease, site, judgement, now, again)
    if judgement.status not in _SEEN:
        told = failure_words(judgement.failure)
        _log.warning(
            "second_audit_failed", institution=lease.institution.url, again=again is not None, **told
        )


def _summary(lease: Lease, site: Site, judgement: SiteJudgement) -> SiteSummary:
    return SiteSummary(
        position=lease.position,
        institution=lease.institution,
        started_at=datetime.fromisoformat(site.started_at),
        finished_at=datetime.fromisoformat(site.captured_at),
        judgement=judgement,
    )


def _basis(opened: OpenRun, institution: Institution) -> Basis:
    """By what this run judges an institution; versions of checks and terms are in each judgement."""
    settings, judging = settings_of(institution, opened.plan.settings), opened.plan.judging
    return Basis(
        formula=judging.formula,
        target=judging.target,
        scope=str(Scope(settings.scope)),
        axe_version=opened.instruments.axe.version,
        confirm=settings.confirm,
        news_days=judging.news_days,
        **ground(msgspec.to_builtins(settings)),
    )
