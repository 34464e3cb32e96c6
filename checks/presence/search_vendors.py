"""Searches that a page declares, or that another firm's script draws."""

from __future__ import annotations

import re

from checks import dom
from checks.finding import Instance
from checks.remember import for_a_site
from checks.sentences import quoted, say
from crawler.evidence import Page

_VENDORS = {
    "Google Programmable Search": (
        "cse.google.com/cse",
        "gcse-search",
        "class=gsc-",
        'class="gsc-',
        "class='gsc-",
    ),
    "Algolia": ("docsearch.js", "docsearch.min.js", "algoliasearch"),
    "AddSearch": ("addsearch.com/js",),
    "Cludo": ("customer.cludo.com",),
    "Coveo": ("static.cloud.coveo.com",),
    "Site Search 360": ("sitesearch360",),
    "Swiftype": ("swiftype.com/embed",),
    "Search.gov": ("search.usa.gov",),
}
"""In lower case; plain words, since a pattern takes fifty times as long on a page of 1 MB."""
_OPENSEARCH = re.compile(r"<link\b[^>]*application/opensearchdescription\+xml[^>]*>", re.IGNORECASE)


@for_a_site(64)
def _vendor(html: str) -> str:
    shown = dom.without_comments(html).lower()
    return next((name for name, marks in _VENDORS.items() if any(mark in shown for mark in marks)), "")


def embedded_search(page: Page) -> Instance | None:
    """The vendor (in `message`) whose search script the page loads."""
    vendor = _vendor(page.html)
    return Instance(url=page.final_url or page.url, message=quoted(vendor)) if vendor else None


def declared_search(page: Page) -> Instance | None:
    """An OpenSearch description or a schema.org SearchAction."""
    url = page.final_url or page.url
    if link := _OPENSEARCH.search(dom.without_comments(page.html)):
        return Instance(url=url, snippet=link.group(0), message=say("OpenSearch description"))
    for item in dom.json_ld(page.html):
        if item.get("@type") == "SearchAction":
            return Instance(url=url, snippet=str(item)[:300], message=say("schema.org SearchAction"))
    return None
