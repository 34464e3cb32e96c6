"""One institution over several runs, from the database."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.console import Console

from checks.check import all_checks
from checks.finding import Answer, Outcome
from checks.judge import Changes, ChangeState
from results import comparing, history_view
from results.comparing import compared, site_history
from results.comparison_view import to_json
from results.percentages import PERCENT
from results.store import Store
from tests.results import samples


def _save(
    store: Store,
    number: int,
    value: int | None,
    *,
    formula: str = "criteria-met/1",
    changes: Changes | None = None,
) -> str:
    run_id = f"run-{number}"
    judged_by = replace(samples.JUDGED_BY, settings=replace(samples.JUDGED_BY.settings, formula=formula))
    started_at = samples.STARTED + timedelta(days=90 * number)
    store.begin_run(
        run_id,
        name="Wave",
        settings=samples.SETTINGS,
        versions=samples.VERSIONS,
        judged_by=judged_by,
        started_at=started_at,
    )
    outcome = {1: Outcome.PASSED, 2: Outcome.FAILED, None: Outcome.CANT_TELL}[value]
    answer = Answer(code="M05", outcome=outcome, value=value, reason="because")
    other = Answer(code="M08_7", outcome=Outcome.PASSED, value=1)
    versions = {check.id: check.version for check in all_checks()}
    judgement = replace(samples.judgement(), answers=(answer, other), versions=versions, changes=changes)
    store.save_site(run_id, 0, samples.site("Padome"), judgement)
    store.save_site(run_id, 1, samples.unreachable(), samples.unreachable_judgement())
    store.finish_run(run_id, started_at)
    return run_id


def test_answers_are_told_where_they_become_others(store: Store) -> None:
    for number, value in enumerate((2, 2, None, 1)):
        _save(store, number, value, formula="sc-mean/1" if number == 3 else "criteria-met/1")
    history = site_history(store, "padome")
    assert [one.run.id for one in history.moments] == ["run-0", "run-1", "run-2", "run-3"]
    console = Console(width=220, file=io.StringIO(), force_terminal=False)
    console.print(history_view.text_view(history))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "2017-11-21 2 Nav" in text
    assert "2018-02-19 2 Nav" not in text
    assert "2018-05-20 ? cannot tell" in text
    assert "2018-08-18 1 Ir" in text
    assert "87.50 % (80.00 to 90.25 %)" in text
    assert "formula criteria-met/1 against sc-mean/1" in text
    runs = json.loads(history_view.to_json(history))["runs"]
    assert [one["answers"]["M05"]["value"] for one in runs] == [2, 2, None, 1]
    assert [one["answers"]["M05"]["since_run_before"] for one in runs][1:] == [
        "unchanged",
        "not_comparable",
        "not_comparable",
    ]


@pytest.mark.parametrize(
    ("state", "arrow"), [(ChangeState.CONFIRMED, "▲ 1 Ir"), (ChangeState.UNCONFIRMED, "2018-02-19 1 Ir")]
)
def test_a_change_that_nobody_saw_twice_gets_no_arrow(store: Store, state: ChangeState, arrow: str) -> None:
    _save(store, 0, 2)
    _save(store, 1, 1, changes=Changes(since="run-0", codes={"M05": state}))
    console = Console(width=220, file=io.StringIO(), force_terminal=False)
    console.print(history_view.text_view(site_history(store, "padome")))
    assert arrow in console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO


def test_one_institution_of_two_stored_runs_is_compared(store: Store) -> None:
    before, after = _save(store, 0, 2), _save(store, 1, 1)
    found = compared(store, before, after, "Padome")
    (site,) = found.sites
    assert {one.code: str(one.verdict) for one in site.answers}["M05"] == "improved"
    assert len(list(compared(store, before, after).sites)) == 2


def test_runs_are_compared_some_sites_at_a_time_in_the_order_of_the_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_AT_ONCE", 2)
    for number, names in enumerate(("abcde", "edcbaf")):
        store.begin_run(
            f"run-{number}",
            name="Wave",
            settings=samples.SETTINGS,
            versions=samples.VERSIONS,
            judged_by=samples.JUDGED_BY,
            started_at=samples.STARTED + timedelta(days=number),
        )
        for place, name in enumerate(names):
            store.save_site(
                f"run-{number}", place, samples.site(name, f"https://{name}.example/"), samples.judgement()
            )
    found = compared(store, "run-0", "run-1")
    assert [(one.name, one.url_before) for one in found.sites] == [
        (name, f"https://{name}.example/") for name in "edcba"
    ]
    assert [one.name for one in found.only_after] == ["f"]
    assert len(list(found.sites)) == 5, "they are read again"
    document = json.loads(b"".join(to_json(found)))
    assert [one["institution"]["name"] for one in document["sites"]] == list("edcba")
    counted = [one for one in document["codes"] if one["code"] != PERCENT]
    assert document["total"]["compared"] == sum(one["compared"] for one in counted)
