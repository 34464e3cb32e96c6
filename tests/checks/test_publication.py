"""The publication date of one article's page: read from its markup and its face, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.publication import publication

DAY = date(2026, 3, 3)
TITLE = "<title>Jauns ezeru saraksts | Ezeru pārvalde</title>"
H1 = "<h1>Jauns ezeru saraksts</h1>"


def article(body: str, head: str = "") -> str:
    return f"<html><head>{TITLE}{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "source",
    [
        article(
            H1,
            '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline":'
            ' "Jauns ezeru saraksts", "datePublished": "2026-03-03T09:00:00+02:00"},'
            ' {"@type": "NewsArticle", "headline": "Cits", "datePublished": "2026-01-01"}]}</script>',
        ),
        article(H1, '<meta property="article:published_time" content="2026-03-03T09:00:00+02:00">'),
        article(H1, '<meta name="DC.date.issued" content="2026-03-03">'),
        article(f'{H1}<span itemprop="datePublished" content="2026-03-03">3. marts</span>'),
        article(f'<article>{H1}<time datetime="2026-03-03T10:00">otrdien</time></article>'),
        article(f"{H1}<p>Publicēts: 03.03.2026.</p><p>Teksts par 04.05.2025. notikumu un citām lietām.</p>"),
        article(f'{H1}<div class="post-date">2026. gada 3. martā</div>'),
        article(f"<div>{H1}<p>3. marts, 2026</p></div><p>Cits</p><p>01.01.2020.</p>"),
        article(f"<div>{H1}<p>03.03.2026</p></div><div class='comments'><time>04.03.2026</time></div>"),
    ],
)
def test_the_day_is_read_where_the_page_says_it(source: str) -> None:
    found = publication(source)
    assert found is not None
    assert found.day == DAY
    assert found.quote


@pytest.mark.parametrize(
    "source",
    [
        article(H1),
        article(f"{H1}<p>Atjaunots: 03.03.2026.</p>"),
        article(f"{H1}<p>Last updated on 3 March 2026</p>"),
        article(f"{H1}<footer>Copyright 03.03.2026</footer>"),
        article(f"{H1}<p>Published 3/4/2026</p>"),
        article(f"{H1}<aside><time datetime='2026-03-03'>3.3.</time></aside>"),
        article(f"{H1}<p>Rakstnieks dzimis 1867. gada 3. martā.</p>"),
        article("<ul><li><time datetime='2026-03-03'></time><li><time datetime='2026-03-02'></time></ul>"),
        "",
        "<",
    ],
)
def test_without_a_clear_day_there_is_none(source: str) -> None:
    assert publication(source) is None


def test_the_address_says_the_day_where_the_page_does_not() -> None:
    found = publication(article(H1), "https://iestade.example/2026/03/03/ezeri")
    assert found is not None
    assert found.day == DAY


def test_of_a_day_in_universal_time_and_the_one_that_readers_saw_the_readers_counts() -> None:
    head = '<meta property="article:published_time" content="2026-03-02T23:30:00Z">'
    found = publication(article(f'{H1}<p class="date">2026. gada 3. martā</p>', head))
    assert found is not None
    assert found.day == DAY


def test_two_sources_that_agree_outweigh_one() -> None:
    head = '<meta name="date-published"><meta name="dc.date" content="2025-11-11">'
    body = f'<div>{H1}<time datetime="2026-03-03">3. marts</time><p class="date">03.03.2026.</p></div>'
    found = publication(article(body, head))
    assert found is not None
    assert found.day == DAY


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    found = publication(article(f"{H1}<p>{text}</p>"))
    assert found is None or found.day.year >= 1995


@given(st.dates(min_value=date(1995, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_in_a_meta_element_is_read_back(day: date) -> None:
    head = f'<meta property="article:published_time" content="{day.isoformat()}T12:00:00+02:00">'
    found = publication(article(H1, head))
    assert found is not None
    assert found.day == day
