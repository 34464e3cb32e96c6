"""Reads a filled review sheet back: every row that an expert touched becomes a decision, or none does."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from zipfile import BadZipFile

import msgspec
import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import Engine

from checks.finding import Answer, Outcome
from checks.questionnaire import By, Kind
from results.errors import RunNotFoundError
from results.exports.codebook import Code, by_code
from results.exports.facts import value_words
from results.exports.review import (
    HEADS,
    KEY_COLUMN,
    KEY_COLUMNS,
    NO_VALUE,
    REASON_COLUMN,
    VALUE_COLUMN,
    VERDICT_COLUMN,
    VERDICT_WORDS,
)
from results.language import Language, _, translations
from results.panel.decisions import Automatic, Decision, Verdict
from results.panel.errors import ReviewFileError, ReviewRowsError
from results.streaming import RunReader
from results.terminal import plain

MOST_ROWS = 1_048_576
"""Excel's own limit; a file that claims more is no workbook of ours."""
_UNREADABLE = (
    *(OSError, EOFError, BadZipFile, zlib.error, InvalidFileException),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError),
)
"""What openpyxl raises of files that are no workbooks, or damaged ones."""


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row that an expert touched, as text."""

    number: int
    shown: tuple[str, str]
    """Code and number of the institution, as the expert sees them."""
    verdict: str
    value: str
    reason: str
    run: str
    judgement: str
    position: str
    code: str


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What a workbook says: the run, and the decisions on it."""

    run_id: str
    decisions: tuple[Decision, ...]


def read_review(path: Path, engine: Engine, *, expert: str, now: datetime) -> Review:
    """The decisions of one expert in a filled review sheet; rows that nobody touched decide nothing.

    What an expert confirms is looked up in the database: nobody can change the automatic answer in the file.
    Raises ReviewFileError for a file that is no workbook of ours, ReviewRowsError with every row that can't
    be taken; RunNotFoundError for a run that this database does not have.
    """
    title, rows = _touched(path)
    run_id = _only_run(path, rows)
    reading = _Reading(engine, run_id, f"{path.name}:{title}", expert, now)
    return Review(run_id=run_id, decisions=reading.decisions(rows))


class _Reading:
    """Turns rows into decisions, collecting what is wrong."""

    def __init__(self, engine: Engine, run_id: str, source: str, expert: str, now: datetime) -> None:
        self._engine, self._run_id, self._source = engine, run_id, source
        self._expert, self._now = expert, now
        self._answers: dict[tuple[int, str], Mapping[int, Answer]] = {}
        self._positions = RunReader(engine, run_id).institutions().keys()

    def decisions(self, rows: Iterable[_Row]) -> tuple[Decision, ...]:
        """All of them, or ReviewRowsError."""
        found: dict[tuple[int, str], Decision] = {}
        problems = []
        for row in rows:
            try:
                decision = self._decision(row)
                if (decision.position, decision.code) in found:
                    self._wrong(row, KEY_COLUMN, _("the same answer stands twice; keep one row"))
                found[(decision.position, decision.code)] = decision
            except _RowError as error:
                problems.append(str(error))
        if problems:
            raise ReviewRowsError(tuple(problems))
        return tuple(found.values())

    def _decision(self, row: _Row) -> Decision:
        code = by_code().get(row.code)
        if code is None or not row.position.isdigit() or int(row.position) not in self._positions:
            self._wrong(row, KEY_COLUMN, _("the hidden key was changed; export the review sheet again"))
        position = int(row.position)
        if row.shown != (row.code, str(position + 1)):
            # As when only some columns were sorted: nobody can say which answer the decision is about.
            said = _("this row is not about what its hidden key says; undo the sorting, or export it again")
            self._wrong(row, KEY_COLUMN + 2, said)
        automatic, outcome = self._automatic(row, position)
        verdict = self._verdict(row, code)
        return Decision(
            position=position,
            code=row.code,
            expert=self._expert,
            verdict=verdict,
            value=self._value(row, code, verdict, automatic, outcome),
            reason=row.reason,
            automatic=automatic,
            source=f"{self._source}!{row.number}",
            decided_at=self._now,
        )

    def _verdict(self, row: _Row, code: Code) -> Verdict:
        """What nobody but a person can answer needs no decision beside the answer."""
        if code.by is By.HUMAN and row.value and not row.verdict:
            return Verdict.OVERRULE
        verdict = _verdicts().get(row.verdict.casefold())
        if verdict is None:
            words = ", ".join(map(_, VERDICT_WORDS.values()))
            said = _("{given} is no decision; choose one of: {words}")
            self._wrong(row, VERDICT_COLUMN, said.format(given=repr(row.verdict), words=words))
        return verdict

    def _value(
        self, row: _Row, code: Code, verdict: Verdict, automatic: Automatic, outcome: Outcome | None
    ) -> int | str | None:
        if verdict is Verdict.OPEN:
            return None
        given = _given(row.value, code)
        if verdict is Verdict.CONFIRM:
            if automatic.value is None and outcome is not Outcome.INAPPLICABLE:
                self._wrong(row, VERDICT_COLUMN, _("there is no automatic answer to confirm; overrule it"))
            if row.value and given != automatic.value:
                self._wrong(row, VALUE_COLUMN, _("another value is no confirmation; choose overrule"))
            return automatic.value
        return self._overruling(row, code, given)

    def _overruling(self, row: _Row, code: Code, given: int | str | None) -> int | str | None:
        if not row.value:
            self._wrong(row, VALUE_COLUMN, _("overruling needs the final answer"))
        if not row.reason and code.by is not By.HUMAN:
            self._wrong(row, REASON_COLUMN, _("overruling needs a reason"))
        if given is not None and not code.allows(given):
            self._wrong(row, VALUE_COLUMN, _legal(row, code))
        return given

    def _automatic(self, row: _Row, position: int) -> tuple[Automatic, Outcome | None]:
        if not row.judgement.isdigit():
            said = _("the hidden key was changed; export the review sheet again")
            self._wrong(row, KEY_COLUMN + 1, said)
        key = (int(row.judgement), row.code)
        if key not in self._answers:
            try:
                reader = RunReader(self._engine, self._run_id, key[0])
            except RunNotFoundError:
                said = _("the run has no judgement {number}; export the review sheet again")
                self._wrong(row, KEY_COLUMN + 1, said.format(number=key[0]))
            self._answers[key] = dict(reader.answers_to(row.code))
        answer = self._answers[key].get(position)
        if answer is None:
            return Automatic(value=None, outcome="", confidence=0.0, judgement=key[0]), None
        told = Automatic(
            value=answer.value,
            outcome=str(answer.outcome),
            confidence=answer.confidence,
            judgement=key[0],
        )
        return told, answer.outcome

    def _wrong(self, row: _Row, column: int, message: str) -> NoReturn:
        raise _RowError(f"{self._source}!{get_column_letter(column + 1)}{row.number}: {message}")


class _RowError(Exception):
    """A row can't be taken; never leaves this module."""


def _legal(row: _Row, code: Code) -> str:
    """What would be an answer."""
    if code.kind is Kind.DATE:
        said = _("{given} is no answer to {code}; write a date as 2026-11-21")
    else:
        said = _("{given} is no answer to {code}; use the list")
    return said.format(given=repr(row.value), code=code.code)


def _given(text: str, code: Code) -> int | str | None:
    """The value that a cell names: `2 Nav` is 2, the words for no value are none."""
    if text.casefold() in _no_values():
        return None
    if not code.legal:
        return text
    number, *words = text.split(" ", 1)
    if not number.isdecimal():
        return text
    # Another answer's words beside a number leave open which of the two is meant.
    fits = not words or text.casefold() == plain(value_words(code, int(number))).casefold()
    return int(number) if fits else text


def _no_values() -> frozenset[str]:
    return frozenset(translations(one).gettext(NO_VALUE).casefold() for one in Language)


def _verdicts() -> dict[str, Verdict]:
    """Decisions by their words in every language: the file may have been made in another than ours."""
    return {
        translations(one).gettext(word).casefold(): verdict
        for one in Language
        for verdict, word in VERDICT_WORDS.items()
    }


def _touched(path: Path) -> tuple[str, tuple[_Row, ...]]:
    """Title of the review sheet, and its rows in which an expert wrote something."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(min_row=1, max_row=MOST_ROWS, max_col=KEY_COLUMN + 4, values_only=True)
            head = next(rows, ())
            if tuple(head[KEY_COLUMN:]) == KEY_COLUMNS:
                return sheet.title, tuple(_rows(rows))
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    finally:
        book.close()
    raise ReviewFileError(_("{path} has no review sheet.").format(path=path))


def _unreadable(path: Path, error: Exception) -> ReviewFileError:
    what = _(error.strerror) if isinstance(error, OSError) and error.strerror else error
    return ReviewFileError(_("{path} cannot be read as a workbook: {error}.").format(path=path, error=what))


def _rows(rows: Iterator[tuple[Any, ...]]) -> Iterator[_Row]:
    for number, cells in enumerate(rows, 2):
        texts = [_text(cell) for cell in (*cells, *[None] * (len(HEADS) + len(KEY_COLUMNS) - len(cells)))]
        verdict, value, reason = (texts[at] for at in (VERDICT_COLUMN, VALUE_COLUMN, REASON_COLUMN))
        if not (verdict or value or reason):
            continue
        run, judgement, position, code = texts[KEY_COLUMN : KEY_COLUMN + 4]
        yield _Row(
            number=number,
            shown=(texts[0], texts[2]),
            verdict=verdict,
            value=value,
            reason=reason,
            run=run,
            judgement=judgement,
            position=position,
            code=code,
        )


def _text(cell: object) -> str:
    """A cell as text: a date as ISO 8601 says it, 2.0 as 2."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else plain(str(cell)).strip()


def _only_run(path: Path, rows: Iterable[_Row]) -> str:
    runs = {row.run for row in rows}
    if len(runs) != 1:
        said = _("{path} has rows of several runs.") if runs else _("{path} has no row that was decided.")
        raise ReviewFileError(said.format(path=path))
    return runs.pop()
