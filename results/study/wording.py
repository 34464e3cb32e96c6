"""How the report calls questions and answers: in Latvian by the annex's own words, in English by a gloss."""

from __future__ import annotations

from checks.questionnaire import Kind
from results.exports.codebook import by_code
from results.language import Language, _, decimal, language
from results.study.tally import NOT_EVALUABLE, Share

_ENGLISH = {
    "F13M": "Latvija.lv payment module used on the site",
    "M08_1": "A survey form",
    "M08_2": "An invitation to rate the site",
    "M08_3": "Front page structured by target audience",
    "M08_4": "Ministries: front page structured by field of activity",
    "M08_5": "Available in several languages (Latvian, English)",
    "M08_6": "News kept current in all languages of the site",
    "M08_7": "Search within the site",
    "M08_8": "Possibility to rate the site and/or leave feedback",
    "M05": "The site has links to the services provided",
    "M06_1": "The front page has an easily found pointer to the section “Sabiedrības līdzdalība”",
    "M06_2": "Clear pointers to the questions open for participation now, and to the form of participation",
    "M06_3": "Once there, the section says what to do, and where, how and in what form to submit",
    "M07_1": "Current question",
    "M07_2": "Online polls",
    "M07_3": "Discussion forum",
    "M07_4": "Possibility to apply to take part in working groups, councils, committees",
    "M07_5": "Minutes and members of those meetings",
    "M07_6": "Form for questions, suggestions, objections, proposals",
    "M07_99": "Another tool",
    "M09": "Phone consultations on using an e-service",
    "M11": "Contact information for consultations on the site",
    "M12": "Online consultation on a service (chat, Skype or another instant form)",
    "M13_1": "E-service demonstration",
    "M13_2": "Video or presentation",
    "M13_3": "User instructions",
    "M16J": "Conformance of the site to WCAG 2.0 level AA",
    "M17J": "The site passes the mobile test",
    "K11M_FB": "The institution has a Facebook page",
    "K11M_FB_3": "Facebook: is the latest post older than two weeks?",
    "K11M_FB_5": "Facebook: was the question answered within an hour?",
    "K11M_TW": "The institution has a Twitter (X) page",
    "K11m_TW_3": "Twitter (X): is the latest post older than two weeks?",
}
_ANSWERS = {
    ("M09", 1): "round the clock",
    ("M09", 2): "in working hours",
    ("M09", 3): "none",
    ("M16J", 1): "Highest [above 95 %]",
    ("M16J", 2): "High [85 to 95 %]",
    ("M16J", 3): "Middle [70 to 84.99 %]",
    ("M17J", 1): "passes",
    ("M17J", 2): "does not pass",
}
_NETWORK = {"K11M_FB_3": "Facebook: ", "K11m_TW_3": "Twitter (X): ", "K11M_FB_5": "Facebook: "}
"""The annex asks both networks in the same words."""
_FRESH = {"K11M_FB_3", "K11m_TW_3"}


def question(code: str) -> str:
    """What a code asks; of an item, the item."""
    known = by_code()[code]
    if language() is Language.LV:
        return f"{_NETWORK.get(code, '')}{known.item or known.question}".rstrip(":")
    return _ENGLISH.get(code) or known.question_en or known.item or known.question


def answer(code: str, value: int) -> str:
    """What a value says."""
    if code == "M16J" and value in {4, NOT_EVALUABLE}:
        return _("Low [below 70 %]") if value else _("Could not be evaluated")
    known = by_code()[code]
    if language() is Language.LV:
        return known.legal.get(value, "")
    if (code, value) in _ANSWERS:
        return _ANSWERS[code, value]
    return "yes" if value == 1 else "no"


def line(code: str, value: int) -> str:
    """Question and answer, as a line of a table says it."""
    if code in _FRESH and value == 2:
        network = "Facebook" if "FB" in code else "Twitter (X)"
        return _("{network}: a post in the last two weeks").format(network=network)
    if by_code()[code].kind is Kind.ITEM or not by_code()[code].legal or (value == 1 and _is_yes(code)):
        return question(code)
    return f"{question(code)}: {answer(code, value)}"


def _is_yes(code: str) -> bool:
    """Whether 1 is yes and 2 is no, so that the question alone says it."""
    return code not in {"M09", "M16J"}


def percent(value: float | None) -> str:
    """`31,7 %`; a dash where it is not told."""
    return "–" if value is None else f"{decimal(value, 1)} %"


def told(share: Share) -> str:
    """The share, or why there is none."""
    if not share.asked:
        return _("nobody asked")
    if share.percent is None:
        return _("too few")
    if not share.is_told:
        return _("not known")
    said = percent(share.percent)
    return _("at least {percent}").format(percent=said) if share.is_lower_bound else said


def counted(share: Share) -> str:
    """`33 / 104`."""
    return f"{share.count} / {share.asked}"


def confidence(share: Share) -> str:
    """`31 / 33; 0,92`: how many are sure, and the mean confidence of the automatic ones."""
    if not share.count:
        return "–"
    mean = "" if share.mean is None else f"; {decimal(share.mean)}"
    return f"{share.sure} / {share.count}{mean}"


def part(number: int, share: Share) -> str:
    """`4 (3,8 %)`: institutions of those asked."""
    if share.percent is None or not number:
        return str(number)
    return f"{number} ({percent(100 * number / share.asked)})"
