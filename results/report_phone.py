"""What a report says of the phone: the rules broken, and where, drawn on the picture of its screen."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from checks.finding import Finding, Instance, Outcome
from crawler.evidence import Blob, MobileView, Rect, Site
from results.advice import Advice, advice_for_finding
from results.language import Language
from results.records import MOBILE, SiteRecord
from results.report_pictures import PHONE_HEIGHT, Album

MARKS = 30
"""Places drawn on one picture; more would hide what they show."""
_TO_TELL = (Outcome.FAILED, Outcome.CANT_TELL)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A place, with its label on the picture where it is drawn."""

    label: str
    place: Instance


class PhoneProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on one page."""

    finding: Finding
    advice: Advice
    marks: tuple[Mark, ...]
    left: int
    """Places not listed."""


class PhonePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as the phone showed it."""

    url: str
    picture: str
    is_cut: bool
    """The picture ends before the page does."""
    problems: tuple[PhoneProblem, ...]


def phone_pages(
    site: SiteRecord, evidence: Site | None, lang: Language, album: Album, limit: int
) -> tuple[PhonePage, ...]:
    """The pages of which something is to be told, with their problems; pictures where there is evidence."""
    by_page: dict[str, list[Finding]] = {}
    for finding in site.judgement.findings.get(MOBILE, ()):
        if finding.outcome in _TO_TELL:
            by_page.setdefault(finding.page_url, []).append(finding)
    return tuple(_page(url, found, evidence, lang, album, limit) for url, found in by_page.items())


def _page(
    url: str, found: Sequence[Finding], evidence: Site | None, lang: Language, album: Album, limit: int
) -> PhonePage:
    problems, drawn = [], dict[str, Rect]()
    for finding in found:
        marks = tuple(_mark(one, drawn) for one in finding.instances[:limit])
        advice = advice_for_finding(MOBILE, finding.rule, lang)
        left = len(finding.instances) - len(marks)
        problems.append(PhoneProblem(finding=finding, advice=advice, marks=marks, left=left))
    view = _view(url, evidence)
    picture = _picture(view)
    return PhonePage(
        url=url,
        picture=album.phone(picture, drawn) if drawn else "",
        is_cut=bool(picture and picture.height > PHONE_HEIGHT),
        problems=tuple(problems),
    )


def _mark(place: Instance, drawn: dict[str, Rect]) -> Mark:
    """The place, drawn if it has an area on the part that is shown and there is room."""
    rect = place.rect
    is_shown = rect is not None and place.on_phone and rect.width >= 1 and 0 <= rect.y < PHONE_HEIGHT
    if rect is None or not is_shown or len(drawn) >= MARKS:
        return Mark(label="", place=place)
    label = str(len(drawn) + 1)
    drawn[label] = rect
    return Mark(label=label, place=place)


def _view(url: str, evidence: Site | None) -> MobileView | None:
    views = evidence.mobile if evidence else ()
    return next((view for view in views if url in {view.url, view.final_url}), None)


def _picture(view: MobileView | None) -> Blob | None:
    """None too for an old picture in pixels of the screen, not of the page."""
    picture = view.screenshot if view else None
    return picture if picture and picture.width else None
