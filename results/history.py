"""One institution over all its runs: what each answer was, and where rules changed in between. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from checks import questionnaire
from checks.accessibility.comparable import why_not_comparable
from checks.finding import WcagMeasure
from checks.sentences import say
from crawler.evidence import Institution
from results.answer_changes import AnswerChange
from results.comparison import site_change
from results.matching import other_website
from results.records import RunRecord
from results.streaming import SiteSummary


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """The institution in one run."""

    run: RunRecord
    """Without its sites."""
    site: SiteSummary
    marks: tuple[str, ...] = ()
    """What is other than in the run before, so that differences may not be the site's."""
    changes: dict[str, AnswerChange] = msgspec.field(default_factory=dict)
    """Since the run before, by code, as `compare` counts them; empty in the first."""

    @property
    def wcag(self) -> WcagMeasure | None:
        """The percentage in detail."""
        return self.site.judgement.wcag


class History(msgspec.Struct, frozen=True, kw_only=True):
    """An institution and its runs, the oldest first."""

    institution: Institution
    moments: tuple[Moment, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that some run answered, in the questionnaire's order."""
        answered = {answer.code for moment in self.moments for answer in moment.site.judgement.answers}
        return tuple(sorted(answered, key=questionnaire.position))


def history_of(institution: Institution, found: Iterable[tuple[RunRecord, SiteSummary]]) -> History:
    """The history from the institution's appearances, the oldest first."""
    return History(institution=institution, moments=tuple(_moments(tuple(found))))


def _moments(found: tuple[tuple[RunRecord, SiteSummary], ...]) -> Iterator[Moment]:
    for run, site in found[:1]:
        yield Moment(run=run, site=site)
    for (before, was), (run, site) in pairwise(found):
        changes = site_change("", (before, was), (run, site)).answers
        marks = tuple(filter(None, _marks(before, was, run, site)))
        yield Moment(run=run, site=site, marks=marks, changes={one.code: one for one in changes})


def _marks(before: RunRecord, was: SiteSummary, run: RunRecord, site: SiteSummary) -> Iterator[str]:
    yield why_not_comparable(before.basis_of(was.institution), run.basis_of(site.institution))
    if before.judgement.terms != run.judgement.terms:
        yield say("other term tables")
    if before.source != run.source:
        yield say("answers of {before} against those of {after}", before=before.source, after=run.source)
    yield other_website(was.institution, site.institution)
