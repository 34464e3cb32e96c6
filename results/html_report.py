"""A run as one HTML file: accessible, self-contained, asking nothing of the network.

Everything that a site wrote is escaped and stripped of control characters; its addresses become links only
where they are http or https; a content security policy in the file forbids every request.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checks.finding import Clip, Finding, Outcome, PageMeasure
from crawler.evidence import HOME, Failure, Skipped
from results import wording
from results.document import english
from results.document import wording as label
from results.pictures import MEDIA_TYPE, Pictures
from results.records import SECOND_ENGINE, PageRecord, RunRecord, SiteRecord
from results.terminal import plain

PLACES_SHOWN = 20
"""Elements listed of a rule on a page, and places of an answer; the JSON document has all."""
SKIPPED_SHOWN = 50
PICTURE_BYTES = 150_000
"""A larger picture is left out: a report of 100 sites must stay small enough to send."""
SCREEN_RATIO = 900 / 1280
CLIPS_SHOWN = 2
"""Places of an answer that are shown as pictures, each picture once a site."""


class _Shown(msgspec.Struct, frozen=True):
    """A clip in the report."""

    id: str
    source: str
    """The picture itself, where it is shown first; else empty, and `id` leads to it."""


class _SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site with what the template lists of it."""

    site: SiteRecord
    picture: str
    clips: dict[tuple[str, int], _Shown]
    """By the answer's code and the place's index."""
    failed: tuple[wording.RuleTotal, ...]
    review: tuple[wording.RuleTotal, ...]
    second: tuple[tuple[str, tuple[wording.RuleTotal, ...]], ...]
    """Rules of the second engine under a heading each for what fails and what is to review."""
    others: tuple[tuple[str, Finding], ...]
    pages: tuple[tuple[PageRecord, float | None, Failure | None], ...]
    skipped: tuple[tuple[str, int, tuple[Skipped, ...]], ...]
    """Reason, how many, and the first of them."""


def html_report(run: RunRecord, screenshot: Callable[[str], bytes] | None = None) -> str:
    """The report. `screenshot` gives a stored picture by its digest (nothing where it is gone); with it, the
    tops of home pages and clips of the places that answers point at are embedded.
    """
    pictures = Pictures(screenshot) if screenshot else None
    template = _environment().get_template("report.html")
    return template.render(
        run=run,
        heading=plain(run.name) or f"Audit of {wording.counted(len(run.sites), 'site')}",
        views=[_view(number, site, pictures) for number, site in enumerate(run.sites, start=1)],
        limit=PLACES_SHOWN,
    )


def answer_anchor(code: str, number: int = 1) -> str:
    """Name of the place where the report tells an answer of its site of that number, from 1."""
    return f"site-{number}-{code}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("results"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web_address"] = _is_web_address
    environment.globals.update(anchor=answer_anchor, words=wording, label=label, english=english)
    return environment


def _finalize(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_web_address(url: str) -> bool:
    """Whether a link to it can only open a page: `javascript:` and the like are no addresses."""
    try:
        return urlsplit(url).scheme in {"http", "https"} and plain(url) == url
    except ValueError:
        return False


def _view(number: int, site: SiteRecord, pictures: Pictures | None) -> _SiteView:
    return _SiteView(
        site=site,
        picture=_picture(site, pictures) if pictures else "",
        clips=_clips(number, site, pictures) if pictures else {},
        failed=wording.rule_totals(site, Outcome.FAILED),
        review=wording.rule_totals(site, Outcome.CANT_TELL),
        second=_second(site),
        others=tuple(one for one in site.other_findings if one[0] != SECOND_ENGINE or _is_open(one[1])),
        pages=_pages(site),
        skipped=_grouped(site),
    )


def _second(site: SiteRecord) -> tuple[tuple[str, tuple[wording.RuleTotal, ...]], ...]:
    groups = (
        ("Second engine: rules that fail, beside the percentage", Outcome.FAILED),
        ("Second engine: to be reviewed by a person", Outcome.CANT_TELL),
    )
    totals = ((heading, wording.second_totals(site, outcome)) for heading, outcome in groups)
    return tuple((heading, rules) for heading, rules in totals if rules)


def _is_open(finding: Finding) -> bool:
    return finding.outcome is Outcome.UNTESTED


def _pages(site: SiteRecord) -> tuple[tuple[PageRecord, float | None, Failure | None], ...]:
    measures = {page.url: page for page in site.judgement.pages}
    empty = PageMeasure(url="")
    judged = ((page, measures.get(page.url, empty)) for page in site.pages)
    return tuple((page, measure.percent, page.failure or measure.failure) for page, measure in judged)


def _grouped(site: SiteRecord) -> tuple[tuple[str, int, tuple[Skipped, ...]], ...]:
    return tuple(
        (reason, count, tuple(one for one in site.skipped if one.reason == reason)[:SKIPPED_SHOWN])
        for reason, count in site.skipped_counts.items()
    )


def _picture(site: SiteRecord, pictures: Pictures) -> str:
    digest = next((page.screenshot for page in site.pages if HOME in page.roles and page.screenshot), None)
    return _embedded(pictures.screen(digest, SCREEN_RATIO) if digest else b"")


def _clips(number: int, site: SiteRecord, pictures: Pictures) -> dict[tuple[str, int], _Shown]:
    """The first clips of each answer; what was shown before, or can't be had, is not embedded again."""
    shown: dict[tuple[str, int], _Shown] = {}
    ids: dict[Clip, str] = {}
    for answer in site.judgement.answers:
        places = enumerate(answer.evidence[:PLACES_SHOWN])
        with_clip = [(index, one.clip) for index, one in places if one.clip][:CLIPS_SHOWN]
        for index, clip in with_clip:
            source = "" if clip in ids else _embedded(pictures.clip(clip))
            if source:
                ids[clip] = f"clip-{number}-{len(ids) + 1}"
            if clip in ids:
                shown[answer.code, index] = _Shown(ids[clip], source)
    return shown


def _embedded(picture: bytes) -> str:
    if not 0 < len(picture) <= PICTURE_BYTES:
        return ""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(picture).decode('ascii')}"
