"""Searches that a page declares, or that another firm's script draws."""

from __future__ import annotations

import re
from functools import lru_cache

from checks import dom
from checks.finding import Instance
from crawler.evidence import Page

_VENDORS = {
    "Google Programmable Search": r"cse\.google\.com/cse|gcse-search|class=[\"']?gsc-",
    "Algolia": r"docsearch(?:\.min)?\.js|algoliasearch",
    "AddSearch": r"addsearch\.com/js",
    "Cludo": r"customer\.cludo\.com",
    "Coveo": r"static\.cloud\.coveo\.com",
    "Site Search 360": r"sitesearch360",
    "Swiftype": r"swiftype\.com/embed",
    "Search.gov": r"search\.usa\.gov",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _VENDORS.items()}
_OPENSEARCH = re.compile(r"<link\b[^>]*application/opensearchdescription\+xml[^>]*>", re.IGNORECASE)


@lru_cache(maxsize=64)
def _vendor(html: str) -> str:
    shown = dom.without_comments(html)
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(shown)), "")


def embedded_search(page: Page) -> Instance | None:
    """The vendor (in `message`) whose search script the page loads."""
    vendor = _vendor(page.html)
    return Instance(url=page.final_url or page.url, message=vendor) if vendor else None


def declared_search(page: Page) -> Instance | None:
    """An OpenSearch description or a schema.org SearchAction."""
    url = page.final_url or page.url
    if link := _OPENSEARCH.search(dom.without_comments(page.html)):
        return Instance(url=url, snippet=link.group(0), message="OpenSearch description")
    for item in dom.json_ld(page.html):
        if item.get("@type") == "SearchAction":
            return Instance(url=url, snippet=str(item)[:300], message="schema.org SearchAction")
    return None
