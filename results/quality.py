"""The gate after a run: whether its results look like results, or like an accident. Pure.

What blocks publishing: institutions or codes without a result, a column that is empty or the same everywhere
although an earlier run makes chance a poor explanation, too many sites that could not be evaluated, results
made by different versions. Without an earlier run an empty or constant column is only pointed out: no
institution may have a discussion forum, and that is honest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from checks import questionnaire
from checks.check import all_checks
from checks.finding import Answer, Outcome
from checks.judge import SiteStatus
from results.language import N_
from results.quality_records import Complaint, Quality
from results.streaming import SiteSummary

ENOUGH_SITES = 20
"""Fewer evaluated sites say little by having an answer in common."""
CHANCE = 0.01
"""What is less likely than this is no chance."""
EXPECTED_VALUES = 5.0
"""So many values a column must have had to expect, by the earlier run, before none is an accident: with as
many expected, none at all happens in under one of a hundred runs (Poisson)."""
_CRASH = "check failed:"
_DECIDED = frozenset({Outcome.PASSED, Outcome.FAILED})
_EVALUATED = frozenset({SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED})
_SHOWN = 5
_Values = dict[str, str | float]


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of an earlier run in numbers."""

    run_id: str
    sites: int
    """Evaluated."""
    values: dict[str, dict[str, int]]
    """By code: how many sites had which value, as text."""


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate is asked about."""

    institutions: int
    """That the run was to audit."""
    versions: Mapping[str, str]
    """Of the run's tools; several of one tool are joined by ` and `."""
    earlier: tuple[Earlier, ...] = ()
    """Earlier runs, the newest first."""
    limit_percent: float = 10.0


class _Column:
    """One code over all evaluated sites."""

    def __init__(self) -> None:
        self.values: Counter[str] = Counter()
        self.outcomes: Counter[Outcome] = Counter()
        self.crashes = 0

    def take(self, answer: Answer) -> None:
        self.outcomes[answer.outcome] += 1
        self.crashes += answer.reason.startswith(_CRASH)
        if answer.outcome in _DECIDED:
            self.values[str(answer.value)] += 1

    @property
    def decided(self) -> int:
        return self.values.total()

    @property
    def asked(self) -> int:
        return self.outcomes.total() - self.outcomes[Outcome.INAPPLICABLE]


class _Counts:
    """A run's sites, seen one by one."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.columns = {code: _Column() for code in codes}
        self.results = self.evaluated = self.not_evaluable = 0
        self.missing: Counter[str] = Counter()
        self.kinds: set[tuple[str, str]] = set()
        self.judged_by: Counter[str] = Counter()
        self.otherwise = 0
        self.own: Counter[str] = Counter()

    def take(self, site: SiteSummary) -> None:
        judged = site.judgement
        self.results += 1
        self.missing.update(self.columns.keys() - {answer.code for answer in judged.answers})
        self.otherwise += bool(site.institution.own_settings)
        self.own.update(site.institution.own_settings)
        self.judged_by[f"{sorted(judged.versions.items())} {judged.terms}"] += 1
        if judged.status not in _EVALUATED:
            self.not_evaluable += 1
            return
        self.evaluated += 1
        self.kinds.add((site.institution.kind, site.institution.sector))
        for answer in judged.answers:
            self.columns.setdefault(answer.code, _Column()).take(answer)


def examine(asked: Examined, sites: Iterable[SiteSummary], now: datetime) -> Quality:
    """The verdict on a run, from its sites in any order, each looked at once."""
    counts = _Counts(code for check in all_checks() for code in check.codes)
    for site in sites:
        counts.take(site)
    found = (
        *_incomplete(asked, counts),
        *_unreachable(asked, counts),
        *_versions(asked, counts),
        *_settings(counts),
        *_odd_columns(asked, counts),
    )
    return Quality(
        examined_at=now,
        institutions=asked.institutions,
        results=counts.results,
        not_evaluable=counts.not_evaluable,
        limit_percent=asked.limit_percent,
        complaints=found,
    )


def _incomplete(asked: Examined, counts: _Counts) -> Iterator[Complaint]:
    if counts.results < asked.institutions:
        lost = asked.institutions - counts.results
        said = N_("{lost} of {all} institutions have no result")
        yield Complaint.of("incomplete", said, {"lost": lost, "all": asked.institutions})
    if counts.missing:
        codes = sorted(counts.missing, key=questionnaire.position)
        named = ", ".join(codes[:_SHOWN]) + (", …" if len(codes) > _SHOWN else "")
        sites = max(counts.missing.values())
        said = N_("{codes} not answered at up to {sites} sites")
        yield Complaint.of("incomplete", said, {"codes": named, "sites": sites})


def _unreachable(asked: Examined, counts: _Counts) -> Iterator[Complaint]:
    share = 100 * counts.not_evaluable / counts.results if counts.results else 0.0
    if share > asked.limit_percent:
        said = N_("{sites} of {all} sites could not be evaluated, {share} % with {limit} % allowed")
        of: _Values = {"sites": counts.not_evaluable, "all": counts.results}
        of |= {"share": round(share, 1), "limit": asked.limit_percent}
        yield Complaint.of("not_evaluable", said, of)


def _versions(asked: Examined, counts: _Counts) -> Iterator[Complaint]:
    for tool in ("eindekss", "chromium", "axe-core"):
        if " and " in asked.versions.get(tool, ""):
            said = N_("sites were audited by {tool} {versions}")
            yield Complaint.of("versions", said, {"tool": tool, "versions": asked.versions[tool]})
    if len(counts.judged_by) > 1:
        sites = counts.judged_by.total() - max(counts.judged_by.values())
        said = N_("{sites} of {all} sites were judged by other checks or terms than the rest")
        yield Complaint.of("versions", said, {"sites": sites, "all": counts.results})


def _settings(counts: _Counts) -> Iterator[Complaint]:
    """Ordered so by whoever made the run, who may know why: it is only pointed out."""
    if counts.otherwise:
        named = ", ".join(name.replace("_", "-") for name in sorted(counts.own))
        said = N_("{sites} of {all} sites were audited with settings of their own: {names}")
        of: _Values = {"sites": counts.otherwise, "all": counts.results, "names": named}
        yield Complaint.of("settings", said, of, blocks=False)


def _odd_columns(asked: Examined, counts: _Counts) -> Iterator[Complaint]:
    for code in sorted(counts.columns, key=questionnaire.position):
        column = counts.columns[code]
        if column.crashes:
            share = 100 * column.crashes / max(1, counts.evaluated)
            said = N_("{code}: the check broke off at {sites} of {all} sites")
            of = {"sites": column.crashes, "all": counts.evaluated}
            yield Complaint.of("crashed", said, of, blocks=share > asked.limit_percent, code=code)
        if not column.decided:
            yield from _empty(asked.earlier, counts, code, column)
        elif len(column.values) == 1:
            yield from _constant(asked.earlier, counts, code, column)


def _empty(earlier: Sequence[Earlier], counts: _Counts, code: str, column: _Column) -> Iterator[Complaint]:
    for run in earlier:
        had = sum(run.values.get(code, {}).values())
        if run.sites and counts.evaluated * had / run.sites >= EXPECTED_VALUES:
            said = N_("{code} has no value at {sites} sites; in run {run} {had} of {all} had")
            of: _Values = {"sites": counts.evaluated, "run": run.run_id, "had": had, "all": run.sites}
            yield Complaint.of("empty", said, of, code=code)
            return
    if column.asked >= ENOUGH_SITES:
        said = N_("{code} has no value at any of {sites} sites")
        yield Complaint.of("empty", said, {"sites": column.asked}, blocks=False, code=code)


def _constant(earlier: Sequence[Earlier], counts: _Counts, code: str, column: _Column) -> Iterator[Complaint]:
    """Not where the earlier run lets chance explain it: a value of p before, n times in a row, has p to the
    power of n.
    """
    ((value, many),) = column.values.items()
    if many < ENOUGH_SITES:
        return
    same: _Values = {"value": value[:80], "sites": many}
    for run in earlier:
        before = run.values.get(code, {})
        total = sum(before.values())
        if total >= ENOUGH_SITES and (before.get(value, 0) / total) ** many < CHANCE:
            others = total - before.get(value, 0)
            said = N_(
                "{code} is {value} at all {sites} sites that have a value; in run {run} {others} of {all}"
                " had another"
            )
            than: _Values = {"run": run.run_id, "others": others, "all": total}
            yield Complaint.of("constant", said, same | than, code=code)
            return
    if not earlier and len(counts.kinds) != 1:
        said = N_("{code} is {value} at all {sites} sites that have a value")
        yield Complaint.of("constant", said, same, blocks=False, code=code)
