"""The end of a run: noted once, then examined by the gate, whoever dies in between."""

from __future__ import annotations

from datetime import datetime

from crawler.log import logger
from results.errors import ResultsError
from results.gate import examine_run, unexamined
from results.store import Store
from results.waking import runs_to_close

_log = logger("closing")


def close(store: Store, run_id: str, now: datetime) -> bool:
    """End a run that has no open task, and ask the gate about it; whether this call ended it."""
    closed = store.work.close(run_id, now)
    if closed:
        _examine(store, run_id, now)
    return closed


def close_left(store: Store, now: datetime) -> tuple[str, ...]:
    """End and examine the runs whose last worker died before it could; which.

    Raises:
        ResultsError: the database can't be asked.
    """
    ended = [run_id for run_id in runs_to_close(store.engine) if close(store, run_id, now)]
    left = (run_id for run_id in unexamined(store.engine) if run_id not in ended)
    return tuple(sorted((*ended, *(run_id for run_id in left if _examine(store, run_id, now)))))


def _examine(store: Store, run_id: str, now: datetime) -> bool:
    """Where the gate can't be asked the run has no verdict, and is not said to be good."""
    try:
        verdict = examine_run(store.engine, run_id, now).verdict
    except ResultsError as error:
        _log.warning("run_not_examined", run=run_id, detail=str(error))
        return False
    _log.info("run_examined", run=run_id, verdict=verdict)
    return True
