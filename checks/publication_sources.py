"""Where an article's page says when it was published: markup, and what a reader sees near the title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from checks import dom
from checks.dates import all_dates, parse_date
from checks.publication_layout import (
    Said,
    article,
    is_elsewhere,
    nearest,
    page_title,
    pieces,
    plain,
    text_before,
    text_of,
)
from checks.sentences import say

_ARTICLES = re.compile(r"(?:Article|Posting|Report|Review|Recipe|CreativeWork|Statement|Announcement)$")
_PAGES = re.compile(r"(?:WebPage|ItemPage|Webpage)$")
PUBLISHED_METAS = frozenset(
    {
        "article.created", "article.published", "article:published", "article:published_time",
        "article_date_original", "bt:pubdate", "citation_online_date", "citation_publication_date",
        "cxenseparse:recs:publishtime", "datepublished", "dc.date", "dc.date.created",
        "dc.date.issued", "dc:created", "dc:date", "dcterms.available", "dcterms.created",
        "dcterms.date", "dcterms.issued", "displaydate", "gentics.creationdate",
        "og:article:published_time", "og:published_time", "originalpublicationdate",
        "parsely-pub-date", "prism.publicationdate", "pubdate", "publication-date", "publication_date",
        "publish-date", "publish_date", "publishdate", "published-date", "published_date",
        "rnews:datepublished", "sailthru.date", "shareaholic:article_published_time",
    }
)  # fmt: skip
VAGUE_METAS = frozenset({"date", "created", "article:post_date", "dateofissue", "releasedate"})
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|news|pub|publish|published|byline|meta|story|blog)[\s_-]?)?"
    r"(?:date|datum|datums|published|pubdate|time|timestamp|posted|fecha|data|dt-published|date-?line)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"updat|modif|edit|expir|event|start|end\b|birth|atjaun|due|deadline", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:publi[cs]\w*|posted|veroffentlicht\w*|erstellt|opublikowan\w*|data publikacji|dodano|paskelbt\w*"
    r"|avaldatud|julkaistu|publicerad\w*|pubblicat\w*|опубликован\w*|дата публикации|ievietots|pievienots"
    r"|date|datum|datums|fecha)\W{0,4}(?:(?:on|am|le|el|il|den|by\s.{1,40}|von\s.{1,40})\W{0,4})?$"
)
_UPDATED = re.compile(
    r"(?:updat|modif|aktuali|atjaun|uuend|atnauj|paivite|uppdat|aggiorn|обновл|stand|zuletzt|changed|edited"
    r"|revis|bearbeit)\w*\W*(?:\w+\W+){0,5}$"
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/\d{4}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_LINE = 140
_SMALL = ("span", "div", "p", "small", "abbr", "li", "dd", "h2", "h3", "h4", "h5", "td", "em", "i", "strong")


def json_ld(source: str) -> Iterator[Said]:
    """`datePublished` of articles; where there is none, of the page itself."""
    objects = [one for one in dom.json_ld(source) if isinstance(one.get("datePublished"), str)]
    articles = [one for one in objects if _is_type(one, _ARTICLES)]
    pages = [one for one in objects if _is_type(one, _PAGES)]
    title = plain(" ".join((*dom.headings(source), page_title(source))))
    own = [one for one in articles if (said := plain(str(one.get("headline") or ""))) and said in title]
    for one in own or articles or pages:
        if day := written_day(one["datePublished"]):
            yield _marked_up(day, say("JSON-LD datePublished"), one["datePublished"])


def meta(source: str) -> Iterator[Said]:
    """Meta elements that say publication."""
    yield from _metas(source, PUBLISHED_METAS)


def vague_meta(source: str) -> Iterator[Said]:
    """Meta elements that only say date."""
    yield from _metas(source, VAGUE_METAS)


def microdata(source: str) -> Iterator[Said]:
    """`itemprop=datePublished`, `time[pubdate]` and the microformats' `published`."""
    found = []
    for element in dom.tree(source).iter("time", "meta", *_SMALL, "a", "b"):
        properties = (element.get("itemprop") or "").split()
        classes = (element.get("class") or "").split()
        is_pubdate = element.tag == "time" and element.get("pubdate") is not None
        named = {"datePublished", "dateCreated"} & {*properties} or {"published", "dt-published"} & {*classes}
        if not (named or is_pubdate) or is_elsewhere(element, source, furniture=False):
            continue
        said = element.get("content") or element.get("datetime") or element.get("title") or text_of(element)
        day = written_day(said) or parse_unambiguous(text_of(element))
        if day and len(said) < _LONGEST_LINE:
            found.append((element, _marked_up(day, say("microdata datePublished"), said)))
    yield from nearest(source, found)


def time_elements(source: str) -> Iterator[Said]:
    """`time` elements of the article, not those of an update."""
    found = []
    for element in dom.tree(source).iter("time"):
        named = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"
        if _NOT_PUBLISHED.search(named) or _UPDATED.search(text_before(element)):
            continue
        said = element.get("datetime") or text_of(element)
        day = written_day(said) or parse_unambiguous(text_of(element))
        if day and not is_elsewhere(element, source):
            found.append((element, _marked_up(day, say("time element"), said)))
    yield from nearest(source, found)


def named_elements(source: str) -> Iterator[Said]:
    """Elements whose class or id says that they hold a date."""
    found = []
    for element in dom.tree(source).iter(*_SMALL):
        name = _CAMEL.sub("-", f"{element.get('class') or ''} {element.get('id') or ''}")
        if len(name) < 4 or not _DATE_NAME.search(name) or _NOT_PUBLISHED.search(name):
            continue
        text = text_of(element) if len(element) < 8 else ""
        day = parse_unambiguous(text) if text else None
        if day and not _says_update(text, day) and not is_elsewhere(element, source):
            found.append((element, Said(day, say("element “{name}”", name=name.strip()[:60]), text)))
    yield from nearest(source, found)


def labelled(source: str) -> Iterator[Said]:
    """A date whose line begins with a label: `Publicēts: 03.03.2026.`."""
    for element, text in pieces(source):
        line = plain(text)
        found = re.match(r"(\D{3,60}?)\d", line) if len(line) <= _LONGEST_LINE else None
        if found and _LABEL.match(found[1]) and not _UPDATED.search(found[1]):
            day = parse_unambiguous(text)
            if day and not is_elsewhere(element, source):
                yield Said(day, say("a date with a label"), text)


def beside_the_title(source: str) -> Iterator[Said]:
    """A date alone in its line in the block around the title."""
    found = []
    for element, text in pieces(source):
        day = parse_unambiguous(text) if len(text) < 60 else None
        if day and not _says_update(text, day) and not is_elsewhere(element, source):
            found.append((element, Said(day, say("a date beside the title"), text)))
    if article(source).title is not None:
        yield from nearest(source, found, only_near=True)


def written_day(text: str) -> date | None:
    """The day as it is written, whatever its time zone; None for `4/3/2020`, which nobody can tell."""
    text = text.strip()
    if re.match(r"\d{8}(?:T|$|\d{4,6}$)", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    return None if _is_slashed(text) else parse_date(text)


def parse_unambiguous(text: str) -> date | None:
    """The only day that a short text names; None where it names several, or `4/3/2020`."""
    if len(text) > _LONGEST_LINE or _is_slashed(text):
        return None
    days = set(all_dates(text))
    return days.pop() if len(days) == 1 else None


def _is_slashed(text: str) -> bool:
    return any(int(a) <= 12 and int(b) <= 12 and a != b for a, b in _SLASHED.findall(text))


def _marked_up(day: date, source: str, quote: str) -> Said:
    is_universal = re.search(r"(?:Z|\+00:?00|GMT)$", quote.strip()) is not None
    return Said(day, source, quote, not is_universal)


def _is_type(item: dict[str, Any], wanted: re.Pattern[str]) -> bool:
    kinds = item.get("@type")
    return any(wanted.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _metas(source: str, names: frozenset[str]) -> Iterator[Said]:
    for name, content in dom.metas(source):
        if name in names and (day := written_day(content)):
            yield _marked_up(day, say("meta {name}", name=name), content)


def _says_update(text: str, day: date) -> bool:
    """Whether what stands before the date calls it the date of an update."""
    line = plain(text)
    first_digit = re.search(r"\d", line)
    return bool(_UPDATED.search(line[: first_digit.start()] if first_digit else line)) or bool(
        _UPDATED.search(line.split(str(day.year))[0])
    )
