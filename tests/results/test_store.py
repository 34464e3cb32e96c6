from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from checks.check import JudgementSettings
from checks.finding import Answer, Finding, Instance, Outcome
from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import Site
from results import models
from results.errors import (
    AmbiguousRunError,
    EvidenceCorruptError,
    EvidenceMissingError,
    JudgementStateError,
    RunNotFoundError,
)
from results.evidence_store import storable
from results.records import SiteRecord
from results.store import Store, new_run_id
from tests.results import samples
from tests.results.strategies import values_of


def test_a_run_comes_back_as_the_pipeline_had_it(store: Store) -> None:
    run = samples.fill(store)
    assert store.load_run(run.id) == run
    assert run.sites[0] == SiteRecord.of(0, samples.site(), samples.judgement())


def test_evidence_of_a_site_comes_back_whole(store: Store) -> None:
    run = samples.fill(store)
    assert store.load_evidence(run.id, 0) == samples.site()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(SiteJudgement).filter(lambda judged: judged.answers))
def test_any_judgement_comes_back_as_it_was_saved(judged: SiteJudgement) -> None:
    judged = storable(
        msgspec.structs.replace(
            judged,
            answers=tuple({answer.code[:8]: renamed(answer) for answer in judged.answers}.values()),
            versions={**judged.versions, **dict.fromkeys(judged.findings, 1)},
            findings={**dict.fromkeys(judged.versions, ()), **judged.findings},
        )
    )
    with TemporaryDirectory() as folder:
        store = Store.open(str(Path(folder) / "runs.sqlite3"))
        run_id = samples.begin(store)
        store.save_site(run_id, 0, samples.site(), judged)
        assert store.load_run(run_id).sites[0].judgement == judged
        store.close()


def renamed(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, code=answer.code[:8])


def test_a_site_saved_again_replaces_the_first(store: Store) -> None:
    run_id = samples.begin(store)
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    assert len(store.load_run(run_id).sites) == 1
    with Session(store._engine) as session:
        tables = (models.Page, models.SiteJudgement, models.Answer)
        counts = [len(session.exec(select(table)).all()) for table in tables]
    assert counts == [2, 1, len(samples.judgement().answers)]


def test_a_site_that_cannot_be_saved_leaves_what_was_there(store: Store) -> None:
    run_id = samples.begin(store)
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    answer = samples.judgement().answers[0]
    twice = msgspec.structs.replace(samples.judgement(), answers=(answer, answer))
    with pytest.raises(IntegrityError):
        store.save_site(run_id, 0, samples.site(), twice)
    assert store.load_run(run_id).sites[0].judgement == samples.judgement()


def test_sites_come_in_the_order_of_the_list_whatever_ended_first(store: Store) -> None:
    run_id = samples.begin(store)
    store.save_site(run_id, 2, samples.unreachable(), samples.unreachable_judgement())
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    assert [site.position for site in store.load_run(run_id).sites] == [0, 2]


def test_a_run_is_begun_once(store: Store) -> None:
    samples.begin(store)
    with pytest.raises(JudgementStateError, match="already"):
        samples.begin(store)


def test_findings_stand_with_their_page(store: Store) -> None:
    run = samples.fill(store)
    with Session(store._engine) as session:
        query = select(models.Finding.rule, models.Page.url).join(
            models.Page, col(models.Page.id) == col(models.Finding.page_id)
        )
        found = {rule: url for rule, url in session.exec(query)}  # noqa: C416 - rows, not pairs
    assert found == {"image-alt": samples.URL, "color-contrast": samples.URL}
    assert run.sites[0].pages[0].url == samples.URL


def test_numbers_and_texts_can_be_counted_in_sql(store: Store) -> None:
    samples.fill(store)
    with Session(store._engine) as session:
        chosen = select(models.Answer.code).where(models.Answer.value_number == 2)
        dated = select(models.Answer.code).where(models.Answer.value_text == "2017-11-20")
        assert set(session.exec(chosen)) == {"M05", "M16J", "M17J"}
        assert session.exec(dated).all() == ["K11M_TW_2"]


OTHER = msgspec.structs.replace(
    samples.JUDGED_BY,
    settings=JudgementSettings(target="wcag21-aa"),
    created_at=samples.FINISHED + timedelta(days=1),
)


def rejudged(site: Site) -> SiteJudgement:
    finding = Finding(rule="seen", outcome=Outcome.PASSED, instances=(Instance(url=site.institution.url),))
    return SiteJudgement(status=SiteStatus.EVALUATED, findings={"again": (finding,)}, versions={"again": 2})


def test_evidence_can_be_judged_again_and_the_old_judgement_stays(store: Store) -> None:
    run = samples.fill(store)
    new = store.rejudge(run.id, rejudged, OTHER)
    current = store.load_run(run.id)
    assert current.judgement == msgspec.structs.replace(OTHER, number=2, of=2)
    assert store.judgement_ids(run.id) == (new - 1, new)
    assert [site.judgement for site in current.sites] == [
        rejudged(samples.site()),
        rejudged(samples.unreachable()),
        rejudged(samples.unreachable("https://disk.example")),
    ]
    first = store.load_run(run.id, judgement_id=new - 1)
    assert first == msgspec.structs.replace(run, judgement=msgspec.structs.replace(run.judgement, of=2))
    store.make_current(new - 1)
    assert store.load_run(run.id) == first


def test_a_judge_that_crashes_leaves_the_old_judgement(store: Store) -> None:
    run = samples.fill(store)

    def crash(site: Site) -> SiteJudgement:
        if site.failure:
            raise ZeroDivisionError
        return rejudged(site)

    with pytest.raises(ZeroDivisionError):
        store.rejudge(run.id, crash, OTHER)
    assert store.load_run(run.id) == run
    with Session(store._engine) as session:
        assert len(session.exec(select(models.Judgement)).all()) == 1


def test_evidence_that_is_gone_is_told_when_judging_again(store: Store) -> None:
    run = samples.fill(store)
    page = store.evidence.put_site(samples.site()).pages[0]
    (path,) = Path(store.evidence.place.name).rglob(f"{page.digest}*")
    path.unlink()
    with pytest.raises(EvidenceMissingError, match=page.digest):
        store.rejudge(run.id, rejudged, OTHER)
    path.write_bytes(b"something else")
    with pytest.raises(EvidenceCorruptError, match=page.digest):
        store.rejudge(run.id, rejudged, OTHER)
    assert store.load_run(run.id) == run


@pytest.fixture
def three_runs(store: Store) -> Store:
    for day, (run_id, name) in enumerate(
        [("20171121-a", "Pilot"), ("20171122-b", "Pilot"), ("20181121-c", "Big_%")]
    ):
        store.begin_run(
            run_id,
            name=name,
            settings=samples.SETTINGS,
            versions={},
            judged_by=samples.JUDGED_BY,
            started_at=samples.STARTED + timedelta(days=day),
        )
    return store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, "20181121-c"),
        ("20171121-a", "20171121-a"),
        ("Pilot", "20171122-b"),
        ("2018", "20181121-c"),
        ("Big_%", "20181121-c"),
        ("Big", "20181121-c"),
    ],
)
def test_a_run_is_found_by_id_name_or_beginning(three_runs: Store, wanted: str | None, found: str) -> None:
    assert three_runs.find_run(wanted) == found


@pytest.mark.parametrize("wanted", ["%", "", "pilot", "x"])
def test_a_run_that_is_not_there_is_told_with_those_that_are(three_runs: Store, wanted: str) -> None:
    with pytest.raises(RunNotFoundError, match="20181121-c"):
        three_runs.find_run(wanted)


def test_a_beginning_of_several_runs_is_told(three_runs: Store) -> None:
    with pytest.raises(AmbiguousRunError, match="2 runs begin with '2017'"):
        three_runs.find_run("2017")


def test_an_empty_database_has_no_newest_run(store: Store) -> None:
    with pytest.raises(RunNotFoundError, match="no run"):
        store.find_run()


@pytest.mark.parametrize("wanted", ["https://padome.example/", "https://PADOME.example", "padome.example"])
def test_one_site_of_a_run_is_found_by_its_address(store: Store, wanted: str) -> None:
    run = samples.fill(store)
    assert [site.position for site in store.load_run(run.id, site=wanted).sites] == [0]


@pytest.mark.parametrize(
    "wanted", ["https://padome.example/x", "http://padome.example", "example", "", "http://["]
)
def test_a_site_that_is_not_in_the_run_is_told(store: Store, wanted: str) -> None:
    run = samples.fill(store)
    with pytest.raises(RunNotFoundError, match="no site"):
        store.load_run(run.id, site=wanted)


def test_run_ids_sort_by_time() -> None:
    first = new_run_id(samples.STARTED, b"\xff\xff\xff")
    later = new_run_id(samples.FINISHED, b"\x00\x00\x00")
    assert first == "20171121-090000-ffffff"
    assert first < later
