"""Machine translation told apart from a version of the site: widgets, and pages that say so."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

from checks import dom, terms
from checks.finding import Instance
from checks.sentences import say
from checks.words import fold
from crawler.evidence import Page

CONCEPT = "machine_translation"
_WIDGETS = {
    # Hosts, ids and classes that the services' own instructions have sites put in.
    "Google Translate": r"translate\.google\.[a-z.]+|translate\.googleapis\.com|translate-pa\.googleapis"
    r"|google_translate_element|goog-te-|\.translate\.goog\b|googtrans\(",
    "GTranslate": r"cdn\.gtranslate\.net|gtranslate_wrapper|gtranslate_selector|\bglink nturl\b",
    "hugo.lv": r"//(?:[a-z]+\.)?hugo\.lv/",
    "Weglot": r"cdn\.weglot\.com|weglot_here",
    "Microsoft Translator": r"microsofttranslator\.com|translator\.microsoft\.com",
    "ConveyThis": r"conveythis\.com",
    "Yandex Translate": r"translate\.yandex\.",
}
_HINTS = ("translat", "goog", "hugo.lv", "weglot", "conveythis", "nturl")
"""One of these is in whatever the patterns match: only around them a page is read by the patterns, which
would take a tenth of a second for 1 MB.
"""
_TO_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_AROUND = 80
"""Characters on both sides of a hint in which all of a match lies."""
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in _WIDGETS.values()), re.IGNORECASE)


def widget(page: Page) -> Instance | None:
    """A machine translation widget or a link to one, as evidence; None where the page has none."""
    url = page.final_url or page.url
    for link in page.links:
        if vendor := _vendor(link.href):
            said = f"{link.text or link.name} → {link.href}"
            return _instance(url, vendor, said, link.selector)
    for resource in page.resources:
        if vendor := _vendor(resource.url):
            return _instance(url, vendor, resource.url)
    source = dom.without_comments(page.html)
    for at in _hints(source):
        if found := _ANY.search(source, max(0, at - _AROUND), at + _AROUND):
            around = source[max(0, found.start() - 60) : found.end() + 60]
            return _instance(url, _vendor(found[0]), " ".join(around.split()))
    return None


def _hints(source: str) -> list[int]:
    """Where the hints stand, ascending."""
    lowered = source.lower()
    if len(lowered) != len(source):
        lowered = source.translate(_TO_LOWER)  # a letter such as İ became two
    found = []
    for hint in _HINTS:
        at = lowered.find(hint)
        while at >= 0:
            found.append(at)
            at = lowered.find(hint, at + 1)
    return sorted(found)


def is_widget_address(url: str) -> bool:
    """Whether an address leads to a translation service or calls its script."""
    return bool(_vendor(url))


def notice(page: Page) -> Instance | None:
    """Where the page itself says that a machine translated it, quoted."""
    found = terms.match_long(CONCEPT, page.text)
    if found is None:
        return None
    text = fold(page.text)
    at = max(0, text.find(fold(found.term).split()[0]))
    return Instance(
        url=page.final_url or page.url,
        snippet=text[max(0, at - 60) : at + 120],
        message=say("says that it is a machine translation (“{term}”)", term=found.term),
    )


def _vendor(text: str) -> str:
    if not _ANY.search(text):
        return ""
    return next(name for name, pattern in _WIDGETS.items() if re.search(pattern, text, re.IGNORECASE))


def _instance(url: str, vendor: str, snippet: str, selector: str = "") -> Instance:
    message = say("machine translation by {vendor}: no version of the site in a language", vendor=vendor)
    return Instance(url=url, selector=selector, snippet=snippet[:300], message=message)
