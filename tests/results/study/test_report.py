from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types
from playwright.async_api import Browser, async_playwright

from checks.finding import Answer, Outcome
from checks.judge import SiteStatus
from crawler.chromium import find_chromium
from crawler.evidence import FailureReason
from results.advice import failure_text
from results.language import Language, speaking
from results.panel.decisions import Automatic, Decision, Verdict
from results.quality_records import Complaint, Quality
from results.records import RunRecord
from results.streaming import SiteSummary
from results.study.contents import crossed
from results.study.groups import dimensions
from results.study.html import study_html
from results.study.importing import MEASURED
from results.study.published import SOURCE
from results.study.report import ShownLine, StudyReport, study_report
from results.study.respondents import surveyed
from results.study.tally import State
from tests.results import comparing
from tests.results.study import waves

AXE = Path(__file__).parents[3] / "crawler" / "vendor" / "axe.min.js"
MANY = 60


@pytest.fixture(scope="module")
def wave() -> list[SiteSummary]:
    return list(waves.sites(MANY))


@pytest.fixture(scope="module")
def report(wave: list[SiteSummary]) -> StudyReport:
    return study_report(surveyed(comparing.run(), wave, {}))


def lines(report: StudyReport) -> dict[tuple[str, int], ShownLine]:
    return {line.line: line for figure in report.figures for line in figure.lines}


def text(report: StudyReport) -> str:
    return " ".join(html.document_fromstring(study_html(report)).text_content().split())


def quality(*complaints: Complaint) -> Quality:
    return Quality(
        examined_at=MEASURED,
        institutions=MANY,
        results=MANY,
        not_evaluable=1,
        limit_percent=10.0,
        complaints=complaints,
    )


def test_shares_of_a_wave_are_those_of_its_answers(wave: list[SiteSummary], report: StudyReport) -> None:
    found = lines(report)
    for code, value in (("M08_7", 1), ("M05", 2), ("M09", 3), ("standard.e_address", 1)):
        answers = [site.judgement.answer(code) for site in wave]
        asked = [one for one in answers if one is None or one.outcome != "inapplicable"]
        share = found[code, value].share
        assert share.count == sum(one is not None and one.value == value for one in asked), code
        assert share.asked == len(asked)
        assert share.not_evaluated == sum(one is None or one.outcome == "untested" for one in asked)
        assert share.cant_tell == sum(one is not None and one.outcome == "cantTell" for one in asked)


def test_a_site_that_could_not_be_evaluated_is_not_low(wave: list[SiteSummary], report: StudyReport) -> None:
    found = lines(report)
    low = sum(bool(one) and one.value == 4 for one in (site.judgement.answer("M16J") for site in wave[:-1]))
    assert wave[-1].judgement.status is SiteStatus.NOT_EVALUABLE
    assert found["M16J", 4].share.count == low
    assert found["M16J", 0].share.count == 1
    assert found["M16J", 0].words == "Could not be evaluated"
    assert [one.name for one in report.not_seen] == [wave[-1].institution.name]
    assert report.evaluated == MANY - 1


def test_why_a_site_was_not_seen_is_told_in_the_readers_language(wave: list[SiteSummary]) -> None:
    with speaking(Language.LV):
        told = text(study_report(surveyed(comparing.run(), wave[-6:], {})))
    words = failure_text(FailureReason.UNKNOWN_HOST, Language.LV)
    assert words.title in told
    assert words.mend in told
    assert "unknown" not in told


def test_what_nobody_can_tell_of_a_site_that_was_not_seen_is_not_evaluated(wave: list[SiteSummary]) -> None:
    left = Answer(code="M05", outcome=Outcome.CANT_TELL, confidence=0.0, reason="no front page")
    judged = msgspec.structs.replace(wave[-1].judgement, answers=(left,))
    (found,) = surveyed(
        comparing.run(), [msgspec.structs.replace(wave[-1], judgement=judged)], {}
    ).respondents
    assert found.answers["M05"].state is State.NOT_EVALUATED


def test_groups_are_called_as_the_study_calls_them(wave: list[SiteSummary]) -> None:
    with speaking(Language.LV):
        found = dimensions(surveyed(comparing.run(), wave, {}).respondents)
    (segments,) = (one for one in found if one.key == "segment")
    study = {"Masu", "Sniedz pakalpojumus fiziskām personām", "Uzņēmumiem būtiskas iestādes"}
    assert {group.name for group in segments.groups} == study
    assert found[-1].title == "Piektdaļas: pakalpojumu skaits"


def test_posts_are_counted_among_institutions_that_have_the_network(report: StudyReport) -> None:
    found = lines(report)
    assert found["K11M_FB_3", 2].share.asked == found["K11M_FB", 1].share.count
    assert found["K11m_TW_3", 2].share.asked == found["K11M_TW", 1].share.count


def test_an_expert_holds_over_the_tool_and_experts_who_disagree_leave_it_open(
    wave: list[SiteSummary],
) -> None:
    def decided(place: int, expert: str, value: int) -> Decision:
        return Decision(
            position=place,
            code="M12",
            expert=expert,
            verdict=Verdict.OVERRULE,
            value=value,
            reason="seen",
            automatic=Automatic(value=None, outcome="cantTell", confidence=0, judgement=1),
            source="review.xlsx A1",
            decided_at=MEASURED,
        )

    decisions = {(1, "M12"): (decided(1, "A", 1),), (2, "M12"): (decided(2, "A", 1), decided(2, "B", 2))}
    found = surveyed(comparing.run(), wave, decisions).respondents
    assert (found[1].answers["M12"].value, found[1].answers["M12"].is_sure) == (1, True)
    assert found[2].answers["M12"].state is State.CANT_TELL


def test_further_websites_are_left_out(wave: list[SiteSummary]) -> None:
    first = wave[1].institution
    other = msgspec.structs.replace(first, url="https://other.example/", website_of=first.url)
    both = [*wave, msgspec.structs.replace(wave[1], institution=other, position=MANY)]
    found = study_report(surveyed(comparing.run(), both, {}))
    assert (found.respondents, found.other_websites) == (MANY, 1)
    assert (
        lines(found)["M05", 2].share
        == lines(study_report(surveyed(comparing.run(), wave, {})))["M05", 2].share
    )
    assert "1 further websites are left out" in text(found)


def test_groups_add_up(wave: list[SiteSummary], report: StudyReport) -> None:
    tables = {table.dimension.key: table for table in report.crossed}
    assert list(tables) == [
        "attribute:e-indeksa brieduma līmenis",
        "kind",
        "sector",
        "segment",
        "quintile:services",
    ]
    whole = lines(report)
    for row in tables["kind"].rows:
        assert row.line in crossed()
        if row.line in whole:
            share = whole[row.line].share
            assert sum(cell.count for cell in row.cells) == share.count
            assert sum(cell.asked for cell in row.cells) == share.asked
    assert {code for table in report.crossed for code in table.left_out} == {"K11M_FB_5"}, (
        "only people answer it"
    )
    sectors = [group.name for group in tables["sector"].dimension.groups]
    assert "Ārlietu ministrija?" not in sectors
    assert sectors[0] == "Ārlietu ministrija"
    segments = tables["segment"].dimension
    assert sum(len(group.members) for group in segments.groups) == sum(
        len(s.institution.segments) for s in wave
    )
    fifths = tables["quintile:services"].dimension
    known = sum("services" in site.institution.numbers for site in wave)
    assert sum(len(group.members) for group in fifths.groups) == known
    assert fifths.ungrouped == MANY - known


def test_of_few_institutions_no_share_is_told(wave: list[SiteSummary]) -> None:
    few = study_report(surveyed(comparing.run(), wave[:4], {}))
    assert all(line.share.percent is None for line in lines(few).values())
    told = text(few)
    assert "too few" in told
    assert "Too few institutions for a chart." in told


def test_the_gate_speaks_on_top(wave: list[SiteSummary]) -> None:
    def told(run: RunRecord) -> str:
        return "".join(study_report(surveyed(run, wave[:6], {})).warnings)

    run = comparing.run()
    assert "The gate has not looked at this run" in told(run)
    assert told(msgspec.structs.replace(run, quality=quality())) == ""
    blocked = quality(
        Complaint(kind="incomplete", said="2 of 8 institutions have no result"),
        Complaint(kind="constant", said="harmless", blocks=False),
    )
    words = told(msgspec.structs.replace(run, quality=blocked))
    assert words == "Not to be published: 2 of 8 institutions have no result."


def test_change_is_told_where_it_can_be(wave: list[SiteSummary]) -> None:
    run, earlier = comparing.run("two", days=30), comparing.run("one")
    found = study_report(surveyed(run, wave, {}), comparing.compare(earlier, wave, run, wave))
    assert lines(found)["M05", 2].change.startswith("0 better, 0 worse, ")
    study = msgspec.structs.replace(earlier, source=SOURCE)
    other = study_report(surveyed(run, wave, {}), comparing.compare(study, wave, run, wave))
    assert {line.change for line in lines(other).values()} == {"not comparable"}
    assert "answers of published study 2017 against those of audit" in text(other)


def test_the_report_of_the_published_study_names_contradictions(wave: list[SiteSummary]) -> None:
    run = msgspec.structs.replace(comparing.run(), source=SOURCE)
    report = study_report(surveyed(run, wave, {}))
    for language, parts in (
        (
            Language.EN,
            ("56 of 104 are 53.8 %", "79 of 104 are 76.0 %", "by 35 % in chapter 6", "95 % and more"),
        ),
        (Language.LV, ("56 no 104 ir 53,8 %", "79 no 104 ir 76,0 %", "6. nodaļā 35 %", "95% un vairāk")),
    ):
        with speaking(language):
            told = text(report)
        assert all(part in told for part in parts)
    assert "33 / 104, 32 % (figure 11 and annex 7.4)" in text(report)
    assert "As published" not in text(study_report(surveyed(comparing.run(), wave, {})))


def test_hostile_names_are_text_and_nothing_is_asked_of_the_network(report: StudyReport) -> None:
    written = study_html(report)
    page = html.document_fromstring(written)
    assert not page.xpath("//script | //link | //iframe | //img | //*[@src] | //*[@onclick]")
    assert "<script>alert(1)</script>" in page.text_content()
    assert not set(written) & {"\x1b", "\u202e"}
    assert not re.search(r"url\((?!#)|@import", written)
    assert all(link.startswith(("#", "https://")) for link in page.xpath("//a/@href"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_every_chart_has_a_name_and_a_table(report: StudyReport) -> None:
    page = html.document_fromstring(study_html(report))
    charts = page.xpath("//svg[@role='img']")
    assert len(charts) == len(report.figures)
    for chart in charts:
        assert chart.xpath("./title")[0].text
        assert "%" in chart.xpath("./desc")[0].text
        assert chart.xpath("ancestor::section//table")


def in_few_groups(sites: list[SiteSummary]) -> list[SiteSummary]:
    """By kind and segment only: more tables of the same form tell axe nothing new, and take their time."""
    plain = {"sector": "", "numbers": {}, "attributes": {}}
    return [
        msgspec.structs.replace(one, institution=msgspec.structs.replace(one.institution, **plain))
        for one in sites
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=find_chromium({}))
        yield opened
        await opened.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("language", "looks"),
    [(Language.EN, (("light", 1200), ("dark", 320))), (Language.LV, (("dark", 1200),))],
)
async def test_the_report_is_accessible_and_fits_a_small_screen(
    browser: Browser, wave: list[SiteSummary], language: Language, looks: tuple[tuple[str, int], ...]
) -> None:
    run, few = msgspec.structs.replace(comparing.run(), source=SOURCE), in_few_groups(wave[-12:])
    with speaking(language):
        written = study_html(study_report(surveyed(run, few, {}), comparing.compare(run, few, run, few)))
    page = await browser.new_page(viewport={"width": 320, "height": 700})
    await page.set_content(written.replace("<meta http-equiv", "<meta data-was", 1))
    assert await page.evaluate("document.documentElement.lang") == language.value
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    for scheme, width in looks:
        await page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        await page.set_viewport_size({"width": width, "height": 900})
        found = await page.evaluate("axe.run().then(result => result.violations)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    await page.close()


def test_a_name_of_the_maturity_attribute_is_found_in_both_languages(wave: list[SiteSummary]) -> None:
    names = ("e-indeksa līmenis", "briedums", "maturity", "E-index level", "nr", "study_status")
    one = msgspec.structs.replace(wave[0].institution, attributes=dict.fromkeys(names, "2"))
    site = msgspec.structs.replace(wave[0], institution=one)
    found = dimensions(surveyed(comparing.run(), [site], {}).respondents)
    keys = {
        dimension.key.removeprefix("attribute:") for dimension in found if dimension.key.startswith("attr")
    }
    assert keys == {"e-indeksa līmenis", "briedums", "maturity", "E-index level"}
