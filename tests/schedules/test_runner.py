"""One exit code of several that hold; options made of functions; progress as lines."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import count
from typing import Annotated, Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from checks.check import JudgementSettings
from checks.judge import SiteStatus
from results.models import RunState
from results.records import JudgementRecord, RunRecord, SiteRecord
from schedules.options import taking
from schedules.progress import Lines, Step
from schedules.runner import exit_code
from tests.results import samples

NOW = datetime(2017, 11, 21, tzinfo=UTC)
EVALUATED, PARTLY = SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED
NOT, OURS = SiteStatus.NOT_EVALUABLE, SiteStatus.INTERNAL_ERROR


def record(state: RunState, *statuses: SiteStatus) -> RunRecord:
    judged = JudgementRecord(
        settings=JudgementSettings(), checks={}, terms="", axe_version="4.14.1", created_at=NOW
    )
    sites = tuple(
        SiteRecord.of(place, samples.site(), msgspec.structs.replace(samples.judgement(), status=status))
        for place, status in enumerate(statuses)
    )
    return RunRecord(
        id="id",
        name="",
        state=state,
        started_at=NOW,
        finished_at=NOW,
        versions={},
        settings={},
        judgement=judged,
        sites=sites,
    )


@pytest.mark.parametrize(
    ("state", "statuses", "bad_input", "code"),
    [
        (RunState.FINISHED, [EVALUATED, PARTLY], False, 0),
        (RunState.FINISHED, [EVALUATED, NOT], False, 3),
        (RunState.FINISHED, [NOT, OURS], False, 4),
        (RunState.FAILED, [NOT], False, 4),
        (RunState.FINISHED, [EVALUATED], True, 2),
        (RunState.FAILED, [NOT, OURS], True, 2),
        (RunState.INTERRUPTED, [NOT, OURS], True, 130),
        (RunState.INTERRUPTED, [EVALUATED], False, 130),
    ],
)
def test_of_several_codes_the_gravest_holds(
    state: RunState, statuses: list[SiteStatus], bad_input: bool, code: int
) -> None:
    assert exit_code(record(state, *statuses), had_bad_input=bad_input) == code


def test_a_command_gets_what_a_part_made_of_its_options() -> None:
    got: list[Any] = []

    def part(
        *, pages: Annotated[int, typer.Option(min=1)], name: Annotated[str, typer.Option()] = "a"
    ) -> tuple[int, str]:
        return pages, name

    @taking({"made": part}, pages=30)
    def command(url: Annotated[str, typer.Argument()], *, made: tuple[int, str]) -> None:
        """Do it."""
        got.append((url, made))

    app = typer.Typer()
    app.command()(command)
    runner = CliRunner()
    assert runner.invoke(app, ["u"]).exit_code == 0
    assert runner.invoke(app, ["u", "--pages", "3", "--name", "b"]).exit_code == 0
    assert runner.invoke(app, ["u", "--pages", "0"]).exit_code == 2
    assert got == [("u", (30, "a")), ("u", (3, "b"))]


def test_lines_tell_each_stage_once_with_time_and_sites_done() -> None:
    stream, ticks = io.StringIO(), count()
    with Lines(2, stream, lambda: float(next(ticks))) as lines:
        lines(Step("http://a.lv/", "crawl", 0, 200))
        lines(Step("http://a.lv/", "crawl", 5, 200))
        lines(Step("http://a.lv/", "done", status="evaluated"))
        lines(Step("http://b.lv/\x1b[31m", "crawl", 2, 200))
    assert stream.getvalue().splitlines() == [
        "[   1.0 s] 0/2 sites: http://a.lv/: crawl",
        "[   2.0 s] 1/2 sites: http://a.lv/: done (evaluated)",
        "[   3.0 s] 1/2 sites: http://b.lv/: crawl, 2 pages",
    ]
