"""A run with hostile texts and a second website, for what writes and reads exports."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from checks.finding import Answer, Instance, Outcome
from checks.judge import Changes, ChangeState
from crawler.evidence import Institution
from results.exports.facts import RunFacts
from results.store import Store
from tests.results import samples

HOSTILE = (
    '=HYPERLINK("https://evil.example","x")',
    "+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "\u00a0 =1+1",
    "\u200d=1+1",
    '"=1+1',
    "\uff1d1+1",
    "a;=1+1",
    "_x0041_",
    "a\x00\x07\x1b[31mb",
    "x" * 40_000,
    "abc\u202etxt.exe",
    "line\r\n=1+1",
)
"""What a site may call itself."""
LONG_ADDRESS = "https://padome.example/" + "ā" * 1_500


def store_with(folder: Path, titles: tuple[str, ...] = HOSTILE) -> Store:
    """A finished run: the sample sites, then one of each title, whose evidence quotes it too."""
    store = Store.open(str(folder / "runs.sqlite3"), evidence=folder / "evidence")
    run_id = samples.begin(store)
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    store.save_site(run_id, 1, samples.unreachable(), samples.unreachable_judgement())
    for position, title in enumerate(titles, 2):
        seen, judged = samples.site(name=title), samples.judgement()
        place = Instance(url=LONG_ADDRESS, selector=title, snippet=title, message=title)
        text = Answer(code="M07_NOTES", outcome=Outcome.PASSED, value=title, reason=title, evidence=(place,))
        changes = Changes(since="earlier", codes={"M05": ChangeState.CONFIRMED})
        judged = replace(judged, answers=(*judged.answers, text), changes=changes)
        one = Institution(
            url=f"https://s{position}.example/", name=title, website_of="https://padome.example/"
        )
        store.save_site(run_id, position, replace(seen, institution=one), judged)
    store.finish_run(run_id, samples.FINISHED)
    return store


def facts(store: Store) -> RunFacts:
    """The run as exports read it."""
    return RunFacts(store, store.find_run())
