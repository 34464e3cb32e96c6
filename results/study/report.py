"""The study's report as data, in the language spoken now: what HTML, PDF and the workbook are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from checks.sentences import Parts
from results import comparison
from results.answer_changes import Verdict
from results.language import _, language
from results.records import RunRecord
from results.study import wording
from results.study.collation import latvian
from results.study.contents import Figure, Line, figures
from results.study.crosstabs import CrossTable, cross_tables
from results.study.published import SOURCE, Contradiction, PublishedShare, printed
from results.study.respondents import NOT_SEEN, Respondent, Surveyed
from results.study.tally import Share, Tally, tally
from results.told import told
from results.wording import state

_MOST_REASONS = 1000
"""Different ones that are counted of a code."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """An institution in a list."""

    name: str
    url: str
    link: str
    """Where the evidence can be opened; empty where there is none."""
    is_sure: bool


class NamedList(msgspec.Struct, frozen=True, kw_only=True):
    """Institutions in the alphabet's order."""

    title: str
    names: tuple[Named, ...]
    share: Share


class ShownLine(msgspec.Struct, frozen=True, kw_only=True):
    """One share with everything that stands beside it."""

    line: Line
    words: str
    share: Share
    change: str = ""
    """Since the earlier run, in words; empty where none was asked."""
    published: str = ""
    """What the 2017 report printed; of its own run only."""


class ShownFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its counts."""

    figure: Figure
    title: str
    note: str
    lines: tuple[ShownLine, ...]
    lists: tuple[NamedList, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the answers to one code since the earlier run."""

    code: str
    words: str
    shares: comparison.Shares
    reason: str
    """The commonest reason why answers are not comparable."""


class StudyReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report shows."""

    run: RunRecord
    respondents: int
    evaluated: int
    other_websites: int
    warnings: tuple[str, ...]
    """What must be read before anything else."""
    figures: tuple[ShownFigure, ...]
    crossed: tuple[CrossTable, ...]
    not_seen: tuple[Respondent, ...]
    earlier: RunRecord | None
    changes: tuple[Change, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def is_published_study(self) -> bool:
        """Whether the answers are those of the 2017 report."""
        return self.run.source == SOURCE


def study_report(surveyed: Surveyed, compared: comparison.Comparison | None = None) -> StudyReport:
    """The report of a run; `compared`: the same run set beside an earlier one."""
    everyone = surveyed.respondents
    changes = _changes(compared)
    by_code = {change.code: change for change in changes}
    counted = {code: tally(one.answers[code] for one in everyone) for code in _codes()}
    is_study = surveyed.run.source == SOURCE
    return StudyReport(
        run=surveyed.run,
        respondents=len(everyone),
        evaluated=sum(one.status not in NOT_SEEN for one in everyone),
        other_websites=surveyed.other_websites,
        warnings=tuple(_warnings(surveyed)),
        figures=tuple(
            _figure(one, everyone, counted, by_code if compared else None, published=is_study)
            for one in figures()
        ),
        crossed=cross_tables(everyone),
        not_seen=_alphabetical([one for one in everyone if one.status in NOT_SEEN]),
        earlier=compared.before if compared else None,
        changes=changes,
        contradictions=printed().contradiction if is_study else (),
    )


def _codes() -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for figure in figures() for code, _value in figure.lines))


def _warnings(surveyed: Surveyed) -> list[str]:
    run, found = surveyed.run, []
    if run.source == SOURCE:
        found.append(
            _("These are answers that the report of 2017 published by name; all others are not known.")
        )
    elif run.quality is None:
        found.append(_("The gate has not looked at this run: check it before you publish."))
    elif not run.quality.is_publishable:
        said = "; ".join(one.told() for one in run.quality.complaints if one.blocks)
        found.append(_("Not to be published: {reasons}.").format(reasons=said))
    if str(run.state) != "finished":
        found.append(
            _("The run is not finished ({state}): institutions are missing.").format(
                state=state(str(run.state))
            )
        )
    return found


def _figure(
    figure: Figure,
    everyone: Sequence[Respondent],
    counted: Mapping[str, Tally],
    changes: Mapping[str, Change] | None,
    *,
    published: bool,
) -> ShownFigure:
    lines = (
        ShownLine(
            line=(code, value),
            words=wording.answer(code, value) if figure.has_parts else wording.line(code, value),
            share=counted[code].share(value),
            change="" if changes is None else _changed(changes.get(code)),
            published=_printed(code, value) if published else "",
        )
        for code, value in figure.lines
    )
    lists = (
        NamedList(title=_(title), names=_named(everyone, line), share=counted[line[0]].share(line[1]))
        for title, line in figure.lists
    )
    return ShownFigure(
        figure=figure, title=_(figure.title), note=_(figure.note), lines=tuple(lines), lists=tuple(lists)
    )


def _named(everyone: Sequence[Respondent], line: Line) -> tuple[Named, ...]:
    code, value = line
    found = [one for one in everyone if one.answers[code].value == value]
    return tuple(
        Named(
            name=one.name,
            url=one.institution.url,
            link=one.answers[code].link,
            is_sure=one.answers[code].is_sure,
        )
        for one in _alphabetical(found)
    )


def _alphabetical(found: Sequence[Respondent]) -> tuple[Respondent, ...]:
    return tuple(sorted(found, key=lambda one: latvian(one.name)))


def _printed(code: str, value: int) -> str:
    found: list[PublishedShare] = [one for one in printed().share if one.code == code and value in one.values]
    return "; ".join(f"{one.words} ({one.place[language().value]})" for one in found)


def _changes(compared: comparison.Comparison | None) -> tuple[Change, ...]:
    if compared is None:
        return ()
    tally, reasons = comparison.Tally(), _Reasons()
    for site in compared.sites:
        if not site.institution.website_of:
            tally.take(site)
            reasons.take(site)
    return tuple(
        Change(
            code=shares.code,
            words=wording.question(shares.code),
            shares=shares,
            reason=reasons.commonest(shares.code),
        )
        for shares in tally.shares()
        if shares.code in _codes()
    )


class _Reasons:
    """Why answers are not comparable. Reasons differ in their details; the most frequent stands for them."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._parts: dict[str, Parts] = {}

    def take(self, site: comparison.SiteChange) -> None:
        for answer in site.answers:
            if answer.verdict is Verdict.NOT_COMPARABLE:
                counts = self._counts.setdefault(answer.code, Counter())
                # What is common comes early; details of twenty thousand sites fill the memory.
                if answer.reason in counts or len(counts) < _MOST_REASONS:
                    counts[answer.reason] += 1
                    self._parts[answer.reason] = answer.said

    def commonest(self, code: str) -> str:
        counts = self._counts.get(code, Counter())
        reason = max(counts, key=lambda one: (counts[one], one), default="")
        return told(reason, self._parts.get(reason, msgspec.UNSET))


def _changed(change: Change | None) -> str:
    if change is None or not change.shares.compared:
        return _("not comparable")
    shares = change.shares
    return _("{better} better, {worse} worse, {same} the same; {rest} not comparable").format(
        better=shares.improved,
        worse=shares.worse,
        same=shares.unchanged + shares.changed,
        rest=shares.not_comparable,
    )
