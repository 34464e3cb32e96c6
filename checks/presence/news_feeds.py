"""News feeds: RSS 1 and 2, Atom and JSON Feed. Which to fetch, and the dates they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import msgspec
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from checks import dom
from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.dates import local_day, parse_date, parse_instant
from checks.language import language_of
from checks.presence.language_links import named_language
from checks.presence.news_dates import NewsDate
from checks.sentences import say, word
from crawler.evidence import Fetched, FetchResource, Site

PURPOSE = "news: a feed"
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_MOST_FEEDS = 6
_MOST_OF_A_LANGUAGE = 2
_MOST_ITEMS = 500
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:/|=)(?:rss|feed|atom)(?:[._/-]?\w*)?(?:\.(?:xml|php|aspx))?/?(?:[?#]|$)", re.IGNORECASE
)
_OTHER = re.compile(
    r"comment|kalend|calendar|event|pasakum|vakan|vacanc|iepirkum|procure|tag/|author/|podcast", re.IGNORECASE
)


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What one feed holds."""

    url: str
    language: str
    """ISO 639-1, by its titles, its address or its own word; empty where none tells."""
    items: tuple[NewsDate, ...] = ()
    problem: str = ""


def feed_plans(site: Site) -> tuple[FetchResource, ...]:
    """The site's feeds, declared ones first, at most six and two a language."""
    plans: list[FetchResource] = []
    counts: dict[str, int] = {}
    for url in _addresses(site):
        code = named_language(url)
        if counts.get(code, 0) < _MOST_OF_A_LANGUAGE and len(plans) < _MOST_FEEDS:
            counts[code] = counts.get(code, 0) + 1
            plans.append(FetchResource(url=url, purpose=PURPOSE, accept=_ACCEPT))
    return tuple(plans)


def feeds(site: Site, today: date) -> tuple[Feed, ...]:
    """Every feed that was fetched, read."""
    return tuple(
        read_feed(one, today, site.settings.timezone)
        for one in site.observations
        if isinstance(one, Fetched) and one.plan.purpose == PURPOSE
    )


def read_feed(answer: Fetched, today: date, timezone: str) -> Feed:
    """The items of a feed that have a date not after `today`. What has none is left out, never dated by
    the time of fetching; a feed whose dates all lie ahead is a calendar.
    """
    url = answer.final_url or answer.plan.url
    if answer.failure or not answer.body:
        why = word(answer.failure.reason) if answer.failure else say("it is empty")
        return Feed(url=url, language="", problem=why)
    entries = list(_entries(answer.body))[:_MOST_ITEMS]
    items = tuple(
        NewsDate(day=day, source=say("feed"), page_url=url, quote=f"{said} — {title[:120]}", link=link)
        for title, link, said in entries
        if (day := _day(said, timezone)) and day <= today
    )
    titles = " ".join(title for title, _, _ in entries)
    code = language_of(titles).code or named_language(url) or _declared(answer.body)
    problem = "" if items else say("it holds no dated item") if entries else say("it is no feed")
    return Feed(url=url, language=code, items=items, problem=problem)


def _addresses(site: Site) -> Iterator[str]:
    found: dict[str, None] = {}
    for page in evaluable_pages(site):
        address = page.final_url or page.url
        for element in dom.tree(page.html).iterfind(".//link[@type]"):
            if (element.get("type") or "").lower().startswith(_TYPES):
                found[_resolved(address, element.get("href") or "")] = None
    for url in site.crawl.feeds if site.crawl else ():
        found[key(url)] = None
    for page in evaluable_pages(site):
        found |= {key(link.href): None for link in page.links if _LOOKS_LIKE_A_FEED.search(link.href)}
    hosts = site_hosts(site)
    yield from (url for url in found if url and not _OTHER.search(url) and is_within(url, hosts))


def _resolved(address: str, href: str) -> str:
    try:
        return key(urljoin(address, href.strip()))
    except ValueError:
        return ""


def _entries(body: str) -> Iterator[tuple[str, str, str]]:
    """(title, link, date as written) of each item."""
    if body.lstrip().startswith("{"):
        yield from _json_entries(body)
        return
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.encode("utf-8", errors="replace").lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for element in root.iter("{*}item", "{*}entry") if root is not None else ():
        values = {_local(child): child for child in element if isinstance(child.tag, str)}
        said = next((_said(values[name]) for name in _DATES if name in values and _said(values[name])), "")
        link = values["link"].get("href") or _said(values["link"]) if "link" in values else ""
        yield _said(values["title"]) if "title" in values else "", link, said


_DATES = ("pubDate", "published", "date", "issued", "created", "updated")
"""Names by trust; `updated` is the time of an edit, and all that some Atom feeds have."""


def _local(element: Any) -> str:  # noqa: ANN401 -- lxml has no types
    return str(etree.QName(element).localname)


def _said(element: Any) -> str:  # noqa: ANN401 -- lxml has no types
    return " ".join("".join(element.itertext()).split())


def _json_entries(body: str) -> Iterator[tuple[str, str, str]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    items = document.get("items") if isinstance(document, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield str(item.get("title", "")), str(item.get("url", "")), str(item.get("date_published", ""))


def _day(said: str, timezone: str) -> date | None:
    instant = parse_instant(said) or _rfc_822(said)
    return local_day(instant, timezone) if instant and instant.year > 1 else parse_date(said)


def _rfc_822(said: str) -> datetime | None:
    try:
        value = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    return value if value.tzinfo else None


def _declared(body: str) -> str:
    found = re.search(r"<(?:dc:)?language>\s*([a-z]{2})|xml:lang=[\"']([a-z]{2})", body[:3000], re.IGNORECASE)
    return (found[1] or found[2]).lower() if found else ""
