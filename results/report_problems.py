"""What a report says of the axe rules that fail: what each is, what mending it brings, and where it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from checks.accessibility import bands
from checks.accessibility.explain import Explanation, Gain
from checks.accessibility.steps import Step
from checks.clips import Places
from checks.finding import Instance
from results.advice import Advice, advice_for_finding, advice_for_rule, criterion_name
from results.defects import ONE_A_PAGE, Defect, defects
from results.language import Language, _, decimal
from results.report_pictures import Album, Shown
from results.rule_totals import RuleTotal

DEFECTS_SHOWN = 10
"""Of one rule; the JSON document has every element."""
PAGES_SHOWN = 3
PLACES_SHOWN = 5


class DefectView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend, with the element that stands for it."""

    defect: Defect
    first: Instance
    picture: Shown | None
    pages: tuple[str, ...]
    """The first of its pages."""
    others: tuple[Instance, ...]
    """The first of its other elements."""
    left: int
    """Elements not listed."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fails, or that a person has to review."""

    anchor: str
    total: RuleTotal
    advice: Advice
    criteria: tuple[tuple[str, str], ...]
    """Number and name of each success criterion."""
    gain: str
    """What mending it brings, in words; empty where that is not known."""
    defects: tuple[DefectView, ...]
    left: int
    """Defects not listed."""


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """What is mended together."""

    step: Step
    criteria: tuple[tuple[str, str], ...]
    """Number and name of each success criterion."""
    rules: tuple[tuple[str, str], ...]
    """Title and anchor of each rule; the anchor is empty where it is not listed."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to reach the next band."""

    percent: float
    band: int
    """The next one."""
    begins: float
    """Percentage at which it begins."""
    missing: float
    points: int
    steps: tuple[StepView, ...]


def problems(
    totals: Sequence[RuleTotal],
    check: str,
    lang: Language,
    album: Album,
    places: Places | None,
    *,
    prefix: str,
    explanation: Explanation | None = None,
) -> tuple[Problem, ...]:
    """The rules in the order in which they are best mended, the rest as they come."""
    gains = {gain.name: gain for gain in explanation.by_rule} if explanation else {}
    ordered = sorted(totals, key=lambda total: _order(total, explanation, gains))
    return tuple(
        _problem(
            total, check, lang, f"{prefix}-{total.rule}", _gain(gains.get(total.rule), lang), album, places
        )
        for total in ordered
    )


def _order(total: RuleTotal, explanation: Explanation | None, gains: dict[str, Gain]) -> tuple[int, float]:
    steps = explanation.steps if explanation else ()
    step = next((place for place, one in enumerate(steps) if total.rule in one.rules), len(steps))
    return step, -float(gains[total.rule].gain) if total.rule in gains else 0.0


def _problem(
    total: RuleTotal,
    check: str,
    lang: Language,
    anchor: str,
    gain: str,
    album: Album,
    places: Places | None,
) -> Problem:
    every = defects(total.findings)
    return Problem(
        anchor=anchor,
        total=total,
        advice=advice_for_finding(check, total.rule, lang),
        criteria=_named(total.criteria, lang),
        gain=gain,
        defects=tuple(_defect(one, album, places) for one in every[:DEFECTS_SHOWN]),
        left=max(0, len(every) - DEFECTS_SHOWN),
    )


def _defect(defect: Defect, album: Album, places: Places | None) -> DefectView:
    """The first element that a picture shows stands for all."""
    told = defect.places
    shown = [places.shown(one) for one in told[:PLACES_SHOWN]] if places else []
    pictured = next((index for index, one in enumerate(shown) if one.clip), 0)
    others = tuple(one for index, one in enumerate(told[: PLACES_SHOWN + 1]) if index != pictured)
    return DefectView(
        defect=defect,
        first=told[pictured],
        picture=album.clip(shown[pictured].clip) if shown and not _is_whole(defect) else None,
        pages=defect.pages[:PAGES_SHOWN],
        others=others,
        left=len(told) - 1 - len(others),
    )


def _is_whole(defect: Defect) -> bool:
    """Whether it is of the page itself, which no outline shows."""
    return defect.shape.partition("[")[0] in ONE_A_PAGE


def _gain(gain: Gain | None, lang: Language) -> str:
    if gain is None:
        return ""
    if gain.gain > 0:
        said = _("Mending it on all pages brings {gain} percentage points: {percent} %, band {band}.")
        return said.format(gain=decimal(gain.gain), percent=decimal(gain.percent), band=gain.band)
    if gain.held_by:
        said = _("It brings something only together with {rules}, which fail the same criteria.")
        return said.format(rules="; ".join(f"“{_title(rule, lang)}”" for rule in gain.held_by))
    return _("Mending it does not change the percentage.")


def _title(rule: str, lang: Language) -> str:
    """As the report heads the rule."""
    text = advice_for_rule(rule, lang)
    return rule if text.is_general else text.title


def way(explanation: Explanation | None, listed: Sequence[Problem], lang: Language) -> Way | None:
    """None in the best band, and where nothing is known of gains."""
    if explanation is None or explanation.percent is None or explanation.next_band is None:
        return None
    following = explanation.next_band
    titles = {problem.total.rule: (problem.advice.title, problem.anchor) for problem in listed}
    return Way(
        percent=float(explanation.percent),
        band=following.band,
        begins=float(following.percent),
        missing=float(following.missing),
        points=bands.points(following.band),
        steps=tuple(
            StepView(
                step=step,
                criteria=_named(step.criteria, lang),
                rules=tuple(titles.get(one, (one, "")) for one in step.rules),
            )
            for step in explanation.steps
        ),
    )


def _named(criteria: Sequence[str], lang: Language) -> tuple[tuple[str, str], ...]:
    return tuple((sc, criterion_name(sc, lang) or "") for sc in criteria)
