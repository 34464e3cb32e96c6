"""SPSS: one case an institution, one variable a code, with labels and three kinds of missing (pyreadstat)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas
import pyreadstat

from checks.finding import Outcome
from checks.questionnaire import Kind
from results.exports.codebook import Code, codes
from results.exports.facts import Cell, Head, RunFacts
from results.language import N_, Language, _, speaking
from results.panel.decisions import SOURCE_WORDS, Source
from results.site_text import shortened
from results.terminal import plain
from results.wording import STATUSES, run_notes, status_word

CANNOT_TELL, NOT_APPLICABLE, NOT_EVALUATED = 97, 98, 99
"""User-missing values, apart from each other; `system missing` is what nobody was asked."""
MISSING_WORDS = {
    CANNOT_TELL: N_("cannot tell"),
    NOT_APPLICABLE: N_("not applicable"),
    NOT_EVALUATED: N_("blocked or not reachable"),
}
MOST_LABEL = 120
"""Bytes of a value label; SPSS cuts longer ones silently, in the middle of a letter."""
_MOST_VARIABLE_LABEL = 255
"""Bytes."""
_NOTE_LINE = 80
_MOST_TEXT = 2_000
_CASE = {
    "number": N_("Number in the list"),
    "institution": N_("Institution"),
    "registration_number": N_("Registration number"),
    "kind": N_("Kind"),
    "sector": N_("Sector"),
    "url": N_("Site"),
    "website_of": N_("Another website of"),
    "status": N_("Status of the audit"),
    "failure_reason": N_("Why it could not be evaluated"),
}
_STATUS_NUMBERS = {name: number for number, name in enumerate(STATUSES, 1)}
_SOURCE_NUMBERS = {source: number for number, source in enumerate(Source, 1)}


def write_spss(facts: RunFacts, path: Path) -> None:
    """The `.sav` file, its labels in Latvian as the study's are. OSError where it can't be written."""
    with speaking(Language.LV):
        _write(facts, path)


def _write(facts: RunFacts, path: Path) -> None:
    frame = pandas.DataFrame(_cases(facts), columns=[*_CASE, *_columns()]).astype(_types())
    dates = {code.code: "EDATE10" for code in codes() if code.kind is Kind.DATE}
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=plain(facts.run.name)[:60] or facts.run.id,
        column_labels=_labels(),
        variable_value_labels=_value_labels(),
        missing_ranges={code.code: [*MISSING_WORDS] for code in codes() if code.is_number},
        variable_measure={code.code: "nominal" for code in codes() if code.kind is not Kind.DATE},
        variable_format=dates,
        note=_note(facts),
    )


def _types() -> dict[str, str]:
    """A variable's type is the same in every run: a column without a value is no reason for another."""
    types = {"status": "float64", **{f"{code.code}.conf": "float64" for code in codes()}}
    types |= {code.code: "float64" for code in codes() if code.is_number}
    return types | {code.code: "datetime64[ns]" for code in codes() if code.kind is Kind.DATE}


def _note(facts: RunFacts) -> list[str]:
    """Lines of 80 bytes, which is what SPSS keeps of one."""
    said = (f"eindekss run {facts.run.id}, {facts.run.judgement.settings.formula}", *run_notes(facts.run))
    return [_cut(line, _NOTE_LINE) for one in said for line in wrap(plain(one), _NOTE_LINE // 2)]


def _columns() -> list[str]:
    return [name for code in codes() for name in (code.code, f"{code.code}.by", f"{code.code}.conf")]


def _cases(facts: RunFacts) -> list[list[Any]]:
    rows = []
    for site, cells in facts.sites():
        head = Head.of(site)
        one = head.institution
        reason = str(head.failure.reason) if head.failure else ""
        row: list[Any] = [head.position + 1]
        row += map(shortened, (head.name, one.registration_number, one.kind, one.sector))
        row += map(shortened, (one.url, one.website_of))
        row += [_STATUS_NUMBERS.get(head.status), reason]
        for code in codes():
            cell = cells[code.code]
            row += [_value(cell, head), _SOURCE_NUMBERS[cell.final.source], _confidence(cell)]
        rows.append(row)
    return rows


def _value(cell: Cell, head: Head) -> float | str | date | None:
    value = cell.final.value
    if isinstance(value, int):
        return float(value)
    if cell.code.is_number:
        return _missing(cell, head)
    if cell.code.kind is Kind.DATE:
        return _date(value)
    return shortened(value or "", _MOST_TEXT)


def _date(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _missing(cell: Cell, head: Head) -> float | None:
    """Which of the kinds of missing; None (system missing) where the tool was not to answer, or experts
    disagree.
    """
    answer = cell.automatic
    if answer is None or cell.final.source is Source.CONFLICT:
        return None
    if answer.outcome is Outcome.INAPPLICABLE:
        return NOT_APPLICABLE
    is_blocked = answer.outcome is Outcome.UNTESTED or head.status in {"not_evaluable", "internal_error"}
    return NOT_EVALUATED if is_blocked else CANNOT_TELL


def _confidence(cell: Cell) -> float | None:
    return cell.automatic.confidence if cell.automatic and cell.automatic.value is not None else None


def _labels() -> dict[str, str | None]:
    labels: dict[str, str | None] = {name: _(label) for name, label in _CASE.items()}
    for code in codes():
        wording = _cut(code.wording, _MOST_VARIABLE_LABEL)
        labels[code.code] = wording
        labels[f"{code.code}.by"] = f"{code.code}: " + _("who decided")
        labels[f"{code.code}.conf"] = f"{code.code}: " + _("confidence of the automatic answer")
    return labels


def _value_labels() -> dict[str, dict[int | float, str]]:
    missing: dict[int | float, str] = {number: _(word) for number, word in MISSING_WORDS.items()}
    labels: dict[str, dict[int | float, str]] = {
        "status": {number: status_word(name) for name, number in _STATUS_NUMBERS.items()}
    }
    for code in codes():
        labels[f"{code.code}.by"] = {number: _(SOURCE_WORDS[one]) for one, number in _SOURCE_NUMBERS.items()}
        if code.is_number:
            labels[code.code] = {**_legal(code), **missing}
    return labels


def _legal(code: Code) -> dict[int | float, str]:
    return {value: _cut(words) for value, words in code.legal.items()}


def _cut(text: str, most: int = MOST_LABEL) -> str:
    """At most so many bytes of UTF-8, whole letters."""
    return text.encode()[:most].decode(errors="ignore")
