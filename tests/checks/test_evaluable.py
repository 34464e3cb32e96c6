from __future__ import annotations

from typing import Any

import pytest

from checks.evaluable import page_failure
from crawler.evidence import AxeResult, Failure, FailureReason, Institution
from tests.checks.build import field, form, page, site

ARTICLE = (
    "Cloudflare shows 'Just a moment...' and 'Checking your browser before accessing' while it performs "
    "security verification; the page names a Ray ID: 8f2b6c1d2e3f4a5b. " * 20
)


def reason(**more: Any) -> FailureReason | None:
    found = page_failure(page(**more))
    return found.reason if found else None


def test_a_page_of_the_site_with_text_and_results_can_be_evaluated() -> None:
    assert page_failure(page()) is None
    assert page_failure(page(), site()) is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status": 404}, FailureReason.HTTP_404),
        ({"status": 503}, FailureReason.HTTP_5XX),
        ({"status": 304}, FailureReason.HTTP_4XX),
        ({"status": None}, FailureReason.INTERNAL_ERROR),
        ({"content_type": "application/pdf"}, FailureReason.NOT_HTML),
        ({"content_type": "text/plain; charset=utf-8"}, FailureReason.NOT_HTML),
        ({"axe": None}, FailureReason.AXE_FAILED),
        ({"axe": AxeResult(version="4.14.1", tags=())}, FailureReason.AXE_FAILED),
        ({"text_length": 199}, FailureReason.EMPTY_PAGE),
        ({"text_length": 200}, None),
        ({"content_type": "Application/XHTML+XML; charset=utf-8"}, None),
        ({"content_type": ""}, None),
        ({"status": 203}, None),
    ],
)
def test_status_type_results_and_text_decide(more: dict[str, Any], expected: FailureReason | None) -> None:
    assert reason(**more) is expected


@pytest.mark.parametrize(
    "own", [FailureReason.BROWSER_CRASHED, FailureReason.INTERRUPTED, FailureReason.TIMEOUT]
)
def test_a_failure_of_the_capture_keeps_its_reason(own: FailureReason) -> None:
    failure = Failure(own, "as seen")
    assert page_failure(page(failure=failure, status=None, axe=None)) == failure


CHALLENGES: dict[str, dict[str, Any]] = {
    "Cloudflare, by its header": {"status": 403, "headers": (("cf-mitigated", "challenge"),)},
    "Cloudflare, by title and markup": {
        "title": "Just a moment...",
        "html": "<script>window._cf_chl_opt={cvId:'3'}</script>",
        "text_length": 120,
    },
    "Cloudflare 1020": {
        "status": 403,
        "title": "Access denied | iestade.example used Cloudflare to restrict access",
        "headers": (("server", "cloudflare"),),
    },
    "Incapsula": {
        "html": '<iframe src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">',
        "text": "Request unsuccessful. Incapsula incident ID: 877000480-123",
        "text_length": 80,
    },
    "Akamai": {
        "status": 403,
        "title": "Access Denied",
        "text": 'You don\'t have permission to access "http://x/" on this server. Reference #18.4f5d1002.16',
    },
    "DDoS-Guard": {
        "title": "DDoS-Guard",
        "html": '<script src="/.well-known/ddos-guard/check?context=free">',
    },
    "F5": {
        "title": "Request Rejected",
        "text": "The requested URL was rejected. Please consult with your administrator.",
    },
    "AWS WAF": {"status": 202, "headers": (("x-amzn-waf-action", "challenge"),)},
    "Anubis": {"title": "Making sure you're not a bot!", "html": '<script id="anubis_challenge">'},
    "hCaptcha wall": {"title": "Security check", "html": '<div class="h-captcha" data-sitekey="k">'},
}


@pytest.mark.parametrize("case", CHALLENGES)
def test_a_challenge_page_is_not_the_site_whatever_its_status(case: str) -> None:
    assert reason(**CHALLENGES[case]) is FailureReason.CHALLENGE_PAGE


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Just a moment: how Cloudflare works", "text": ARTICLE, "text_length": len(ARTICLE)},
        {"html": '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js">'},
        {"headers": (("server", "cloudflare"), ("cf-ray", "8f2b")), "title": "Just a moment..."},
        {"title": "Access Denied"},
        {"html": '<form><div class="g-recaptcha"></div></form>', "title": "Sazinies ar mums"},
        {
            "html": '<div class="h-captcha">',
            "text": ARTICLE,
            "text_length": 5000,
            "title": "Captcha explained",
        },
    ],
    ids=["article", "cloudflare script", "only a title", "title of an article", "contact form", "long page"],
)
def test_one_sign_of_a_challenge_proves_nothing(more: dict[str, Any]) -> None:
    assert reason(**more) is None


LOGIN = "https://login.other.example/adfs/ls/?wa=wsignin1.0"


def test_a_login_on_another_host_is_not_the_site() -> None:
    assert reason(final_url=LOGIN) is FailureReason.LOGIN_REDIRECT
    password = form(field("p", "password"))
    assert reason(final_url="https://id.example/", forms=(password,)) is FailureReason.LOGIN_REDIRECT


def test_a_login_on_the_same_host_is_a_page_of_the_site() -> None:
    assert reason(final_url="https://iestade.example/login", forms=(form(field("p", "password")),)) is None


@pytest.mark.parametrize(
    ("final_url", "expected"),
    [
        ("https://www.iestade.example/lv", None),
        ("https://allowed.example:8443/", None),
        ("https://sub.allowed.example/", None),
        ("https://notiestade.example/", FailureReason.OUT_OF_SCOPE),
        ("https://parking.example/", FailureReason.OUT_OF_SCOPE),
    ],
)
def test_the_final_address_must_be_on_the_site(final_url: str, expected: FailureReason | None) -> None:
    home = page(final_url=final_url)
    allowed = Institution(url="https://iestade.example/", allowed_hosts=("allowed.example",))
    found = page_failure(home, site(home, institution=allowed))
    assert (found.reason if found else None) is expected
