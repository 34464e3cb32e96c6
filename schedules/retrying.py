"""Whether a site that could not be evaluated is tried again, and when: a pure function of what happened.

The reasons are sorted by what may help. A name that does not resolve, or a certificate, may be mended
while the run goes on; a site that is busy says when to come back; what timed out is better asked when the
run's own load is over; our own failure may be this worker's. What a site answers on purpose (4xx,
robots.txt, a login) is its answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import FailureReason, Site
from crawler.politeness import retry_after_seconds
from results.run_policy import RunPolicy
from results.work_records import Again, Lease

LATER, AT_THE_END = 1, 2
"""Rounds: after all first attempts, and after these."""
LONGEST_RETRY_AFTER = timedelta(hours=1)
"""A site that asks for more is not waited for so long."""
FIRST_SPACING, LONGEST_SPACING = timedelta(minutes=15), timedelta(hours=6)
"""Between attempts while `retry_for` lasts: each twice the one before."""
_BUSY = frozenset({429, 503})

FINAL = frozenset(
    {
        FailureReason.INVALID_URL,
        FailureReason.HTTP_401,
        FailureReason.HTTP_403,
        FailureReason.HTTP_404,
        FailureReason.HTTP_4XX,
        FailureReason.NOT_HTML,
        FailureReason.DOWNLOAD,
        FailureReason.LOGIN_REDIRECT,
        FailureReason.OUT_OF_SCOPE,
        FailureReason.ROBOTS_DISALLOWED,
        FailureReason.TOO_LARGE,
        FailureReason.ADDRESS_REFUSED,
    }
)
"""Asking again gives the same."""
MENDED_MEANWHILE = frozenset({FailureReason.UNKNOWN_HOST, FailureReason.TLS})


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the retry policy looks at."""

    status: SiteStatus
    reason: FailureReason | None = None
    retry_after: float | None = None
    """Seconds that the site asked to wait, where it was busy (429, 503)."""
    tries: int = 1
    """Attempts that came to an end, this one included."""
    round: int = 0
    retry_until: datetime | None = None

    @classmethod
    def of(cls, lease: Lease, site: Site, judgement: SiteJudgement) -> Result:
        """Of a task's audit."""
        return cls(
            status=judgement.status,
            reason=judgement.failure.reason if judgement.failure else None,
            retry_after=asked_to_wait(site),
            tries=lease.attempt - lease.lost,
            round=lease.round,
            retry_until=lease.retry_until,
        )


def asked_to_wait(site: Site) -> float | None:
    """Seconds that the home page's Retry-After asks for where it answered 429 or 503; None without one."""
    home = site.home
    if home is None or home.status not in _BUSY:
        return None
    value = dict(home.headers).get("retry-after", "")
    return retry_after_seconds(value, datetime.fromisoformat(home.captured_at)) or None


def next_attempt(result: Result, policy: RunPolicy, now: datetime) -> Again | None:
    """When the site is tried again; None where its result is final."""
    if result.status not in (SiteStatus.NOT_EVALUABLE, SiteStatus.INTERNAL_ERROR) or result.reason in FINAL:
        return None
    until = _until(result, policy, now)
    if result.tries <= policy.retries:
        return _soon(result, policy, now, until)
    return _over_days(result, policy, now, until)


def _soon(result: Result, policy: RunPolicy, now: datetime, until: datetime | None) -> Again:
    pause = timedelta(seconds=policy.retry_pause)
    if result.retry_after is not None:
        asked = min(timedelta(seconds=result.retry_after), LONGEST_RETRY_AFTER)
        return Again(not_before=now + max(asked, pause), round=result.round, retry_until=until)
    if result.reason is not None and result.reason.is_ours:
        return Again(not_before=now, round=result.round, retry_until=until, elsewhere=True)
    least = LATER if result.reason in MENDED_MEANWHILE else AT_THE_END
    return Again(not_before=now + pause, round=max(result.round + 1, least), retry_until=until)


def _until(result: Result, policy: RunPolicy, now: datetime) -> datetime | None:
    if policy.retry_for <= 0:
        return None
    longest = now + timedelta(seconds=policy.retry_for)
    # A clock that was set back must not prolong it.
    return longest if result.retry_until is None else min(result.retry_until, longest)


def _over_days(result: Result, policy: RunPolicy, now: datetime, until: datetime | None) -> Again | None:
    if until is None:
        return None
    first = min(FIRST_SPACING, timedelta(seconds=policy.retry_for / 8))
    left = until - now
    if left < first / 2:
        return None
    doublings = min(result.tries - policy.retries - 1, 20)
    wait = min(first * 2**doublings, LONGEST_SPACING, left)
    return Again(not_before=now + wait, round=max(result.round + 1, AT_THE_END), retry_until=until)
