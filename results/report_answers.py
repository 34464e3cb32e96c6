"""The answers of a site as its report tells them: what holds, what the tool said, what experts decided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from checks import questionnaire
from checks.accessibility import bands
from checks.check import own_labels
from checks.finding import Answer, Instance, Outcome
from results import wording
from results.advice import Advice, advice_for_code
from results.exports.codebook import by_code
from results.language import N_, Language, _, language
from results.panel.decisions import Decision, Final, Source, Verdict, final
from results.percentages import WCAG_CODE
from results.records import SiteRecord
from results.report_pictures import Album, Shown
from results.study import wording as gloss
from results.terminal import plain
from results.told import reason

PLACES_SHOWN = 20
"""Elements listed of a rule on a page, and places of an answer; the JSON document has all."""
CLIPS_SHOWN = 2
"""Places of an answer that are shown as pictures, each picture once a site."""
MOBILE_CODE = "M17J"
NOTES_CODE = "M17J_NOTES"
_ORDER = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.PASSED, Outcome.INAPPLICABLE)
_VERDICTS = {
    Verdict.CONFIRM: N_("confirmed it"),
    Verdict.OVERRULE: N_("overruled it: {value}"),
    Verdict.OPEN: N_("looked at it and left it open"),
}
_ANSWERED = N_("answered: {value}")


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """What one expert decided, in words."""

    expert: str
    day: str
    said: str
    reason: str
    then: str
    """What the tool had said when the expert looked; empty where it says the same now."""


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the questionnaire."""

    title: str
    answer: Answer
    """The tool's; untested and empty where only people answered."""
    is_of_people: bool
    """No check answers it."""
    outcome: Outcome
    """That of the value which holds."""
    held: Final
    said: str
    """The value that holds, in words of the language spoken; empty where there is none."""
    automatic: str
    """The tool's value in words, or its outcome where it has none."""
    decisions: tuple[DecisionView, ...]
    advice: Advice | None
    places: tuple[tuple[Instance, Shown | None], ...]

    @property
    def is_explained(self) -> bool:
        """Whether the tool's reason says more than its answer."""
        return plain(reason(self.answer)).rstrip(".") not in {"", plain(self.said)}

    @property
    def is_overruled(self) -> bool:
        """Whether the value that holds is not the tool's."""
        return bool(self.decisions) and not self.is_of_people and self.held.value != self.answer.value


Groups = tuple[tuple[Outcome, tuple[AnswerView, ...]], ...]


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """All answers of a site."""

    groups: Groups
    """By the outcome of what holds: first what is to be mended."""
    decided: int
    """Answers that an expert looked at."""
    overruled: int
    """Of these, that now have another value than the tool's, or none."""
    wcag: str
    """What experts decided of the WCAG band where it is not the tool's; else empty."""
    mobile: str

    @property
    def number(self) -> int:
        """How many there are."""
        return sum(len(group) for _outcome, group in self.groups)


def answers(site: SiteRecord, album: Album, lang: Language) -> Answers:
    """The answers of a site with its experts' decisions, in the language spoken now."""
    said = {one.code: one for one in site.judgement.answers}
    decided: dict[str, list[Decision]] = {}
    for one in site.decisions:
        decided.setdefault(one.code, []).append(one)
    codes = sorted(said | decided, key=questionnaire.position)
    views = [_view(site, code, said.get(code), decided.get(code, ()), album, lang) for code in codes]
    return Answers(
        groups=_grouped(views),
        decided=len(decided),
        overruled=sum(view.is_overruled for view in views),
        wcag=_otherwise(views, WCAG_CODE),
        mobile=_otherwise(views, MOBILE_CODE),
    )


def _words(answer: Answer, site: SiteRecord) -> str:
    """The tool's value in words; what keeps a page from working on a phone is stored in each language."""
    told = value_words(answer.code, answer.value, answer.outcome)
    mobile = site.judgement.mobile
    notes = mobile.notes if mobile and told and answer.code == NOTES_CODE else {}
    return notes[language()].rstrip(".") if language() in notes else told


def _grouped(views: Sequence[AnswerView]) -> Groups:
    ordered = sorted(views, key=lambda view: _ORDER.index(view.outcome))
    return tuple((outcome, tuple(group)) for outcome, group in groupby(ordered, lambda view: view.outcome))


def _otherwise(views: Sequence[AnswerView], code: str) -> str:
    view = next((one for one in views if one.answer.code == code and one.is_overruled), None)
    return (view.said or source_words(view.held)) if view else ""


def _view(
    site: SiteRecord,
    code: str,
    automatic: Answer | None,
    decided: Sequence[Decision],
    album: Album,
    lang: Language,
) -> AnswerView:
    answer = automatic or Answer(code=code, outcome=Outcome.UNTESTED, confidence=0.0)
    held = final(automatic, decided)
    advice, words = advice_for_code(code, lang), _words(answer, site)
    return AnswerView(
        title=advice.title if advice else gloss.question(code) if code in by_code() else code,
        answer=answer,
        is_of_people=automatic is None,
        outcome=_outcome(answer, held),
        held=held,
        said=words if held.value == answer.value else value_words(code, held.value, answer.outcome),
        automatic=words or wording.outcome_word(answer.outcome),
        decisions=tuple(_decision(one, automatic) for one in decided),
        advice=advice,
        places=_places(answer, album),
    )


def _outcome(answer: Answer, held: Final) -> Outcome:
    """Of the value that holds: experts may turn a yes into a no, or leave nothing that holds."""
    if held.source is Source.CONFLICT:
        return Outcome.CANT_TELL
    if held.source is not Source.EXPERT or held.value == answer.value:
        return answer.outcome
    if held.value is None:
        return Outcome.CANT_TELL
    if answer.code in questionnaire.entries():
        return questionnaire.outcome(answer.code, held.value)
    return Outcome.PASSED if held.value else Outcome.FAILED


def _decision(one: Decision, automatic: Answer | None) -> DecisionView:
    outcome = Outcome(one.automatic.outcome) if one.automatic.outcome in set(Outcome) else Outcome.UNTESTED
    value = value_words(one.code, one.value, Outcome.PASSED) or _("no value")
    said = _ANSWERED if automatic is None and one.verdict is Verdict.OVERRULE else _VERDICTS[one.verdict]
    seen = value_words(one.code, one.automatic.value, outcome) or wording.outcome_word(outcome)
    is_same = automatic is None or automatic.value == one.automatic.value
    return DecisionView(
        expert=one.expert,
        day=f"{one.decided_at:%Y-%m-%d}",
        said=_(said).format(value=value),
        reason=one.reason,
        then="" if is_same else seen,
    )


def _places(answer: Answer, album: Album) -> tuple[tuple[Instance, Shown | None], ...]:
    places, clips = [], 0
    for one in answer.evidence[:PLACES_SHOWN]:
        shown = album.clip(one.clip) if one.clip and clips < CLIPS_SHOWN else None
        clips += one.clip is not None
        places.append((one, shown))
    return tuple(places)


def source_words(held: Final) -> str:
    """By whose word a value holds, where experts spoke; else empty."""
    if held.source is Source.CONFLICT:
        return _("experts disagree, so nothing holds: {names}").format(names=", ".join(held.experts))
    if held.source is Source.EXPERT:
        return _("decided by an expert: {names}").format(names=", ".join(held.experts))
    return ""


def value_words(code: str, value: int | str | None, outcome: Outcome) -> str:
    """A value in words of the language spoken, without its number: the study's own in Latvian, a gloss in
    English. `outcome` tells a site without a percentage from a low one. Empty for None.
    """
    if not isinstance(value, int):
        return value or ""
    if code == WCAG_CODE and value == bands.NOT_EVALUABLE and outcome is Outcome.UNTESTED:
        return _("not evaluable, counted as low")
    if language() is Language.LV or code in own_labels() or code not in questionnaire.entries():
        return wording.said(Answer(code=code, outcome=outcome, value=value))
    return gloss.answer(code, value)
