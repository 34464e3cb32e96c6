"""A history written down: tables on a terminal, and a JSON document."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks.finding import Answer, Outcome
from results import wording
from results.answer_changes import DIRECTED, Verdict
from results.comparison_view import question, run_title
from results.document import wording as label
from results.history import History, Moment
from results.language import _
from results.percentages import told, why_not_measured
from results.terminal import plain, quoted
from results.told import spoken
from results.written import day

_SIGNS = {Verdict.IMPROVED: "▲", Verdict.WORSE: "▼"}


def text_view(history: History) -> RenderableType:
    """The runs with their percentages, then each answer with the days on which it became another."""
    institution = history.institution
    title = " · ".join(
        plain(part) for part in (institution.name, institution.registration_number, institution.url) if part
    )
    return Group(Text(title, "bold"), _runs(history), _answers(history))


def to_json(history: History) -> bytes:
    """The document: the institution, its runs, and what each said."""
    value = {
        "schema_version": 1,
        "institution": history.institution,
        "runs": [_moment(one) for one in history.moments],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _runs(history: History) -> Table:
    table = Table(title=_("Runs"), title_justify="left")
    for heading in (_("Run"), _("Status"), "WCAG", _("Band"), _("Other than in the run before")):
        table.add_column(heading, overflow="fold")
    for one in history.moments:
        status = wording.status(str(one.site.judgement.status))
        band = str(one.wcag.band or "–") if one.wcag else "–"
        table.add_row(Text(run_title(one.run)), status, _percent(one), band, quoted(_marks(one)))
    return table


def _marks(one: Moment) -> str:
    return "; ".join(map(spoken, one.marks))


def _percent(one: Moment) -> str:
    if one.wcag is None or one.wcag.percent is None:
        return spoken(why_not_measured(one.wcag))
    return spoken(told(one.wcag))


def _answers(history: History) -> Table:
    table = Table(title=_("Answers, where they differ from the run before"), title_justify="left")
    table.add_column(_("Code"), overflow="fold")
    table.add_column(_("Over time"), overflow="fold", ratio=2)
    for code in history.codes:
        name = Text.assemble((plain(code), "bold"), f" {plain(question(code))}")
        table.add_row(name, Text("\n".join(_line(history, code))))
    return table


def _line(history: History, code: str) -> Iterator[str]:
    """`2026-03-01 2 Nav`, then a line for every run that said something else."""
    last: object = None
    for one in history.moments:
        answer = one.site.judgement.answer(code)
        shown = _shown(answer)
        if shown != last:
            yield f"{day(one.run.started_at)} {_sign(one, code)}{plain(shown)}"
        last = shown


def _shown(answer: Answer | None) -> str:
    if answer is None:
        return _("not asked")
    if answer.value is None or answer.outcome is Outcome.UNTESTED:
        return wording.outcome(answer.outcome)
    return wording.given(answer)


def _sign(one: Moment, code: str) -> str:
    change = one.changes.get(code)
    if change is None or change.verdict not in DIRECTED:
        return ""
    return f"{_SIGNS[change.verdict]} "


def _moment(one: Moment) -> dict[str, object]:
    judged, run = one.site.judgement, one.run
    return {
        "run": run.id,
        "name": run.name,
        "source": run.source,
        "started_at": run.started_at,
        "url": one.site.institution.url,
        "basis": run.basis,
        "marks": [str(mark) for mark in one.marks],
        "pruned_at": run.pruned_at,
        "status": str(judged.status),
        "wcag": judged.wcag,
        "confirmed": judged.changes,
        "answers": {answer.code: _answer(one, answer) for answer in judged.answers},
    }


def _answer(one: Moment, answer: Answer) -> dict[str, object]:
    change = one.changes.get(answer.code)
    return {
        "value": answer.value,
        "label": label(answer.code, answer.value),
        "outcome": str(answer.outcome),
        "confidence": answer.confidence,
        "reason": answer.reason,
        "evidence": answer.evidence,
        "since_run_before": str(change.verdict) if change else None,
    }
