"""Second audits that fail by our own fault: tried once more, then told; the first result stays."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checks.judge import Changes, ChangeState
from results.run_policy import RunPolicy
from results.store import Store
from results.task_models import SECOND_AUDIT
from results.work_records import Again
from schedules.places import Places
from schedules.pool import Pool
from tests.results import samples
from tests.schedules.test_pool import made, means, now, opening

# Nothing listens there.
CLOSED = "http://127.0.0.1:1/"


async def broken(*_: Any) -> Any:
    raise RuntimeError("fell over")


async def test_a_second_audit_that_breaks_is_made_once_more_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changes = Changes(since="before", codes={"M05": ChangeState.UNCONFIRMED})
    first = replace(samples.judgement(), failure=None, changes=changes)
    with closing(Store.open(str(tmp_path / "runs.db"))) as store:
        run_id = made(store, [CLOSED], RunPolicy(retries=1, retry_pause=0.1))
        async with opening(store) as runs:
            mine = means(store, runs)
            lease = store.work.claim(mine.claimant, now())
            assert lease is not None
            asked = Again(not_before=now(), round=SECOND_AUDIT)
            store.save_result(lease, samples.site(), first, now(), asked)
            with caplog.at_level(logging.WARNING, "eindekss"):
                await Pool(run_id, replace(mine, review=broken), places=Places(1)).work()
        attempts = store.work.attempts(run_id, 0)
        assert [one.outcome for one in attempts] == ["again", "again", "done"]
        record = store.load_run(run_id)
    (site,) = record.sites
    assert replace(site.judgement, changes=changes) == first
    failure = site.judgement.changes and site.judgement.changes.failure
    assert failure == attempts[-1].failure
    assert failure is not None
    assert (failure.reason, failure.detail) == ("internal_error", "RuntimeError: fell over")
    said: list[dict[str, Any]] = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    told = [(one["event"], one.get("again")) for one in said]
    assert told == [
        ("site_failed", None), ("second_audit_failed", True),
        ("site_failed", None), ("second_audit_failed", False),
    ]  # fmt: skip
    assert said[-1]["detail"] == "RuntimeError: fell over"
