"""Runs for the gate, small, of one site."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from checks.finding import Answer, Finding, Instance, MobileMeasure, Outcome, PageMeasure
from checks.judge import SiteJudgement
from crawler.evidence import Failure, FailureReason, Institution
from results.models import RunState
from results.records import AXE_CHECK, RunRecord, SiteRecord
from tests.results import samples

URL = samples.URL


def image(url: str = URL, snippet: str = '<img src="a.png">', many: int = 1, **more: Any) -> Finding:
    place = Instance(url=url, selector="main > img", snippet=snippet, message="no alt")
    values: dict[str, Any] = {
        "rule": "image-alt",
        "outcome": Outcome.FAILED,
        "page_url": url,
        "criteria": ("1.1.1",),
        "impact": "critical",
        "message": "Images must have alternative text",
        "help_url": "https://dequeuniversity.com/rules/axe/4.14/image-alt",
        "instances": (place,) * many,
    }
    return Finding(**(values | more))


def run(
    *findings: Finding,
    check: str = AXE_CHECK,
    answers: tuple[Answer, ...] = (),
    percent: float | None = 90.0,
    mobile: MobileMeasure | None = None,
    lost: tuple[str, ...] = (),
    url: str = URL,
    pages: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
) -> RunRecord:
    judged = samples.judgement()
    assert judged.wcag is not None
    measures = [PageMeasure(url=one, percent=90.0) for one in pages or (url,) if one not in lost]
    failure = Failure(FailureReason.TIMEOUT, "60 s")
    judgement = SiteJudgement(
        status=judged.status,
        answers=answers,
        findings={AXE_CHECK: (), check: findings},
        wcag=replace(judged.wcag, percent=percent),
        mobile=mobile or MobileMeasure(verdict="MOBILE_FRIENDLY"),
        pages=(*measures, *(PageMeasure(url=one, failure=failure) for one in lost)),
        versions={AXE_CHECK: 2, "mobile_friendliness": 2},
    )
    site = samples.site(url=url)
    return RunRecord(
        id="20261121-100000-abc123",
        name="gate",
        state=RunState.FINISHED,
        started_at=samples.STARTED,
        finished_at=samples.FINISHED,
        versions=samples.VERSIONS,
        settings=settings or {},
        judgement=samples.JUDGED_BY,
        sites=(SiteRecord.of(0, site, judgement),),
    )


def unreachable() -> RunRecord:
    one = SiteRecord.of(0, samples.unreachable(), samples.unreachable_judgement())
    return replace(run(), sites=(one,))


def hostile() -> RunRecord:
    """Every text that a site writes tries to get out of its place."""
    bad = (
        f"{samples.HOSTILE}\r\n::error::x %0A | `a` ``b`` </script> @everyone ]]> \x00 \ud800 &lt; "
        "[x](javascript:1) www.x.lv"
    )
    place = Instance(url=URL, selector=bad, snippet=f"<img alt='{bad}'>", message=bad)
    found = image(instances=(place,), message=bad, rule="image-alt")
    shown = run(found, image(rule=f"x{bad}", help_url="javascript:alert(1)"))
    site = replace(shown.sites[0], institution=Institution(url=URL, name=bad))
    return replace(shown, name=bad, sites=(site,))
