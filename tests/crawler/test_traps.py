from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence.crawl import SkipReason
from crawler.traps import Traps, calendar_year, has_session, is_path_loop, without_session
from crawler.urls import normalise, parse

SITE = "https://ex.lv"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("/a?PHPSESSID=abc", "/a"),
        ("/a?x=1&PHPSESSID=abc&y=2", "/a?x=1&y=2"),
        ("/a;jsessionid=0A1B2C?x=1", "/a?x=1"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "/a.aspx"),
        ("/a?sid=0123456789abcdef0123", "/a"),
        ("/a?utm_source=x&utm_medium=y", "/a"),
    ],
)
def test_session_ids_and_campaign_tags_are_stripped(url: str, clean: str) -> None:
    assert without_session(SITE + url) == SITE + clean
    assert has_session(SITE + url) == ("utm_" not in url)


@pytest.mark.parametrize(
    "url",
    [
        "/a?sid=12",
        "/?p=7",
        "/a?s=meklēšana",
        "/a?session=2024",
        "/a?",
        "/a?&&",
        "/a?id=0123456789abcdef0123",
        "/(S)/a",
        "/a;b=c",
        "/session_id/a",
    ],
)
def test_what_only_looks_like_a_session_stays(url: str) -> None:
    assert without_session(SITE + url) == SITE + url
    assert not has_session(SITE + url)


@given(st.text(alphabet="abPHSESID0123456789=&?;/()sid", max_size=60))
def test_stripping_twice_changes_nothing_and_never_breaks_the_url(rest: str) -> None:
    url = normalise(f"{SITE}/{rest}")
    assert url is not None
    once = without_session(url)
    assert without_session(once) == once
    assert normalise(once) == once
    assert len(once) <= len(url)


@pytest.mark.parametrize("path", ["/a/a/a", "/x/a/b/a/b/a/b", "/lv/news/lv/news/lv/news/", "/a" * 26])
def test_repeating_paths_are_loops(path: str) -> None:
    assert is_path_loop(path)


@pytest.mark.parametrize("path", ["/", "/a/a/b", "/lv/lv/", "/a/b/a/b", "/a/b/c/a/b/c", "/1/2/1/3/1/4"])
def test_paths_that_come_back_twice_are_no_loops(path: str) -> None:
    assert not is_path_loop(path)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.integers(3, 6))
def test_whatever_repeats_three_times_is_a_loop(segments: list[str], times: int) -> None:
    assert is_path_loop("/" + "/".join(segments * times))


@pytest.mark.parametrize(
    ("url", "year"),
    [
        ("/cal/2190/05/", 2190),
        ("/cal/2190/5/31", 2190),
        ("/c?year=2190&month=5", 2190),
        ("/c?date=1800-01-01", 1800),
        ("/c/2190-05", 2190),
        ("/c?y=2190&m=5", 2190),
        ("/2190/05/31/a-title", None),
        ("/likumi/1918/", None),
        ("/c?year=2190", None),
        ("/docs/1005/10/", None),
        ("/doc/2190-99", None),
        ("/a?id=2190", None),
        ("/tel/2024/13/", None),
    ],
)
def test_only_bare_days_and_months_are_calendar_pages(url: str, year: int | None) -> None:
    assert calendar_year(parse(SITE + url)) == year


@pytest.mark.parametrize(
    "url", ["/cal/2190/05/", "/cal/1950/01/", "/c?year=2031&month=5", "/c?date=1890-01-01"]
)
def test_a_calendar_far_from_today_is_a_trap(url: str) -> None:
    assert Traps(2026).judge(SITE + url).reason is SkipReason.CALENDAR_TRAP
    assert Traps(2026).judge(SITE + url, listed=True).reason is None


def test_a_calendar_near_today_is_followed_for_sixty_pages() -> None:
    traps = Traps(2026)
    days = [f"{SITE}/cal/{year}/{month:02}/" for year in range(2020, 2027) for month in range(1, 13)]
    reasons = [traps.judge(day).reason for day in days]
    assert reasons[:60] == [None] * 60
    assert set(reasons[60:]) == {SkipReason.CALENDAR_TRAP}


def test_articles_under_dates_are_never_trapped() -> None:
    traps = Traps(2026)
    assert {traps.judge(f"{SITE}/1918/11/18/a{number}").reason for number in range(1000)} == {None}


def test_pages_addressed_by_id_are_followed_by_the_hundred() -> None:
    traps = Traps(2026)
    verdicts = [traps.judge(f"{SITE}/index.php?id={number}") for number in range(501)]
    assert {verdict.reason for verdict in verdicts[:500]} == {None}
    assert [verdict.can_wait for verdict in verdicts[:41]] == [False] * 40 + [True]
    assert verdicts[500].reason is SkipReason.QUERY_VARIANTS


def test_facets_are_left_after_a_few() -> None:
    traps = Traps(2026)
    urls = [f"{SITE}/shop?a={a}&b={b}&c=1&d=2&e=3" for a in range(10) for b in range(10)]
    reasons = [traps.judge(url).reason for url in urls]
    assert reasons.count(None) == 30
    assert traps.judge(f"{SITE}/other?a=1&b=2&c=1&d=2&e=3").reason is None
    assert traps.judge(urls[-1], listed=True).reason is None


def test_too_long_urls_are_left_even_where_a_sitemap_lists_them() -> None:
    assert Traps(2026).judge(f"{SITE}/{'a' * 1985}").reason is None
    assert Traps(2026).judge(f"{SITE}/{'a' * 2000}", listed=True).reason is SkipReason.URL_TOO_LONG


def test_a_path_loop_is_left() -> None:
    assert Traps(2026).judge(f"{SITE}/a/b/a/b/a/b/").reason is SkipReason.PATH_LOOP
