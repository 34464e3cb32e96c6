"""M17J_NOTES: why a page is not mobile-friendly, one short sentence a reason, in Latvian or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from checks.mobile.rules import Issue, Rule

Lang = Literal["lv", "en"]

_ENGLISH: Mapping[Rule, tuple[str, str]] = {
    Rule.USES_INCOMPATIBLE_PLUGINS: (
        "{count} element needs a plugin that phones do not have (Flash, Java, Silverlight).",
        "{count} elements need a plugin that phones do not have (Flash, Java, Silverlight).",
    ),
    Rule.CONFIGURE_VIEWPORT: (
        "The viewport is not set: the page is laid out {measure:.0f} px wide on a screen of {screen} px.",
    )
    * 2,
    Rule.FIXED_WIDTH_VIEWPORT: (
        "The viewport has a fixed width of {measure:.0f} px on a screen of {screen} px.",
    )
    * 2,
    Rule.SIZE_CONTENT_TO_VIEWPORT: (
        "The content is {measure:.0f} px wide on a screen of {screen} px{reaching}.",
    )
    * 2,
    Rule.USE_LEGIBLE_FONT_SIZES: ("The text is too small to read: {measure:.0f} % of it is legible.",) * 2,
    Rule.TAP_TARGETS_TOO_CLOSE: (
        "{count} of {measure:.0f} clickable elements is too close to another.",
        "{count} of {measure:.0f} clickable elements are too close to others.",
    ),
}

# The wording follows the Latvian interface of Google's test, which the study's answers came from.
_LATVIAN: Mapping[Rule, tuple[str, str]] = {
    Rule.USES_INCOMPATIBLE_PLUGINS: (
        "{count} elementam vajadzīgs spraudnis, kura tālruņos nav (Flash, Java, Silverlight).",
        "{count} elementiem vajadzīgs spraudnis, kura tālruņos nav (Flash, Java, Silverlight).",
    ),
    Rule.CONFIGURE_VIEWPORT: (
        "Nav iestatīts skatvietas apgabals (viewport): lapas platums {measure:.0f} px, ekrāna – {screen} px.",
    )
    * 2,
    Rule.FIXED_WIDTH_VIEWPORT: (
        "Skatvietas apgabalam (viewport) noteikts nemainīgs platums: {measure:.0f} px, ekrāna – {screen} px.",
    )
    * 2,
    Rule.SIZE_CONTENT_TO_VIEWPORT: (
        "Saturs ir platāks par ekrānu: {measure:.0f} px, ekrāns – {screen} px{reaching}.",
    )
    * 2,
    Rule.USE_LEGIBLE_FONT_SIZES: ("Teksts ir pārāk mazs: salasāmi ir {measure:.0f} % teksta.",) * 2,
    Rule.TAP_TARGETS_TOO_CLOSE: (
        "Noklikšķināmie elementi ir pārāk tuvu cits citam: {count} elements no {measure:.0f}.",
        "Noklikšķināmie elementi ir pārāk tuvu cits citam: {count} elementi no {measure:.0f}.",
    ),
}

_REACHING: Mapping[Lang, tuple[str, str, str]] = {
    "lv": (
        "; pāri malai sniedzas {listed} elements",
        "; pāri malai sniedzas {listed} elementi",
        "; pāri malai sniedzas {listed} vai vairāk elementu",
    ),
    "en": (
        "; {listed} element reaches past its edge",
        "; {listed} elements reach past its edge",
        "; {listed} or more elements reach past its edge",
    ),
}
"""One, several, and as many as are listed at most."""
_MOST_LISTED = 20
"""`crawler.evidence.WideElement`: at most so many a page."""

_SENTENCES: Mapping[Lang, Mapping[Rule, tuple[str, str]]] = {"lv": _LATVIAN, "en": _ENGLISH}


def note(issue: Issue, lang: Lang) -> str:
    """One sentence for one reason."""
    one, many = _SENTENCES[lang][issue.rule]
    sentence = one if _is_singular(issue.count, lang) else many
    return sentence.format(
        count=issue.count, measure=issue.measure, screen=issue.screen, reaching=_reaching(issue.listed, lang)
    )


def _reaching(listed: int, lang: Lang) -> str:
    """How many elements pass the screen's edge; nothing where none was listed."""
    if not listed:
        return ""
    one, many, most = _REACHING[lang]
    if listed >= _MOST_LISTED:
        return most.format(listed=listed)
    return (one if _is_singular(listed, lang) else many).format(listed=listed)


def notes(issues: Iterable[Issue], lang: Lang) -> str:
    """All reasons, one sentence each, in the rules' order; empty where there are none."""
    return " ".join(note(issue, lang) for issue in issues)


def _is_singular(count: int, lang: Lang) -> bool:
    """Latvian takes the singular for 1, 21, 31 … but not 11 (CLDR plural rule `one`)."""
    if lang == "lv":
        return count % 10 == 1 and count % 100 != 11
    return count == 1
