"""Two runs beside each other: pure, institution by institution, with the share of what became better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from checks import questionnaire
from checks.finding import WcagMeasure
from checks.judge import ChangeState
from checks.sentences import say
from crawler.evidence import Institution
from results.answer_changes import DIRECTED, AnswerChange, Verdict, answer_changes
from results.percentages import PERCENT
from results.records import RunRecord
from results.streaming import SiteSummary


class SiteChange(msgspec.Struct, frozen=True, kw_only=True):
    """One institution in both runs."""

    institution: Institution
    """As in the second run."""
    url_before: str
    matched_by: str
    """`registration number`, `name` or `address`."""
    status_before: str
    status_after: str
    pages: str = ""
    """How far both looked at the same pages, in words."""
    answers: tuple[AnswerChange, ...]

    @property
    def name(self) -> str:
        """The institution's name, or its address where it has none."""
        return self.institution.title

    def counted(self, verdict: Verdict) -> int:
        """Answers of that verdict."""
        return sum(answer.verdict is verdict for answer in self.answers)


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers to one code (or to all) became what."""

    code: str
    improved: int = 0
    worse: int = 0
    unchanged: int = 0
    changed: int = 0
    not_comparable: int = 0
    confirmed: int = 0
    """Of the improved and worse, those that two audits of the later run saw."""

    @property
    def compared(self) -> int:
        """Institutions whose two answers could be set beside each other."""
        return self.improved + self.worse + self.unchanged + self.changed

    def share(self, verdict: Verdict) -> float | None:
        """Percent of those compared; None where none was."""
        return round(100 * int(getattr(self, verdict)) / self.compared, 2) if self.compared else None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two runs beside each other."""

    before: RunRecord
    """Without sites, like `after`."""
    after: RunRecord
    sites: Iterable[SiteChange]
    """In the second run's order; thousands are read again each time that they are gone through."""
    only_before: tuple[Institution, ...] = ()
    only_after: tuple[Institution, ...] = ()


class Tally:
    """Counts what became of the answers, institution by institution."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def take(self, site: SiteChange) -> None:
        """Count an institution's answers."""
        for one in site.answers:
            counts = self._counts.setdefault(one.code, Counter())
            counts[one.verdict] += 1
            counts["confirmed"] += one.confirmed is ChangeState.CONFIRMED

    def shares(self) -> tuple[Shares, ...]:
        """By code in the questionnaire's order, ours after it."""
        by_code = sorted(self._counts, key=questionnaire.position)
        return tuple(_shares(code, self._counts[code]) for code in by_code)

    def total(self) -> Shares:
        """All answers to all codes; the percentage, which M16J has in it, is not counted again."""
        counted = (counts for code, counts in self._counts.items() if code != PERCENT)
        return _shares("", sum(counted, Counter()))


def site_change(
    matched_by: str,
    old: tuple[RunRecord, SiteSummary],
    new: tuple[RunRecord, SiteSummary],
    pages: str = "",
) -> SiteChange:
    """An institution in both runs; `pages` says how far both looked at the same pages, if that is known."""
    (run_before, before), (run_after, after) = old, new
    then, now = run_before.basis_of(before.institution), run_after.basis_of(after.institution)
    answers = answer_changes(before, then, after, now)
    if run_before.source != run_after.source:
        why = say(
            "answers of {before} against those of {after}", before=run_before.source, after=run_after.source
        )
        answers = tuple(replace(one, verdict=Verdict.NOT_COMPARABLE, reason=why) for one in answers)
    seen = _seen_twice(run_before.id, before, run_after.id, after)
    return SiteChange(
        institution=after.institution,
        url_before=before.institution.url,
        matched_by=matched_by,
        status_before=str(before.judgement.status),
        status_after=str(after.judgement.status),
        pages=pages or _pages(run_before.id, after.judgement.wcag),
        answers=tuple(_counting(one, seen.get(one.code)) for one in answers),
    )


def _counting(change: AnswerChange, seen: ChangeState | None) -> AnswerChange:
    """A difference counts once it was captured again; where nobody asked for that, as it is."""
    if change.verdict not in DIRECTED:
        return change
    if seen is ChangeState.UNCONFIRMED:
        why = say("differs, and no second audit has seen it")
        return replace(change, verdict=Verdict.NOT_COMPARABLE, reason=why, confirmed=seen)
    return replace(change, confirmed=seen)


def _seen_twice(
    before_id: str, before: SiteSummary, after_id: str, after: SiteSummary
) -> dict[str, ChangeState]:
    """Whichever of the two runs was compared with the other when it was made."""
    for said, other in ((after.judgement.changes, before_id), (before.judgement.changes, after_id)):
        if said is not None and said.since == other:
            return said.codes
    return {}


def _pages(before_id: str, wcag: WcagMeasure | None) -> str:
    if wcag is None or not wcag.pages_sampled:
        return ""
    if wcag.pinned_from != before_id:
        return "its own random pages" if wcag.seed is not None else ""
    new = wcag.pages_sampled - wcag.pinned_pages
    return f"{wcag.pinned_pages} random pages the same" + (f", {new} new" if new else "")


def _shares(code: str, counts: Mapping[str, int]) -> Shares:
    return Shares(code=code, **{str(name): many for name, many in counts.items()})
