"""What to ask a site's search: a word that the site uses, and a token that nobody uses."""

from __future__ import annotations

import hashlib
from collections import Counter

from checks import dom, terms
from checks.words import fold, words
from crawler.evidence import Place, Site

_LETTERS = "bcdfghjklmnpqrstvwxz"
_SHORTEST = 5
_LONGEST = 18
_NOT_CONTENT = ("search", "login", "news", "contacts", "social", "newsletter", "accessibility_statement")
_COMMON = frozenset(
    fold(
        "sākums sākumlapa latvijas republikas lapas vairāk lasīt citas cookies sīkdatnes about their there "
        "which would home homepage welcome start website mājaslapa tīmekļvietne official hlavní strona "
        "główna strony startseite etusivu avaleht pradžia главная страница сайта error kļūda"
    ).split()
)


def probe_token(site: Site) -> str:
    """Twelve consonants from the SHA-256 of the site's address: a word of no language, the same in every
    run, so that a run can be repeated.
    """
    digest = hashlib.sha256(site.institution.url.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:12])


def probe_word(site: Site) -> str:
    """The content word that most titles, headings and menus of the crawl and the front page share.

    Titles and headings of different pages count once each, so that the word is likely to be found in
    several pages; ties go to the alphabet. `services` in English where the site has no such word.
    """
    counts: Counter[str] = Counter()
    for text, weight in _sources(site):
        for word in {word for word in fold(text).replace("-", " ").split() if _is_content(word)}:
            counts[word] += weight
    best = max(
        counts.items(), key=lambda item: (item[1], [-ord(c) for c in item[0]]), default=("services", 0)
    )
    return best[0]


def _sources(site: Site) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for crawled in site.crawl.urls if site.crawl else ():
        if crawled.is_page:
            found += [(crawled.title.split(" | ")[0], 2), (crawled.heading, 3)]
    if home := site.home:
        found += [(home.title, 1), *((heading, 3) for heading in dom.headings(home.html))]
        menus = {Place.NAV, Place.HEADER}
        found += [(link.text, 2) for link in home.links if link.place in menus and len(words(link.text)) <= 3]
        found += [(home.text, 1)]
    return found


def _is_content(word: str) -> bool:
    if not (_SHORTEST <= len(word) <= _LONGEST and word.isalpha() and word not in _COMMON):
        return False
    return not any(terms.match(concept, word) for concept in _NOT_CONTENT)
