"""How the report calls questions and answers: in Latvian by the annex's own words, in English by a gloss."""

from __future__ import annotations

from checks.questionnaire import Kind
from results.exports.codebook import by_code
from results.language import Language, _, decimal, language
from results.study.tally import NOT_EVALUABLE, Share

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
    return known.question_en or known.item or known.question


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
    if code == "K11M_FB_5":
        later = _("Facebook: a question was answered later than within an hour, or not at all")
        return later if value == 2 else _("Facebook: a question was answered within an hour")
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


def beside(share: Share) -> str:
    """What stands beside a share in a cross-table: counts, confidence, and what is not known."""
    parts = [counted(share)]
    if share.count:
        mean = "" if share.mean is None else f" ({decimal(share.mean)})"
        parts.append(_("sure {n}").format(n=share.sure) + mean)
    for word, number in ((_("cannot tell"), share.cant_tell), (_("not evaluated"), share.not_evaluated)):
        if number:
            parts.append(f"{word} {part(number, share)}")
    return "; ".join(parts)


def part(number: int, share: Share) -> str:
    """`4 (3,8 %)`: institutions of those asked."""
    if share.percent is None or not number:
        return str(number)
    return f"{number} ({percent(100 * number / share.asked)})"
