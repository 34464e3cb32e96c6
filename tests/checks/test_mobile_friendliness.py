from __future__ import annotations

from typing import Any

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, CheckResult, MobileMeasure, Outcome
from checks.mobile.mobile_friendliness import CHECK
from crawler.evidence import Failure, FailureReason, Resource, Site, TextRun
from tests.checks.build import HOME_URL, page, site
from tests.checks.build_measures import phone, target

CLOSE = tuple(target(f"t{n}", (n * 20, 0, 20, 20)) for n in range(2))
FAR = tuple(target(f"f{n}", (0, 500 + n * 200, 60, 60)) for n in range(18))


def judged(audited: Site) -> tuple[CheckResult, MobileMeasure, Answer, Answer]:
    result = CHECK.judge(audited, JudgementSettings())
    assert result.mobile is not None
    answer, notes = result.answers
    return result, result.mobile, answer, notes


def on_phone(**more: Any) -> Site:
    return site(page(), mobile=(phone(**more),))


def test_a_page_without_issues_is_friendly_and_needs_no_notes() -> None:
    _, mobile, answer, notes = judged(on_phone())
    assert (mobile.verdict, mobile.strict_verdict, mobile.test_status) == (
        "MOBILE_FRIENDLY",
        "MOBILE_FRIENDLY",
        "COMPLETE",
    )
    assert (answer.value, answer.outcome) == (1, Outcome.PASSED)
    assert (notes.value, notes.outcome) == (None, Outcome.INAPPLICABLE)
    assert mobile.notes == {}


def test_a_friendly_page_shows_what_was_measured() -> None:
    _, _, answer, _ = judged(on_phone(text=(TextRun(16, 90), TextRun(10, 10)), targets=(*CLOSE, *FAR)))
    assert answer.reason == (
        "Laid out 411 px wide on a screen of 411 px, content 411 px wide, 90 % of the text legible, "
        "2 of 20 clickable elements too close to others, no plugins. Not confirmed by a second capture."
    )
    (place,) = answer.evidence
    assert (place.selector, place.snippet) == (
        "meta[name=viewport]",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    )


def test_a_page_with_issues_is_not_and_the_notes_say_why_in_latvian() -> None:
    result, mobile, answer, notes = judged(on_phone(viewports=(), layout_width=980, content_width=980))
    assert mobile.verdict == "NOT_MOBILE_FRIENDLY"
    assert [(one.rule, one.instances) for one in mobile.issues] == [
        ("CONFIGURE_VIEWPORT", 1),
        ("SIZE_CONTENT_TO_VIEWPORT", 1),
    ]
    assert (answer.value, answer.outcome) == (2, Outcome.FAILED)
    assert notes.value == (
        "Nav iestatīts skatvietas apgabals (viewport): lapas platums 980 px, ekrāna – 411 px. "
        "Saturs ir platāks par ekrānu: 980 px, ekrāns – 411 px."
    )
    assert [finding.message for finding in result.findings] == [
        "The viewport is not set: the page is laid out 980 px wide on a screen of 411 px.",
        "The content is 980 px wide on a screen of 411 px.",
    ]
    english = " ".join(finding.message for finding in result.findings)
    assert (answer.reason, notes.reason) == (f"{english} Not confirmed by a second capture.", english)
    assert mobile.notes == {"lv": notes.value, "en": english}
    assert notes.confidence == answer.confidence


def test_a_few_clashing_targets_count_in_the_strict_verdict_only() -> None:
    result, mobile, answer, _ = judged(on_phone(targets=(*CLOSE, *FAR)))
    assert (mobile.verdict, mobile.strict_verdict) == ("MOBILE_FRIENDLY", "NOT_MOBILE_FRIENDLY")
    assert mobile.issues == ()
    assert answer.value == 1
    taps, size = result.findings
    assert taps.message.endswith("Counts in the strict verdict only.")
    assert (size.rule, size.criteria, len(size.instances)) == ("target-size", ("2.5.8",), 2)


def test_failed_stylesheets_keep_the_verdict_with_low_confidence() -> None:
    style = Resource(url=f"{HOME_URL}a.css", type="stylesheet", failure="net::ERR_FAILED")
    picture = Resource(url=f"{HOME_URL}a.png", type="image", status=404)
    result, mobile, answer, _ = judged(on_phone(resources=(style, picture)))
    assert (mobile.verdict, answer.value, answer.confidence) == ("MOBILE_FRIENDLY", 1, 0.5)
    assert "1 stylesheet(s) did not load" in answer.reason
    assert [one.message for one in result.findings[0].instances] == [
        "stylesheet: net::ERR_FAILED",
        "image: 404",
    ]
    assert judged(on_phone(resources=(picture,)))[2].confidence >= 0.9


def failed(reason: FailureReason, detail: str = "") -> Failure:
    return Failure(reason, detail)


@pytest.mark.parametrize(
    ("audited", "status", "detail"),
    [
        (on_phone(failure=failed(FailureReason.UNKNOWN_HOST)), "PAGE_UNREACHABLE", "dns"),
        (
            on_phone(failure=failed(FailureReason.HTTP_5XX, "HTTP 502")),
            "PAGE_UNREACHABLE",
            "http_502: HTTP 502",
        ),
        (on_phone(status=403), "PAGE_UNREACHABLE", "http_403: HTTP 403"),
        (on_phone(content_type="application/pdf"), "PAGE_UNREACHABLE", "not_html: application/pdf"),
        (on_phone(text_length=0), "PAGE_UNREACHABLE", "empty_page: neither text nor anything to tap"),
        (on_phone(failure=failed(FailureReason.BROWSER_CRASHED)), "INTERNAL_ERROR", "browser_crashed"),
        (on_phone(layout_width=0), "INTERNAL_ERROR", "internal_error: the layout was not measured"),
        (
            site(page(headers=(("cf-mitigated", "challenge"),)), mobile=(phone(),)),
            "PAGE_UNREACHABLE",
            "blocked_by_waf: Cloudflare",
        ),
        (site(failure=failed(FailureReason.ROBOTS_DISALLOWED)), "PAGE_UNREACHABLE", "robots"),
        (site(page()), "INTERNAL_ERROR", "internal_error: the home page has no phone capture"),
    ],
)
def test_without_a_page_there_is_no_verdict(audited: Site, status: str, detail: str) -> None:
    _, mobile, answer, notes = judged(audited)
    assert (mobile.verdict, mobile.test_status, mobile.detail) == (None, status, detail)
    assert (answer.value, answer.outcome, notes.value) == (None, Outcome.UNTESTED, None)
    assert detail in answer.reason
    assert [(one.url, one.message) for one in answer.evidence] == [(HOME_URL, detail)]


def test_the_home_page_decides_and_other_pages_are_findings() -> None:
    other = phone(url=f"{HOME_URL}karte", final_url=f"{HOME_URL}karte", content_width=700)
    result, mobile, *_ = judged(site(page(), mobile=(other, phone())))
    assert mobile.verdict == "MOBILE_FRIENDLY"
    assert [(one.rule, one.page_url) for one in result.findings] == [
        ("SIZE_CONTENT_TO_VIEWPORT", f"{HOME_URL}karte")
    ]


def test_a_home_page_that_redirects_is_found_by_its_address() -> None:
    moved = page(final_url=f"{HOME_URL}lv/")
    view = phone(url=f"{HOME_URL}lv/", final_url=f"{HOME_URL}lv/")
    assert judged(site(moved, mobile=(view,)))[1].verdict == "MOBILE_FRIENDLY"
