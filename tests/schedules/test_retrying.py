"""The retry policy as a table, and as rules over all reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.judge import SiteStatus
from crawler.evidence import HOME, FailureReason, Page
from results.run_policy import RunPolicy
from schedules.retrying import (
    AT_THE_END,
    FINAL,
    LATER,
    LONGEST_RETRY_AFTER,
    LONGEST_SPACING,
    Result,
    asked_to_wait,
    next_attempt,
)
from tests.results import samples

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
POLICY = RunPolicy(retries=1, retry_pause=10)
DAY = RunPolicy(retries=1, retry_pause=10, retry_for=86_400)
NOT, OURS = SiteStatus.NOT_EVALUABLE, SiteStatus.INTERNAL_ERROR
PAUSE = timedelta(seconds=10)


def result(reason: FailureReason, tries: int = 1, **more: object) -> Result:
    status = OURS if reason.is_ours else NOT
    return Result(status=status, reason=reason, tries=tries, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "wait", "round_", "elsewhere"),
    [
        (FailureReason.UNKNOWN_HOST, PAUSE, LATER, False),
        (FailureReason.TLS, PAUSE, LATER, False),
        (FailureReason.TIMEOUT, PAUSE, AT_THE_END, False),
        (FailureReason.CONNECTION_REFUSED, PAUSE, AT_THE_END, False),
        (FailureReason.CONNECTION_LOST, PAUSE, AT_THE_END, False),
        (FailureReason.HTTP_5XX, PAUSE, AT_THE_END, False),
        (FailureReason.HTTP_429, PAUSE, AT_THE_END, False),
        (FailureReason.EMPTY_PAGE, PAUSE, AT_THE_END, False),
        (FailureReason.INTERNAL_ERROR, timedelta(0), 0, True),
        (FailureReason.BROWSER_CRASHED, timedelta(0), 0, True),
        (FailureReason.DISK_FULL, timedelta(0), 0, True),
    ],
)
def test_each_reason_is_tried_again_where_it_may_help(
    reason: FailureReason, wait: timedelta, round_: int, elsewhere: bool
) -> None:
    again = next_attempt(result(reason), POLICY, NOW)
    assert again is not None
    assert (again.not_before - NOW, again.round, again.elsewhere) == (wait, round_, elsewhere)


@pytest.mark.parametrize("reason", sorted(FINAL))
@pytest.mark.parametrize("policy", [POLICY, DAY])
def test_what_a_site_answers_on_purpose_is_final(reason: FailureReason, policy: RunPolicy) -> None:
    assert next_attempt(result(reason), policy, NOW) is None


def test_every_4xx_but_429_is_final() -> None:
    told = {reason for reason in FailureReason if reason.startswith("http_4")}
    assert told - FINAL == {FailureReason.HTTP_429}


@pytest.mark.parametrize("status", [SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED])
def test_an_evaluated_site_is_not_tried_again(status: SiteStatus) -> None:
    timed_out = replace(result(FailureReason.TIMEOUT), status=status)
    assert next_attempt(timed_out, DAY, NOW) is None


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(30.0, timedelta(seconds=30)), (2.0, PAUSE), (86_400.0, LONGEST_RETRY_AFTER)],
)
def test_retry_after_is_honoured_within_bounds(asked: float, waited: timedelta) -> None:
    again = next_attempt(result(FailureReason.HTTP_5XX, retry_after=asked), POLICY, NOW)
    assert again is not None
    assert (again.not_before - NOW, again.round) == (waited, 0)


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (503, "120", 120.0),
        (429, "Wed, 22 Nov 2017 09:01:00 GMT", 60.0),
        (503, "soon", None),
        (500, "120", None),
        (200, "120", None),
    ],
)
def test_retry_after_is_read_from_a_busy_home_page(status: int, header: str, wait: float | None) -> None:
    home = Page(
        url="https://a.example/",
        captured_at="2017-11-22T09:00:00+00:00",
        roles=(HOME,),
        status=status,
        headers=(("retry-after", header),),
    )
    assert asked_to_wait(replace(samples.site(), pages=(home,))) == wait


def test_over_days_it_is_tried_ever_more_seldom_until_the_time_is_over() -> None:
    now, tries, until, waits = NOW, 1, None, []
    while again := next_attempt(result(FailureReason.TIMEOUT, tries, retry_until=until), DAY, now):
        waits.append(again.not_before - now)
        now, tries, until = again.not_before, tries + 1, again.retry_until
    hours = [round(wait / timedelta(hours=1), 2) for wait in waits[1:]]
    assert hours == [0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 6.0, 4.25]
    assert now == NOW + timedelta(days=1)


def test_a_clock_set_back_does_not_prolong_the_trying() -> None:
    late = NOW + timedelta(days=400)
    again = next_attempt(result(FailureReason.TIMEOUT, 2, retry_until=late), DAY, NOW)
    assert again is not None
    assert again.retry_until == NOW + timedelta(days=1)


@given(
    reason=st.sampled_from(FailureReason),
    tries=st.integers(1, 60),
    round_=st.integers(0, 60),
    retries=st.integers(0, 10),
    retry_for=st.floats(0, 30 * 86_400),
    asked=st.none() | st.floats(0, 1e9),
)
def test_trying_again_has_bounds(
    reason: FailureReason, tries: int, round_: int, retries: int, retry_for: float, asked: float | None
) -> None:
    policy = RunPolicy(retries=retries, retry_for=retry_for)
    one = result(reason, tries, round=round_, retry_after=asked)
    again = next_attempt(one, policy, NOW)
    if again is None:
        assert reason in FINAL or tries > retries
        return
    assert reason not in FINAL
    assert again.round >= round_
    assert timedelta(0) <= again.not_before - NOW <= LONGEST_SPACING
    assert tries <= retries or (retry_for > 0 and again.not_before <= NOW + timedelta(seconds=retry_for))
