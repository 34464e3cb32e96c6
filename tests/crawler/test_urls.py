from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import SiteScope, identity, normalise, parse, registrable_domain

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
SUFFIXES = st.sampled_from(["lv", "gov.lv", "bologna.it", "co.uk", "de", "org"])
PATHS = st.text(alphabet="abc/.%20ā?=&;:~ \\", max_size=30)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://Ex.LV:80/a/../b", "http://ex.lv/b"),
        ("https://ex.lv:443", "https://ex.lv/"),
        ("https://ex.lv:8443/x#part", "https://ex.lv:8443/x"),
        ("http://rīga.lv/ā?q=š", "http://xn--rga-uta.lv/%C4%81?q=%C5%A1"),
        ("http://ex.lv/%7Euser/%2e%2e/q", "http://ex.lv/q"),
        ("  http://ex.lv\\a\tb\n", "http://ex.lv/ab"),
        ("http://user:secret@ex.lv/", "http://ex.lv/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433:81/", "http://127.0.0.1:81/"),
        ("http://[0:0::1]/", "http://[::1]/"),
        ("http://ex.lv/?", "http://ex.lv/?"),
        ("http://ex.lv/#", "http://ex.lv/"),
    ],
)
def test_normalises_as_the_url_standard_says(given_url: str, expected: str) -> None:
    assert normalise(given_url) == expected


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "mailto:a@b.lv",
        "javascript:void(0)",
        "http://",
        "http://a b/",
        "http://ex..lv/",
        "http://ex.lv:99999/",
        "//ex.lv",
        "ftp://ex.lv/",
        "http://[::1",
        f"http://{'a' * 64}.lv/",
        "data:text/html,x",
        "http://\ud800.lv/",
    ],
)
def test_what_is_no_web_address_gives_none(bad: str) -> None:
    assert normalise(bad) is None


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("c?x", "https://ex.lv/a/c?x"),
        ("/c", "https://ex.lv/c"),
        ("//b.lv", "https://b.lv/"),
        ("?q", "https://ex.lv/a/b?q"),
        ("#top", "https://ex.lv/a/b"),
        ("", "https://ex.lv/a/b"),
    ],
)
def test_resolves_against_a_base(reference: str, expected: str) -> None:
    assert normalise(reference, "https://ex.lv/a/b") == expected


@given(host=LABELS, suffix=SUFFIXES, path=PATHS)
def test_normalising_twice_changes_nothing(host: str, suffix: str, path: str) -> None:
    once = normalise(f"http://{host}.{suffix}/{path}")
    assert once is not None
    assert normalise(once) == once


@given(st.text(max_size=60))
def test_any_text_is_a_clean_url_or_none(text: str) -> None:
    url = normalise(text, "http://ex.lv/")
    assert url is None or (normalise(url) == url and "#" not in url and parse(url).host)


@given(name=LABELS, suffix=SUFFIXES, sub=LABELS, other=LABELS, path=PATHS)
def test_in_scope_iff_same_registrable_domain(
    name: str, suffix: str, sub: str, other: str, path: str
) -> None:
    scope = SiteScope.of(f"https://{name}.{suffix}/", ())
    assert scope.site == f"{name}.{suffix}"
    assert scope.contains(f"http://{sub}.{name}.{suffix}:8080/{path}")
    assert scope.contains(f"https://{other}.{suffix}/{path}") == (other == name)


@given(name=LABELS, suffix=SUFFIXES, path=PATHS)
def test_scope_is_stable_under_normalisation(name: str, suffix: str, path: str) -> None:
    raw = f"HTTP://WWW.{name.upper()}.{suffix}:80/{path}"
    url = normalise(raw)
    assert url is not None
    scope = SiteScope.of(url, ())
    assert scope.contains(raw)
    assert scope.contains(url)
    assert SiteScope.of(f"https://{name}.{suffix}/", ()) == scope


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.comune.bologna.it", "comune.bologna.it"),
        ("bologna.it", None),
        ("www.liaa.gov.lv", "liaa.gov.lv"),
        ("127.0.0.1", None),
        ("::1", None),
        ("localhost", None),
        ("www.mk.gov.lv", "mk.gov.lv"),
    ],
)
def test_registrable_domain_comes_from_the_public_suffix_list(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


def test_an_ip_address_is_a_site_with_its_port() -> None:
    scope = SiteScope.of("http://127.0.0.1:8000/", ())
    assert scope.site == "127.0.0.1:8000"
    assert scope.contains("http://127.0.0.1:8000/a")
    assert not scope.contains("http://127.0.0.1:8001/a")
    assert not scope.contains("http://127.0.0.1/a")


def test_localhost_and_ipv6_are_sites_with_their_port() -> None:
    assert SiteScope.of("http://localhost:81/", ()).site == "localhost:81"
    assert SiteScope.of("http://[::1]:81/", ()).site == "[::1]:81"
    assert SiteScope.of("http://[::1]:81/", ()).contains("http://[0:0::1]:81/x")


def test_a_public_suffix_that_has_a_site_holds_only_itself() -> None:
    scope = SiteScope.of("https://gov.lv/", ())
    assert scope.contains("https://www.gov.lv/a")
    assert not scope.contains("https://liaa.gov.lv/")


def test_allowed_hosts_widen_the_site() -> None:
    scope = SiteScope.of("https://ex.lv/", ("Other.LV", "https://third.lv/path", "127.0.0.1:81", "", "b ad"))
    assert scope.contains("https://other.lv/x")
    assert scope.contains("http://third.lv/")
    assert scope.contains("http://127.0.0.1:81/")
    assert not scope.contains("http://127.0.0.1:82/")
    assert not scope.contains("https://sub.other.lv/")


def test_identity_ignores_scheme_and_www_only() -> None:
    assert identity("http://www.ex.lv/a?b") == identity("https://ex.lv/a?b")
    assert identity("https://ex.lv/a") != identity("https://ex.lv/a/")
    assert identity("http://ex.lv:81/") != identity("http://ex.lv:82/")
