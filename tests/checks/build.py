"""Evidence values for unit tests of pure checks: short to write, nothing parsed, nothing guessed."""

from __future__ import annotations

from typing import Any

import msgspec

from crawler.evidence import (
    AuditSettings,
    AxeResult,
    Crawl,
    CrawledUrl,
    Field,
    Form,
    Institution,
    Link,
    Page,
    Place,
    RobotsPolicy,
    RobotsRecord,
    SearchAnswer,
    SearchProbe,
    Site,
    SubmitSearch,
)

HOME_URL = "https://iestade.example/"
NOW = "2025-11-20T10:00:00+00:00"


def link(text: str, href: str, place: Place = Place.NAV, **more: Any) -> Link:
    """A link; `href` may be a path of the site."""
    return Link(href=absolute(href), text=text, place=place, selector=f'a[href="{href}"]', **more)


def field(name: str = "", kind: str = "text", **more: Any) -> Field:
    """An input of one type."""
    return Field(tag="input", type=kind, name=name, selector=f'input[name="{name}"]', **more)


def form(*fields: Field, action: str = "/", **more: Any) -> Form:
    """A form with its fields."""
    return Form(action=absolute(action), fields=fields, selector="form", **more)


def page(url: str = HOME_URL, **more: Any) -> Page:
    """A page that loaded well; the home page by default."""
    address = absolute(url)
    axe = AxeResult(version="4.14.1", tags=(), inapplicable=("image-alt",))
    defaults: dict[str, Any] = {
        "final_url": address,
        "captured_at": NOW,
        "roles": ("home",) if address == HOME_URL else (),
        "status": 200,
        "content_type": "text/html; charset=utf-8",
        "html": "<html><body></body></html>",
        "text_length": 500,
        "axe": axe,
    }
    return Page(url=address, **(defaults | more))


def crawled(url: str, title: str = "", **more: Any) -> CrawledUrl:
    """A page that the crawl fetched."""
    address = absolute(url)
    return CrawledUrl(url=address, final_url=address, depth=1, status=200, title=title, **more)


def site(*pages: Page, urls: tuple[CrawledUrl, ...] = (), **more: Any) -> Site:
    """A site with its pages and what the crawl saw."""
    crawl = Crawl(
        start_url=HOME_URL,
        site="iestade.example",
        robots=RobotsRecord(policy=RobotsPolicy.RESPECT),
        urls=urls,
    )
    defaults: dict[str, Any] = {
        "institution": Institution(url=HOME_URL),
        "settings": AuditSettings(seed=1),
        "started_at": NOW,
        "captured_at": NOW,
        "crawl": crawl,
    }
    return Site(pages=pages, **(defaults | more))


def probe(plan: SubmitSearch, for_word: SearchAnswer, for_token: SearchAnswer) -> SearchProbe:
    """What a search answered to a plan's two queries."""
    return SearchProbe(
        plan=plan,
        for_word=msgspec.structs.replace(for_word, query=plan.word),
        for_token=msgspec.structs.replace(for_token, query=plan.token),
    )


def absolute(href: str) -> str:
    """A path of the site as a whole address."""
    return HOME_URL + href.lstrip("/") if "://" not in href and not href.startswith("javascript:") else href
