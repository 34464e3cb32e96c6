"""One small round of chaos an engine; `make chaos` plays twenty large ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import Plan, Report, play
from tests.postgres import running_cluster

SITES = 4
PLAN = Plan(sites=SITES, strikes=3, pause=(0.4, 1.5), lease=2.0, seed=2017, seconds=100)


def held(report: Report) -> None:
    assert report.wrong == (), report
    assert sum(report.struck.values()) > 0, report
    assert sum(report.statuses.values()) == SITES


def test_a_run_on_sqlite_survives_what_is_killed(tmp_path: Path) -> None:
    held(play(PLAN, tmp_path, f"sqlite:///{tmp_path}/runs.db"))


@pytest.mark.timeout(180)
def test_a_run_on_postgresql_survives_what_is_killed(tmp_path: Path) -> None:
    with running_cluster() as cluster:
        held(play(PLAN, tmp_path, cluster.url(cluster.create()), cluster))
