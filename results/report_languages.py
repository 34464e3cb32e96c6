"""In which language the parts are that a report quotes from pages (WCAG 3.1.2): as each page says itself."""

from __future__ import annotations

from functools import cache

from babel import Locale

from crawler.evidence import Site
from results.language import Language

_TWO_LETTERS = 2


def quoted_languages(evidence: Site | None, spoken: Language) -> dict[str, str]:
    """Two-letter codes by a page's address, where they are not the language of the report. Nothing of a page
    that names none, or whose evidence is not at hand: a site's pages may be in several.
    """
    pages = evidence.pages if evidence else ()
    said = ((url, _primary(page.lang)) for page in pages for url in (page.url, page.final_url))
    return {url: code for url, code in said if url and code and code != spoken}


def _primary(tag: str) -> str:
    """`lv` of `lv-LV`; empty for what is no language: a report must not repeat a page's mistake."""
    code = tag.strip().lower().replace("_", "-").partition("-")[0]
    return code if code in _languages() else ""


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == _TWO_LETTERS)
