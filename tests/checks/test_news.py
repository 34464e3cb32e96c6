"""The days of news that feeds and pages give, and what is no news."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.check import JudgementSettings
from checks.finding import Outcome
from checks.judge import DEFAULTS
from checks.presence.language_versions import State, Version
from checks.presence.news import judge, plan
from checks.presence.news_dates import dated_items
from checks.presence.news_feeds import PURPOSE, feed_plans, read_feed
from checks.presence.news_sections import is_in, news_link
from crawler.evidence import Failure, FailureReason, Fetched, FetchResource, Institution, Page, Place, Site
from tests.checks.build import HOME_URL, NOW, link, page, site

TODAY = date(2025, 11, 20)
RIGA = "Europe/Riga"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Jaunumi</title><language>lv</language>
<item><title>Jauns likums</title><link>https://iestade.example/1</link>
<pubDate>Tue, 18 Nov 2025 23:30:00 +0000</pubDate></item>
<item><title>Bez datuma</title></item>
<item><title>Nākotnē</title><pubDate>Sun, 30 Nov 2025 08:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>News</title>
<link href="https://iestade.example/2"/><published>2025-11-01T10:00:00Z</published>
<updated>2025-11-19T10:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>A</title><dc:date>2025-11-02</dc:date></item></rdf:RDF>"""
LATVIAN = "Iestāde ir atbildīga par ezeriem un upēm, kas ir Latvijas novados, un to tīrību gada laikā. " * 6


def fetched(body: str, **more: Any) -> Fetched:
    asked = FetchResource(url=HOME_URL + "rss", purpose=PURPOSE)
    return Fetched(plan=asked, fetched_at=NOW, status=200, body=body, **more)


@pytest.mark.parametrize(
    ("body", "days"),
    [
        (RSS, [date(2025, 11, 19)]),
        (ATOM, [date(2025, 11, 1)]),
        (RDF, [date(2025, 11, 2)]),
        ('{"items": [{"title": "A", "date_published": "2025-11-03T10:00:00+02:00"}]}', [date(2025, 11, 3)]),
        ("<html><body>Nav</body></html>", []),
        ("{", []),
        ("", []),
        (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><rss><item><title>&e;</title></item></rss>',
            [],
        ),
    ],
)
def test_a_feed_gives_the_days_of_its_items_and_none_is_made_up(body: str, days: list[date]) -> None:
    feed = read_feed(fetched(body), TODAY, RIGA)
    assert [item.day for item in feed.items] == days
    assert bool(feed.problem) is not bool(days)


@given(st.text(max_size=400))
def test_any_body_is_read_without_harm(body: str) -> None:
    assert all(item.day <= TODAY for item in read_feed(fetched(body), TODAY, RIGA).items)


def test_a_feed_that_failed_says_why() -> None:
    feed = read_feed(fetched("", failure=Failure(FailureReason.HTTP_404)), TODAY, RIGA)
    assert feed.problem == "http_404"


def test_feeds_of_comments_and_calendars_and_of_other_sites_are_not_fetched() -> None:
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}">'
        for href in ("/rss", "/comments/feed", "/pasakumi/rss", "https://cits.example/rss", "/en/rss")
    )
    plans = feed_plans(site(page(html=f"<html><head>{head}</head><body></body></html>")))
    assert [one.url for one in plans] == [HOME_URL + "rss", HOME_URL + "en/rss"]


def days(body: str) -> list[date]:
    return [item.day for item in dated_items(f"<html><body>{body}</body></html>", HOME_URL, TODAY)]


@pytest.mark.parametrize(
    "body",
    [
        '<li><time datetime="2025-11-18">otrdien</time> <a href="/1">Jauns ezeru likums</a></li>',
        "<li><span>18.11.2025.</span> <a href='/1'>Jauns ezeru likums</a></li>",
        "<p>2025. gada 18. novembris</p>",
        "<p>Publicēts: 2025. gada 18. novembrī, 10:15</p>",
        "<p>pirms 2 dienām</p>",
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-11-18"}</script>',
    ],
)
def test_a_day_of_news_is_read_in_every_way_sites_write_it(body: str) -> None:
    assert days(body) == [date(2025, 11, 18)]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Lapa atjaunota: 18.11.2025.</p>",
        "<p>Pieteikšanās termiņš: 18.11.2025.</p>",
        "<p>līdz 18.11.2025.</p>",
        "<footer>18.11.2025</footer>",
        '<div class="event-list"><time datetime="2025-11-18"></time></div>',
        "<p>Konference, kas notika Rīgā pie ezera 18.11.2025., bija plaša</p>",
        '<p class="d">18.11.2025.</p><p class="d">28.11.2025.</p>',
        "<p>28.11.2025.</p>",
        "<p>12. novembris</p>",
    ],
)
def test_deadlines_updates_events_and_days_ahead_are_no_news(body: str) -> None:
    assert days(body) == []


def news_site(*sections: str, attributes: dict[str, str] | None = None) -> Site:
    home = page(text=LATVIAN, text_length=len(LATVIAN), links=(link("Jaunumi", "/jaunumi"),))
    listed = "".join(
        f'<li><time datetime="{day}"></time> <a href="/1">Ziņas par ezeriem</a></li>' for day in sections
    )
    section = page(
        "/jaunumi", roles=("news",), html=f"<html><body><ul>{listed}</ul></body></html>", text=LATVIAN
    )
    return site(home, section, institution=Institution(url=HOME_URL, attributes=attributes or {}))


@pytest.mark.parametrize(
    ("newest", "attributes", "outcome"),
    [
        ("2025-11-06", {}, Outcome.PASSED),
        ("2025-11-05", {}, Outcome.FAILED),
        ("2025-11-05", {"news_days": "30"}, Outcome.PASSED),
        ("2025-11-06", {"news_days": "7"}, Outcome.FAILED),
        ("2025-11-06", {"news_days": "soon"}, Outcome.PASSED),
    ],
)
def test_the_boundary_is_the_fourteenth_day_unless_the_list_says_otherwise(
    newest: str, attributes: dict[str, str], outcome: Outcome
) -> None:
    answer = judge(news_site(newest, "2025-10-01", attributes=attributes), DEFAULTS).answers[0]
    assert answer.outcome is outcome, answer.reason


@pytest.mark.parametrize(("column", "outcome"), [({}, Outcome.PASSED), ({"news_days": "14"}, Outcome.FAILED)])
def test_the_judgement_sets_the_days_and_the_list_overrides_it(
    column: dict[str, str], outcome: Outcome
) -> None:
    observed = news_site("2025-11-05", "2025-10-01", attributes=column)
    assert judge(observed, JudgementSettings(news_days=30)).answers[0].outcome is outcome


def test_one_old_date_alone_does_not_prove_that_news_are_old() -> None:
    answer = judge(news_site("2024-01-01"), DEFAULTS).answers[0]
    assert answer.outcome is Outcome.CANT_TELL


def test_a_site_without_text_has_no_news_to_speak_of() -> None:
    answer = judge(site(page(text=LATVIAN[:110], text_length=110)), DEFAULTS).answers[0]
    assert (answer.outcome, answer.value) == (Outcome.CANT_TELL, None)


def test_a_promised_version_that_was_not_opened_leaves_the_answer_open() -> None:
    observed = news_site("2025-11-19", "2025-11-01")
    home = observed.pages[0]
    links = (*home.links, link("English", "https://cits.example/en"))
    more = page(text=home.text, text_length=home.text_length, links=links)
    answer = judge(site(more, observed.pages[1]), DEFAULTS).answers[0]
    assert answer.outcome is Outcome.CANT_TELL
    assert "en is on another host" in answer.reason


def test_a_section_without_dates_has_its_first_articles_opened() -> None:
    home = page(text=LATVIAN, text_length=len(LATVIAN), links=(link("Jaunumi", "/jaunumi"),))
    links = tuple(link(f"Ziņa par ezeru numur {n}", f"/jaunumi/{n}", place="main") for n in range(5))
    section = page("/jaunumi", roles=("news",), text=LATVIAN, links=links)
    wanted = [one.url for one in plan(site(home, section)) if hasattr(one, "role")]
    assert wanted == [HOME_URL + "jaunumi/0", HOME_URL + "jaunumi/1"]


def test_an_english_page_with_the_latvian_menu_is_led_to_the_english_news() -> None:
    english = page("/en", roles=("language_en",), links=(
        link("Aktualitātes", "/aktualitates"), link("News", "/en/news", Place.MAIN),
    ))  # fmt: skip
    version = Version(code="en", state=State.REAL, page=english)
    found = news_link(site(page(), english), version)
    assert found is not None
    assert found.href == HOME_URL + "en/news"


def test_news_in_english_below_a_latvian_menu_are_english() -> None:
    menu = f"<p>{LATVIAN}</p>"
    said = "The rules for the use of lakes and rivers of the country come into force in the new year"
    latvian = "Noteikumi par ezeru un upju izmantošanu valstī stāsies spēkā nākamajā gadā un būs jauni"
    home = page(html=f"<html><body>{menu}</body></html>", text=LATVIAN, text_length=len(LATVIAN))
    version = Version(code="en", state=State.REAL)

    def section(text: str) -> Page:
        html = f"<html><body>{menu}<p>{text}</p></body></html>"
        return page("/en/news", html=html, text=f"{LATVIAN} {text}")

    assert is_in(site(home), section(said), version)
    assert not is_in(site(home), section(latvian), version)
    assert not is_in(site(home), section("19.11.2026."), version)
