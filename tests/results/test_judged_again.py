"""A run that is judged again changes as a whole, whatever breaks off or comes in between; on both engines."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import Session, col, select

from checks.judge import SiteJudgement, SiteStatus
from crawler.evidence import Site
from results import models
from results.errors import RunNotFoundError, RunUnderWayError
from results.registry_models import Hold
from results.store import Store
from results.streaming import RunReader
from tests.results import samples
from tests.results.test_work import NOW, made, save, taken

ROOT = Path(__file__).parents[2]
LATER = replace(samples.JUDGED_BY, created_at=samples.FINISHED + timedelta(hours=1))
MUCH_LATER = replace(LATER, created_at=samples.FINISHED + timedelta(days=2))
KILLED = """
import os, sys
from results.store import Store
from tests.results import samples
from tests.results.test_judged_again import LATER, anew

def judge(site):
    if site.failure:
        os.kill(os.getpid(), 9)
    return anew(site)

store = Store.open(sys.argv[1], create=False)
store.rejudge(store.find_run(), judge, LATER)
"""


def anew(site: Site) -> SiteJudgement:
    return SiteJudgement(status=SiteStatus.EVALUATED, terms=site.institution.url)


def terms(store: Store, run_id: str) -> list[str]:
    return [site.judgement.terms for site in store.load_run(run_id).sites]


def kept(store: Store) -> tuple[int, int]:
    """How many judgements there are, and how many of them are marked as half."""
    with Session(store.engine) as session:
        marked = session.exec(select(Hold).where(col(Hold.name).startswith("judgement "))).all()
        return len(session.exec(select(models.Judgement)).all()), len(marked)


def test_what_a_kill_leaves_is_never_shown_and_goes_with_a_later_one(database: str, tmp_path: Path) -> None:
    with closing(Store.open(database, evidence=tmp_path / "evidence")) as store:
        run = samples.fill(store)
        (first,) = store.judgement_ids(run.id)
        done = subprocess.run([sys.executable, "-c", KILLED, database], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        assert kept(store) == (2, 1)
        assert store.load_run(run.id) == run
        assert store.judgement_ids(run.id) == (first,)
        assert RunReader(store.engine, run.id).run.judgement.of == 1
        for ask in (
            lambda: store.load_run(run.id, judgement_id=first + 1),
            lambda: RunReader(store.engine, run.id, first + 1),
        ):
            with pytest.raises(RunNotFoundError):
                ask()

        new = store.rejudge(run.id, anew, LATER)
        assert terms(store, run.id) == [site.institution.url for site in run.sites]
        assert (store.judgement_ids(run.id), kept(store)) == ((first, new), (3, 1))
        store.rejudge(run.id, anew, MUCH_LATER)
        assert kept(store) == (3, 0)


def test_a_result_that_comes_in_between_is_judged_too(store: Store) -> None:
    run = samples.fill(store)
    urls = ["https://replaced.example", "https://nav.example", "https://disk.example", "https://new.example"]
    coming = {position: samples.unreachable(urls[position]) for position in (0, 3)}

    def judge(site: Site) -> SiteJudgement:
        while coming:
            store.save_site(run.id, *coming.popitem(), samples.unreachable_judgement())
        return anew(site)

    store.rejudge(run.id, judge, LATER)
    assert terms(store, run.id) == urls


def test_a_run_under_way_is_left_alone_until_it_rests(store: Store) -> None:
    run_id = made(store, 2)
    save(store, taken(store))
    with pytest.raises(RunUnderWayError, match="still come in"):
        store.rejudge(run_id, anew, LATER)
    under_way = taken(store)
    store.work.pause(run_id)
    with pytest.raises(RunUnderWayError, match="still come in"):
        store.rejudge(run_id, anew, LATER)
    assert store.work.release(under_way, NOW)
    store.rejudge(run_id, anew, LATER)
    assert len(terms(store, run_id)) == 1
    store.work.resume(run_id)
    save(store, taken(store))
    assert len(terms(store, run_id)) == 2
