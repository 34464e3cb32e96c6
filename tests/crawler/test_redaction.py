from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.access import SiteAccess, Values
from crawler.errors import CredentialError
from crawler.evidence import AuditSettings, Failure, FailureReason, Institution, Link, Page
from crawler.redaction import REDACTED, Redactor

SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cs", "Cc", "Zs"]),
    min_size=12,
    max_size=40,
)
FILLS = st.text("abc <>&\"'", max_size=20)


def forms(secret: str) -> list[str]:
    return [
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret).lower() if secret.isascii() and secret.islower() else quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
    ]


@given(SECRETS, FILLS, FILLS)
def test_a_secret_is_found_however_it_is_written(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    for form in forms(secret):
        assert form not in redactor.clean_text(f"{before}{form}{after}")
    encoded = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    assert REDACTED in redactor.clean_text(encoded)


@given(SECRETS, st.integers(6, 11))
@example("00000.000000", 6)
def test_a_secret_that_was_cut_is_found_at_the_end(secret: str, length: int) -> None:
    assert secret[:length] not in Redactor([secret]).clean_text(f"Teksts {secret[:length]}")


@given(st.text(max_size=60))
def test_without_secrets_nothing_changes(text: str) -> None:
    assert Redactor().clean_text(text) == text


def test_every_text_of_a_value_is_cleaned_and_the_rest_is_the_same() -> None:
    link = Link(href="https://a.example/?k=noslepums1", text="Saite", rel="me")
    page = Page(url="https://a.example/", captured_at="", links=(link, link), headers=(("x", "noslepums1"),))
    page_with = Redactor(["noslepums1"]).clean(page)
    assert page_with.links[0].href == f"https://a.example/?k={REDACTED}"
    assert page_with.headers == (("x", REDACTED),)
    assert page_with.links[0].text == "Saite"
    assert Redactor(["cits-noslepums"]).clean(page) is page
    failure = Failure(FailureReason.TLS, "by noslepums1")
    assert Redactor(["noslepums1"]).clean(failure) == Failure(FailureReason.TLS, f"by {REDACTED}")


def test_a_short_secret_is_taken_out_as_a_word_only() -> None:
    redactor = Redactor(["admin"])
    assert redactor.clean_text("admin, administrācija, admin-bar") == f"{REDACTED}, administrācija, admin-bar"


@pytest.mark.parametrize(
    ("start", "private", "url", "sent"),
    [
        ("https://www.example.lv/lv/", False, "https://example.lv/a", True),
        ("https://www.example.lv/lv/", False, "https://www.example.lv:443/a", True),
        ("https://www.example.lv/lv/", False, "http://www.example.lv/a", False),
        ("https://www.example.lv/lv/", True, "http://www.example.lv/a", False),
        ("https://www.example.lv/lv/", False, "https://cdn.example.lv/a", False),
        ("https://www.example.lv/lv/", False, "https://example.lv.evil.example/", False),
        ("https://www.example.lv/lv/", False, "https://www.example.lv@evil.example/", False),
        ("https://www.example.lv/lv/", False, "https://www.example.lv:8443/", False),
        ("https://www.example.lv/lv/", False, "https://allowed.example/x", True),
        ("http://web:8080/", True, "http://web:8080/x", True),
        ("http://web:8080/", False, "http://web:8080/x", False),
        ("http://10.0.0.7/", True, "http://10.0.0.7/x", True),
        ("http://8.8.8.8/", True, "http://8.8.8.8/x", False),
        ("http://127.0.0.1:81/", False, "http://127.0.0.1:82/x", False),
        ("http://127.0.0.1:81/", False, "http://localhost:81/x", False),
        ("http://127.0.0.1:81/", False, "http://127.0.0.1:81/x", True),
    ],
)
def test_what_is_secret_goes_to_the_sites_own_host_over_https_or_inside(
    start: str, private: bool, url: str, sent: bool
) -> None:
    values = Values(headers={"X-Key": "noslepums1"}, cookies={"a": "noslepums2"})
    site = Institution(url=start, allowed_hosts=("allowed.example",))
    access = SiteAccess(values, site, allow_private=private)
    assert bool(access.headers_for(url)) is sent
    assert bool(access.cookies_for(url)) is sent
    assert "noslepums" not in repr(values) + repr(access.redactor)


@pytest.mark.parametrize("value", ["", "short", "no colon here at all"])
def test_what_a_variable_holds_is_told_by_its_name(value: str) -> None:
    settings = AuditSettings(seed=1, basic_auth="env:SITE_PASS")
    with pytest.raises(CredentialError, match="SITE_PASS") as raised:
        Values.of(settings, {"SITE_PASS": value})
    assert not value or value not in str(raised.value)
