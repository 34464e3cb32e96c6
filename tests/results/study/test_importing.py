from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.finding import Outcome
from checks.judge import judge
from crawler.evidence import Institution
from results.errors import PublishedRunError
from results.store import Store
from results.streaming import RunReader
from results.study.collation import latvian
from results.study.importing import RUN_ID, UnknownInstitutionError, import_study
from results.study.published import SOURCE, printed, rows
from results.study.respondents import Surveyed, survey
from results.study.tally import State, tally
from tests.results import comparing, samples

LIST = Path(__file__).parents[3] / "schedules/examples/institutions-2017.csv"
MOBILE = """\
Ārlietu ministrija
Datu valsts inspekcija
Finanšu ministrija
Ieslodzījuma vietu pārvalde
Informācijas tehnoloģiju drošības incidentu novēršanas institūcija
Izglītības kvalitātes valsts dienests
Izglītības un zinātnes ministrija
Korupcijas novēršanas un apkarošanas birojs
Kultūras informācijas sistēmu centrs
Kultūras ministrija
Latvijas Investīciju un attīstības aģentūra
Latvijas Nacionālais arhīvs
Latvijas Nacionālā bibliotēka
Latvijas vides aizsardzības fonda administrācija
Lauku atbalsta dienests
Nodarbinātības valsts aģentūra
Patērētāju tiesību aizsardzības centrs
Pārresoru koordinācijas centrs
Studiju un zinātnes administrācija
Tiesībsarga birojs
Tieslietu ministrija
Tiesu administrācija
Valsts asinsdonoru centrs
Valsts ieņēmumu dienests
Valsts kanceleja
Valsts kase
Valsts kontrole
Valsts SIA „Autotransporta direkcija”
Valsts valodas centrs
VAS „Ceļu satiksmes drošības direkcija”
VAS „Latvijas Jūras administrācija”
VAS „Latvijas Valsts radio un televīzijas centrs”
Veselības un darbspēju ekspertīzes ārstu valsts komisija
""".splitlines()
"""Annex 7.4, in its order."""


def institutions() -> list[Institution]:
    with LIST.open(encoding="utf-8") as file:
        return [
            Institution(
                url=row["url"],
                name=row["name"],
                registration_number=row["registration_number"],
                kind=row["kind"],
                sector=row["sector"],
                segments=tuple(filter(None, row["segments"].split("|"))),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(str(tmp_path_factory.mktemp("study") / "study.sqlite3"))
    assert import_study(opened, institutions())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def study(store: Store) -> Surveyed:
    return survey(store, RUN_ID)


def named(study: Surveyed, code: str, value: int) -> list[str]:
    found = [one.name for one in study.respondents if one.answers[code].value == value]
    return sorted(found, key=latvian)


def test_annex_7_4_and_the_named_lists_come_out_as_printed(study: Surveyed) -> None:
    assert len(study.respondents) == 104
    assert len(MOBILE) == 33
    assert named(study, "M17J", 1) == MOBILE
    assert len(named(study, "M17J", 2)) == 71
    counts = {
        (code, value): len(named(study, code, value))
        for code, value in (("M16J", 1), ("M05", 2), ("M06_3", 1), ("M12", 1))
    }
    assert counts == {("M16J", 1): 12, ("M05", 2): 9, ("M06_3", 1): 3, ("M12", 1): 1}
    assert named(study, "M06_3", 1) == [
        "Aizsardzības ministrija",
        "Izglītības un zinātnes ministrija",
        "Valsts asinsdonoru centrs",
    ]
    assert named(study, "M12", 1) == ["Latvijas Nacionālais kultūras centrs"]
    share = tally(one.answers["M17J"] for one in study.respondents).share(1)
    assert (share.count, share.asked, round(share.percent or 0)) == (33, 104, 32)


def test_what_was_not_published_is_neither_yes_nor_no(study: Surveyed) -> None:
    links = tally(one.answers["M05"] for one in study.respondents)
    assert (links.counts, links.not_evaluated, links.asked) == ({2: 9}, 95, 104)
    assert links.share(2).of_known is None
    assert links.share(1).at_most == pytest.approx(100 * 95 / 104)
    bands = tally(one.answers["M16J"] for one in study.respondents)
    assert (bands.counts, bands.not_evaluated) == ({1: 12}, 92)
    for code in ("M08_7", "K11M_FB", "standard.e_address", "service.steps_conditions", "K11M_FB_5"):
        states = {one.answers[code].state for one in study.respondents}
        assert states <= {State.NOT_EVALUATED, State.NOT_ASKED}, code
    items = tally(one.answers["M08_4"] for one in study.respondents)
    assert (items.asked, items.not_asked) == (13, 91)


def test_every_answer_says_where_it_was_published(store: Store) -> None:
    reader = RunReader(store.engine, RUN_ID)
    assert reader.run.source == SOURCE
    for site in reader.sites():
        for answer in site.judgement.answers:
            if answer.value is None:
                assert answer.outcome in {Outcome.UNTESTED, Outcome.INAPPLICABLE}
                assert answer.reason
            else:
                assert answer.reason.startswith("Published in the report of 2017: ")
                assert answer.evidence
    with pytest.raises(PublishedRunError):
        store.rejudge(RUN_ID, judge, samples.JUDGED_BY)
    assert not import_study(store, institutions())


def test_an_import_that_broke_off_is_completed_and_an_unknown_list_refused(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "study.sqlite3"))
    with pytest.raises(UnknownInstitutionError):
        import_study(store, institutions()[1:])
    assert store.runs() == ()

    def breaking_off(*args: object) -> None:
        raise KeyboardInterrupt

    saved, store.save_site = store.save_site, breaking_off  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        import_study(store, institutions())
    store.save_site = saved  # type: ignore[method-assign]
    assert import_study(store, institutions())
    assert len(RunReader(store.engine, RUN_ID).institutions()) == 104
    store.close()


def test_an_audit_is_not_comparable_with_it(store: Store) -> None:
    reader = RunReader(store.engine, RUN_ID)
    before = list(reader.sites())
    mobile = comparing.site(comparing.answer("M17J", 1), institution=before[0].institution)
    found = comparing.compare(reader.run, before, comparing.run(), [mobile])
    assert len(found.sites) == 1
    assert comparing.tally(found).total().compared == 0
    assert {answer.reason for answer in found.sites[0].answers} == {
        "answers of published study 2017 against those of audit"
    }


def test_the_alphabet_is_that_of_the_report() -> None:
    names = [row.name for row in rows()]
    shuffled = random.Random(2017).sample(names, len(names))
    assert sorted(shuffled, key=latvian) == names


def test_every_printed_share_says_where_it_stands() -> None:
    codes = {one.code for one in printed().share}
    assert {"M16J", "M17J", "K11M_FB", "K11M_TW", "M05", "M09", "M11", "M12", "F13M"} <= codes
    assert all(one.place.keys() == {"lv", "en"} and one.words for one in printed().share)
    bands = [one.percent for one in printed().share if one.code == "M16J"]
    assert bands == [14, 36, 37, 13]
    wanted = {("M16J", "95"), ("K11M_FB", "44"), ("K11M_FB", "56"), ("K11M_TW", "79"), ("M17J", "35")}
    told = {
        (code, number)
        for one in printed().contradiction
        for code in one.codes
        for number in ("95", "44", "56", "79", "35")
        if number in one.en and number in one.lv
    }
    assert wanted <= told
