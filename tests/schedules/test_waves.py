"""Two waves with the real command: pinned pages, changes seen twice, the gate, compare, history, prune."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from checks.judge import ChangeState
from crawler.evidence import Sample
from results.records import SiteRecord
from results.store import Store
from tests.crawler.page_server import Handler, Route, serving
from tests.schedules.site_server import Ran, call, html, page, run

NO_VIEWPORT = html("Novads", "<p><a href='/kontakti'>Kontakti</a></p><p><a href='/1'>Lapa</a></p>").replace(
    "<meta name=viewport content='width=device-width'>", "<style>main{width:1400px}</style>"
)
GOOD = html("Novads", "<p><a href='/kontakti'>Kontakti</a></p><p><a href='/1'>Lapa</a></p>")
MOVED = GOOD.replace("/kontakti", "/sazina")


class Site:
    """A small site whose front page is another in each audit; an audit begins by asking for robots.txt."""

    def __init__(self, *fronts: str) -> None:
        self.fronts, self.audits = fronts, 0
        self._lock = threading.Lock()
        self.contacts = "/kontakti"

    def routes(self) -> dict[str, Route]:
        return {
            "/robots.txt": self._robots,
            "/": self._front,
            "/1": page("Lapa"),
            "/kontakti": lambda handler: self._contacts(handler, "/kontakti"),
            "/sazina": lambda handler: self._contacts(handler, "/sazina"),
        }

    def _robots(self, handler: Handler) -> None:
        with self._lock:
            self.audits += 1
        handler.answer("", status=404)

    def _front(self, handler: Handler) -> None:
        handler.answer(self.fronts[min(max(self.audits, 1), len(self.fronts)) - 1])

    def _contacts(self, handler: Handler, path: str) -> None:
        if path != self.contacts:
            handler.answer("", status=404)
            return
        handler.answer(html("Kontakti", "<p>Tālrunis 67000000, e-pasts info@novads.lv</p>"))


class Waves(dict[str, Ran]):
    """What the commands said, and what the store has of the second wave."""

    stable: SiteRecord
    flaky: SiteRecord
    samples: dict[str, Sample]
    stable_url: str
    flaky_url: str
    audits: tuple[int, int]


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Waves:
    folder = tmp_path_factory.mktemp("waves")
    database, institutions = folder / "runs.db", folder / "list.csv"
    options = ("--allow-private", "--rate", 100, "--format", "json", "--db", database, "--quiet")
    wave = ("run", institutions, "--name", "Wave", "--pages", 2, *options)
    stable, flaky = Site(NO_VIEWPORT, MOVED), Site(NO_VIEWPORT, GOOD, NO_VIEWPORT)
    found = Waves()
    with serving(stable.routes()) as one, serving(flaky.routes()) as other:
        listed = f"url,name,registration_number\n{one.url}/,Stabila,1\n{other.url}/,Nestabila,2\n"
        institutions.write_text(listed, encoding="utf-8")
        found["first"] = run(call(*wave))
        stable.contacts = "/sazina"
        found["second"] = run(call(*wave, "--require-quality"))
        found.stable_url, found.flaky_url = f"{one.url}/", f"{other.url}/"
        found.audits = stable.audits, flaky.audits
    ids = [found[name].document["run"]["id"] for name in ("first", "second")]
    found["compare"] = run(call("compare", *ids, "--db", database, "--format", "json"))
    found["compare text"] = run(call("compare", *ids, "--db", database, "--changed"))
    found["history"] = run(call("history", "Nestabila", "--db", database, "--format", "json"))
    store = Store.open(str(database), create=False)
    found.stable, found.flaky = store.load_run(ids[1]).sites
    found.samples = store.load_samples(ids[1])
    store.close()
    found["rescore"] = run(call("rescore", ids[1], "--db", database))
    found["rescored"] = run(call("show", ids[1], "--db", database, "--format", "json"))
    return found


def _answer(site: dict[str, Any], code: str) -> tuple[str, Any]:
    answer = site["answers"][code]
    return answer["outcome"], answer["value"]


def test_a_change_that_two_audits_see_is_confirmed(waves: Waves) -> None:
    assert waves.stable.judgement.changes is not None
    assert waves.stable.judgement.changes.since == waves["first"].document["run"]["id"]
    assert waves.stable.judgement.changes.codes["M17J"] is ChangeState.CONFIRMED
    assert waves.audits == (3, 3)


def test_what_two_audits_answer_differently_is_left_open_with_both_values(waves: Waves) -> None:
    judged = waves.flaky.judgement
    answer = judged.answer("M17J")
    assert judged.changes is not None
    assert judged.changes.codes["M17J"] is ChangeState.UNSTABLE
    assert answer is not None
    assert (str(answer.outcome), answer.value) == ("cantTell", None)
    assert "first 1" in answer.reason
    assert "then 2" in answer.reason
    assert judged.mobile is not None
    assert judged.mobile.verdict is None


def test_the_comparison_tells_which_change_was_seen_twice(waves: Waves) -> None:
    stable, flaky = waves["compare"].document["sites"]
    assert stable["answers"]["M17J"]["verdict"] == "improved"
    assert stable["answers"]["M17J"]["confirmed"] == "confirmed"
    assert flaky["answers"]["M17J"]["verdict"] == "not_comparable"
    assert "unstable" in flaky["answers"]["M17J"]["reason"]
    assert "▲ improved, confirmed" in waves["compare text"].out
    assert "registration number" in waves["compare text"].out


def test_a_rescored_run_says_the_same_of_both_audits(waves: Waves) -> None:
    assert waves["rescore"].code == 0
    for before, after in zip(waves["second"].sites, waves["rescored"].sites, strict=True):
        assert _answer(before, "M17J") == _answer(after, "M17J")


def test_the_same_pages_are_audited_again_and_what_is_gone_is_replaced(waves: Waves) -> None:
    stable, flaky = waves.samples[waves.stable_url], waves.samples[waves.flaky_url]
    first = waves["first"].document["run"]["id"]
    contacts = f"{waves.stable_url}kontakti"
    assert stable.pinned_from == flaky.pinned_from == first
    assert [(one.url, one.why) for one in stable.lost] == [(contacts, "http_404")]
    assert contacts not in {one.url for one in stable.structured}
    assert f"{waves.stable_url}sazina" in {one.url for one in stable.structured}
    assert flaky.lost == ()
    assert flaky.structured_overlap == flaky.pinned_structured > 0
    assert flaky.overlap == flaky.pinned_random == 2


def test_the_gate_looks_at_every_run_and_its_exit_code_is_asked_for(waves: Waves) -> None:
    assert waves["second"].code == 0
    assert waves["second"].document["run"]["quality"]["complaints"] == []


def test_the_history_tells_both_waves(waves: Waves) -> None:
    runs = waves["history"].document["runs"]
    assert [one["answers"]["M17J"]["value"] for one in runs] == [2, None]
