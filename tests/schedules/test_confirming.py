"""Sites that answer differently the second time, audited for real: what decides a band is confirmed."""

from __future__ import annotations

import asyncio
import copy
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from checks.accessibility.explain import explain
from checks.accessibility.wcag_percentage import CHECK as WCAG
from checks.finding import Answer, Finding, MobileMeasure, Outcome, WcagMeasure
from checks.judge import DEFAULTS, SiteStatus, judge
from checks.mobile.mobile_friendliness import CHECK as MOBILE
from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import (
    RANDOM,
    AuditSettings,
    Blob,
    Confirmation,
    ConfirmPage,
    FailureReason,
    Institution,
    Scope,
    Site,
)
from crawler.instruments import open_instruments
from results.records import SiteRecord
from schedules.audit import audit_site
from tests.crawler.page_server import Handler, PageServer, Route, serving
from tests.schedules.site_server import html, page

SETTINGS = AuditSettings(seed=1, timeout=15, rate=500, allow_private=True, max_urls=20)
IMAGE = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' {}>"
BARE, NAMED = IMAGE.format(""), IMAGE.format("alt='Novada ģerbonis'")
HOME = html("Novads", NAMED)
MENU = "".join(f"<p><a href='/{n}'>{n}</a></p>" for n in ("kontakti", "jaunumi", "piekļūstamība"))


def turning(first: str | int, second: str | int, *, on: str = "desktop") -> Route:
    """Answers with one body, or status, the first time that device asks, and with another from then on.

    Everybody else gets the body that is no status.
    """
    asked: Counter[str] = Counter()

    def route(handler: Handler) -> None:
        agent = handler.headers.get("User-Agent", "")
        device = "phone" if "Mobile" in agent else "desktop" if "Chrome/" in agent else "crawl"
        asked[device] += 1
        bodies = (
            (first, second) if device == on else (max(first, second, key=lambda one: isinstance(one, str)),)
        )
        body = bodies[min(asked[device], len(bodies)) - 1]
        if isinstance(body, int):
            handler.answer("<title>Kļūda</title>", status=body)
        else:
            handler.answer(body)

    return route


class Case(NamedTuple):
    """A site, and how it is audited."""

    routes: dict[str, Route]
    settings: AuditSettings = SETTINGS


CASES = {
    "steady": Case({"/": page("Novads", BARE)}),
    "fails first": Case({"/": turning(html("Novads", BARE), HOME)}),
    "fails then": Case({"/": turning(HOME, html("Novads", BARE))}),
    "late banner": Case(
        {
            "/": turning(
                html("Novads", BARE),
                html("Novads", BARE).replace("<main>", "<div><button></button></div><main>"),
            )
        }
    ),
    "gone then": Case({"/": turning(HOME, 503)}),
    "gone first": Case({"/": turning(503, HOME)}),
    "gone": Case({"/": turning(503, 503)}),
    "phone": Case({"/": turning(HOME, HOME.replace("width=device-width", "width=900"), on="phone")}),
    "sample": Case(
        {
            "/": page("Novads", "".join(f"<p><a href='/{n}'>Lapa {n}</a></p>" for n in range(3))),
            "/0": page("Lapa 0", BARE),
            "/1": turning(html("Lapa 1", BARE), html("Lapa 1", NAMED)),
            "/2": turning(html("Lapa 2"), 503),
        },
        replace(SETTINGS, scope=Scope.SAMPLE, pages=4),
    ),
    "once": Case({"/": turning(html("Novads", BARE), HOME)}, replace(SETTINGS, confirm=False)),
    "asked": Case(
        {"/": page("Novads", MENU)} | {f"/{n}": page(n) for n in ("kontakti", "jaunumi")},
        replace(SETTINGS, structured_pages=1),
    ),
}


async def audited(servers: dict[str, PageServer]) -> dict[str, Site]:
    """All cases at once, in one browser."""
    chromium = find_chromium(os.environ)
    assert chromium is not None, "make setup finds or fetches one"
    async with open_instruments(
        SETTINGS,
        [f"{server.url}/" for server in servers.values()],
        chromium=chromium,
        axe=load_axe(os.environ),
        save_blob=lambda data, kind: Blob(sha256(data).hexdigest(), kind, len(data)),
        clock=lambda: datetime.now(UTC),
    ) as tools:

        async def one(name: str) -> Site:
            mine = copy.copy(tools)
            mine.settings = CASES[name].settings
            return await audit_site(Institution(url=f"{servers[name].url}/"), mine, lambda *_: None)

        found = await asyncio.gather(*map(one, CASES))
    return dict(zip(CASES, found, strict=True))


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(case.routes)) for name, case in CASES.items()}
        yield asyncio.run(audited(servers))


def measured(site: Site) -> tuple[WcagMeasure, Answer]:
    result = WCAG.judge(site, DEFAULTS)
    assert result.wcag is not None
    return result.wcag, result.answers[0]


def on_phone(site: Site) -> tuple[MobileMeasure, Answer]:
    result = MOBILE.judge(site, DEFAULTS)
    assert result.mobile is not None
    return result.mobile, result.answers[0]


def without_confirmations(site: Site) -> Site:
    return replace(
        site, observations=tuple(one for one in site.observations if not isinstance(one, Confirmation))
    )


def test_a_steady_page_is_scored_as_its_first_capture_says(sites: dict[str, Site]) -> None:
    wcag, answer = measured(sites["steady"])
    alone, _ = measured(without_confirmations(sites["steady"]))
    assert (wcag.percent, wcag.bounds, wcag.criteria) == (alone.percent, alone.bounds, alone.criteria)
    assert (wcag.percent, wcag.pages_confirmed, wcag.unstable_count) == (85.71, 1, 0)
    assert answer.confidence == 0.95
    mobile, _ = on_phone(sites["steady"])
    assert (mobile.verdict, mobile.confirmed) == ("MOBILE_FRIENDLY", True)


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [("fails first", (Outcome.FAILED, Outcome.PASSED)), ("fails then", (Outcome.PASSED, Outcome.FAILED))],
)
def test_a_failure_of_one_capture_alone_decides_no_band(
    sites: dict[str, Site], name: str, outcomes: tuple[Outcome, Outcome]
) -> None:
    wcag, answer = measured(sites[name])
    assert (wcag.percent, wcag.band) == (100.0, 1)
    assert [(one.rule, one.criteria, one.first, one.second) for one in wcag.unstable] == [
        ("image-alt", ("1.1.1",), *outcomes)
    ]
    assert (wcag.bounds.lower, wcag.bounds.uncertain, wcag.bounds.other_band) == (85.71, True, 2)
    assert "1 unstable rule result left out" in answer.reason
    (finding,) = WCAG.judge(sites[name], DEFAULTS).findings
    assert (finding.rule, finding.outcome) == ("image-alt", Outcome.CANT_TELL)
    assert "unstable" in finding.message
    assert f"only in the {'first' if name == 'fails first' else 'second'} capture" in (
        finding.instances[0].message
    )


def test_without_the_second_capture_the_same_failure_costs_half_of_the_points(sites: dict[str, Site]) -> None:
    first = measured(without_confirmations(sites["fails first"]))[0]
    both = measured(sites["fails first"])[0]
    assert (first.band, first.points, both.band, both.points) == (2, 10, 1, 20)
    once, answer = measured(sites["once"])
    assert (once.percent, once.pages_confirmed) == (first.percent, 0)
    assert "not confirmed by a second capture" in answer.reason
    assert not any(isinstance(one, Confirmation) for one in sites["once"].observations)


def test_a_banner_that_comes_late_is_unstable_and_what_it_moved_is_not(sites: dict[str, Site]) -> None:
    wcag, _ = measured(sites["late banner"])
    assert [(one.rule, one.first, one.second) for one in wcag.unstable] == [
        ("button-name", Outcome.INAPPLICABLE, Outcome.FAILED)
    ]
    failed = [one.rule for one in WCAG.judge(sites["late banner"], DEFAULTS).findings if is_failed(one)]
    assert failed == ["image-alt"]
    page_one = explain(sites["late banner"], DEFAULTS).pages[0]
    assert page_one.confirmed
    assert [one.sc for one in page_one.criteria if one.unstable] == ["4.1.2"]


def is_failed(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAILED


def test_a_page_whose_second_capture_fails_keeps_its_score_and_says_so(sites: dict[str, Site]) -> None:
    wcag, answer = measured(sites["gone then"])
    assert (wcag.percent, wcag.pages_evaluated, wcag.pages_confirmed) == (100.0, 1, 0)
    assert (wcag.bounds.uncertain, answer.confidence) == (True, 0.6)
    assert "not confirmed" in answer.reason
    (finding,) = WCAG.judge(sites["gone then"], DEFAULTS).findings
    assert (finding.rule, finding.outcome) == ("not-confirmed", Outcome.CANT_TELL)
    assert "http_5xx" in finding.message


def test_a_home_page_that_failed_once_is_in_no_band_and_one_that_failed_twice_is(
    sites: dict[str, Site],
) -> None:
    once, answer = measured(sites["gone first"])
    assert (once.percent, once.band, once.points) == (None, None, None)
    assert once.failure is not None
    assert once.failure.reason is FailureReason.UNSTABLE
    assert (answer.outcome, answer.value) == (Outcome.CANT_TELL, None)
    assert judge(sites["gone first"]).status is SiteStatus.NOT_EVALUABLE
    twice, _ = measured(sites["gone"])
    assert (twice.band, twice.points) == (4, 0)
    assert [one.plan for one in sites["gone"].observations if isinstance(one, Confirmation)] == [
        ConfirmPage(sites["gone"].institution.url)
    ]


def test_a_viewport_that_comes_and_goes_gives_no_mobile_verdict(sites: dict[str, Site]) -> None:
    mobile, answer = on_phone(sites["phone"])
    assert (mobile.verdict, mobile.strict_verdict, mobile.confirmed) == (None, None, True)
    assert mobile.unstable[0].rule == "FIXED_WIDTH_VIEWPORT"
    assert (mobile.unstable[0].first, mobile.unstable[0].second) == (Outcome.PASSED, Outcome.FAILED)
    assert (answer.outcome, answer.value) == (Outcome.CANT_TELL, None)
    assert "FIXED_WIDTH_VIEWPORT" in answer.reason
    assert on_phone(without_confirmations(sites["phone"]))[0].verdict == "MOBILE_FRIENDLY"


def test_the_random_pages_of_a_sample_are_confirmed_each(sites: dict[str, Site]) -> None:
    site = sites["sample"]
    planned = [one.plan.url for one in site.observations if isinstance(one.plan, ConfirmPage)]
    assert sorted(planned) == sorted(page.url for page in site.with_role(RANDOM))
    wcag, answer = measured(site)
    assert (wcag.pages_evaluated, wcag.pages_confirmed, wcag.unstable_count) == (4, 3, 1)
    assert "unconfirmed pages: 1" in answer.reason
    # Page 2 could be anything: with 0 % there the mean of four would be under 75 %.
    assert (wcag.bounds.uncertain, wcag.bounds.other_band) == (True, 3)


def test_pages_beyond_the_cap_are_not_captured_and_told(sites: dict[str, Site]) -> None:
    site = sites["asked"]
    assert site.sample is not None
    assert len(site.pages) == 2
    assert site.sample.left_out
    shown = SiteRecord.of(0, site, judge(site))
    asked = {one.url for one in site.sample.left_out}
    assert {one.url for one in shown.skipped if one.reason == "structured_cap"} == asked
    assert shown.skipped_counts["structured_cap"] == len(asked)
