"""A small audit as the pipeline would hand it over: two sites, one of them hostile, one unreachable."""

from __future__ import annotations

from datetime import UTC, datetime

from checks.check import JudgementSettings
from checks.finding import (
    Answer,
    Bounds,
    CriterionCount,
    Finding,
    Instance,
    MobileIssue,
    MobileMeasure,
    Outcome,
    PageMeasure,
    WcagMeasure,
)
from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import (
    HOME,
    RANDOM,
    AuditSettings,
    AxeElement,
    AxeNode,
    AxeResult,
    AxeRule,
    Blob,
    Crawl,
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    Institution,
    MobileView,
    Page,
    RobotsPolicy,
    RobotsRecord,
    Sample,
    Site,
    Skipped,
    SkipReason,
)
from results.records import JudgementRecord, RunRecord, SiteRecord
from results.store import Store

STARTED = datetime(2017, 11, 21, 9, 0, tzinfo=UTC)
FINISHED = datetime(2017, 11, 21, 9, 5, tzinfo=UTC)
SETTINGS = AuditSettings(seed=2017)
VERSIONS = {"eindekss": "0.1.0", "chromium": "156.0"}
JUDGED_BY = JudgementRecord(
    settings=JudgementSettings(),
    checks={"mobile_friendliness": 2, "wcag_percentage": 2},
    terms="ab" * 32,
    axe_version="4.14.1",
    created_at=STARTED,
)
HOSTILE = "[red]Padome[/red] \x1b]0;owned\x07\x1b[31m<b>A&B</b> \u202etxt.exe"
URL = "https://padome.example/"
NEWS = "https://padome.example/jaunumi"


def site(name: str = HOSTILE, url: str = URL, screenshot: Blob | None = None) -> Site:
    return Site(
        institution=Institution(url=url, name=name, sector="Kultūra", attributes={"level": "3"}),
        settings=SETTINGS,
        started_at=STARTED.isoformat(),
        captured_at=FINISHED.isoformat(),
        tools=VERSIONS,
        crawl=_crawl(url),
        sample=Sample(seed=2017, population=2, requested=30, random=(url, NEWS)),
        pages=(_page(url, (HOME, RANDOM), screenshot), _missing_page()),
        mobile=(MobileView(url=url, captured_at=FINISHED.isoformat(), layout_width=980.0),),
        observations=(_fetched(url),),
    )


def _crawl(url: str) -> Crawl:
    skipped = (
        Skipped("https://padome.example/admin", SkipReason.ROBOTS_DISALLOWED, url),
        Skipped("javascript:alert(1)", SkipReason.NOT_HTTP, url),
    )
    robots = RobotsRecord(policy=RobotsPolicy.RESPECT, status=200, text="User-agent: *")
    counts = {"not_http": 1, "robots_disallowed": 1}
    return Crawl(start_url=url, site="padome.example", robots=robots, skipped=skipped, skipped_counts=counts)


def _page(url: str, roles: tuple[str, ...], screenshot: Blob | None) -> Page:
    image = AxeElement("html > body > img", "img", '<img src="a.png">')
    rule = AxeRule(
        id="image-alt",
        tags=("wcag2a", "wcag111"),
        impact="critical",
        help="Images must have alternative text",
        failed=(AxeNode(0, "critical", "no alt"),),
    )
    return Page(
        url=url,
        captured_at=FINISHED.isoformat(),
        final_url=url,
        roles=roles,
        status=200,
        content_type="text/html",
        html="<html><body><img src=a.png></body></html>",
        title=HOSTILE,
        axe=AxeResult(version="4.14.1", tags=("wcag2a",), elements=(image,), rules=(rule,)),
        screenshot=screenshot,
    )


def _missing_page() -> Page:
    failure = Failure(FailureReason.HTTP_404, "HTTP 404")
    return Page(url=NEWS, captured_at=FINISHED.isoformat(), roles=(RANDOM,), status=404, failure=failure)


def _fetched(url: str) -> Fetched:
    plan = FetchResource(url=f"{url}feed", purpose="latest_post")
    return Fetched(plan=plan, fetched_at=FINISHED.isoformat(), status=200, body="<rss/>")


def judgement() -> SiteJudgement:
    return SiteJudgement(
        status=SiteStatus.PARTLY_EVALUATED,
        answers=_answers(),
        findings={"mobile_friendliness": _mobile_findings(), "wcag_percentage": _axe_findings()},
        wcag=WcagMeasure(
            formula="criteria-met/1",
            target="wcag20-aa",
            scope="sample",
            percent=87.5,
            band=2,
            points=10,
            pages_evaluated=1,
            pages_sampled=2,
            population=2,
            seed=2017,
            axe_version="4.14.1",
            bounds=Bounds(lower=80.0, upper=90.25, uncertain=True, other_band=3),
            criteria=(CriterionCount("1.1.1", 3, 1, 2),),
            alternatives={"elements/1": 75.0},
            home_percent=87.5,
        ),
        mobile=MobileMeasure(
            verdict="NOT_MOBILE_FRIENDLY", issues=(MobileIssue("TAP_TARGETS_TOO_CLOSE", 3),)
        ),
        pages=(
            PageMeasure(url=URL, percent=87.5),
            PageMeasure(url=NEWS, failure=Failure(FailureReason.HTTP_404, "HTTP 404")),
        ),
        versions={"mobile_friendliness": 1, "wcag_percentage": 1},
        terms="ab" * 32,
    )


def _answers() -> tuple[Answer, ...]:
    place = Instance(url=URL, selector="a.search", snippet="<a onclick='x()'>Meklēt</a>", message=HOSTILE)
    return (
        Answer(code="M08_7", outcome=Outcome.PASSED, value=1, confidence=0.9, evidence=(place,)),
        Answer(code="M05", outcome=Outcome.FAILED, value=2, confidence=0.7, reason="no link was found"),
        Answer(code="M16J", outcome=Outcome.PASSED, value=2),
        Answer(code="M17J", outcome=Outcome.FAILED, value=2),
        Answer(code="M17J_NOTES", outcome=Outcome.FAILED, value="TAP_TARGETS_TOO_CLOSE"),
        Answer(code="K11M_FB", outcome=Outcome.CANT_TELL, confidence=0.0, reason="the page is gone"),
        Answer(code="K11M_FB_1", outcome=Outcome.INAPPLICABLE, reason="asked only if K11M_FB=1"),
        Answer(code="K11M_TW_2", outcome=Outcome.PASSED, value="2017-11-20", confidence=0.8),
        Answer(code="contact.email", outcome=Outcome.UNTESTED, confidence=0.0, reason="not asked"),
    )


def _mobile_findings() -> tuple[Finding, ...]:
    place = Instance(url=URL, selector="nav > a", snippet='<a href="/">x</a>')
    return (Finding(rule="TAP_TARGETS_TOO_CLOSE", outcome=Outcome.FAILED, instances=(place,) * 3),)


def second_findings() -> tuple[Finding, ...]:
    table = Instance(url=URL, selector="main > table", snippet="<table>", message="no scope")
    failed = Finding(
        rule="ibm:table_headers_related",
        outcome=Outcome.FAILED,
        page_url=URL,
        criteria=("1.3.1",),
        message="Headers must be related",
        instances=(table,),
    )
    return failed, Finding(rule="ibm:untested", outcome=Outcome.UNTESTED, page_url=URL, message="no result")


def _axe_findings() -> tuple[Finding, ...]:
    image = Instance(url=URL, selector="img", snippet='<img src="a.png">', message="no alt")
    failed = Finding(
        rule="image-alt",
        outcome=Outcome.FAILED,
        page_url=URL,
        criteria=("1.1.1",),
        impact="critical",
        message="Images must have alternative text",
        help_url="https://dequeuniversity.com/rules/axe/4.14/image-alt",
        instances=(image,) * 25,
    )
    contrast = Instance(url=URL, selector="p", snippet="<p>[bold]</p>")
    review = Finding(
        rule="color-contrast",
        outcome=Outcome.CANT_TELL,
        page_url=URL,
        criteria=("1.4.3",),
        impact="serious",
        instances=(contrast,),
    )
    return failed, review


def unreachable(url: str = "https://nav.example") -> Site:
    failure = Failure(FailureReason.UNKNOWN_HOST, "nav.example")
    return Site(
        institution=Institution(url=url),
        settings=SETTINGS,
        started_at=STARTED.isoformat(),
        captured_at=FINISHED.isoformat(),
        failure=failure,
    )


def unreachable_judgement() -> SiteJudgement:
    failure = Failure(FailureReason.UNKNOWN_HOST, "nav.example")
    wcag = WcagMeasure(
        formula="criteria-met/1", target="wcag20-aa", scope="sample", band=4, points=0, failure=failure
    )
    return SiteJudgement(
        status=SiteStatus.NOT_EVALUABLE,
        failure=failure,
        wcag=wcag,
        mobile=MobileMeasure(test_status="PAGE_UNREACHABLE"),
    )


def internal_error_judgement() -> SiteJudgement:
    return SiteJudgement(
        status=SiteStatus.INTERNAL_ERROR, failure=Failure(FailureReason.DISK_FULL, "no space")
    )


def begin(store: Store, run_id: str = "20171121-090000-1f3a9c", name: str = "Pilot") -> str:
    store.begin_run(
        run_id, name=name, settings=SETTINGS, versions=VERSIONS, judged_by=JUDGED_BY, started_at=STARTED
    )
    return run_id


def fill(store: Store) -> RunRecord:
    """A finished run of three sites in the store; gives the record as the pipeline has it."""
    run_id = begin(store)
    sites: list[SiteRecord] = [
        store.save_site(run_id, 0, site(), judgement()),
        store.save_site(run_id, 1, unreachable(), unreachable_judgement()),
        store.save_site(run_id, 2, unreachable("https://disk.example"), internal_error_judgement()),
    ]
    store.finish_run(run_id, FINISHED)
    loaded = store.load_run(run_id)
    return RunRecord(
        id=run_id,
        name="Pilot",
        state=loaded.state,
        started_at=STARTED,
        finished_at=FINISHED,
        versions=VERSIONS,
        settings=loaded.settings,
        judgement=JUDGED_BY,
        sites=tuple(sites),
    )
