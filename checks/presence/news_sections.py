"""The news of a site in each of its languages: where they are, what to look at, how old they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.dates import is_older, local_day
from checks.finding import Instance
from checks.language import FEWEST_WORDS, language_of
from checks.presence.language_versions import UNDECIDED, State, Version, versions
from checks.presence.news_dates import NewsDate, page_items
from checks.presence.news_feeds import Feed, feeds
from checks.presence.pointers import name_match, place_weight
from checks.presence.sections import visits
from checks.publication import publication
from checks.sentences import marked, say, word
from checks.standard.blocks import blocks
from crawler.evidence import Link, Page, Place, Plan, Site, VisitPage

CONCEPT = "news"
ROLE = "news"
_ENOUGH = 0.35
_MOST_ARTICLES = 2
_FEWEST_TO_BE_STALE = 2
_FEWEST_TEASERS = 3
_MENUS = frozenset({Place.NAV, Place.HEADER, Place.FOOTER, Place.SEARCH})


class Age(StrEnum):
    """What can be said of a language's news."""

    CURRENT = marked("current")
    STALE = marked("stale")
    NO_SECTION = marked("without a news section")
    UNDATED = marked("without enough dates to tell")
    UNKNOWN = marked("not looked at")


class News(msgspec.Struct, frozen=True, kw_only=True):
    """The news in one language."""

    code: str
    age: Age
    items: tuple[NewsDate, ...] = ()
    """Newest first."""
    in_30_days: int = 0
    in_90_days: int = 0
    evidence: tuple[Instance, ...] = ()

    def said(self) -> str:
        """In words, for the reason."""
        if not self.items:
            return say("{code}: {age}", code=self.code, age=word(self.age))
        counts = say(
            "{in_30_days} in 30 days, {in_90_days} in 90",
            in_30_days=self.in_30_days,
            in_90_days=self.in_90_days,
        )
        return say(
            "{code}: newest {day} ({source}), {counts}",
            code=self.code,
            day=self.items[0].day.isoformat(),
            source=self.items[0].source,
            counts=counts,
        )


def section_role(code: str, *, is_home: bool) -> str:
    """Role of the page that is the news section in a language."""
    return ROLE if is_home else f"{ROLE}_{code}"


def section_plans(site: Site) -> tuple[Plan, ...]:
    """The news section of each version, and two articles where the section shows no date."""
    if site.home not in evaluable_pages(site):
        return ()
    planned: list[Plan] = [*visits(site, CONCEPT, role=ROLE)]
    for version in languages(site):
        section = _section(site, version)
        if section is None and (link := news_link(site, version)) and version.page is not site.home:
            planned.append(VisitPage(url=key(link.href), role=section_role(version.code, is_home=False)))
        if section is not None:
            planned += _article_plans(site, version, section)
    return tuple(planned)


def languages(site: Site) -> tuple[Version, ...]:
    """Versions with real content; where the front page's language can't be told, it is `und`."""
    found = [one for one in versions(site) if one.state is State.REAL]
    if site.home is not None and not any(one.page is site.home for one in versions(site)):
        found.insert(0, Version(code="und", state=State.REAL, page=site.home))
    return tuple(found)


def undecided(site: Site) -> tuple[Version, ...]:
    """Versions that the site promises and that could not be looked at."""
    return tuple(one for one in versions(site) if one.state in UNDECIDED)


def news_link(site: Site, version: Version) -> Link | None:
    """The link of a version's front page that best names news, rather in the version's own language: an
    English page may show the Latvian menu.
    """
    page = version.page
    if page is None:
        return None
    own = {key(page.url), key(page.final_url), ""}
    hosts = site_hosts(site)
    best: tuple[tuple[bool, float], Link] | None = None
    for link in page.links:
        named = name_match(link, CONCEPT)
        if named is None or key(link.href) in own or not is_within(link.href, hosts):
            continue
        weight = place_weight(link, is_home=True, is_repeated=False) * (0.4 + 0.6 * named.coverage)
        rank = (named.language == version.code, weight)
        if weight >= _ENOUGH and (best is None or rank > best[0]):
            best = (rank, link)
    return best[1] if best else None


def items_until(site: Site) -> date:
    """The day of the run in its time zone: what is dated later is no news."""
    return local_day(datetime.fromisoformat(site.captured_at), site.settings.timezone)


def news_by_language(site: Site, days: int) -> tuple[News, ...]:
    """The news of every version; `days` is how old the newest may be."""
    now = datetime.fromisoformat(site.captured_at)
    today = items_until(site)
    fetched = feeds(site, today)
    return tuple(_news(site, version, fetched, now, days) for version in languages(site))


def _news(site: Site, version: Version, fetched: Sequence[Feed], now: datetime, days: int) -> News:
    today = local_day(now, site.settings.timezone)
    groups = [group for group in _groups(site, version, fetched, today) if group]
    items = sorted({item for group in groups for item in group}, key=lambda one: one.day, reverse=True)
    largest = max(groups, key=len, default=())
    age = _age(site, version, items, now, days)
    return News(
        code=version.code,
        age=age,
        items=tuple(items),
        in_30_days=_count(largest, today, 30),
        in_90_days=_count(largest, today, 90),
        evidence=tuple(_evidence(site, version, items, fetched)),
    )


def _groups(
    site: Site, version: Version, fetched: Sequence[Feed], today: date
) -> Iterator[tuple[NewsDate, ...]]:
    """Items by where they stand: each feed, the section, the front page, single articles."""
    is_home = version.page is site.home
    for feed in fetched:
        if feed.language == version.code or (is_home and not feed.language):
            yield feed.items
    section = _section(site, version)
    if section is not None and is_in(site, section, version):
        yield page_items(section, today, is_section=True)
    if version.page is not None:
        yield page_items(version.page, today, is_section=False)
    yield tuple(_articles(site, version, today))


def is_in(site: Site, page: Page, version: Version) -> bool:
    """Whether a page is in the version's language, as far as can be told: by what the front page doesn't
    have too, since a menu may stand there in another language; by all of it where that is little.
    """
    frame = {block.text for block in blocks(site.home)} if site.home and site.home is not page else set()
    own = language_of(" ".join(block.text for block in blocks(page) if block.text not in frame))
    known = own if own.words >= FEWEST_WORDS else language_of(page.text)
    return known.code in {"", version.code} or version.code == "und"


def _age(site: Site, version: Version, items: Sequence[NewsDate], now: datetime, days: int) -> Age:
    if items and not is_older(items[0].day, now, days, site.settings.timezone):
        return Age.CURRENT
    # One old date may be of anything; a list whose newest is old is old.
    if len([one for one in items if one.source == "feed" or _is_of_section(site, version, one)]) >= (
        _FEWEST_TO_BE_STALE
    ):
        return Age.STALE
    section = _section(site, version)
    tried = _tried(site, version)
    if section is None and tried:
        return Age.UNKNOWN
    if section is not None and not is_in(site, section, version):
        return Age.NO_SECTION
    if section is None and not items and news_link(site, version) is None:
        # A front page of dated teasers without a heading may be the news themselves.
        shown = page_items(version.page, items_until(site), is_section=True) if version.page else ()
        return Age.NO_SECTION if len(shown) < _FEWEST_TEASERS else Age.UNDATED
    return Age.UNDATED if section is not None or items else Age.UNKNOWN


def _is_of_section(site: Site, version: Version, item: NewsDate) -> bool:
    section = _section(site, version)
    return section is not None and item.page_url == (section.final_url or section.url)


def _tried(site: Site, version: Version) -> tuple[Page, ...]:
    return site.with_role(section_role(version.code, is_home=version.page is site.home))


def _section(site: Site, version: Version) -> Page | None:
    """The captured section page that can be read."""
    readable = evaluable_pages(site)
    return next((page for page in _tried(site, version) if any(page is one for one in readable)), None)


def _count(items: Sequence[NewsDate], today: date, days: int) -> int:
    return sum(today - item.day <= timedelta(days=days) for item in items)


def _article_role(version: Version) -> str:
    return f"news_article_{version.code}"


def _article_plans(site: Site, version: Version, section: Page) -> list[Plan]:
    """The first articles of a section without dates: they may say their own."""
    today = items_until(site)
    if site.with_role(_article_role(version)) or page_items(section, today, is_section=True):
        return []
    below = _folder(section)
    hosts = site_hosts(site)
    found = {
        key(link.href): None
        for link in section.links
        if link.place not in _MENUS
        and link.text.count(" ") >= 2
        and is_within(link.href, hosts)
        and urlsplit(link.href).path.startswith(below)
    }
    return [VisitPage(url=url, role=_article_role(version)) for url in [*found][:_MOST_ARTICLES]]


def _folder(section: Page) -> str:
    """The path below which a section's articles lie: `/jaunumi/` of `/jaunumi` and `/jaunumi/index.html`."""
    path = urlsplit(section.final_url or section.url).path
    parent, _, last = path.rstrip("/").rpartition("/")
    return f"{parent}/" if "." in last else f"{parent}/{last}/"


def _articles(site: Site, version: Version, today: date) -> Iterator[NewsDate]:
    for page in site.with_role(_article_role(version)):
        found = publication(page.html, page.final_url or page.url) if page.html else None
        if found and found.day <= today:
            quote = f"{found.quote} — {page.title[:120]}"
            yield NewsDate(
                day=found.day, source=found.source, page_url=page.final_url or page.url, quote=quote
            )


def _evidence(
    site: Site, version: Version, items: Sequence[NewsDate], fetched: Sequence[Feed]
) -> Iterator[Instance]:
    """The newest items; where there are none, what was looked at."""
    for item in items[:3]:
        message = say(
            "{code}: {day}, {source}", code=version.code, day=item.day.isoformat(), source=item.source
        )
        yield Instance(url=item.page_url, snippet=item.quote[:300], message=message)
    if items:
        return
    for page in _tried(site, version):
        known = language_of(page.text)
        written = (
            say(", written in {code}", code=known.code) if known.code and known.code != version.code else ""
        )
        failed = say(" ({reason})", reason=word(page.failure.reason)) if page.failure else ""
        message = say(
            "{code}: the news section{failed}{written}: no date of news was read there",
            code=version.code,
            failed=failed,
            written=written,
        )
        yield Instance(url=page.final_url or page.url, snippet=page.title, message=message)
    for feed in fetched:
        if feed.problem:
            yield Instance(url=feed.url, message=say("feed: {problem}", problem=feed.problem))
    if version.page is not None and not _tried(site, version):
        count = len(version.page.links)
        message = say(
            "{code}: none of {count} links of its front page names news", code=version.code, count=count
        )
        yield Instance(url=version.page.final_url or version.page.url, message=message)
