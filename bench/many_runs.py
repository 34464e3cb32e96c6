"""Waves of thousands of institutions, made up straight into a database: what `bench.many` measures on.

    python -m bench.many_runs make  --database … --evidence … --sites N --runs N
    python -m bench.many_runs gate  --database … --run ID

Rows are made by the product's own functions (`results/rows.py`, `Work.create`) and put in by the thousand.
The answers are those of a few hundred made-up judgements, repeated under other names: every institution has
its own rows, address, texts and manifest. Of the evidence only manifest and phone page of each site are
there; what else a manifest names is a digest without a file.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from bench.exports import answer
from checks import terms
from checks.check import JudgementSettings, all_checks
from checks.finding import Answer, Bounds, CriterionCount, Outcome, PageMeasure, WcagMeasure
from checks.judge import SiteJudgement, SiteStatus
from checks.questionnaire import By, Kind
from crawler.evidence import (
    AuditSettings,
    Blob,
    Failure,
    FailureReason,
    Institution,
    MobileView,
    Sample,
    Site,
)
from results import models, rows
from results.evidence_store import JSON, EvidenceStore, SiteManifest
from results.exports.codebook import Code, codes
from results.gate import examine_run
from results.records import JudgementRecord
from results.run_policy import RunPolicy
from results.store import Store
from results.task_models import Attempt, Task, TaskState
from results.transactions import writing
from results.work_records import NewRun

PAGES = 30
POOL = 300
"""Different judgements of a run."""
CHANGED = 0.05
"""Share of the answers that are drawn anew in the next run."""
NOT_EVALUABLE = 0.03
SETTINGS = AuditSettings(seed=2017)
BEGAN = datetime(2026, 1, 5, 20, tzinfo=UTC)
APART = timedelta(days=90)
_AT_ONCE = 250
_KINDS = ("ministry", "institution", "municipality", "school", "museum")
_SECTORS = (
    "Finanšu",
    "Iekšlietu",
    "Izglītības un zinātnes",
    "Kultūras",
    "Labklājības",
    "Satiksmes",
    "Veselības",
)


def main() -> None:
    """Make up, or ask the gate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("make", "gate", "ids"))
    parser.add_argument("--database", required=True)
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--run", default="")
    parser.add_argument("--list", type=Path, help="write the institutions into this CSV file too")
    wanted = parser.parse_args()
    if wanted.what == "ids":
        print(*map(run_id, range(wanted.runs)))
        return
    store = Store.open(wanted.database, evidence=wanted.evidence)
    if wanted.what == "gate":
        print(examine_run(store.engine, wanted.run, datetime.now(UTC)).verdict)
    else:
        Waves(store, wanted.sites).make(wanted.runs)
        if wanted.list:
            write_list(wanted.list, wanted.sites)
    store.close()


def run_id(number: int) -> str:
    """The id of a run, the first has 0."""
    return f"{BEGAN + number * APART:%Y%m%d-%H%M%S}-{number:06x}"


def institution(position: int) -> Institution:
    """One of the list."""
    return Institution(
        url=f"https://www.iestade-{position}.example/",
        name=f"Iestāde ar garāku latvisku nosaukumu Nr. {position}",
        registration_number=f"9{position:010}",
        abbreviation=f"I{position}",
        kind=_KINDS[position % len(_KINDS)],
        sector=_SECTORS[position % len(_SECTORS)],
        segments=("uzņēmēji",) if position % 3 else ("iedzīvotāji", "uzņēmēji"),
        numbers={"services": float(position % 97), "employees": float(position % 1009)},
    )


def write_list(file: Path, sites: int) -> None:
    """The institutions as a list that `institutions import` takes."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        names = ("name", "registration_number", "abbreviation", "kind", "sector", "segments", "url")
        writer.writerow((*names, "services", "employees"))
        for one in map(institution, range(sites)):
            texts = (one.name, one.registration_number, one.abbreviation, one.kind, one.sector)
            numbers = (int(one.numbers["services"]), int(one.numbers["employees"]))
            writer.writerow((*texts, "|".join(one.segments), one.url, *numbers))


class Waves:
    """Makes runs of one list, the later ones leaning on the earlier."""

    def __init__(self, store: Store, sites: int) -> None:
        self._store, self._sites = store, sites
        self._chance = random.Random(2017)
        self._asked = tuple(code for code in codes() if code.by is not By.HUMAN)
        self._pool = [{one.code: self._drawn(one) for one in self._asked} for _ in range(POOL)]
        self._checks = {check.id: check.version for check in all_checks()}
        self._next = dict.fromkeys((models.Site, models.SiteJudgement), 1)

    def make(self, runs: int) -> None:
        """Make them, ended and without the gate's verdict on the last."""
        for number in range(runs):
            if number:
                self._change()
            self._run(number)
            if number + 1 < runs:
                examine_run(self._store.engine, run_id(number), _began(number) + timedelta(hours=9))

    def _drawn(self, code: Code) -> Answer:
        if code.kind is Kind.DATE and self._chance.random() < 0.75:
            day = f"2026-0{self._chance.randint(1, 9)}-{self._chance.randint(10, 28)}"
            return Answer(code=code.code, outcome=Outcome.PASSED, value=day, confidence=0.9)
        return answer(code, "https://www.iestade.example/", self._chance)

    def _change(self) -> None:
        for one in self._pool:
            for code in self._asked:
                if self._chance.random() < CHANGED:
                    one[code.code] = self._drawn(code)

    def _run(self, number: int) -> None:
        began = _began(number)
        judged_by = JudgementRecord(
            settings=JudgementSettings(),
            checks=self._checks,
            terms=terms.hash(),
            axe_version="4.14.1",
            created_at=began,
        )
        new = NewRun(
            id=run_id(number),
            name="wave",
            institutions=tuple(map(institution, range(self._sites))),
            settings=SETTINGS,
            judged_by=judged_by,
            versions={"eindekss": "0.1.0", "chromium": "156.0", "axe-core": "4.14.1"},
            started_at=began,
            policy=RunPolicy(sample_from=run_id(number - 1) if number else ""),
        )
        self._store.work.create(new)
        with Session(self._store.engine) as session:
            judgement = session.execute(_judgement_of(new.id)).scalar_one()
        pool = [_Drawn(self._judged(answers, place)) for place, answers in enumerate(self._pool)]
        for first in range(0, self._sites, _AT_ONCE):
            self._put(number, judgement, pool, range(first, min(first + _AT_ONCE, self._sites)))
        self._end(new.id, began)

    def _judged(self, answers: dict[str, Answer], place: int) -> SiteJudgement:
        if place < POOL * NOT_EVALUABLE:
            why = "the site does not answer"
            none = (Answer(code=code, outcome=Outcome.UNTESTED, confidence=0, reason=why) for code in answers)
            failure = Failure(FailureReason.CONNECTION_REFUSED, "refused")
            return SiteJudgement(
                status=SiteStatus.NOT_EVALUABLE,
                failure=failure,
                answers=tuple(none),
                versions=self._checks,
                terms=terms.hash(),
            )
        return SiteJudgement(
            status=SiteStatus.EVALUATED,
            answers=tuple(answers.values()),
            wcag=self._measure(),
            pages=tuple(
                PageMeasure(url=f"https://www.iestade.example/lapa/{page}", percent=87.5)
                for page in range(PAGES)
            ),
            versions=self._checks,
            terms=terms.hash(),
        )

    def _measure(self) -> WcagMeasure:
        percent = round(self._chance.uniform(55, 99), 2)
        return WcagMeasure(
            formula="criteria-met/1",
            target="wcag20-aa",
            scope="sample",
            percent=percent,
            band=2,
            points=5,
            pages_evaluated=PAGES,
            pages_sampled=PAGES,
            axe_version="4.14.1",
            bounds=Bounds(lower=percent - 2, upper=percent + 1, reliable=True),
            criteria=tuple(
                CriterionCount(f"1.{one // 5 + 1}.{one % 5 + 1}", 120, one % 3, 2) for one in range(30)
            ),
        )

    def _put(self, number: int, judgement: int, pool: list[_Drawn], places: range) -> None:
        tables: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (models.Site, models.Page, models.SiteJudgement, models.Answer)
        }
        for place in places:
            site_id = self._numbered(models.Site)
            judged_id = self._numbered(models.SiteJudgement)
            site, digest = put_evidence(self._store.evidence, number, place)
            site_row = rows.site_row(run_id(number), place, site, digest)
            drawn = pool[place % len(pool)]
            tables[models.Site].append(_values(site_row) | {"id": site_id})
            tables[models.Page] += _pages(number, place, site_id)
            of_site = {"id": judged_id, "judgement_id": judgement, "site_id": site_id}
            tables[models.SiteJudgement].append(drawn.judged | of_site)
            tables[models.Answer] += drawn.answers_of(judged_id, place)
        with Session(writing(self._store.engine)) as session, session.begin():
            for table, values in tables.items():
                session.execute(insert(table), values)

    def _numbered(self, table: Any) -> int:  # noqa: ANN401 - a table's class
        self._next[table] += 1
        return self._next[table] - 1

    def _end(self, run: str, began: datetime) -> None:
        """All tasks done, each in one attempt."""
        ended = began + timedelta(hours=8)
        with Session(writing(self._store.engine)) as session, session.begin():
            of_run = col(Task.run_id) == run
            session.execute(
                update(Task)
                .where(of_run)
                .values(state=TaskState.DONE, finished_at=ended, attempts=1, fence=1)
            )
            ids = [one for one in session.execute(_task_ids(run)).scalars() if one is not None]
            attempt = {
                "fence": 1,
                "owner": "bench",
                "started_at": began,
                "finished_at": ended,
                "outcome": "done",
            }
            session.execute(insert(Attempt), [attempt | {"task_id": one} for one in ids])
        self._store.work.close(run, ended)


def _began(number: int) -> datetime:
    return BEGAN + number * APART


def _judgement_of(run: str) -> Any:  # noqa: ANN401 - a select
    return select(models.Judgement.id).where(col(models.Judgement.run_id) == run)


def _task_ids(run: str) -> Any:  # noqa: ANN401 - a select
    return select(Task.id).where(col(Task.run_id) == run)


def _values(row: models.Site | models.SiteJudgement | models.Answer) -> dict[str, Any]:
    """A row's columns, but for the number that the database gives it."""
    return {name: getattr(row, name) for name in type(row).model_fields if name != "id"}


class _Drawn:
    """A judgement as rows, made once and given to many sites."""

    def __init__(self, judged: SiteJudgement) -> None:
        self.judged = _values(rows.site_judgement_row(0, 0, judged))
        self._answers = [
            _values(rows.answer_row(0, position, one)) for position, one in enumerate(judged.answers)
        ]

    def answers_of(self, judged_id: int, place: int) -> Iterator[dict[str, Any]]:
        """The rows of one site; addresses are its own."""
        for row in self._answers:
            text = row["value_text"]
            own = f"{text}-{place}" if text and text.startswith("https:") else text
            yield {**row, "site_judgement_id": judged_id, "value_text": own}


def _digest(number: int, place: int, part: str) -> str:
    return hashlib.sha256(f"{number} {place} {part}".encode()).hexdigest()


def _pages(number: int, place: int, site_id: int) -> Iterator[dict[str, Any]]:
    for page in range(PAGES):
        url = f"https://www.iestade-{place}.example/lapa/{page}"
        yield {
            "site_id": site_id,
            "position": page,
            "url": url,
            "final_url": url,
            "roles": ["random"],
            "status": 200,
            "failure_reason": None,
            "failure_detail": None,
            "evidence": _digest(number, place, f"page {page}"),
            "screenshot": _digest(number, place, f"picture {page}"),
        }


def put_evidence(evidence: EvidenceStore, number: int, place: int) -> tuple[Site, str]:
    """The site as its manifest has it, and the manifest's digest; the store has it and the phone's page."""
    one, moment = institution(place), _began(number).isoformat()
    picture = Blob(_digest(number, place, "phone picture"), "image/jpeg", 40_000)
    seen = MobileView(url=one.url, captured_at=moment, screenshot=picture)
    phone = evidence.put(msgspec.json.encode(seen), JSON)
    pages = tuple(f"{one.url}lapa/{page}" for page in range(PAGES))
    sample = Sample(
        seed=2017,
        population=250,
        requested=PAGES,
        random=pages,
        pinned_from=run_id(number - 1) if number else "",
        overlap=28 if number else 0,
        pinned_random=PAGES if number else 0,
    )
    site = Site(institution=one, settings=SETTINGS, started_at=moment, captured_at=moment, sample=sample)
    manifest = SiteManifest(
        site=site,
        pages=tuple(Blob(_digest(number, place, f"page {page}"), JSON, 90_000) for page in range(PAGES)),
        mobile=(phone,),
        observations=tuple(Blob(_digest(number, place, f"observed {n}"), JSON, 900) for n in range(5)),
    )
    return site, evidence.put(msgspec.json.encode(manifest), JSON).digest


if __name__ == "__main__":
    main()
