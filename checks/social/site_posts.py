"""Dates of an account's posts that the site's own pages show: ids that carry time, and feed blocks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice

from checks import dom
from checks.addresses import evaluable_pages
from checks.dates import local_day, parse_date, parse_instant
from checks.sentences import say
from checks.social.networks import Kind, Network, Reference, classify
from checks.social.posts import Post, day_of_id
from crawler.evidence import Page, Site

_HIGHEST = 5
"""Levels from a link up to the block that holds one post."""
_MOST_LINKS = 25
"""A block with more links holds more than one post."""
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|time|datums|laiks|published|created|timestamp)(?:$|[\s_-])", re.IGNORECASE
)

Identity = tuple[Network, str]


def site_posts(site: Site, own: Collection[Identity]) -> tuple[Post, ...]:
    """Posts of the accounts in `own` that captured pages link to and whose date can be told."""
    return tuple(post for page in evaluable_pages(site) for post in _posts(page, own, site.settings.timezone))


def _posts(page: Page, own: Collection[Identity], timezone: str) -> Iterator[Post]:
    url = page.final_url or page.url
    without_time = False
    for link in page.links:
        found = classify(link.href)
        if not _is_own_post(found, own):
            continue
        day = day_of_id(found.network, found.post_id, timezone) if found else None
        if day is None:
            without_time = True
            continue
        source = say("the time in the id of a post that the site links to")
        yield Post(
            day=day, source=source, confidence=0.93, url=link.href, page_url=url, selector=link.selector
        )
    if without_time:
        yield from _in_blocks(page, own, timezone)


def _is_own_post(found: Reference | None, own: Collection[Identity]) -> bool:
    return found is not None and found.kind is Kind.POST and found.identity in own


def _in_blocks(page: Page, own: Collection[Identity], timezone: str) -> Iterator[Post]:
    """Posts whose date stands beside the link to them, in a block that holds no other post."""
    url = page.final_url or page.url
    for anchor in dom.tree(page.html).iter("a"):
        found = classify(href := anchor.get("href", ""))
        if not _is_own_post(found, own):
            continue
        day = _day_beside(anchor, own, timezone)
        if day:
            source = say("the date beside the post in a feed on the site")
            yield Post(day=day, source=source, confidence=0.85, url=href, page_url=url)


def _day_beside(anchor: dom.Element, own: Collection[Identity], timezone: str) -> date | None:
    block = anchor
    for _ in range(_HIGHEST):
        anchors = list(islice(block.iter("a"), _MOST_LINKS + 1))
        if len(anchors) > _MOST_LINKS or len(_posts_among(anchors, own)) > 1:
            return None
        if day := _stated_day(block, timezone):
            return day
        block = block.getparent()
        if block is None:
            return None
    return None


def _posts_among(anchors: Iterable[dom.Element], own: Collection[Identity]) -> set[str]:
    found = (classify(anchor.get("href", "")) for anchor in anchors)
    return {one.post_id for one in found if one is not None and _is_own_post(one, own)}


def _stated_day(block: dom.Element, timezone: str) -> date | None:
    """A `time`, Facebook's `data-utime`, or a text in an element that is called a date."""
    for element in block.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "time" and (day := _day(element.get("datetime", ""), timezone)):
            return day
        if (stamp := element.get("data-utime", "")).isdigit() and len(stamp) == 10:
            return local_day(datetime.fromtimestamp(int(stamp), UTC), timezone)
        is_date = element.tag == "time" or _DATE_CLASS.search(element.get("class", ""))
        if is_date and (day := parse_date(" ".join(element.itertext())[:200])):
            return day
    return None


def _day(text: str, timezone: str) -> date | None:
    instant = parse_instant(text)
    return local_day(instant, timezone) if instant else parse_date(text)
