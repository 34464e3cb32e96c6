"""Dates of news that a page shows: in lists and teasers, each with what stands around it.

Days of events, deadlines and updates are not news. A kind of element that also shows future days is a
calendar, and none of its days count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from checks import dom, terms
from checks.dates import relative_date
from checks.publication_layout import plain, text_of
from checks.publication_sources import parse_unambiguous, written_day
from checks.remember import for_a_site
from checks.sentences import quoted, say
from crawler.evidence import Page

EARLIEST = date(1995, 1, 1)
_MOST = 300
"""Dates read of one page."""
_HIGHEST = 6
"""Levels from a date up to the block and the heading that say what it is."""
_LONGEST = 60
_LONGEST_WITH_SPACE = 300
_YEAR_OR_AGO = re.compile(
    r"(?:19|20)\d\d(?!\d)|pirms|vakar|sodien|ago|today|yesterday|назад|вчера|сегодня|tagasi|eile|pries"
)
_NO_NEWS = re.compile(
    r"(?:^|[\s_-])(?:events?|calendar|kalend\w*|pasakum\w*|agenda|veranstalt\w*|wydarz\w*|tapahtum\w*|rengin\w*"
    r"|sundmus\w*|deadline|cookie\w*|copyright|comments?|updated|modified|tribe|datepicker|countdown)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_PUBLICATION = re.compile(
    r"termin[sa]|lidz|deadline|until|\btill\b|atjaun|aktualiz|updat|modif|copyright|©|stand\b|срок|обновл|tahtaeg"
    r"|uuend|atnauj|iki\b|bis\b|pieteik|\bno \d|speka|zaudej|valid|expires"
)
_TAGS = (
    *("time", "span", "div", "p", "small", "abbr", "li", "dt", "dd", "td", "em", "i", "b", "strong", "a"),
    *("h2", "h3", "h4", "h5", "h6", "header", "footer", "figcaption", "label"),
)


class NewsDate(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of news with its day."""

    day: date
    source: str
    """In words: `feed`, `time element`, …"""
    page_url: str
    quote: str
    link: str = ""
    heading: str = ""
    """The heading over the block it stands in, where there is one."""


@for_a_site(32)
def dated_items(source: str, url: str, today: date) -> tuple[NewsDate, ...]:
    """What the page (HTML) shows with a past day; `today` is the day of the run."""
    found: list[tuple[str, NewsDate]] = []
    headings: list[dom.Element] = []
    for element in dom.tree(source).iter("h1", *_TAGS):
        if element.tag in {"h1", "h2", "h3"} and _names_section(element):
            headings.append(element)
        day, how, quote = _day(element, today)
        if day is None or day < EARLIEST or _is_no_news(element):
            continue
        block = _block(element)
        item = NewsDate(
            day=day,
            source=how,
            page_url=url,
            quote=f"{quote} — {text_of(block)[:120]}" if block is not None else quote,
            link=_link(block),
            heading=_heading(element, headings),
        )
        found.append((f"{element.tag} {element.get('class') or ''}", item))
        if len(found) >= _MOST:
            break
    calendars = {kind for kind, item in found if item.day > today}
    return tuple(item for kind, item in found if kind not in calendars) + tuple(_json_ld(source, url, today))


def is_named_news(item: NewsDate) -> bool:
    """Whether the heading over it or the address that it leads to names news."""
    named = bool(item.heading) and terms.match("news", item.heading) is not None
    return named or bool(item.link and terms.path_mentions("news", item.link))


def _day(element: dom.Element, today: date) -> tuple[date | None, str, str]:
    if element.tag == "time" or element.get("itemprop") == "datePublished":
        said = element.get("datetime") or element.get("content") or ""
        if said and (day := written_day(said)):
            return day, say("time element"), said
    for piece in _short_pieces(element):
        line = plain(piece)
        if _NO_PUBLICATION.search(line):
            continue
        if day := (parse_unambiguous(piece) if _is_alone(line) else None) or relative_date(piece, today):
            return day, say("date in the text"), piece
    return None, "", ""


def _short_pieces(element: dom.Element) -> Iterator[str]:
    """The element's own texts that may be a date; most have neither a year nor a word like `ago`, and
    nothing more is worked out for them.
    """
    own = text_of(element) if element.tag == "time" else element.text
    for text in (own, *(child.tail for child in element)):
        if text and len(text) < _LONGEST_WITH_SPACE and _YEAR_OR_AGO.search(text.lower()):
            piece = " ".join(text.split())
            if 4 < len(piece) < _LONGEST:
                yield piece


def _is_alone(line: str) -> bool:
    """Whether a date is nearly all that the line says: a sentence with a date tells of that day."""
    return len(line) < 30 or len(re.findall(r"[^\W\d]+", line)) <= 5


def _is_no_news(element: dom.Element) -> bool:
    up = element
    for _ in range(_HIGHEST + 4):
        if up is None or up.tag in {"body", "html"}:
            return False
        if up.tag in {"footer", "form", "nav"} and _is_furniture(up):
            return True
        if _NO_NEWS.search(plain(f"{up.get('class') or ''} {up.get('id') or ''}")):
            return True
        up = up.getparent()
    return False


def _is_furniture(element: dom.Element) -> bool:
    """An article's own footer is none."""
    return not any(up.tag in {"article", "li"} for up in element.iterancestors())


def _block(element: dom.Element) -> dom.Element | None:
    """The smallest element around a date that has a link with words: the teaser it belongs to."""
    up = element
    for _ in range(_HIGHEST - 2):
        if up is None or up.tag in {"body", "html", "main"}:
            return None
        if up.tag == "a" or any(len(text_of(one)) > 10 for one in up.iter("a")):
            return up
        up = up.getparent()
    return None


def _link(block: dom.Element | None) -> str:
    if block is None:
        return ""
    inner = block.iter("a")
    return next((one.get("href") or "" for one in inner if len(text_of(one)) > 10), block.get("href") or "")


def _names_section(heading: dom.Element) -> bool:
    """Whether a heading is a section's, not the linked title of a teaser."""
    if next(heading.iter("a"), None) is None and heading.tag in {"h1", "h2"}:
        return True
    text = text_of(heading)
    return any(terms.match(concept, text) for concept in ("news", "events"))


def _heading(element: dom.Element, headings: list[dom.Element]) -> str:
    """Of the headings before the element the last in whose section it stands: in the heading's parent or
    that one's parent.
    """
    around = set(element.iterancestors())
    for heading in reversed(headings[-_HIGHEST:]):
        parent = heading.getparent()
        if parent is not None and (parent in around or parent.getparent() in around):
            return text_of(heading)[:100]
    return ""


def _json_ld(source: str, url: str, today: date) -> Iterator[NewsDate]:
    for item in dom.json_ld(source):
        kinds = item.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        said = item.get("datePublished")
        if isinstance(said, str) and any(str(name).endswith(("Article", "Posting")) for name in names):
            day = written_day(said)
            if day and EARLIEST <= day <= today:
                title = str(item.get("headline") or "")[:120]
                yield NewsDate(day=day, source=quoted("JSON-LD"), page_url=url, quote=f"{said} — {title}")


def page_items(page: Page, today: date, *, is_section: bool) -> tuple[NewsDate, ...]:
    """News with dates on a captured page; outside the news section only where something names it news."""
    items = dated_items(page.html, page.final_url or page.url, today)
    kept = (item for item in items if not (item.heading and terms.match("events", item.heading)))
    return tuple(item for item in kept if is_section or is_named_news(item))
