"""A run as every export reads it: sites in pieces, each answer with what experts decided of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import msgspec

from checks.finding import Answer, Instance
from checks.judge import Changes
from checks.questionnaire import By
from crawler.evidence import Failure, Institution
from results.exports.codebook import Code, by_code
from results.language import N_, Language, _, named
from results.panel.decisions import Decision, Final, Source, final
from results.panel.store import load_decisions
from results.site_text import is_web_address, shortened
from results.store import Store
from results.streaming import RunReader, SiteSummary
from results.terminal import plain
from results.told import message, reason
from results.wording import outcome_word

NOT_ANSWERED = N_("only a person can answer this")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What names a site in a table, and whether it could be evaluated."""

    position: int
    institution: Institution
    status: str
    failure: Failure | None
    changes: Changes | None = None
    """What became better or worse since the run that this one was held against."""

    @property
    def name(self) -> str:
        """The institution's name, or its address; both for a further website."""
        return self.institution.title

    @classmethod
    def of(cls, site: SiteSummary) -> Head:
        """Of a site as read."""
        judged = site.judgement
        return cls(
            position=site.position,
            institution=site.institution,
            status=str(judged.status),
            failure=judged.failure,
            changes=judged.changes,
        )

    def change(self, code: str) -> str:
        """`confirmed`, `unstable` or `unconfirmed` of an answer that became better or worse; else empty."""
        return str(self.changes.codes.get(code, "")) if self.changes else ""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One answer with all that stands beside it."""

    code: Code
    automatic: Answer | None
    """None where only people answer, or no check of that version did."""
    final: Final
    decisions: tuple[Decision, ...] = ()

    @property
    def link(self) -> str:
        """Where the first evidence can be opened; empty where there is none that a browser opens."""
        return next((one.url for one in self._evidence if is_web_address(one.url)), "")

    @property
    def quote(self) -> str:
        """What the first evidence says, shortened."""
        said = (one.snippet or message(one) for one in self._evidence)
        return shortened(next((text for text in said if text), ""))

    @property
    def english_quote(self) -> str:
        """The same for programs, in the words that every run has."""
        said = (one.snippet or one.message for one in self._evidence)
        return shortened(next((text for text in said if text), ""))

    @property
    def reason(self) -> str:
        """Why the automatic answer is as it is; who has to answer, where there is none."""
        if self.automatic is None:
            return _(NOT_ANSWERED) if self.code.by is By.HUMAN else ""
        return shortened(reason(self.automatic))

    @property
    def english_reason(self) -> str:
        """The same for programs, in the words that every run has."""
        return shortened(self.automatic.reason) if self.automatic else self.reason

    @property
    def _evidence(self) -> tuple[Instance, ...]:
        return self.automatic.evidence if self.automatic else ()


class RunFacts:
    """A run by one judgement, with its panel's decisions."""

    def __init__(self, store: Store, run_id: str, judgement_id: int | None = None) -> None:
        self.reader = RunReader(store.engine, run_id, judgement_id)
        self.run = self.reader.run
        self._decisions: Mapping[tuple[int, str], tuple[Decision, ...]] = load_decisions(store.engine, run_id)
        self.heads: tuple[Head, ...] = tuple(Head.of(site) for site in self.reader.sites(answers=False))

    @property
    def has_decisions(self) -> bool:
        """Whether an expert looked at anything."""
        return bool(self._decisions)

    @property
    def language(self) -> Language:
        """What the run is told in where nobody chose: the first site's, by the list or its domain."""
        if not self.heads:
            return Language.EN
        one = self.heads[0].institution
        host = urlsplit(one.url).hostname or ""
        return named(one.language) or named(host.rpartition(".")[2]) or Language.EN

    def sites(self) -> Iterator[tuple[SiteSummary, dict[str, Cell]]]:
        """Every site with its cells, by code, of all codes."""
        for site in self.reader.sites():
            answers = {answer.code: answer for answer in site.judgement.answers}
            yield site, {code: self.cell(site.position, code, answers.get(code)) for code in by_code()}

    def column(self, code: str) -> Iterator[tuple[Head, Cell]]:
        """Every site's cell of one code; of the sites that have no answer to it too."""
        answers = dict(self.reader.answers_to(code))
        for head in self.heads:
            yield head, self.cell(head.position, code, answers.get(head.position))

    def cell(self, position: int, code: str, answer: Answer | None) -> Cell:
        """The answer at one place, with the decisions on it."""
        decisions = self._decisions.get((position, code), ())
        return Cell(
            code=by_code()[code], automatic=answer, final=final(answer, decisions), decisions=decisions
        )


def value_words(code: Code, value: int | str | None) -> str:
    """`1 Ir`: a number with its wording, as drop-down lists offer it; text as it is."""
    if isinstance(value, int):
        return f"{value} {code.legal.get(value, '')}".rstrip()
    return "" if value is None else plain(value)


def final_words(cell: Cell) -> str:
    """The final value in words, or why there is none."""
    if cell.final.value is not None:
        return value_words(cell.code, cell.final.value)
    if cell.final.source is Source.CONFLICT:
        return _("experts disagree")
    if cell.automatic is None:
        return ""
    return outcome_word(cell.automatic.outcome)
