"""Runs whose worker died after the last task: ended and examined by whoever comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import application
from results.claiming import Claimant
from results.models import RunState
from results.store import Store
from schedules.closing import close_left
from tests.results import samples
from tests.results.test_work import NOW, made

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "runs.db")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with closing(Store.open(database)) as opened:
        yield opened


def all_done(store: Store) -> str:
    """A run whose only task is done, and that nobody has ended yet."""
    run_id = made(store, 1)
    lease = store.work.claim(Claimant(owner="a"), NOW)
    assert lease is not None
    store.save_result(lease, samples.site(), samples.judgement(), LATER)
    return run_id


@pytest.mark.parametrize("noted", [False, True], ids=["killed before the end", "killed before the gate"])
def test_who_comes_next_ends_and_examines(store: Store, noted: bool) -> None:
    run_id = all_done(store)
    if noted:
        assert store.work.close(run_id, LATER)
    assert store.load_run(run_id).quality is None
    assert close_left(store, LATER) == (run_id,)
    record = store.load_run(run_id)
    assert record.state is RunState.FINISHED
    assert record.quality is not None
    assert close_left(store, LATER) == ()


def test_resume_examines_what_only_lacked_its_end(store: Store, database: str) -> None:
    run_id = all_done(store)
    store.work.close(run_id, LATER)
    said = CliRunner().invoke(application(), ["resume", "--db", database])
    assert run_id in said.output
    assert store.load_run(run_id).quality is not None
    again = CliRunner().invoke(application(), ["resume", "--db", database])
    assert (again.exit_code, "No run is unfinished." in again.output) == (2, True)
