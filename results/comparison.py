"""Two runs beside each other: pure, institution by institution, with the share of what became better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from checks import questionnaire
from checks.finding import WcagMeasure
from checks.judge import ChangeState
from checks.sentences import say
from crawler.evidence import Institution
from results.answer_changes import DIRECTED, AnswerChange, Verdict, answer_changes
from results.matching import Pair, matched
from results.percentages import PERCENT
from results.records import RunRecord
from results.streaming import SiteSummary

_NO_PAGES: Mapping[int, str] = MappingProxyType({})


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
    sites: tuple[SiteChange, ...]
    """In the second run's order."""
    only_before: tuple[Institution, ...] = ()
    only_after: tuple[Institution, ...] = ()


def compare(
    before: RunRecord,
    sites_before: Sequence[SiteSummary],
    after: RunRecord,
    sites_after: Sequence[SiteSummary],
    pages: Mapping[int, str] = _NO_PAGES,
) -> Comparison:
    """Both runs, institutions matched by registration number, else name, else address. `pages` says of the
    second run's sites, by position, how far both looked at the same pages.
    """
    found = matched([one.institution for one in sites_before], [one.institution for one in sites_after])
    sites = (
        _site(pair, (before, sites_before[pair.before]), (after, sites_after[pair.after]))
        for pair in found.pairs
    )
    return Comparison(
        before=before,
        after=after,
        sites=tuple(
            replace(one, pages=pages.get(sites_after[pair.after].position, one.pages))
            for pair, one in zip(found.pairs, sites, strict=True)
        ),
        only_before=tuple(sites_before[place].institution for place in found.only_before),
        only_after=tuple(sites_after[place].institution for place in found.only_after),
    )


def shares(comparison: Comparison) -> tuple[Shares, ...]:
    """By code in the questionnaire's order, ours after it."""
    groups: dict[str, list[AnswerChange]] = {}
    for site in comparison.sites:
        for answer in site.answers:
            groups.setdefault(answer.code, []).append(answer)
    return tuple(_shares(code, groups[code]) for code in sorted(groups, key=questionnaire.position))


def total(comparison: Comparison) -> Shares:
    """All answers to all codes; the percentage, which M16J has in it, is not counted again."""
    return _shares("", [one for site in comparison.sites for one in site.answers if one.code != PERCENT])


def _site(pair: Pair, old: tuple[RunRecord, SiteSummary], new: tuple[RunRecord, SiteSummary]) -> SiteChange:
    (run_before, before), (run_after, after) = old, new
    answers = answer_changes(before, run_before.basis, after, run_after.basis)
    if run_before.source != run_after.source:
        why = say(
            "answers of {before} against those of {after}", before=run_before.source, after=run_after.source
        )
        answers = tuple(replace(one, verdict=Verdict.NOT_COMPARABLE, reason=why) for one in answers)
    seen = _seen_twice(run_before.id, before, run_after.id, after)
    return SiteChange(
        institution=after.institution,
        url_before=before.institution.url,
        matched_by=pair.by,
        status_before=str(before.judgement.status),
        status_after=str(after.judgement.status),
        pages=_pages(run_before.id, after.judgement.wcag),
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


def _shares(code: str, every: Iterable[AnswerChange]) -> Shares:
    changes = tuple(every)
    counts = Counter(str(one.verdict) for one in changes)
    seen = sum(one.confirmed is ChangeState.CONFIRMED for one in changes)
    return Shares(code=code, confirmed=seen, **counts)
