"""The gate after a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from checks.finding import Answer, Outcome
from checks.judge import SiteStatus
from crawler.evidence import Institution
from results.gate import examine_run
from results.language import Language, speaking
from results.quality import Earlier, Examined, examine
from results.quality_records import Complaint, Quality
from results.store import Store
from results.streaming import SiteSummary
from results.wording import run_notes
from tests.results import comparing, samples
from tests.results.comparing import CODES, STARTED, answer

CHECK_FAILED = "check failed: KeyError: 'x'"


def run(count: int = 30, **answers: list[int | None]) -> Iterator[SiteSummary]:
    """Sites of three kinds that answer all codes; `answers` by code, going round. Others are cantTell."""
    for number in range(count):
        given = {code: answer(code, values[number % len(values)]) for code, values in answers.items()}
        every = tuple(given.get(code, answer(code, None)) for code in CODES)
        kind = Institution(url=f"https://s{number}.example/", kind=f"kind {number % 3}")
        yield comparing.site(*every, institution=kind, position=number)


def asked(count: int = 30, **values: dict[str, int]) -> Examined:
    earlier = (Earlier(run_id="before", sites=100, values=values),) if values else ()
    return Examined(institutions=count, versions={"chromium": "130", "axe-core": "4.14"}, earlier=earlier)


def told(quality: Quality, kind: str, code: str = "") -> list[Complaint]:
    return [one for one in quality.complaints if one.kind == kind and one.code == code]


def test_a_run_like_the_one_before_may_be_published() -> None:
    before = {"M05": {"1": 60, "2": 40}, "M08_7": {"0": 100}}
    quality = examine(asked(**before), run(M05=[1, 2], M08_7=[0]), STARTED)
    assert quality.is_publishable
    assert not told(quality, "constant", "M08_7")
    assert (quality.institutions, quality.results, quality.not_evaluable) == (30, 30, 0)


@pytest.mark.parametrize(
    ("before", "blocks"),
    [
        ({"M05": {"1": 60, "2": 40}}, [True]),
        ({"M05": {"1": 99, "2": 1}}, []),
        ({}, [False]),
    ],
)
def test_a_constant_column_blocks_where_chance_does_not_explain_it(
    before: dict[str, dict[str, int]], blocks: list[bool]
) -> None:
    quality = examine(asked(**before), run(M05=[1]), STARTED)
    assert [one.blocks for one in told(quality, "constant", "M05")] == blocks


def test_few_sites_have_answers_in_common_by_chance() -> None:
    before = {"M05": {"1": 60, "2": 40}}
    assert examine(asked(8, **before), run(8, M05=[1]), STARTED).is_publishable


@pytest.mark.parametrize(("earlier", "blocks"), [({"1": 90}, True), ({"1": 2}, False)])
def test_an_empty_column_blocks_where_values_were_to_be_expected(
    earlier: dict[str, int], blocks: bool
) -> None:
    (one,) = told(examine(asked(M05=earlier), run(M05=[None]), STARTED), "empty", "M05")
    assert one.blocks is blocks


def test_what_is_asked_of_nobody_is_no_empty_column() -> None:
    def inapplicable(site: SiteSummary) -> SiteSummary:
        gone = tuple(replace(one, outcome=Outcome.INAPPLICABLE) for one in site.judgement.answers)
        return replace(site, judgement=replace(site.judgement, answers=gone))

    assert not examine(asked(), map(inapplicable, run()), STARTED).complaints


def test_lost_rows_codes_sites_and_versions_block() -> None:
    def spoiled() -> Iterator[SiteSummary]:
        for site in run(40, M05=[1, 2]):
            judged = site.judgement
            if site.position < 5:
                judged = replace(judged, status=SiteStatus.NOT_EVALUABLE)
            if site.position == 7:
                judged = replace(judged, answers=judged.answers[1:], terms="others")
            yield replace(site, judgement=judged)

    versions = {"chromium": "130 and 131"}
    quality = examine(replace(asked(42), versions=versions), spoiled(), STARTED)
    assert not quality.is_publishable
    assert quality.verdict.startswith("Not to be published: 2 of 42 institutions have no result; ")
    assert f"{CODES[0]} not answered at up to 1 sites" in quality.verdict
    assert "5 of 40 sites could not be evaluated, 12.5 % with 10 % allowed" in quality.verdict
    assert "audited by chromium 130 and 131" in quality.verdict
    assert "1 of 40 sites were judged by other checks" in quality.verdict
    stored = msgspec.convert(msgspec.to_builtins(quality), Quality)
    with speaking(Language.LV):
        assert stored.told().startswith("Nav publicējams: iestādes bez rezultāta: 2 no 42; ")
        assert "5 no 40 vietnēm, 12,5 %, pieļauti 10 %" in stored.told()
        assert stored.verdict == quality.verdict
        assert (
            Complaint(kind="empty", said="as an older version said it").told()
            == "as an older version said it"
        )


@pytest.mark.parametrize(("crashed", "blocks"), [(2, False), (10, True)])
def test_a_check_that_breaks_off_blocks_where_it_does_so_often(crashed: int, blocks: bool) -> None:
    def crash(one: Answer) -> Answer:
        return replace(one, reason=CHECK_FAILED) if one.code == "M05" else one

    def spoiled() -> Iterator[SiteSummary]:
        for site in run(M05=[None]):
            changed = tuple(map(crash, site.judgement.answers)) if site.position < crashed else ()
            judged = replace(site.judgement, answers=changed or site.judgement.answers)
            yield replace(site, judgement=judged)

    (one,) = told(examine(asked(), spoiled(), STARTED), "crashed", "M05")
    assert one.blocks is blocks


def test_the_verdict_is_kept_with_the_run(store: Store) -> None:
    for number in range(2):
        run_id = f"run-{number}"
        begun = samples.STARTED + timedelta(days=number)
        store.begin_run(
            run_id,
            name="Wave",
            settings=samples.SETTINGS,
            versions=samples.VERSIONS,
            judged_by=samples.JUDGED_BY,
            started_at=begun,
        )
        for place in range(30):
            given = 1 if number else 1 + place % 2
            every = tuple(answer(code, given if code == "M05" else None) for code in CODES)
            judged = replace(samples.judgement(), answers=every, status=SiteStatus.EVALUATED)
            where = samples.site(f"Padome {place}", f"https://p{place}.example/")
            store.save_site(run_id, place, where, judged)
        store.finish_run(run_id, begun)
    quality = examine_run(store.engine, "run-0", samples.FINISHED)
    assert quality.is_publishable
    assert store.load_run("run-0").quality == quality
    later = examine_run(store.engine, "run-1", samples.FINISHED)
    assert later.verdict == (
        "Not to be published: M05 is 1 at all 30 sites that have a value; in run run-0 15 of 30 had another."
    )


def test_sites_with_settings_of_their_own_are_pointed_out_and_told_with_the_run() -> None:
    sites = list(run(M05=[1, 2]))
    own = replace(sites[3].institution, own_settings={"max_urls": 9, "consent": "reject"})
    quality = examine(asked(), [*sites[:3], replace(sites[3], institution=own), *sites[4:]], STARTED)
    (one,) = told(quality, "settings")
    assert (one.blocks, quality.is_publishable) == (False, True)
    assert one.said.startswith("1 of 30 sites")
    assert one.said.endswith(": consent, max-urls")
    assert any("max-urls" in note for note in run_notes(replace(comparing.run("one"), quality=quality)))
    assert told(examine(asked(), sites, STARTED), "settings") == []
