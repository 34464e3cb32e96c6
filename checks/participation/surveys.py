"""Surveys and polls on the site: forms of its own, built-in ones, links to vendors, pages named for them."""

from __future__ import annotations

import msgspec

from checks import terms
from checks.addresses import evaluable_pages, key
from checks.finding import Instance
from checks.participation.forms import FormKind, questions_asked, site_forms
from checks.participation.vendors import FORMS, SURVEYS, embedded, linked
from checks.presence.pointers import Pointer, pointers
from checks.presence.sections import visits
from crawler.evidence import Page, Plan, Site

SURVEY = "survey"
"""Role of the page that is named for surveys, and the concept's name."""
_ENOUGH = 0.35


class Surveys(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, by how sure it is that one can fill it in."""

    forms: tuple[Instance, ...] = ()
    """Forms on the site's own pages."""
    built_in: tuple[Instance, ...] = ()
    """Frames and scripts of vendors."""
    links: tuple[Instance, ...] = ()
    """Links to vendors of surveys, or to vendors of forms where the words say survey."""
    named: tuple[Instance, ...] = ()
    """Links to pages named for surveys."""
    is_one_question: bool = False
    """Each of the forms is a poll: one question with its options."""
    rejected: tuple[Instance, ...] = ()
    """Forms of vendors without a word of a survey, and pages named so that could not be opened."""


def survey_visits(site: Site) -> tuple[Plan, ...]:
    """The best page named for surveys."""
    return visits(site, SURVEY, role=SURVEY)


def surveys(site: Site) -> Surveys:
    """Everything on the captured pages that is a survey or looks like one."""
    pages = evaluable_pages(site)
    links, rejected = _vendor_links(pages)
    found = pointers(site, SURVEY)
    speaking = {
        key(page.final_url or page.url)
        for page in pages
        if SURVEY in page.roles and terms.match_long(SURVEY, page.text)
    }
    named = [one for one in found if _is_named(one, speaking)]
    forms = [one for one in site_forms(site) if one.kind is FormKind.SURVEY]
    return Surveys(
        forms=tuple(one.instance() for one in forms),
        is_one_question=all(questions_asked(one.form) <= 1 for one in forms),
        built_in=_built_in(pages),
        links=links,
        named=tuple(one.instance() for one in named),
        rejected=(*rejected, *(one.instance() for one in found if one not in named)),
    )


def _is_named(pointer: Pointer, speaking: set[str]) -> bool:
    """A link in a menu or on the front page whose target is there and, where it is known, says so too: in
    its title or heading, or, where it was opened (`speaking`), in its text.
    """
    says_so = pointer.confirmed is not False or key(pointer.link.href) in speaking
    return pointer.weight >= _ENOUGH and not pointer.is_broken and says_so


def _built_in(pages: tuple[Page, ...]) -> tuple[Instance, ...]:
    found = [one for page in pages for one in embedded(page, SURVEYS)]
    for page in pages:
        if _is_named_for_surveys(page):
            found += embedded(page, FORMS)
    return tuple({one.snippet: one for one in found}.values())


def _vendor_links(pages: tuple[Page, ...]) -> tuple[tuple[Instance, ...], tuple[Instance, ...]]:
    good: dict[str, Instance] = {}
    rejected: dict[str, Instance] = {}
    for page in pages:
        for _, instance in linked(page, SURVEYS):
            good.setdefault(key(instance.snippet.rsplit(" → ", 1)[-1]), instance)
        for said, instance in linked(page, FORMS):
            is_survey = bool(terms.match(SURVEY, said)) or _is_named_for_surveys(page)
            (good if is_survey else rejected).setdefault(key(instance.snippet.rsplit(" → ", 1)[-1]), instance)
    return tuple(good.values()), tuple(one for at, one in rejected.items() if at not in good)


def _is_named_for_surveys(page: Page) -> bool:
    return SURVEY in page.roles or bool(terms.match(SURVEY, page.title.split(" | ", maxsplit=1)[0]))
