"""Stores the answers published in 2017 as a run: nothing of it was observed here, and it says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from checks import questionnaire
from checks.check import JudgementSettings
from checks.finding import Answer, Instance, Outcome
from checks.judge import SiteJudgement, SiteStatus
from checks.questionnaire import By
from checks.sentences import say
from crawler.evidence import AuditSettings, Institution, Site
from results.errors import ResultsError
from results.exports.codebook import codes
from results.models import RunState
from results.records import JudgementRecord
from results.store import Store
from results.study.published import SOURCE, Row, rows

RUN_ID = "20171121-000000-study2017"
NAME = "study-2017"
MEASURED = datetime(2017, 11, 21, tzinfo=UTC)
"""The day of the automatic measures."""
FORMULA = "EIII page checker 2.0"
NOT_PUBLISHED = say("Not published: the report of 2017 does not name the institutions of this answer.")
_REPORT = "urn:eindekss:study-2017"
"""Evidence of an answer is a place in a report on paper; this names it where an address is expected."""
_SETTINGS = AuditSettings(seed=0)
"""Nothing was drawn."""
_ANNEX_74 = say("annex 7.4, list of sites that pass the mobile test")


class UnknownInstitutionError(ResultsError):
    """The list lacks an institution of the study."""

    is_usage = True
    remedy = "Take the list that comes along, or add the institution by its name in annex 7.1."


def import_study(store: Store, institutions: Iterable[Institution]) -> bool:
    """Stores the run, with what the list says of each institution (address, sector, segments, numbers).

    Gives back whether it was not there yet; a run that is there stays as it is. Unfinished, it is completed.

    Raises:
        UnknownInstitutionError: an institution of the study is not in the list; nothing was stored.
    """
    listed = {one.name: one for one in institutions}
    missing = [row.name for row in rows() if row.name not in listed]
    if missing:
        raise UnknownInstitutionError(
            f"{len(missing)} institutions of the study are not listed: {missing[0]}."
        )
    state = _state(store)
    if state is RunState.FINISHED:
        return False
    if state is None:
        _begin(store)
    for position, row in enumerate(rows()):
        store.save_site(RUN_ID, position, _site(listed[row.name]), _judgement(row, listed[row.name]))
    store.finish_run(RUN_ID, MEASURED)
    return True


def _state(store: Store) -> RunState | None:
    return next((run.state for run in store.runs() if run.id == RUN_ID), None)


def _begin(store: Store) -> None:
    store.begin_run(
        RUN_ID,
        name=NAME,
        settings=_SETTINGS,
        versions={"WCAG": FORMULA, "mobile": "Google Mobile-Friendly Test"},
        judged_by=JudgementRecord(
            settings=JudgementSettings(formula=FORMULA),
            checks={},
            terms="",
            axe_version="",
            created_at=MEASURED,
        ),
        started_at=MEASURED,
        source=SOURCE,
    )


def _site(institution: Institution) -> Site:
    moment = MEASURED.isoformat()
    return Site(institution=institution, settings=_SETTINGS, started_at=moment, captured_at=moment)


def _judgement(row: Row, institution: Institution) -> SiteJudgement:
    named = dict(_named(row))
    answers = tuple(
        named.get(code.code) or _unpublished(code.code, named, institution)
        for code in codes()
        if code.by is not By.HUMAN
    )
    return SiteJudgement(
        status=SiteStatus.EVALUATED,
        answers=answers,
        settings=JudgementSettings(formula=FORMULA),
    )


def _named(row: Row) -> Iterable[tuple[str, Answer]]:
    """The answers that the report tells by name."""
    yield _published(
        "M17J", row.mobile, _ANNEX_74 if row.mobile == 1 else say("not in {place}", place=_ANNEX_74)
    )
    if row.highest_band is not None:
        yield _published("M16J", row.highest_band, say("text before figure 10, list of the highest band"))
    if row.links is not None:
        yield _published("M05", row.links, say("text before figure 47, list of those without links"))
    yield _published("M06_3", row.explained, say("text before figure 9, the three institutions named (3 %)"))
    yield _published("M12", row.chat, say("text before figure 20, the one institution named (1 %)"))


def _published(code: str, value: int, place: str) -> tuple[str, Answer]:
    said = say("Published in the report of 2017: {place}.", place=place)
    return code, Answer(
        code=code,
        outcome=questionnaire.outcome(code, value),
        value=value,
        confidence=1.0,
        reason=said,
        evidence=(Instance(url=_REPORT, message=said),),
    )


def _unpublished(code: str, named: Mapping[str, Answer], institution: Institution) -> Answer:
    """Unknown; or not asked, where that is known: reasons why a site passes, ministries' own item."""
    if code == "M17J_NOTES" and named["M17J"].value == 1:
        reason = say("asked only if M17J=2")
        return Answer(code=code, outcome=Outcome.INAPPLICABLE, confidence=0.0, reason=reason)
    if code == "M08_4" and institution.kind == "institution":
        return Answer(
            code=code, outcome=Outcome.INAPPLICABLE, confidence=0.0, reason=say("asked of ministries only")
        )
    return Answer(code=code, outcome=Outcome.UNTESTED, confidence=0.0, reason=NOT_PUBLISHED)
