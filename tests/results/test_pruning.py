"""Evidence retention: what goes, what stays, and what still works afterwards."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

import results.panel.commands
import results.prune
from crawler.evidence import Blob
from results.comparing import compared, site_history
from results.errors import EvidenceMissingError, EvidencePrunedError
from results.evidence_store import EvidenceStore
from results.exports.bundle import write_bundle
from results.exports.facts import RunFacts
from results.models import RunState
from results.prune import told
from results.pruning import Policy, RunAge, prune, to_prune
from results.store import Store
from tests.results import samples

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SHARED, OWN = b"a picture of a page that never changes", b"picture of run %d"


def _picture(store: Store, data: bytes) -> Blob:
    return store.evidence.put(data, "image/jpeg")


def _save(store: Store, number: int, name: str = "Wave") -> str:
    run_id = f"run-{number}"
    started_at = NOW - timedelta(days=100 * (4 - number))
    store.begin_run(
        run_id,
        name=name,
        settings=samples.SETTINGS,
        versions=samples.VERSIONS,
        judged_by=samples.JUDGED_BY,
        started_at=started_at,
    )
    for place, data in enumerate((SHARED, OWN % number)):
        url = f"https://p{place}.example/"
        site = samples.site(f"Padome {number}-{place}", url, _picture(store, data))
        store.save_site(run_id, place, site, samples.judgement())
    store.finish_run(run_id, started_at)
    return run_id


def _age(store: Store, days: int = 3) -> None:
    """Makes all evidence older than the grace."""
    for path in _files(store):
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))


def _files(store: Store) -> list[Path]:
    folder = Path(store.evidence.place.name)
    return [path for path in folder.glob("??/*") if not path.name.startswith(".")]


def _holds(store: Store, data: bytes) -> bool:
    try:
        store.evidence.get(EvidenceStore.digest_of(data))
    except EvidenceMissingError:
        return False
    return True


def test_old_runs_lose_their_pages_and_keep_all_they_say(store: Store) -> None:
    ids = [_save(store, number) for number in range(3)]
    _age(store)
    before = {run_id: store.load_run(run_id) for run_id in ids}
    would = prune(store, Policy(keep=2), NOW, dry_run=True)
    assert len(_files(store)) == would.removed + would.kept
    done = prune(store, Policy(keep=2), NOW)
    assert replace(done, runs=()) == replace(would, runs=())
    assert done.runs == would.runs == (ids[0],)
    assert len(_files(store)) == done.kept
    assert (_holds(store, SHARED), _holds(store, OWN % 0), _holds(store, OWN % 1)) == (True, False, True)
    for run_id in ids:
        after = store.load_run(run_id)
        assert after == replace(before[run_id], pruned_at=NOW if run_id == ids[0] else None)
    assert store.load_samples(ids[0]) == store.load_samples(ids[1])
    assert store.load_evidence(ids[1], 0).pages[0].html == samples.site().pages[0].html
    with pytest.raises(EvidencePrunedError, match="pruned on 2026-06-01"):
        store.load_evidence(ids[0], 0)
    with pytest.raises(EvidencePrunedError):
        store.rejudge(ids[0], lambda _: samples.judgement(), samples.JUDGED_BY)
    assert len(list(compared(store, ids[0], ids[2]).sites)) == 2
    assert len(site_history(store, "https://p1.example/").moments) == 3
    again = prune(store, Policy(keep=2), NOW)
    assert (again.runs, again.removed, again.kept) == ((), 0, done.kept)


def test_what_a_site_under_way_has_just_put_stays(store: Store) -> None:
    """Its rows come later: nothing but the moment at which it was put speaks for it."""
    _save(store, 0)
    _save(store, 1)
    _age(store)
    _picture(store, OWN % 0)
    _picture(store, b"new")
    done = prune(store, Policy(keep=1), datetime.now(UTC))
    assert done.young == 2
    assert "2 pieces more go later" in told(done, dry_run=False)
    assert _holds(store, OWN % 0)
    assert _holds(store, b"new")


def test_what_is_put_again_while_it_is_removed_stays(tmp_path: Path) -> None:
    """Every piece is old and free to go; another thread puts all of them again meanwhile."""
    evidence = EvidenceStore(tmp_path)
    pieces = [b"piece %d" % number for number in range(300)]
    moment = (NOW - timedelta(days=3)).timestamp()
    for data in pieces:
        blob = evidence.put(data, "image/jpeg")
        os.utime(tmp_path / blob.digest[:2] / f"{blob.digest}.jpg", (moment, moment))

    def put_again() -> None:
        for data in reversed(pieces):
            evidence.put(data, "image/jpeg")

    other = threading.Thread(target=put_again)
    other.start()
    for blob in list(evidence.kept()):
        evidence.remove_older(blob.digest, NOW - timedelta(days=1))
    other.join()
    assert [data for data in pieces if evidence.get(EvidenceStore.digest_of(data)) != data] == []


def test_what_a_crash_left_behind_goes(store: Store) -> None:
    _save(store, 0)
    _picture(store, b"nobody's")
    _age(store)
    assert prune(store, Policy(keep=4), NOW).removed == 1
    assert not _holds(store, b"nobody's")


def test_damaged_evidence_of_a_kept_run_stops_before_anything_goes(store: Store) -> None:
    _save(store, 0)
    _save(store, 1)
    _age(store)
    for path in _files(store):
        if path.suffix == ".zst":
            path.unlink()
    left = len(_files(store))
    with pytest.raises(EvidenceMissingError):
        prune(store, Policy(keep=1), NOW)
    assert len(_files(store)) == left


RUNS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(list(RunState)), st.integers(0, 500)), max_size=8
)


@given(RUNS, st.integers(1, 4), st.none() | st.integers(0, 400))
def test_of_each_series_the_newest_finished_runs_stay(
    drawn: list[tuple[str, RunState, int]], keep: int, days: int | None
) -> None:
    runs = [
        RunAge(id=str(place), series=series, state=state, started_at=NOW - timedelta(days=age))
        for place, (series, state, age) in enumerate(drawn)
    ]
    age = None if days is None else timedelta(days=days)
    gone = to_prune(runs, Policy(keep=keep, older_than=age), NOW)
    for series in "ab":
        of = [run for run in runs if run.series == series and run.state is RunState.FINISHED]
        kept = [run for run in of if run.id not in gone]
        assert len(kept) >= min(keep, len(of))
        assert _newest(of, len(kept)) == {run.started_at for run in kept} or age is not None
    for run in runs:
        if run.state in {RunState.RUNNING, RunState.PAUSED}:
            assert run.id not in gone
        if age is not None and run.started_at >= NOW - age:
            assert run.id not in gone


def _newest(runs: Iterable[RunAge], count: int) -> set[datetime]:
    return {run.started_at for run in sorted(runs, key=lambda run: run.started_at, reverse=True)[:count]}


def test_the_command_says_what_went(tmp_path: Path) -> None:
    database = str(tmp_path / "runs.db")
    store = Store.open(database)
    _save(store, 0)
    _save(store, 1)
    _age(store, days=90)
    store.close()
    app = typer.Typer()
    results.prune.mount(app)
    app.command(name="other")(lambda: None)
    call = CliRunner().invoke
    assert "--keep 4" in call(app, ["prune", "--db", database]).output
    assert call(app, ["prune", "--older-than", "soon", "--db", database]).exit_code == 2
    done = call(app, ["prune", "--keep", "1", "--db", database])
    assert done.exit_code == 0
    assert "Of the runs: run-0. Answers, findings and quotes are kept." in done.output
    assert "go later" not in done.output


def test_panel_and_bundle_of_a_pruned_run_say_so_and_link_nothing_that_is_gone(
    store: Store, tmp_path: Path
) -> None:
    for number in (0, 1):
        _save(store, number)
    _age(store)
    prune(store, Policy(keep=1), NOW)
    write_bundle(RunFacts(store, "run-0"), store, tmp_path / "bundle")
    pages = {page.name: page.read_text() for page in (tmp_path / "bundle").glob("*.html")}
    assert len(pages) == 2
    for page in pages.values():
        assert "evidence was pruned on 2026-06-01" in page
        assert set(re.findall(r'href="#([^"]*)"', page)) <= set(re.findall(r'id="([^"]*)"', page))
        assert not re.findall(r'(?:href|src)="(?!#|data:|https?:)[^"]', page)
    book = openpyxl.load_workbook(tmp_path / "bundle" / "review.xlsx")
    links = [cell.hyperlink for sheet in book for row in sheet for cell in row if cell.hyperlink]
    own = [link for link in links if link.target and link.target.endswith(".html")]
    assert own
    assert all(f'id="{link.location}"' in pages[link.target] for link in own)
    app = typer.Typer()
    results.panel.commands.mount(app)
    app.command(name="other")(lambda: None)
    database = store.engine.url.render_as_string()
    said = CliRunner().invoke(app, ["panel", "status", "run-0", "--db", database]).output
    assert "evidence was pruned on 2026-06-01" in " ".join(said.split())
