"""M17J_NOTES: why a page is not mobile-friendly, one short sentence a reason, in Latvian or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from checks.mobile.rules import Issue, Rule
from checks.sentences import Said, joined, say, say_counted

Lang = Literal["lv", "en"]

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

_REACHING = (
    "; pāri malai sniedzas {listed} elements",
    "; pāri malai sniedzas {listed} elementi",
    "; pāri malai sniedzas {listed} vai vairāk elementu",
)
"""One, several, and as many as are listed at most."""
_MOST_LISTED = 20
"""`crawler.evidence.WideElement`: at most so many a page."""


def sentence(issue: Issue) -> Said:
    """One sentence for one reason, which can be told in any language."""
    measure, screen = issue.measure, issue.screen
    match issue.rule:
        case Rule.USES_INCOMPATIBLE_PLUGINS:
            return say_counted(
                "{n} element needs a plugin that phones do not have (Flash, Java, Silverlight).",
                "{n} elements need a plugin that phones do not have (Flash, Java, Silverlight).",
                issue.count,
            )
        case Rule.CONFIGURE_VIEWPORT:
            return say(
                "The viewport is not set: the page is laid out {measure:.0f} px wide on a screen of "
                "{screen} px.",
                measure=measure,
                screen=screen,
            )
        case Rule.FIXED_WIDTH_VIEWPORT:
            return say(
                "The viewport has a fixed width of {measure:.0f} px on a screen of {screen} px.",
                measure=measure,
                screen=screen,
            )
        case Rule.SIZE_CONTENT_TO_VIEWPORT:
            return say(
                "The content is {measure:.0f} px wide on a screen of {screen} px{reaching}.",
                measure=measure,
                screen=screen,
                reaching=_reaching(issue.listed),
            )
        case Rule.USE_LEGIBLE_FONT_SIZES:
            return say("The text is too small to read: {measure:.0f} % of it is legible.", measure=measure)
        case Rule.TAP_TARGETS_TOO_CLOSE:
            return say_counted(
                "{n} of {measure:.0f} clickable elements is too close to another.",
                "{n} of {measure:.0f} clickable elements are too close to others.",
                issue.count,
                measure=measure,
            )


def sentences(issues: Iterable[Issue]) -> str:
    """All reasons, one sentence each, in the rules' order; empty where there are none."""
    return joined(" ", map(sentence, issues))


def _reaching(listed: int) -> str:
    """How many elements pass the screen's edge; nothing where none was listed."""
    if not listed:
        return ""
    if listed >= _MOST_LISTED:
        return say("; {listed} or more elements reach past its edge", listed=listed)
    return say_counted("; {n} element reaches past its edge", "; {n} elements reach past its edge", listed)


def note(issue: Issue, lang: Lang) -> str:
    """One sentence for one reason, in a language of M17J_NOTES, whatever language is spoken."""
    if lang == "en":
        return str(sentence(issue))
    one, many = _LATVIAN[issue.rule]
    text = one if _is_singular(issue.count) else many
    reaching = _latvian_reaching(issue.listed)
    return text.format(count=issue.count, measure=issue.measure, screen=issue.screen, reaching=reaching)


def _latvian_reaching(listed: int) -> str:
    if not listed:
        return ""
    one, many, most = _REACHING
    if listed >= _MOST_LISTED:
        return most.format(listed=listed)
    return (one if _is_singular(listed) else many).format(listed=listed)


def notes(issues: Iterable[Issue], lang: Lang) -> str:
    """All reasons, one sentence each, in the rules' order; empty where there are none."""
    return " ".join(note(issue, lang) for issue in issues)


def _is_singular(count: int) -> bool:
    """Latvian takes the singular for 1, 21, 31 … but not 11 (CLDR plural rule `one`)."""
    return count % 10 == 1 and count % 100 != 11
