"""Questions that are open to the public on the day of the run, by the dates that stand beside them.

Open: a period that holds the day, a deadline that has not passed, a day to come (of a meeting), or a
publication younger than 60 days, each with a named form of taking part in the same piece of text, under
the same heading or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from checks import dom, terms
from checks.addresses import evaluable_pages
from checks.date_ranges import Period, periods
from checks.dates import all_dates, local_day, parse_date, parse_instant
from checks.finding import Instance
from checks.participation import section
from checks.sentences import marked, say, word
from checks.standard.blocks import Block, Found, blocks
from crawler.evidence import Page, Site

YOUNG = timedelta(days=60)
_LATEST_END = timedelta(days=400)
_FORM = "participation_form"
_YEAR = re.compile(r"(?:19|20)\d\d")
_ACT_NUMBER = re.compile(r"(?:\bN[ro]|№)\.?\s?\d", re.IGNORECASE)
"""A date beside the number of an act is the act's: sections quote the regulation on participation."""
_NEAR = 2
"""Pieces of text before and after, under the same heading, that are about the same question."""
_PUBLISHED = frozenset({"article:published_time", "dcterms.date", "dcterms.created", "dc.date", "date"})


class State(StrEnum):
    """Where the day of the run lies."""

    OPEN = marked("open")
    AHEAD = marked("on a day to come")
    YOUNG = marked("published less than 60 days ago")
    EXPIRED = marked("expired")
    OLD = marked("published 60 days ago or earlier")
    LATER = marked("not begun")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A dated piece of text about taking part."""

    found: Found
    state: State
    quote: str
    day: date
    """The end of the period, or the day of publication."""
    form: str = ""
    """The named form of taking part, as the term that was met."""
    is_form_near: bool = False
    """Whether the form stands beside the date, not only in the page's name."""

    @property
    def is_open(self) -> bool:
        """Whether one can take part on the day, in a way that is named."""
        return bool(self.form) and self.state in {State.OPEN, State.AHEAD, State.YOUNG}

    def instance(self) -> Instance:
        """The quoted dates, and what was made of them."""
        form = (
            say("; form of taking part: “{form}”", form=self.form)
            if self.form
            else say("; no form of taking part named")
        )
        told = say("{state} ({day}){form}", state=word(self.state), day=self.day.isoformat(), form=form)
        return self.found.instance(self.quote, told)


def day_of_run(site: Site) -> date:
    """The day of the run in the run's time zone."""
    moment = parse_instant(site.captured_at) or datetime.fromisoformat(site.captured_at)
    return local_day(moment, site.settings.timezone)


def questions(site: Site) -> tuple[Question, ...]:
    """Dated pieces of the front page and of the section's pages, open ones first, latest first."""
    day = day_of_run(site)
    home = [page for page in evaluable_pages(site)[:1] if page is site.home and _speaks_of_it(page)]
    found = [one for page in (*section.pages(site), *home) for one in _on_page(page, day)]
    unique = {(one.quote, one.state): one for one in reversed(found)}
    order = list(State)
    return tuple(
        sorted(
            unique.values(), key=lambda one: (not one.is_open, order.index(one.state), -one.day.toordinal())
        )
    )


def _speaks_of_it(page: Page) -> bool:
    return terms.match_long("consultation", page.text) is not None


def _on_page(page: Page, day: date) -> Iterator[Question]:
    pieces = blocks(page)
    published = published_on(page, pieces)
    named = _page_form(page)
    for at, block in enumerate(pieces):
        if not any(sign.isdigit() for sign in block.text):
            continue
        near = _near(pieces, at)
        form = next((found for text in near if (found := _form(text))), "")
        if not section.is_of_section(page) and not _is_about(near):
            continue
        for period in periods(block.text, published or _day_beside(near)):
            yield _by_period(Found(page, block), period, day, form, named)
        if form:
            yield from _by_day(Found(page, block), day, form)
    if published and named and published <= day and day - published < YOUNG:
        place = Found(page, pieces[0]) if pieces else None
        form = next((found for block in pieces if (found := _form(block.text))), "")
        if place and form:
            quote = f"published {published.isoformat()}: {page.title}"
            yield Question(found=place, state=State.YOUNG, quote=quote, day=published, form=form)


def _by_period(found: Found, period: Period, day: date, form: str, named: str) -> Question:
    state = State.OPEN if period.holds(day) else State.EXPIRED if period.end < day else State.LATER
    if period.end - day > _LATEST_END:
        state = State.LATER
    return Question(
        found=found,
        state=state,
        quote=period.quote,
        day=period.end,
        form=form or named,
        is_form_near=bool(form),
    )


def _by_day(found: Found, day: date, form: str) -> Iterator[Question]:
    """A date alone: the day of a meeting, where it is to come, else the day of publication."""
    text = found.block.text
    if not _YEAR.search(text) or periods(text) or _is_another_date(text):
        return
    days = all_dates(text)
    if not days or max(days) - day > _LATEST_END:
        return
    state = State.AHEAD if max(days) > day else State.YOUNG if day - max(days) < YOUNG else State.OLD
    quote = " ".join(text[:200].split())
    yield Question(found=found, state=state, quote=quote, day=max(days), form=form, is_form_near=True)


def _day_beside(near: Sequence[str]) -> date | None:
    """A whole date under the same heading, which tells the year of the others."""
    texts = (text for text in near if not _is_another_date(text))
    return next((days[0] for text in texts if (days := all_dates(text))), None)


def _is_another_date(text: str) -> bool:
    """The day of an act, or of the last change of the page."""
    if terms.match_long("published", text):
        return False
    return bool(_ACT_NUMBER.search(text) or terms.match_long("updated", text))


def _near(pieces: Sequence[Block], at: int) -> list[str]:
    """The piece, its heading, and its neighbours under the same heading; a heading that follows a date
    opens what the date belongs to.
    """
    block = pieces[at]
    around = [
        other
        for other in pieces[max(0, at - _NEAR) : at + _NEAR + 1]
        if other is not block and (other.heading == block.heading or other.level)
    ]
    return [block.text, block.heading, *(other.text for other in around)]


def _is_about(near: Sequence[str]) -> bool:
    """On a page that is not the section's, the words beside the date must speak of a consultation."""
    return any(terms.match_long("consultation", text) for text in near)


def _form(text: str) -> str:
    found = terms.match_long(_FORM, text)
    return found.term if found else ""


def _page_form(page: Page) -> str:
    """The form that the page's own heading or title names."""
    said = (*dom.headings(page.html)[:1], page.title.split(" | ")[0])
    return next((form for text in said if (form := _form(text))), "")


def published_on(page: Page, pieces: Sequence[Block]) -> date | None:
    """When the page was published, as its data or a piece of text that says so has it."""
    for name, content in dom.metas(page.html):
        if name in _PUBLISHED and (found := _day(content)):
            return found
    for item in dom.json_ld(page.html):
        if found := _day(item.get("datePublished")):
            return found
    for block in pieces[:40]:
        if len(block.text) < 80 and terms.match_long("published", block.text):
            return parse_date(block.text)
    return None


def _day(value: Any) -> date | None:  # noqa: ANN401 -- any JSON
    return parse_date(value[:10]) if isinstance(value, str) else None
