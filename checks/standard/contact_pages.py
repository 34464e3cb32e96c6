"""The pages where contacts stand: the front page and the contacts page before all others."""

from __future__ import annotations

from checks.addresses import evaluable_pages
from checks.evaluable import page_failure
from checks.presence.pointers import pointers
from checks.sentences import say, word
from checks.standard.verdicts import sureness_of_no
from crawler.evidence import Page, Site

CONTACTS = "contacts"
_MOST_OF = 0.5
"""Share of the site's pages that were read, from which contacts would have been met among them."""


def in_order(site: Site) -> tuple[Page, ...]:
    """All pages that can be read: contacts pages first, then the front page, then the others."""
    return tuple(
        sorted(evaluable_pages(site), key=lambda page: (CONTACTS not in page.roles, page is not site.home))
    )


def sureness(site: Site, most: float) -> float:
    """How sure a "no" is of what stands with the contacts: less where no contacts page was read."""
    is_read = any(CONTACTS in page.roles for page in evaluable_pages(site))
    return round(sureness_of_no(site, most) - (0.0 if is_read else 0.15), 2)


def contacts_failed(site: Site) -> str:
    """Why no contacts page could be looked at, though the site has or names one; empty where one was, and
    where none is named and most pages of the site were read.
    """
    pages = site.with_role(CONTACTS)
    readable = evaluable_pages(site)
    if any(page is one for page in pages for one in readable):
        return ""
    failures = [failure for page in pages if (failure := page_failure(page))]
    if failures:
        return word(failures[0].reason)
    named = pointers(site, CONTACTS)
    if named and all(one.is_broken for one in named):
        return say("its link leads nowhere")
    known = sum(one.is_page for one in site.crawl.urls) if site.crawl else 0
    if len(readable) >= known * _MOST_OF:
        return ""
    return say(
        "none was found, and {readable} of {known} pages were read", readable=len(readable), known=known
    )
